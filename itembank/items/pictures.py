"""Pictures from outside, made harmless and bounded before they are stored. Pure."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, XMLParser, register_namespace, tostring

from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import Invalid, TooLarge, msg, problem

SVG = "http://www.w3.org/2000/svg"
MOST_PIXELS = 25_000_000
RASTER = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/png"}
ELEMENTS = {
    "svg", "g", "title", "desc", "defs", "path", "line", "polyline", "polygon", "rect", "circle",
    "ellipse", "text", "tspan", "marker", "pattern", "clipPath", "linearGradient",
    "radialGradient", "stop", "use", "symbol",
}  # fmt: skip
MOST_ELEMENTS = 20_000
MOST_DRAWN = 100_000  # elements after every `use` is drawn out
DEEPEST = 100
BIGGEST_SIDE = 4_000.0
_REFERENCE = re.compile(r"url\((?!#)")


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    body: bytes
    width: int
    height: int


def accept(raw: bytes, *, most_bytes: int) -> Picture:
    """The picture as it will be stored. Raises TooLarge or Invalid with what to do."""
    if len(raw) > most_bytes:
        raise TooLarge(
            msg(
                "Hình nặng quá {n} MB. Thu nhỏ hình rồi thêm lại; chữ đã gõ vẫn giữ nguyên.",
                n=most_bytes // 1_000_000,
            ),
            problems=[problem("file", "Dùng hình nhẹ hơn.")],
        )
    if b"<svg" in raw[:2_000].lower() or raw.lstrip()[:5] == b"<?xml":
        return _svg(raw)
    return _raster(raw)


def _not_a_picture() -> Invalid:
    return Invalid(
        "Tệp này không phải hình đọc được. Dùng PNG, JPEG, WebP hoặc SVG.",
        code="not_a_picture",
        problems=[problem("file", "Chọn tệp hình khác.")],
    )


def _too_many_pixels() -> TooLarge:
    return TooLarge("Hình có quá nhiều điểm ảnh; thu nhỏ rồi thêm lại.")


def _raster(raw: bytes) -> Picture:
    """Decoded and encoded again: what is not pixels (place, camera, hidden bytes) is gone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw)) as found:
                kind = found.format or ""
                if kind not in RASTER:
                    raise _not_a_picture()
                if found.width * found.height > MOST_PIXELS:
                    raise _too_many_pixels()
                upright = ImageOps.exif_transpose(found)  # the turn is noted in what we drop
                is_opaque = kind == "JPEG" or not upright.has_transparency_data
                pixels = upright.convert("RGB" if is_opaque else "RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _not_a_picture() from error
    out = io.BytesIO()
    if kind == "JPEG":
        pixels.save(out, "JPEG", quality=88)
    else:
        # A paper has dozens of pictures: the highest compression doubles the time for 2 % of bytes.
        pixels.save(out, "WEBP" if kind == "WEBP" else "PNG", compress_level=4)
    return Picture(RASTER[kind], out.getvalue(), pixels.width, pixels.height)


def _svg(raw: bytes) -> Picture:
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise _not_a_picture()
    parser = XMLParser()
    try:
        parser.feed(raw)
        root = parser.close()
    except (ParseError, ValueError) as error:
        raise _not_a_picture() from error
    if root.tag != f"{{{SVG}}}svg":
        raise _not_a_picture()
    _clean(root)
    register_namespace("", SVG)
    width, height = _size(root)
    return Picture("image/svg+xml", tostring(root, encoding="utf-8"), width, height)


def _clean(root: Element) -> None:
    """Keep drawing elements; drop scripts, handlers, styles, and every outside reference."""
    count = 0
    todo = [(root, 1)]
    while todo:
        element, depth = todo.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise _too_many_strokes()
        for child in list(element):
            if not isinstance(child.tag, str) or not _allowed(child.tag):
                element.remove(child)
            else:
                todo.append((child, depth + 1))
        for name in list(element.attrib):
            if not _harmless(name, element.attrib[name]):
                del element.attrib[name]
    _refuse_doubling(root)


def _too_many_strokes() -> TooLarge:
    return TooLarge("Hình SVG có quá nhiều nét; xuất hình đơn giản hơn.")


def _refuse_doubling(root: Element) -> None:
    """A `use` of something that itself uses something can grow without bound: thirty lines of it
    keep a browser busy for ever. One level is what repeated shapes and letters need.
    """
    named: dict[str, Element] = {}
    for element in root.iter():
        named.setdefault(element.get("id", ""), element)
    drawn = 0
    for use in _uses(root):
        for target in _targets(use, named):
            drawn += sum(1 for _ in target.iter())
            if drawn > MOST_DRAWN or next(_uses(target), None) is not None:
                raise _too_many_strokes()


def _uses(element: Element) -> Iterator[Element]:
    return element.iter(f"{{{SVG}}}use")


def _targets(use: Element, named: Mapping[str, Element]) -> Iterator[Element]:
    for name, value in use.attrib.items():
        link = value.strip().removeprefix("#")
        if name.rpartition("}")[2] == "href" and link in named:
            yield named[link]


def _allowed(tag: str) -> bool:
    namespace, _, name = tag.rpartition("}")
    return namespace == "{" + SVG and name in ELEMENTS


def _harmless(name: str, value: str) -> bool:
    local = name.rpartition("}")[2].lower()
    compact = "".join(value.split()).lower()
    if local.startswith("on") or local in {"style", "base"}:
        return False
    if local == "href":
        return compact.startswith("#")
    # A backslash would spell `url(` so that this check does not see it and a browser does.
    return not ("javascript:" in compact or "\\" in compact or _REFERENCE.search(compact))


def _size(root: Element) -> tuple[int, int]:
    box = (root.get("viewBox") or "").replace(",", " ").split()
    try:
        sides = (
            (float(box[2]), float(box[3]))
            if len(box) == 4
            else (float(root.get("width", "300")), float(root.get("height", "150")))
        )
    except ValueError as error:
        raise _not_a_picture() from error
    if not all(0 < side <= BIGGEST_SIDE for side in sides):
        raise _not_a_picture()
    return round(sides[0]), round(sides[1])

"""Pictures of a Word file as the bank stores them; kinds a browser cannot show are converted."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

from PIL import Image as Raster

from ...errors import KhaothiError, msg
from ...items import pictures
from ...items.content import version_name
from .document import Doubt, FoundPicture, Image
from .package import Package

MOST_BYTES = 20_000_000
_KEEPABLE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_EMF_STRETCH = {76, 80, 81}  # BITBLT, SETDIBITSTODEVICE, STRETCHDIBITS


@dataclass(slots=True)
class Pictures:
    """Every picture of one file, stored once however often it is shown."""

    package: Package
    found: dict[str, FoundPicture] = field(default_factory=dict)
    _by_part: dict[str, Image | Doubt] = field(default_factory=dict)

    def of_relationship(self, part: str, name: str) -> Image | Doubt:
        """The picture that `part` calls by this relationship, or why there is none."""
        related = self.package.relationships(part).get(name)
        if related is None or related.is_external or related.target not in self.package:
            return Doubt(
                msg("Hình không nằm trong tệp (hình liên kết hoặc bị mất); chèn lại hình vào tệp.")
            )
        if related.target not in self._by_part:
            self._by_part[related.target] = self._store(related.target)
        return self._by_part[related.target]

    def _store(self, target: str) -> Image | Doubt:
        try:
            raw = as_keepable(self.package.read(target))
            if raw is None:
                return Doubt(
                    msg(
                        "Hình «{name}» là kiểu WMF/EMF mà trình duyệt không hiện được; trong Word, "
                        "cắt hình rồi dán lại kiểu PNG.",
                        name=target.rpartition("/")[2],
                    )
                )
            picture = pictures.accept(raw, most_bytes=MOST_BYTES)
        except KhaothiError as error:
            return Doubt(error.message)
        name = version_name(picture.body)
        self.found.setdefault(name, FoundPicture(target.rpartition("/")[2], raw, picture))
        return Image(name)


def as_keepable(raw: bytes) -> bytes | None:
    """The bytes in a format the bank keeps; None where nothing here can read them."""
    if raw.startswith(_KEEPABLE) or b"<svg" in raw[:2_000].lower():
        return raw
    bitmap = _bitmap_of_emf(raw)
    if bitmap is None and raw[:2] not in (b"BM", b"II", b"MM"):
        return None
    try:
        with Raster.open(io.BytesIO(bitmap or raw)) as opened:
            if opened.width * opened.height > pictures.MOST_PIXELS:
                return None
            out = io.BytesIO()
            opened.convert("RGB").save(out, "PNG")
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Raster.DecompressionBombError):
        return None


def _bitmap_of_emf(raw: bytes) -> bytes | None:
    """The bitmap inside an EMF that is nothing but a wrapped bitmap, as a BMP file.

    Word wraps pasted pictures this way. Layout: MS-EMF 2.3.1.
    """
    if len(raw) < 44 or raw[:4] != b"\x01\0\0\0" or raw[40:44] != b" EMF":
        return None
    at = steps = 0
    while at + 8 <= len(raw) and steps < 10_000:
        kind, size = struct.unpack_from("<II", raw, at)
        if size < 8:
            return None
        if kind in _EMF_STRETCH:
            return _bmp(raw[at : at + size], 84 if kind == 76 else 48)
        at += size
        steps += 1
    return None


def _bmp(record: bytes, field_at: int) -> bytes | None:
    if len(record) < field_at + 16:
        return None
    header_at, header_size, bits_at, bits_size = struct.unpack_from("<IIII", record, field_at)
    header = record[header_at : header_at + header_size]
    bits = record[bits_at : bits_at + bits_size]
    if len(header) < 40 or not bits:
        return None
    offset = 14 + len(header)
    return struct.pack("<2sIHHI", b"BM", offset + len(bits), 0, 0, offset) + header + bits

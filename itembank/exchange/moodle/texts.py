"""Texts of Moodle XML: `<x format="html"><text>…</text><file …>…</file></x>`, both ways."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from html import escape
from urllib.parse import unquote

from lxml import etree

from ...errors import Invalid, msg
from ...items.html import assets_in, plain_text
from ...items.markup import to_html
from ..delimited_math import with_delimiters
from ..exported import Assets, ExportedItem
from ..foreign_html import content_html
from ..qti.packages_out import ENDINGS
from ..qti.pictures_in import PictureShelf

PLACE = "@@PLUGINFILE@@/"
_EMBEDDED = re.compile(r"data:image/[a-z.+-]{1,20};base64,([A-Za-z0-9+/=\s%]*)", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TextReader:
    """Reads the texts of one question; the pictures it meets stand on `shelf`."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self.shelf = PictureShelf(self._files.get)

    def html(self, element: etree._Element | None) -> str:
        """Content of a text element, sanitised, in the format the element says."""
        if element is None:
            return ""
        self._take_files(element)
        return self.html_of(text_in(element), element.get("format") or "html")

    def html_of(self, text: str, form: str = "html") -> str:
        if form == "plain_text":
            text = escape(text, quote=False).replace("\n", "<br>")
        elif form == "markdown":
            text = to_html(text, lambda address: address)
        return content_html(text, self._place)

    def note(self, element: etree._Element | None) -> str:
        """Feedback as the plain note that the bank keeps of it."""
        if element is None:
            return ""
        if element.get("format") == "plain_text":
            return text_in(element)
        return plain_text(self.html(element))

    def _take_files(self, element: etree._Element) -> None:
        for file in element.findall("file"):
            name = ((file.get("path") or "/") + (file.get("name") or "")).lstrip("/")
            try:
                self._files[name] = base64.b64decode(file.text or "", validate=False)
            except (binascii.Error, ValueError):
                self._files.pop(name, None)  # then the picture is said to be missing

    def _place(self, address: str) -> str | None:
        embedded = _EMBEDDED.fullmatch(address)
        if embedded:
            address = f"{PLACE}{len(self._files) + 1}.nhung"
            try:
                raw = base64.b64decode(unquote(embedded[1]))
            except (binascii.Error, ValueError):
                raw = b""
            self._files[address.removeprefix(PLACE)] = raw
        return self.shelf.place(address.removeprefix(PLACE))


def text_in(element: etree._Element | None) -> str:
    """The words of an element: those of its `text`, or its own where it has none."""
    if element is None:
        return ""
    inner = element.find("text")
    words = (element if inner is None else inner).itertext(with_tail=False)
    return "".join(str(word) for word in words).strip()


class TextWriter:
    """Writes the texts of one item; pictures go in beside the text that shows them."""

    def __init__(self, item: ExportedItem, assets: Assets) -> None:
        self._item = item
        self._assets = assets

    def write(
        self, parent: etree._Element, name: str, html: str, *, fraction: str | None = None
    ) -> etree._Element:
        """A text element with the formulas of `html` between delimiters."""
        made = etree.SubElement(parent, name, format="html")
        if fraction is not None:
            made.set("fraction", fraction)
        return self.fill(made, with_delimiters(html))

    def fill(self, made: etree._Element, delimited: str) -> etree._Element:
        names = list(dict.fromkeys(assets_in(delimited)))
        files = {name: self._file(name) for name in names}
        for name, (file_name, _) in files.items():
            delimited = delimited.replace(f"asset:{name}", PLACE + file_name)
        etree.SubElement(made, "text").text = lawful(delimited)
        for file_name, body in files.values():
            file = etree.SubElement(made, "file", name=file_name, path="/", encoding="base64")
            file.text = base64.b64encode(body).decode()
        return made

    def _file(self, name: str) -> tuple[str, bytes]:
        asset = self._assets(name)
        if asset is None:
            raise Invalid(
                msg("Hình của câu {code} không còn trong kho; thêm lại hình.",
                    code=self._item.identifier),
                code="asset_missing",
            )  # fmt: skip
        return f"{name}.{ENDINGS.get(asset.media_type, 'bin')}", asset.body


def lawful(text: str) -> str:
    """Text that XML can carry. Raises Invalid where it cannot: control signs are not text."""
    if _NOT_XML.search(text):
        raise Invalid("Văn bản có kí tự điều khiển nên không viết vào XML được; xoá kí tự lạ.")
    return text


def plain_texts(elements: Iterator[etree._Element] | list[etree._Element]) -> list[str]:
    return [text_in(element) for element in elements]

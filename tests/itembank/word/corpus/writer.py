"""Writes Word files as teachers make them, and beside each what an importer must find in it."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor
from lxml.etree import _Element
from PIL import Image

A_DATE = (2026, 11, 22, 0, 0, 0)


@dataclass(frozen=True)
class R:
    """A run and how it looks."""

    text: str
    b: bool = False
    i: bool = False
    u: bool = False
    color: str = ""
    hl: bool = False
    sup: bool = False
    sub: bool = False
    font: str = ""
    style: str = ""


Bit = str | R | Any


@dataclass
class Expected:
    number: int
    kind: str
    stem: str
    options: list[str]
    key: Any
    flagged: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


class Paper:
    """One file being written."""

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self.doc = docx.Document()
        self.expected: list[Expected] = []
        self.here: Any = self.doc  # where paragraphs go: the document or a table cell

    # --- what is written --------------------------------------------------------------------

    def p(self, *bits: Bit, style: str | None = None, centred: bool = False) -> Any:
        paragraph = self.here.add_paragraph(style=style)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for bit in bits:
            self.put(paragraph, bit)
        return paragraph

    def put(self, paragraph: Any, bit: Bit) -> Any:
        if isinstance(bit, str):
            return paragraph.add_run(bit)
        if isinstance(bit, R):
            return self._run(paragraph, bit)
        if isinstance(bit, bytes):
            return paragraph.add_run().add_picture(io.BytesIO(bit))
        paragraph._p.append(bit)
        return bit

    def _run(self, paragraph: Any, bit: R) -> Any:
        run = paragraph.add_run(bit.text)
        if bit.style:
            run.style = bit.style
        for name, value in (("bold", bit.b), ("italic", bit.i), ("underline", bit.u)):
            if value:
                setattr(run, name, True)
        run.font.superscript = bit.sup or None
        run.font.subscript = bit.sub or None
        if bit.color:
            run.font.color.rgb = RGBColor.from_string(bit.color)
        if bit.hl:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if bit.font:
            run.font.name = bit.font
        return run

    def table(self, rows: Sequence[Sequence[Sequence[Bit] | str]]) -> Any:
        table = self.here.add_table(len(rows), max(len(row) for row in rows))
        for r, row in enumerate(rows):
            for c, bits in enumerate(row):
                paragraph = table.cell(r, c).paragraphs[0]
                for bit in [bits] if isinstance(bits, str) else bits:
                    self.put(paragraph, bit)
        return table

    # --- what must be found -----------------------------------------------------------------

    def expect(
        self,
        number: int,
        kind: str,
        stem: str,
        options: Sequence[str] = (),
        key: Any = None,
        *,
        flagged: bool = False,
        **extra: Any,
    ) -> None:
        self.expected.append(Expected(number, kind, stem, list(options), key, flagged, extra))

    # --- the files --------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        properties = self.doc.core_properties
        properties.author, properties.last_modified_by = "Giáo viên", "Giáo viên"
        _slim(self.doc)
        made = io.BytesIO()
        self.doc.save(made)
        (folder / f"{self.name}.docx").write_bytes(repacked(made.getvalue()))
        told = {
            "about": self.about,
            "items": [
                {
                    "number": e.number,
                    "kind": e.kind,
                    "stem": e.stem,
                    "options": e.options,
                    "key": e.key,
                    "flagged": e.flagged,
                    **e.extra,
                }
                for e in self.expected
            ],
        }
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{self.name}.json").write_text(text, encoding="utf-8")


_KEPT_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Header", "Footer"}
_USEFUL = {"styles", "numbering", "settings", "fontTable", "footnotes", "header", "footer", "image",
           "oleObject", "hyperlink"}  # fmt: skip


def _slim(doc: Any) -> None:
    """Without what python-docx's template carries and no file here uses."""
    for relations in (doc.part.rels, doc.part.package.rels):
        for name, relation in list(relations.items()):
            kind = relation.reltype.rpartition("/")[2]
            if (relations is doc.part.rels and kind not in _USEFUL) or kind == "thumbnail":
                del relations[name]
    styles = doc.styles.element
    used = {
        e.get(qn("w:val"))
        for e in doc.element.iter(qn("w:rStyle"), qn("w:pStyle"), qn("w:tblStyle"))
    }
    for style in list(styles):
        name = style.get(qn("w:styleId"))
        own = style.get(qn("w:customStyle")) == "1"
        if style.tag == qn("w:latentStyles") or (
            name and name not in used | _KEPT_STYLES and not own
        ):
            styles.remove(style)


def repacked(raw: bytes, **replaced: bytes) -> bytes:
    """The package with fixed dates, so that the same script makes the same bytes; without the
    thumbnail of the template."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in sorted(old.infolist(), key=lambda e: e.filename != "[Content_Types].xml"):
            body = replaced.get(entry.filename, old.read(entry))
            fixed = zipfile.ZipInfo(entry.filename, A_DATE)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, body)
    return out.getvalue()


def xml(text: str) -> _Element:
    """An element of the body, with the usual prefixes declared."""
    spaces = nsdecls("w", "m", "r", "wp", "a", "pic") + (
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    start = text.index("<") + 1
    end = min(
        i for i in (text.find(" ", start), text.find(">", start), text.find("/", start)) if i > 0
    )
    return parse_xml(f"{text[:end]} {spaces}{text[end:]}")


def omml(text: str) -> _Element:
    return xml(f"<m:oMath>{text}</m:oMath>")


def mr(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def png(colour: tuple[int, int, int], side: int = 24) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def wrapped(tag: str, attributes: str, *inner: _Element) -> _Element:
    """`<w:ins ...>` and the like around runs."""
    element = xml(f"<{tag} {attributes}/>")
    for child in inner:
        element.append(child)
    return element


def run_element(text: str, properties: str = "", tag: str = "w:t") -> _Element:
    return xml(f'<w:r><w:rPr>{properties}</w:rPr><{tag} xml:space="preserve">{text}</{tag}></w:r>')


__all__ = [
    "A_DATE", "Bit", "OxmlElement", "Paper", "R", "copy", "mr", "omml", "png", "qn", "repacked",
    "run_element", "wrapped", "xml",
]  # fmt: skip

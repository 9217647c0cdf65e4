"""Reads the body of a .docx into a `Document`: final text, every look resolved, read once.

Tracked changes are read as accepted; of alternative contents the first readable one is taken, so
a text box is not read twice; deleted and hidden text is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml.etree import _Element

from ..guards import USUAL, Deadline, Limits
from ..identity import read_identity
from .document import (
    Atom,
    Block,
    Cell,
    Document,
    Paragraph,
    Place,
    Table,
    snippet,
    text_of,
)
from .images import Pictures
from .inline import InlineReader
from .names import MC, W, local, value
from .notes import notes_of
from .numbering import Numbering
from .package import Package, open_package
from .styles import Styles, look_of, read_properties

MOST_SECONDS = 170.0
_TRANSPARENT = {
    "sdt",
    "sdtContent",
    "customXml",
    "smartTag",
    "ins",
    "moveTo",
    "body",
    "txbxContent",
}
_DELETED = {"del", "moveFrom"}


def read_document(source: Path | bytes, limits: Limits = USUAL) -> Document:
    """The document in a Word file. Raises Invalid or TooLarge with what to do."""
    with open_package(source, limits) as package:
        return _BodyReader(package).document()


@dataclass(slots=True)
class _Position:
    """Where the reader stands; paragraphs are numbered as a person counts them in the file."""

    paragraph: int = 0
    tables: int = 0
    cell: tuple[int, int, int] = (0, 0, 0)
    carried: list[Atom] = field(default_factory=list)  # of a paragraph whose end was deleted
    identities: dict[int, str] = field(default_factory=dict)


class _BodyReader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"), self._styles)
        self._pictures = Pictures(package)
        self._inline = InlineReader(
            package, self._styles, self._pictures, notes_of(package, self._styles)
        )
        self._position = _Position()
        self._deadline = Deadline(MOST_SECONDS)

    def document(self) -> Document:
        body = self._package.document.find(W + "body")
        blocks = tuple(self._blocks(body)) if body is not None else ()
        return Document(
            blocks, self._pictures.found, self._package.left_out, self._position.identities
        )

    def _blocks(self, parent: _Element) -> Iterator[Block]:
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield self._table(element)
            elif name == "sdt":
                if not _is_placeholder(element):
                    yield from self._blocks(element)
            elif name in _TRANSPARENT:
                yield from self._blocks(element)
            elif name == "AlternateContent":
                yield from self._blocks(_alternative(element))

    def _paragraph(self, element: _Element) -> Iterator[Block]:
        self._deadline.check()
        self._position.paragraph += 1
        if identity := _identity(element):
            self._position.identities[self._position.paragraph] = identity
        style = value(element.find(f"{W}pPr/{W}pStyle")) or ""
        given = self._numbering.label(element, style)
        atoms, boxes = self._inline.read(element, style)
        if _end_is_deleted(element):
            self._position.carried += atoms
            return
        atoms = tuple(self._position.carried) + atoms
        self._position.carried = []
        if not _is_only_box(atoms, boxes):
            yield self._made(element, style, atoms, given)
        for box in boxes:
            yield from self._blocks(box)

    def _made(
        self, element: _Element, style: str, atoms: tuple[Atom, ...], given: object
    ) -> Paragraph:
        number, look = "", None
        if isinstance(given, tuple):
            number, own = given
            mark = read_properties(element.find(f"{W}pPr/{W}rPr"))
            base = self._styles.of_styles(style, "")
            look = look_of(own.over(mark).over(base))
        made = Paragraph(
            atoms,
            self._place(f"{number} {text_of(atoms)}"),
            number=number,
            is_centred=self._is_centred(element, style),
        )
        return replace(made, number_look=look) if look else made

    def _is_centred(self, element: _Element, style: str) -> bool:
        own = element.find(f"{W}pPr/{W}jc")
        found = own if own is not None else self._styles.paragraph_element(style, "jc")
        return value(found) == "center"

    def _place(self, text: str) -> Place:
        table, row, column = self._position.cell
        return Place(self._position.paragraph, table, row, column, snippet(text))

    def _table(self, element: _Element) -> Table:
        self._position.tables += 1
        number, outer = self._position.tables, self._position.cell
        rows = []
        for index, row in enumerate(_rows(element), start=1):
            cells = []
            for column, cell in enumerate(_cells(row), start=1):
                self._position.cell = (number, index, column)
                span = value(cell.find(f"{W}tcPr/{W}gridSpan")) or "1"
                columns = int(span) if span.isdigit() else 1
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                if merged is not None and value(merged) in {None, "continue"}:
                    cells.append(Cell((), columns, rows=0))
                else:
                    cells.append(Cell(tuple(self._blocks(cell)), columns))
            rows.append(cells)
        self._position.cell = outer
        return Table(_spanned(rows), number)


def _rows(table: _Element) -> Iterator[_Element]:
    for element in table:
        name = local(element)
        if name == "tr" and element.find(f"{W}trPr/{W}del") is None:
            yield element
        elif name in _TRANSPARENT:
            yield from _rows(element)


def _cells(row: _Element) -> Iterator[_Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            yield element
        elif name in _TRANSPARENT:
            yield from _cells(element)


def _spanned(rows: list[list[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Continued cells dropped; the cell above them says over how many rows it reaches."""
    started: dict[int, tuple[int, int]] = {}  # grid column -> (row, index) of the cell above
    grown = [list(row) for row in rows]
    for r, row in enumerate(rows):
        column = 0
        for c, cell in enumerate(row):
            if cell.rows == 0 and column in started:
                above_row, above = started[column]
                origin = grown[above_row][above]
                grown[above_row][above] = replace(origin, rows=origin.rows + 1)
            else:
                started[column] = (r, c)
            column += cell.columns
    return tuple(tuple(cell for cell in row if cell.rows) for row in grown)


def _is_only_box(atoms: tuple[Atom, ...], boxes: list[_Element]) -> bool:
    return bool(boxes) and not text_of(atoms).strip() and len(atoms) <= len(boxes)


def _identity(paragraph: _Element) -> str:
    """The item a content control in this paragraph names; only our own exports have one."""
    for tag in paragraph.iter(f"{W}tag"):
        name = value(tag) or ""
        if read_identity(name):
            return name
    return ""


def _end_is_deleted(paragraph: _Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(local(child) in _DELETED for child in mark)


def _is_placeholder(control: _Element) -> bool:
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _alternative(element: _Element) -> _Element:
    """The first alternative that holds something we read, else the fallback."""
    for choice in element.iterchildren(MC + "Choice"):
        if len(choice):
            return choice
    fallback = element.find(MC + "Fallback")
    return element if fallback is None else fallback

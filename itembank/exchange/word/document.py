"""A Word document without Word: paragraphs and tables with every look resolved. Pure data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ...errors import Message, msg
from ...items.pictures import Picture

SNIPPET = 40


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of text looks once styles, defaults and direct formatting are added up."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""  # RRGGBB; "" is black or automatic
    highlight: str = ""
    raised: Literal["", "sub", "sup"] = ""


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Tab:
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX of an Office Math or MathType formula; `look` is that of the text around it."""

    tex: str
    display: bool = False
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as the bank will store it; `alt` is the description the author gave it."""

    sha256: str
    alt: str = ""
    is_floating: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A reference to a footnote or endnote: its mark and its text."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that could not be taken as it stood, at the place where it stood."""

    what: Message


Atom = Text | Tab | Break | Formula | Image | Note | Doubt


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands: its running number in the document, and its table cell."""

    paragraph: int
    table: int = 0
    row: int = 0
    column: int = 0
    snippet: str = ""

    def words(self) -> Message:
        if self.table:
            return msg(
                "đoạn {n} (bảng {table}, hàng {row}, cột {column}): «{snippet}»",
                n=self.paragraph,
                table=self.table,
                row=self.row,
                column=self.column,
                snippet=self.snippet,
            )
        return msg("đoạn {n}: «{snippet}»", n=self.paragraph, snippet=self.snippet)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`number` is the text of an automatic number («Câu 1.», «A.»), as Word shows it."""

    atoms: tuple[Atom, ...]
    place: Place
    number: str = ""
    number_look: Look = PLAIN
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    blocks: tuple[Block, ...]
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]
    number: int = 0


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Block, ...]
    pictures: dict[str, FoundPicture] = field(default_factory=dict)
    left_out: tuple[Message, ...] = ()  # macros, embedded files: of the file, not of an item
    identities: dict[int, str] = field(default_factory=dict)  # paragraph -> item it belongs to


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """`raw` is what the file held; `picture` what the bank would store."""

    name: str
    raw: bytes
    picture: Picture


def text_of(atoms: tuple[Atom, ...] | list[Atom]) -> str:
    """Plain text, formulas as TeX between dollars, pictures left out."""
    return "".join(_words(atom) for atom in atoms)


def _words(atom: Atom) -> str:
    match atom:
        case Text():
            return atom.text
        case Tab():
            return "\t"
        case Break():
            return "\n"
        case Formula():
            return f"${atom.tex}$"
        case _:
            return ""


def snippet(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SNIPPET else words[: SNIPPET - 1].rstrip() + "…"


def paragraphs(blocks: tuple[Block, ...]) -> Iterator[Paragraph]:
    """Every paragraph in reading order, those of tables row by row."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs(cell.blocks)

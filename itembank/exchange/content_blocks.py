"""Content of the bank as blocks of runs, the shape that Word and print both take. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of a paragraph: words with their looks, a formula, a picture, or a gap."""

    text: str = ""
    looks: frozenset[str] = frozenset()
    tex: str = ""
    picture: str = ""
    alt: str = ""
    width: int | None = None


@dataclass(slots=True)
class Para:
    pieces: list[Piece] = field(default_factory=list)
    is_display: bool = False
    bullet: str = ""


@dataclass(slots=True)
class Grid:
    rows: list[list[tuple[list[Para], int, int]]] = field(default_factory=list)


Block = Para | Grid
_LOOKS = {"strong": "bold", "em": "italic", "u": "underline", "sub": "sub", "sup": "sup"}
_LOOKS |= {"th": "bold", "figcaption": "italic", "caption": "italic"}
_PARAGRAPHS = {"p", "div", "li", "figure", "figcaption", "blockquote", "caption", "ul", "ol"}
_NEVER_CLOSED = {"img", "br"}


class _Blocks(HTMLParser):
    """XHTML of the bank as blocks of runs. A table inside a cell is written as its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._looks: list[str] = []
        self._lists: list[int | None] = []
        self._cells = 0
        self._in_formula = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _LOOKS:
            self._looks.append(_LOOKS[tag])
        if "data-tex" in given:
            self._formula(tag, given["data-tex"])
        elif "data-gap" in given:
            self._add(Piece("______"))
        elif tag == "img":
            self._picture(given)
        elif tag == "br":
            self._add(Piece("\n"))
        elif tag in {"ul", "ol"}:
            self._lists.append(None if tag == "ul" else 0)
            self._start()
        elif tag == "li":
            self._item()
        elif tag in _PARAGRAPHS:
            self._start()
        else:
            self._table(tag, given)

    def _table(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table" and not self._cells:
            self.blocks.append(Grid())
        elif tag == "tr" and self._grid is not None and not self._cells:
            self._grid.rows.append([])
        elif tag in {"td", "th"} and self._grid is not None:
            self._cells += 1
            if self._cells == 1:
                if not self._grid.rows:
                    self._grid.rows.append([])
                spans = (_count(given.get("colspan")), _count(given.get("rowspan")))
                self._grid.rows[-1].append(([Para()], *spans))

    def handle_endtag(self, tag: str) -> None:
        if tag in _LOOKS and _LOOKS[tag] in self._looks:
            self._looks.reverse()
            self._looks.remove(_LOOKS[tag])
            self._looks.reverse()
        if tag in {"td", "th"}:
            self._cells = max(0, self._cells - 1)
        elif tag == "table" and not self._cells:
            self.blocks.append(Para())
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._start()
        elif tag in _PARAGRAPHS and not self._in_formula:
            self._start()
        if tag in {"div", "span"}:
            self._in_formula = False

    def handle_data(self, data: str) -> None:
        if data.strip() or (self._pieces() and data):
            self._add(Piece(" ".join(data.split("\n")), frozenset(self._looks)))

    @property
    def _grid(self) -> Grid | None:
        last = self.blocks[-1] if self.blocks else None
        return last if isinstance(last, Grid) else None

    def _paras(self) -> list[Para] | None:
        """The paragraphs of the open cell."""
        grid = self._grid
        return grid.rows[-1][-1][0] if grid and self._cells and grid.rows[-1] else None

    def _start(self) -> None:
        cell = self._paras()
        if cell is not None:
            if cell[-1].pieces:
                cell.append(Para())
        elif not self.blocks or self._grid or self._pieces():
            self.blocks.append(Para())

    def _pieces(self) -> list[Piece]:
        cell = self._paras()
        if cell is not None:
            return cell[-1].pieces
        last = self.blocks[-1] if self.blocks else None
        return last.pieces if isinstance(last, Para) else []

    def _open(self) -> Para:
        cell = self._paras()
        if cell is not None:
            return cell[-1]
        if not self.blocks or self._grid:
            self.blocks.append(Para())
        last = self.blocks[-1]
        assert isinstance(last, Para)
        return last

    def _add(self, piece: Piece) -> None:
        self._open().pieces.append(piece)

    def _item(self) -> None:
        self._start()
        count = self._lists[-1] if self._lists else None
        if count is not None:
            self._lists[-1] = count + 1
        self._open().bullet = "• " if count is None else f"{count + 1}) "

    def _formula(self, tag: str, tex: str) -> None:
        self._in_formula = True
        if tag == "div":
            self._start()
            self._open().is_display = True
        self._add(Piece(tex=tex))
        if tag == "div":
            self._start()

    def _picture(self, given: dict[str, str]) -> None:
        width = given.get("width", "")
        self._add(
            Piece(
                picture=given.get("src", "").removeprefix("asset:"),
                alt=given.get("alt", ""),
                width=int(width) if width.isdigit() else None,
            )
        )


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 100 else 1


def blocks_of(html: str) -> list[Block]:
    """Blocks of content in reading order, empty ones left out."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    return [b for b in reader.blocks if not isinstance(b, Para) or b.pieces]

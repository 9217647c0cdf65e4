"""Shared material as light markup and back: paragraphs, lists, tables, pictures, formulas. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

from itembank.difference.marking import compare
from itembank.items.markup import to_html

LOUD = {"strong": "**", "em": "*"}


def as_markup(html: str) -> str | None:
    """Light markup that gives this content back; None where none does."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    text = writer.text()
    return text if not compare(html, to_html(text, str)).is_changed else None


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.cells: list[str] | None = None  # of the row being read
        self.is_first_row = False
        self.lists: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tex := found.get("data-tex"):
            self._add(f"\n\n$${tex}$$\n\n" if tag == "div" else f"${tex}$")
        elif tag == "img":
            self._add(f"![{found.get('alt', '')}]({found.get('src', '').removeprefix('asset:')})")
        elif tag in LOUD:
            self._add(LOUD[tag])
        elif tag == "table":
            self.is_first_row = True
        elif tag == "tr":
            self.cells = []
        elif tag in ("td", "th") and self.cells is not None:
            self.cells.append("")
        elif tag in ("ul", "ol"):
            self.lists.append(tag)
        elif tag == "li":
            self._add("\n- " if self.lists[-1:] == ["ul"] else "\n1. ")

    def handle_endtag(self, tag: str) -> None:
        if tag in LOUD:
            self._add(LOUD[tag])
        elif tag == "tr" and self.cells is not None:
            self._row(self.cells)
        elif tag in ("p", "table", "figure"):
            self._add("\n\n")
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._add("\n\n")

    def handle_data(self, data: str) -> None:
        self._add(" ".join(data.split("\n")) if data.strip() else " " * bool(data.strip("\n")))

    def _row(self, cells: list[str]) -> None:
        self.cells = None
        self._add(f"| {' | '.join(cell.strip() for cell in cells)} |\n")
        if self.is_first_row:
            self._add("|" + "---|" * len(cells) + "\n")
            self.is_first_row = False

    def _add(self, text: str) -> None:
        if self.cells:
            self.cells[-1] += text.replace("\n", " ")
        elif self.cells is None:
            self.pieces.append(text)

    def text(self) -> str:
        lines = [line.strip() for line in "".join(self.pieces).split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip()

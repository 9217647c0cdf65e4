"""Papers of `papers.txt`, typed in a short notation: what each item is, its key, whether flagged."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import RGBColor

from itembank.exchange.found import FoundItem
from itembank.exchange.word import import_word

PAPERS = Path(__file__).with_name("papers.txt").read_text(encoding="utf-8")
TOKEN = re.compile(r"(__.+?__|\*\*.+?\*\*|//.+?//|\{[rbh]:.+?\})")
LETTERS = {"choice": "c", "multiple": "c", "tf_cluster": "t", "short": "s", "essay": "e"}


def papers() -> Iterator[Any]:
    for part in PAPERS.split("=== ")[1:]:
        head, _, body = part.partition("\n")
        name, _, items = head.partition(": ")
        yield pytest.param(body.strip("\n"), items.strip(), id=name)


def _put(paragraph: Any, text: str) -> None:
    for piece in filter(None, TOKEN.split(text)):
        match = TOKEN.fullmatch(piece)
        run = paragraph.add_run(
            piece[(3 if piece[0] == "{" else 2) : (-1 if piece[0] == "{" else -2)]
            if match
            else piece
        )
        if not match:
            continue
        run.underline = piece.startswith("__") or None
        run.bold = piece.startswith(("**", "{b")) or None
        run.italic = piece.startswith("//") or None
        if piece[:2] in ("{r", "{b"):
            run.font.color.rgb = RGBColor(0xFF, 0, 0) if piece[1] == "r" else RGBColor(0, 0, 0xFF)
        if piece.startswith("{h"):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def written(source: str) -> bytes:
    document = docx.Document()
    rows: list[list[str]] = []
    for line in [*source.split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line[1:-1].split("|")])
            continue
        if rows:
            _table(document, rows)
            rows = []
        _put(document.add_paragraph(), line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), max(len(row) for row in rows))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cell = table.cell(r, c)
            first, *others = text.split("\\n")
            _put(cell.paragraphs[0], first)
            for other in others:
                _put(cell.add_paragraph(), other)


def _shown(item: FoundItem) -> str:
    key = "".join(item.key) if item.key else "-"
    return f"{item.number}:{LETTERS[item.kind]}{key}{'!' if item.problems else ''}"


@pytest.mark.parametrize(("source", "items"), list(papers()))
def test_a_typed_paper(source: str, items: str) -> None:
    found = import_word(written(source)).items
    told = "\n".join(f"{i.number}: {p.what}" for i in found for p in i.problems)
    assert " ".join(_shown(item) for item in found) == items, told

"""How cells are written: as texts, wrapped, with heads that stay and lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...items.content import KIND_NAMES, LEVEL_NAMES
from .columns import COLUMNS, HELD, MOST_ROWS, PLACES

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Looks:
    """The few formats of a workbook."""

    def __init__(self, book: Any) -> None:
        text = {"text_wrap": True, "valign": "top", "num_format": "@"}
        self.head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE6F1",
                                     "border": 1, "valign": "top"})  # fmt: skip
        self.text = book.add_format(text)
        self.marked = book.add_format(text)
        self.marked.set_quote_prefix()
        self.title = book.add_format({"bold": True, "font_size": 14})


def write_text(sheet: Any, row: int, column: int, text: str, looks: Looks) -> None:
    """A cell that is a text whatever it begins with."""
    chosen = looks.marked if text.startswith(FORMULA_SIGNS) else looks.text
    sheet.write_string(row, column, text, chosen)


def write_heads(sheet: Any, looks: Looks) -> None:
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.head, looks.head)
        sheet.write_comment(0, place, column.about)
        sheet.set_column(place, place, column.width, looks.text)
    sheet.freeze_panes(1, 2)
    _offer(sheet, "kind", [KIND_NAMES[kind] for kind in HELD])
    _offer(sheet, "level", list(LEVEL_NAMES.values()))
    _offer(sheet, "grade", [str(grade) for grade in range(1, 13)])
    for name in ("real_life", "fixed", "cased"):
        _offer(sheet, name, ["x"])


def _offer(sheet: Any, name: str, choices: list[str]) -> None:
    place = PLACES[name]
    rule = {
        "validate": "list",
        "source": choices,
        "error_title": "Chọn trong danh sách",
        "error_message": "Chọn một giá trị trong danh sách của ô.",
    }
    sheet.data_validation(1, place, MOST_ROWS, place, rule)


def write_row(sheet: Any, looks: Looks, row: int, cells: Mapping[str, str]) -> None:
    for name, text in cells.items():
        write_text(sheet, row, PLACES[name], text, looks)

"""Keys and lists of items as spreadsheets, in the layouts that schools keep."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from ...curriculum import outcome_text, topic_name
from ...items.content import KIND_NAMES, LEVEL_NAMES
from ...items.html import plain_text
from ..qti.packages_out import ExportedItem
from .model import Paper, PrintedPart, key_in_force, key_text

_NOTHING_COMPUTED = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}


def key_xlsx(papers: Sequence[Paper]) -> bytes:
    """Keys of all codes: a row a code (for marking), and a row an item (to be posted).

    What was decided of a key after the examination is in it.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _NOTHING_COMPUTED) as book:
        head = book.add_format(
            {"bold": True, "align": "center", "border": 1, "bg_color": "#E6EEF8"}
        )
        cell = book.add_format({"align": "center", "border": 1})
        _by_code(book.add_worksheet("Mã đề × câu"), papers, head, cell)
        _by_item(book.add_worksheet("Câu × mã đề"), papers, head, cell)
    return out.getvalue()


def _by_code(sheet: Any, papers: Sequence[Paper], head: Any, cell: Any) -> None:
    """`Mã đề, 1…, Câu 1…, Câu 1…`: the parts beside each other, a true/false item as `ĐSĐS`."""
    sheet.write_string(1, 0, "Mã đề", head)
    column = 1
    for part in papers[0].parts:
        last = column + len(part.items) - 1
        if last > column:
            sheet.merge_range(0, column, 0, last, f"Phần {part.code}", head)
        elif part.items:
            sheet.write_string(0, column, f"Phần {part.code}", head)
        for item in part.items:
            sheet.write_string(1, column, _item_head(part, item.number), head)
            column += 1
    for row, paper in enumerate(papers, start=2):
        sheet.write_string(row, 0, _code(paper), head)
        keys = [key_in_force(item) for part in paper.parts for item in part.items]
        for at, key in enumerate(keys, start=1):
            sheet.write_string(row, at, key, cell)
    sheet.freeze_panes(2, 1)
    sheet.set_column(1, column, 7)


def _item_head(part: PrintedPart, number: int) -> str:
    return str(number) if part.code == "I" else f"Câu {number}"


def _by_item(sheet: Any, papers: Sequence[Paper], head: Any, cell: Any) -> None:
    for column, name in enumerate(["Phần", "Câu", *map(_code, papers)]):
        sheet.write_string(0, column, name, head)
    places = [(part, at) for part in range(len(papers[0].parts))
              for at in range(len(papers[0].parts[part].items))]  # fmt: skip
    for row, (part, at) in enumerate(places, start=1):
        sheet.write_string(row, 0, papers[0].parts[part].code, cell)
        sheet.write_number(row, 1, at + 1, cell)
        for column, paper in enumerate(papers, start=2):
            sheet.write_string(row, column, key_in_force(paper.parts[part].items[at]), cell)
    sheet.freeze_panes(1, 2)


def _code(paper: Paper) -> str:
    return (paper.heading.code if paper.heading else "") or "Gốc"


_COLUMNS = (("STT", 5), ("Mã câu", 16), ("Dạng", 18), ("Lớp", 5), ("Chủ đề", 34), ("Cấp độ", 10),
            ("Yêu cầu cần đạt", 50), ("Lời dẫn", 80), ("Đáp án", 12))  # fmt: skip


def item_list_xlsx(items: Sequence[ExportedItem]) -> bytes:
    """A list of items to be read and sorted; formulas as TeX between dollars."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _NOTHING_COMPUTED) as book:
        sheet = book.add_worksheet("Câu hỏi")
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#E6EEF8"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        for column, (name, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for row, item in enumerate(items, start=1):
            for column, text in enumerate(_row(row, item)):
                sheet.write_string(row, column, text[:32_000], wrapped)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(items), len(_COLUMNS) - 1)
    return out.getvalue()


def _row(number: int, item: ExportedItem) -> list[str]:
    content = item.content
    return [
        str(number),
        item.identifier,
        KIND_NAMES[content.kind],
        str(content.grade),
        topic_name(content.topic) if content.topic else "",
        LEVEL_NAMES[content.level] if content.level else "",
        outcome_text(content.outcome) if content.outcome else "",
        plain_text(content.stem),
        key_text(content),
    ]

"""Results as pictures: how the class did on each item, and pupil by item."""

from __future__ import annotations

from markupsafe import Markup

from delivery.practice.results import Mark, Results

from ..charts.svg import el, picture, text
from ..i18n import Words

CELL, NAMES, TOP = 26, 190, 24
LONGEST_NAME = 24


def mark_css(mark: Mark) -> str:
    if mark.share is None:
        return "read" if mark.is_answered else "blank"
    if not mark.is_answered:
        return "blank"
    return "right" if mark.is_right else "part" if mark.share else "wrong"


SIGNS = {"right": "✓", "part": "½", "wrong": "✗", "blank": "–", "read": "✎"}


def class_map(found: Results, t: Words) -> Markup:
    """A square for every pupil and item; the sign says what the colour says."""
    rows = [row for row in found.rows if row.marks is not None]
    width = NAMES + CELL * max(len(found.columns), 4) + 10
    parts = [
        text(NAMES + CELL * (i + 0.5), 16, str(c.place.position), "tick", "middle")
        for i, c in enumerate(found.columns)
    ]
    for at, row in enumerate(rows):
        y = TOP + at * CELL
        parts.append(text(NAMES - 8, y + 17, row.pupil.full_name[:LONGEST_NAME], "tick", "end"))
        parts += [_square(i, y, mark) for i, mark in enumerate(row.marks or ())]
    told = t("Mỗi hàng một học sinh, mỗi cột một câu; cùng số liệu ở bảng bên dưới.")
    return picture("lop", width, TOP + CELL * len(rows) + 6, t("Ai làm đúng câu nào"), told, parts)


def _square(at: int, y: float, mark: Mark) -> str:
    css = mark_css(mark)
    x = NAMES + at * CELL
    return el(
        "rect", x=x + 1.0, y=y + 1.0, width=CELL - 2.0, height=CELL - 2.0, rx=3,
        class_=f"mark {css}",
    ) + text(x + CELL / 2, y + 18, SIGNS[css], f"sign {css}", "middle")  # fmt: skip


def item_bars(found: Results, t: Words) -> Markup:
    """The share of the class that each item was right for."""
    rows = [c for c in found.columns if c.mean is not None]
    parts: list[str] = []
    for at, column in enumerate(rows):
        y, mean = at * 26 + 4, column.mean or 0.0
        parts.append(text(74, y + 15, t("Câu {n}", n=column.place.position), "tick", "end"))
        parts.append(el("rect", x=82.0, y=y + 2.0, width=300.0, height=16.0, class_="rail"))
        parts.append(
            el("rect", x=82.0, y=y + 2.0, width=300.0 * mean, height=16.0, class_="box there")
        )
        parts.append(text(390, y + 15, f"{100 * mean:.0f} %", "tick"))
    told = t("Tỉ lệ điểm của cả lớp ở từng câu; cùng số liệu ở bảng bên dưới.")
    return picture("tung-cau", 440, len(rows) * 26 + 6, t("Cả lớp làm từng câu"), told, parts)

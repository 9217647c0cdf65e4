"""Pictures of the stock: what a cell holds, what papers will need, how contributions grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.stock.cells import Holding
from itembank.stock.forecast import Forecast, Need

from ..charts.svg import Scale, circle, el, line, path, picture, text
from ..i18n import Words

MOST_BOXES = 40
BOX, GAP, ROW_OF_BOXES = 14, 4, 20


def cell_boxes(holding: Holding, t: Words) -> Markup:
    """One box an item that is required: there, under appraisal, nobody writes it yet."""
    required = holding.required or 0
    there = min(holding.usable, required)
    coming = min(holding.in_review, required - there)
    boxes = ["there"] * there + ["coming"] * coming + ["missing"] * (required - there - coming)
    if len(boxes) > MOST_BOXES:
        return _cell_bar(there, coming, required, t)
    rows = -(-len(boxes) // ROW_OF_BOXES) or 1
    return picture(
        "o", ROW_OF_BOXES * (BOX + GAP), rows * (BOX + GAP), *_told(there, coming, required, t),
        [_box(i, css) for i, css in enumerate(boxes)],
    )  # fmt: skip


def _told(there: int, coming: int, required: int, t: Words) -> tuple[str, str]:
    return t("Ô này có gì"), t(
        "{a} đã duyệt, {b} đang thẩm định, {c} chưa có người soạn",
        a=there, b=coming, c=required - there - coming,
    )  # fmt: skip


def _box(place: int, css: str) -> str:
    row, column = divmod(place, ROW_OF_BOXES)
    return el(
        "rect", x=column * (BOX + GAP) + 1.0, y=row * (BOX + GAP) + 1.0, width=float(BOX),
        height=float(BOX), rx=2, class_=f"box {css}",
    )  # fmt: skip


def _cell_bar(there: int, coming: int, required: int, t: Words) -> Markup:
    scale = Scale(0, required, 0, 360)
    parts = [
        _bar(0, scale(there), 2, "box there"),
        _bar(scale(there), scale(there + coming), 2, "box coming"),
        _bar(scale(there + coming), 360, 2, "box missing"),
    ]
    return picture("o", 360, 18, *_told(there, coming, required, t), parts)


def _bar(start: float, end: float, y: float, css: str, height: float = 14) -> str:
    return el("rect", x=float(start), y=float(y), width=max(0.0, end - start), height=float(height),
              class_=css)  # fmt: skip


LABEL, WIDTH, STEP = 190, 620, 26


def forecast_bars(told: Forecast, t: Words) -> Markup:
    """What there will be against what the papers need, kind by level."""
    most = max((max(need.needed, need.available) for need in told.needs), default=1)
    scale = Scale(0, max(most, 1), LABEL, WIDTH - 90)
    parts: list[str] = []
    for row, need in enumerate(told.needs):
        parts += _need_row(need, row * STEP + 4, scale, t)
    return picture(
        "du-bao", WIDTH, len(told.needs) * STEP + 6, t("Dự báo theo dạng và cấp độ"),
        t("Cần {n} câu, thiếu {k}; số liệu ở bảng bên dưới.", n=told.needed, k=told.short), parts,
    )  # fmt: skip


def shape_name(kind: str, level: str | None, t: Words) -> str:
    named = t(LEVEL_NAMES[level]) if level else t("Mọi cấp độ")
    return f"{t(KIND_NAMES.get(kind, kind))} · {named}"


def _need_row(need: Need, y: float, scale: Scale, t: Words) -> list[str]:
    there, back = scale(need.usable), scale(need.available)
    mark = scale(need.needed)
    short = t("thiếu {n}", n=need.short) if need.short else t("đủ")
    return [
        text(LABEL - 8, y + 13, shape_name(need.kind, need.level, t), "tick", "end"),
        _bar(LABEL, there, y + 2, "box there"),
        _bar(there, back, y + 2, "box coming"),
        line(mark, y - 1, mark, y + 19, "need"),
        text(max(mark, back) + 6, y + 13, f"{need.available}/{need.needed} {short}",
             "tick short" if need.short else "tick"),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CurveData:
    """Approved items by the end of each month so far, and what is asked for in the year."""

    counts: Sequence[int]
    months: Sequence[int]
    target: int | None


def contribution_curve(data: CurveData, t: Words) -> Markup:
    """The steps of a year's approved items, beside the even pace to the target."""
    now = data.counts[-1] if data.counts else 0
    top = max([1, data.target or 0, *data.counts])
    x, y = Scale(0, 12, 24, 268), Scale(0, top, 122, 26)
    parts = [line(24, 122, 268, 122, "axis"), *_month_names(data.months, x)]
    if data.target:
        parts += _target_lines(data.target, x, y, t)
    parts += _steps(data.counts, x, y)
    at_x, at_y = x(len(data.counts)), y(now)
    where = "start" if len(data.counts) < 6 else "end"
    parts.append(circle(at_x, at_y, 4, "now"))
    parts.append(text(at_x + (8 if where == "start" else -8), max(12, at_y - 6),
                      t("{n} câu, hôm nay", n=now), "now-text", where))  # fmt: skip
    told = t("{n} câu được duyệt tới nay; chỉ tiêu cả năm {k}.", n=now, k=data.target or "–")
    return picture("dong-gop", 304, 146, t("Câu được duyệt trong năm học"), told, parts)


def _month_names(months: Sequence[int], x: Scale) -> list[str]:
    return [
        text(x(i + 0.5), 139, f"T{month}", "tick", "middle")
        for i, month in enumerate(months)
        if i % 2 == 0
    ]


def _target_lines(target: int, x: Scale, y: Scale, t: Words) -> list[str]:
    return [
        line(24, y(target), 268, y(target), "axis"),
        text(268, y(target) - 5, t("chỉ tiêu cả năm"), "tick", "end"),
        text(274, y(target) + 4, str(target), "strong-tick"),
        line(24, y(0), 268, y(target), "pace"),
    ]


def _steps(counts: Sequence[int], x: Scale, y: Scale) -> list[str]:
    points = [(x(0), y(0))]
    for month, n in enumerate(counts):
        points += [(x(month), y(n)) if month else (x(0), y(0)), (x(month + 1), y(n))]
    area = [*points, (points[-1][0], y(0))]
    shape = " ".join(f"{a:.1f},{b:.1f}" for a, b in area)
    return [el("polygon", points=shape, class_="under"), path(points, "grown")]


def bars(name: str, rows: Sequence[tuple[str, float, str]], title: str, told: str,
         *, width: int = 560, label: int = 210) -> Markup:  # fmt: skip
    """Plain horizontal bars: name, length, and the number as it is written."""
    most = max((value for _, value, _ in rows), default=0) or 1
    scale = Scale(0, most, label, width - 70)
    parts: list[str] = []
    for row, (what, value, written) in enumerate(rows):
        y = row * STEP + 4
        parts.append(text(label - 8, y + 13, what, "tick", "end"))
        parts.append(_bar(label, scale(value), y + 2, "box there"))
        parts.append(text(scale(value) + 6, y + 13, written, "tick"))
    return picture(name, width, len(rows) * STEP + 6, title, told, parts)


YEAR_COLOURS = ("c1", "c2", "c3")


def share_lines(years: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]],
                title: str, told: str) -> Markup:  # fmt: skip
    """Shares of each year, a line a head; a year without items leaves a gap."""
    x, y = Scale(0, max(1, len(years) - 1), 60, 380), Scale(0, 1, 170, 14)
    parts = [
        piece
        for share in (0, 0.25, 0.5, 0.75, 1)
        for piece in (
            line(60, y(share), 380, y(share), "grid"),
            text(52, y(share) + 4, f"{share:.0%}", "tick", "end"),
        )
    ]
    parts += [text(x(i), 190, name, "tick", "middle") for i, name in enumerate(years)]
    ends: list[float] = []
    for colour, (name, values) in zip(YEAR_COLOURS, series, strict=False):
        points = [(x(i), y(v)) for i, v in enumerate(values) if v is not None]
        if points:
            parts += [
                path(points, f"line {colour}"),
                *(circle(a, b, 4, f"dot {colour}") for a, b in points),
            ]
            ends.append(_free(points[-1][1], ends))
            parts.append(text(points[-1][0] + 10, ends[-1] + 4, name, f"tick {colour}-text"))
    return picture("ti-le", 560, 200, title, told, parts)


def _free(y: float, taken: Sequence[float]) -> float:
    """The nearest height below where no other name stands."""
    while any(abs(y - other) < 15 for other in taken):
        y -= 15
    return y

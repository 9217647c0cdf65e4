"""Wright map: persons at the left, item difficulties at the right, on one scale of logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ...formats import count
from .svg import Scale, Words, circle, el, line, logit_label, picture, text, whole_ticks

TOP, BOTTOM, HEIGHT = 56, 690, 708
PEOPLE_LEFT, AXIS, MIDDLE = 16, 150, 186
BINARY_LANE, STEPPED_LANE, PART_GAP = 52, 27, 14
LINE_HEIGHT = 14
LEAST_LIMIT, MOST_LIMIT = 3.0, 5.0


@dataclass(frozen=True, slots=True)
class Bin:
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class WrightItem:
    """`thresholds`: one for a binary item, one a category above 0 for a polytomous one."""

    label: str
    part: str
    thresholds: tuple[float, ...]
    is_flagged: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class WrightData:
    bins: Sequence[Bin]
    items: Sequence[WrightItem]


def wright_map(data: WrightData, t: Words, name: str = "wright") -> Markup:
    limit = _limit(data)
    y = Scale(-limit, limit, BOTTOM, TOP)
    parts, right = _items(data.items, y, t)
    persons = sum(b.n for b in data.bins)
    return picture(
        name,
        max(420, right + 8),
        HEIGHT,
        t("Bản đồ Wright"),
        t(
            "Phân bố năng lực của {persons} thí sinh và độ khó của {items} câu trên cùng một thang logit.",
            persons=count(persons),
            items=len(data.items),
        ),
        [*_frame(y, limit, right, t), *_people(data.bins, y), *parts],
    )


def _limit(data: WrightData) -> float:
    values = [abs(v) for item in data.items for v in item.thresholds]
    values += [max(abs(b.low), abs(b.high)) for b in data.bins if b.n]
    return min(MOST_LIMIT, max(LEAST_LIMIT, *values, LEAST_LIMIT) + 0.25)


def _frame(y: Scale, limit: float, right: float, t: Words) -> list[str]:
    parts = [
        text(AXIS - 6, 34, t("Thí sinh"), "head", "end"),
        text((AXIS + MIDDLE) / 2, 34, "logit", "head", "middle"),
        line(AXIS, TOP, AXIS, BOTTOM, "axis"),
        line(MIDDLE, TOP, MIDDLE, BOTTOM, "axis"),
    ]
    for tick in whole_ticks(-limit, limit):
        parts.append(line(PEOPLE_LEFT, y(tick), AXIS, y(tick), "grid"))
        parts.append(line(MIDDLE, y(tick), right, y(tick), "grid"))
        parts.append(text((AXIS + MIDDLE) / 2, y(tick) + 4, logit_label(tick), "tick", "middle"))
    return parts


def _people(bins: Sequence[Bin], y: Scale) -> list[str]:
    most = max((b.n for b in bins), default=1) or 1
    length = Scale(0, most, 0, AXIS - PEOPLE_LEFT)
    return [_bar(b, y, length(b.n), b.n == most) for b in bins if b.n]


def _bar(b: Bin, y: Scale, length: float, is_longest: bool) -> str:
    top, bottom = y.clipped(b.high), y.clipped(b.low)
    bar = el(
        "rect",
        x=AXIS - length,
        y=top,
        width=float(length),
        height=max(0.0, bottom - top - 1),
        class_="bar",
    )
    label = text(AXIS - length + 5, (top + bottom) / 2 + 4, count(b.n), "bar-text")
    return bar + (label if is_longest else "")


def _items(items: Sequence[WrightItem], y: Scale, t: Words) -> tuple[list[str], float]:
    """All items, part after part from left to right; where the last one ends."""
    parts: list[str] = []
    x = float(MIDDLE)
    for part, members in groupby(items, key=lambda item: item.part):
        group = list(members)
        parts.append(text(x + 6, 34, t("Phần {part}", part=part) if part else t("Câu"), "head"))
        binary = [item for item in group if len(item.thresholds) == 1]
        stepped = [item for item in group if len(item.thresholds) > 1]
        made, x = _binary(binary, y, x)
        parts += made
        for item in stepped:
            x += STEPPED_LANE
            parts.append(_stepped(item, y, x))
        x += PART_GAP + (4 if stepped else 0)
    return parts, x


def _binary(items: Sequence[WrightItem], y: Scale, x: float) -> tuple[list[str], float]:
    """Ticks with labels, moved to a further lane where a label would cover another."""
    lanes: list[float] = []  # lowest used height of each lane
    parts: list[str] = []
    for item in sorted(items, key=lambda i: -i.thresholds[0]):
        at = y.clipped(item.thresholds[0])
        lane = next((i for i, used in enumerate(lanes) if at - used >= LINE_HEIGHT), len(lanes))
        lanes[lane:] = [at] if lane == len(lanes) else [at, *lanes[lane + 1 :]]
        left = x + lane * BINARY_LANE
        css = _css("item-label", item)
        parts.append(line(left + 2, at, left + 8, at, _css("item-tick", item)))
        parts.append(text(left + 11, at + 4, item.label, css))
    return parts, x + len(lanes) * BINARY_LANE


def _stepped(item: WrightItem, y: Scale, x: float) -> str:
    """A line from the first to the last threshold, each threshold a numbered ring."""
    heights = [y.clipped(v) for v in item.thresholds]
    stem = line(x, max(heights), x, min(heights), _css("item-stem", item))
    rings = "".join(
        circle(x, at, 7, _css("ring", item)) + text(x, at + 3.5, str(k), "ring-text", "middle")
        for k, at in enumerate(heights, start=1)
    )
    label = text(x, min(heights) - 12, item.label, _css("item-label", item), "middle")
    return stem + rings + label


def _css(base: str, item: WrightItem) -> str:
    return base + (" flagged" if item.is_flagged else "") + (" open" if item.is_open else "")

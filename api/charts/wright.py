"""Wright map: persons at the left, item difficulties at the right, on one scale of logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ..formats import count
from ..i18n import Words
from .svg import Scale, circle, el, line, logit_label, path, picture, text, whole_ticks

TOP, BOTTOM, HEIGHT = 56, 690, 708
PEOPLE_LEFT, AXIS, MIDDLE = 8, 126, 160
LETTER, LEADER, LEAST_LANE, PART_GAP = 6.8, 16, 26, 14
LINE_HEIGHT, MOST_IN_LANE = 14, 8
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
        max(420.0, right),
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
        class_="people",
    )
    label = text(AXIS - length + 5, (top + bottom) / 2 + 4, count(b.n), "people-count")
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
        lane = max([LEAST_LANE, *(LETTER * len(item.label) + 4 for item in stepped)])
        for i, item in enumerate(stepped):
            parts.append(_stepped(item, y, x + (i + 0.5) * lane))
        x += len(stepped) * lane + PART_GAP
    return parts, x


def _binary(items: Sequence[WrightItem], y: Scale, x: float) -> tuple[list[str], float]:
    """Ticks at the difficulties, labels beside them, in as many lanes as keep the labels near."""
    n_lanes = -(-len(items) // MOST_IN_LANE)
    width = LEADER + LETTER * max((len(item.label) for item in items), default=0)
    by_height = sorted(items, key=lambda item: y.clipped(item.thresholds[0]))
    parts = [
        piece
        for lane in range(n_lanes)
        for piece in _lane(by_height[lane::n_lanes], y, x + lane * width)
    ]
    return parts, x + n_lanes * width


def _lane(items: Sequence[WrightItem], y: Scale, x: float) -> list[str]:
    heights = [y.clipped(item.thresholds[0]) for item in items]
    parts: list[str] = []
    for item, at, label_at in zip(items, heights, spread(heights, LINE_HEIGHT), strict=True):
        leader = [(x + 2, at), (x + 6, at), (x + LEADER - 5, label_at)]
        parts.append(path(leader, _css("item-tick", item)))
        parts.append(text(x + LEADER - 3, label_at + 4, item.label, _css("item-label", item)))
    return parts


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Sorted heights moved as little as possible (in squares) until they are `gap` apart."""
    pools: list[tuple[float, int]] = []  # mean of height - i * gap, and how many
    for i, height in enumerate(heights):
        mean, n = height - i * gap, 1
        while pools and pools[-1][0] > mean:
            before, m = pools.pop()
            mean, n = (mean * n + before * m) / (n + m), n + m
        pools.append((mean, n))
    flat = [mean for mean, n in pools for _ in range(n)]
    return [value + i * gap for i, value in enumerate(flat)]


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

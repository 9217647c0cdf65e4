"""One item in two groups: share of the points at equal matching score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..i18n import Words
from .svg import Scale, circle, line, path, picture, share_label, text, y_axis

WIDTH, HEIGHT = 520, 340
LEFT, RIGHT, TOP, BOTTOM = 42, 508, 30, 288
LARGEST_DOT, SMALLEST_DOT = 7.0, 1.5


@dataclass(frozen=True, slots=True)
class GroupCurve:
    name: str
    score: Sequence[float]
    n: Sequence[float]
    observed: Sequence[float]
    expected: Sequence[float]


@dataclass(frozen=True, slots=True)
class DifData:
    """The reference group first."""

    label: str
    groups: Sequence[GroupCurve]


def dif_curves(data: DifData, t: Words, name: str = "dif-hinh") -> Markup:
    scores = [s for group in data.groups for s in group.score]
    x = Scale(min(scores, default=0.0), max(scores, default=1.0) + 1e-9, LEFT + 8, RIGHT - 8)
    y = Scale(0.0, 1.0, BOTTOM, TOP)
    most = max((n for group in data.groups for n in group.n), default=1.0)
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Câu {label} ở hai nhóm", label=data.label),
        t("Tỉ lệ điểm theo điểm ghép; chấm lớn là nhiều thí sinh, đường là hồi quy logistic."),
        [
            *y_axis(y, LEFT, RIGHT, (0.0, 0.25, 0.5, 0.75, 1.0), share_label),
            line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
            *_ticks(x),
            text((LEFT + RIGHT) / 2, BOTTOM + 36, t("Điểm ghép"), "axis-title", "middle"),
            *(_group(g, f"c{k}", most, x, y) for k, g in enumerate(data.groups, start=1)),
            *_legend(data.groups),
        ],
    )


def _ticks(x: Scale) -> list[str]:
    step = max(1, round((x.high - x.low) / 8))
    first, last = round(x.low), round(x.high)
    return [text(x(v), BOTTOM + 17, str(v), "tick", "middle") for v in range(first, last + 1, step)]


def _group(group: GroupCurve, css: str, most: float, x: Scale, y: Scale) -> str:
    dots = "".join(
        circle(x(s), y(o), _radius(n, most), f"fleck {css} faint")
        for s, n, o in zip(group.score, group.n, group.observed, strict=True)
    )
    if not group.expected:
        return dots
    points = [(x(s), y(e)) for s, e in zip(group.score, group.expected, strict=True)]
    return dots + path(points, f"curve {css}" + (" dashed" if css == "c2" else ""))


def _radius(n: float, most: float) -> float:
    return max(SMALLEST_DOT, LARGEST_DOT * math.sqrt(n / most))


def _legend(groups: Sequence[GroupCurve]) -> list[str]:
    places = ((LEFT, "start"), (RIGHT, "end"))
    return [
        text(at, 16, group.name[:40], f"series c{k}", anchor)
        for k, (group, (at, anchor)) in enumerate(zip(groups, places, strict=False), start=1)
    ]

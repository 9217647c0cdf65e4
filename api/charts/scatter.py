"""Two scales against each other: items as points, the line they should lie on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from itembank.errors import Message

from ..i18n import Words
from .svg import Point, Scale, circle, line, logit_label, picture, text, whole_ticks

WIDTH, HEIGHT = 500, 470
LEFT, RIGHT, TOP, BOTTOM = 52, 484, 14, 416
LABEL_GAP = 13


@dataclass(frozen=True, slots=True)
class Dot:
    """One item; `is_off` where it has drifted or differs by more than is allowed."""

    label: str
    x: float
    y: float
    is_off: bool


@dataclass(frozen=True, slots=True)
class ScatterData:
    """`slope` and `intercept` give the line drawn beside the identity; None for none."""

    dots: Sequence[Dot]
    title: Message
    x_title: Message
    y_title: Message
    line: tuple[float, float] | None = None


def scatter(data: ScatterData, t: Words, name: str = "so-sanh-hinh") -> Markup:
    low, high = _reach(data.dots)
    x, y = Scale(low, high, LEFT, RIGHT), Scale(low, high, BOTTOM, TOP)
    ticks = whole_ticks(low, high)
    off = sum(dot.is_off for dot in data.dots)
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t(data.title),
        t("{n} câu; {k} câu lệch xa đường chung được tô đặc và ghi tên.", n=len(data.dots), k=off),
        [
            *_grid(x, y, ticks),
            text((LEFT + RIGHT) / 2, HEIGHT - 14, t(data.x_title), "axis-title", "middle"),
            text(LEFT, TOP - 2, t(data.y_title), "axis-title"),
            line(x(low), y(low), x(high), y(high), "identity"),
            *_own_line(data.line, x, y),
            *(_dot(dot, x, y) for dot in data.dots),
            *_labels(data.dots, x, y),
        ],
    )


def _reach(dots: Sequence[Dot]) -> tuple[float, float]:
    """Whole logits that hold every point, the same on both axes."""
    values = [value for dot in dots for value in (dot.x, dot.y)]
    low, high = min(values, default=-1.0), max(values, default=1.0)
    return float(low // 1), float(-(-high // 1)) if high > low else float(low // 1 + 1)


def _grid(x: Scale, y: Scale, ticks: Sequence[float]) -> list[str]:
    parts = []
    for tick in ticks:
        parts.append(line(x(tick), TOP, x(tick), BOTTOM, "grid"))
        parts.append(line(LEFT, y(tick), RIGHT, y(tick), "grid"))
        parts.append(text(x(tick), BOTTOM + 17, logit_label(tick), "tick", "middle"))
        parts.append(text(LEFT - 7, y(tick) + 4, logit_label(tick), "tick", "end"))
    return [
        *parts,
        line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
        line(LEFT, TOP, LEFT, BOTTOM, "axis"),
    ]


def _own_line(found: tuple[float, float] | None, x: Scale, y: Scale) -> list[str]:
    """The part of y = slope x + intercept that lies inside the frame."""
    if found is None:
        return []
    slope, intercept = found
    ends: list[Point] = [(at, slope * at + intercept) for at in (x.low, x.high)]
    ends += [((at - intercept) / slope, at) for at in (y.low, y.high) if slope]
    inside = sorted(
        (px, py)
        for px, py in ends
        if x.low - 1e-9 <= px <= x.high + 1e-9 and y.low - 1e-9 <= py <= y.high + 1e-9
    )
    if len(inside) < 2:
        return []
    (x1, y1), (x2, y2) = inside[0], inside[-1]
    return [line(x(x1), y(y1), x(x2), y(y2), "link-line")]


def _dot(dot: Dot, x: Scale, y: Scale) -> str:
    return circle(x(dot.x), y(dot.y), 4.5, "dot outside" if dot.is_off else "dot")


def _labels(dots: Sequence[Dot], x: Scale, y: Scale) -> list[str]:
    """Names of the dots that are off, moved down where two would touch."""
    parts: list[str] = []
    last = float(-LABEL_GAP)
    for dot in sorted((d for d in dots if d.is_off), key=lambda d: y(d.y)):
        at = max(y(dot.y) + 4, last + LABEL_GAP)
        last = at
        anchor, shift = ("end", -9.0) if x(dot.x) > RIGHT - 70 else ("start", 9.0)
        parts.append(text(x(dot.x) + shift, at, dot.label, "item-label flagged", anchor))
    return parts

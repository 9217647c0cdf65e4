"""Pictures the size of a word: an item's curve in a table row, the path of a log-likelihood."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from .svg import Scale, circle, el, path

WIDTH, HEIGHT = 76, 24
LIMIT = 3.0


def icc_sparkline(curve: Mapping[str, Any]) -> Markup:
    """The stored curve of an item from -3 to 3, with what the ability groups did as dots.

    Decoration beside numbers that say the same, hence hidden from screen readers.
    """
    x = Scale(-LIMIT, LIMIT, 2, WIDTH - 2)
    y = Scale(0.0, 1.0, HEIGHT - 2, 2)
    model = curve.get("model") or {"theta": [], "expected": []}
    points = [(x(a), y(p)) for a, p in zip(model["theta"], model["expected"], strict=True)]
    dots = [
        circle(x(group["theta"]), y.clipped(group["observed"]), 1.3, "point")
        for group in curve.get("groups", ())
        if abs(group["theta"]) <= LIMIT
    ]
    return _hidden([path(points, "stroke"), *dots])


def trace_sparkline(trace: Sequence[float]) -> Markup:
    """How far the log-likelihood still was from its end, cycle by cycle, on a logarithmic scale."""
    gaps = [trace[-1] - value for value in trace[:-1]] if trace else []
    heights = [math.log10(gap) for gap in gaps if gap > 0]
    if len(heights) < 2:
        return Markup("")
    x = Scale(0, len(heights) - 1, 2, WIDTH - 6)
    y = Scale(min(heights), max(heights) + 1e-9, HEIGHT - 3, 3)
    points = [(x(i), y(h)) for i, h in enumerate(heights)]
    return _hidden([path(points, "stroke"), circle(*points[-1], 2, "end")])


def _hidden(parts: Sequence[str]) -> Markup:
    return Markup(
        el(
            "svg",
            "".join(parts),
            class_="spark",
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            width=WIDTH,
            height=HEIGHT,
            aria_hidden="true",
            focusable="false",
        )
    )

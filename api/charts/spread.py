"""How values are spread, small enough to stand above two boxes of a filter."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from .svg import el, line

WIDTH, HEIGHT = 204, 46
BARS = 12


def spread(values: Sequence[tuple[float, int]], low: float, high: float) -> Markup | None:
    """A histogram of (value, how many) from `low` to `high`; what lies beyond stands in the outermost bars.

    Decoration beside the boxes that say the limits, hence hidden from screen readers.
    """
    if not values:
        return None
    counts = [0] * BARS
    for value, n in values:
        share = (value - low) / (high - low)
        counts[min(max(int(share * BARS), 0), BARS - 1)] += n
    tallest = max(counts)
    step = WIDTH / BARS
    bars = [_bar(i * step, step - 1, (HEIGHT - 2) * n / tallest) for i, n in enumerate(counts) if n]
    return Markup(
        el(
            "svg",
            "".join([*bars, line(0, HEIGHT - 1, WIDTH, HEIGHT - 1, "axis")]),
            class_="chart spread",
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            width=WIDTH,
            height=HEIGHT,
            aria_hidden="true",
            focusable="false",
        )
    )


def _bar(x: float, width: float, height: float) -> str:
    return el("rect", x=x, y=HEIGHT - 1 - height, width=width, height=height, class_="spread-bar")

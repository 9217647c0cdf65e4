"""An item's difficulty on an axis that all rows of a list share, with its 95 % interval."""

from __future__ import annotations

from markupsafe import Markup

from .svg import Scale, circle, el, line, logit_label, text

WIDTH, HEIGHT, LIMIT = 160, 26, 3
Z_95 = 1.96
X = Scale(-LIMIT, LIMIT, 10, WIDTH - 10)
TICKS = range(-LIMIT, LIMIT + 1)


def difficulty_mark(b: float, se: float | None) -> Markup:
    """Beside it stands the number, hence hidden from screen readers."""
    middle = HEIGHT / 2
    grid = [line(X(t), 0, X(t), HEIGHT, "zero" if t == 0 else "grid") for t in TICKS]
    ends = [] if se is None else [X.clipped(b - Z_95 * se), X.clipped(b + Z_95 * se)]
    whisker = [line(ends[0], middle, ends[1], middle, "whisker")] if ends else []
    return _strip([*grid, *whisker, circle(X.clipped(b), middle, 3.5, "mark")], HEIGHT)


def difficulty_axis() -> Markup:
    """The axis for the head of the column."""
    return _strip([text(X(t), 11, logit_label(t), "tick", "middle") for t in TICKS], 14)


def _strip(parts: list[str], height: int) -> Markup:
    return Markup(
        el(
            "svg",
            "".join(parts),
            class_="spark",
            viewBox=f"0 0 {WIDTH} {height}",
            width=WIDTH,
            height=height,
            aria_hidden="true",
            focusable="false",
        )
    )

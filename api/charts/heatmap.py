"""Correlations of residuals of every pair of items, as a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..formats import number
from ..i18n import Words
from .svg import el, picture, text

SIDE, LEAST_CELL, MOST_CELL = 620, 9, 26
MARGIN = 54
STEPS = (0.05, 0.1, 0.2, 0.3)  # where the shade changes


@dataclass(frozen=True, slots=True)
class HeatData:
    """`values[i][j]` is None where a pair is not determined; `flagged` pairs get a frame."""

    labels: Sequence[str]
    values: Sequence[Sequence[float | None]]
    flagged: frozenset[tuple[str, str]]


def heatmap(data: HeatData, t: Words, name: str = "q3") -> Markup:
    n = len(data.labels)
    cell = max(LEAST_CELL, min(MOST_CELL, SIDE // max(n, 1)))
    width, height = MARGIN + n * cell + 10, MARGIN + n * cell + 10
    return picture(
        name,
        max(width, 260),
        height,
        t("Q3 của từng cặp câu"),
        t(
            "Ô càng đậm, phần dư của hai câu càng liên quan; {k} cặp vượt ngưỡng có viền.",
            k=len(data.flagged),
        ),
        [*_names(data.labels, cell), *_cells(data, cell)],
    )


def _names(labels: Sequence[str], cell: int) -> list[str]:
    """Names of rows and columns; in a dense map only every other or third one."""
    every = -(-12 // cell)
    parts = []
    for i, label in enumerate(labels):
        if i % every:
            continue
        at = MARGIN + (i + 0.5) * cell
        parts.append(text(MARGIN - 6, at + 4, label, "tick", "end"))
        parts.append(
            el(
                "text",
                label,
                x=0.0,
                y=0.0,
                class_="tick",
                transform=f"translate({at + 4:.1f} {MARGIN - 6}) rotate(-60)",
            )
        )
    return parts


def _cells(data: HeatData, cell: int) -> list[str]:
    return [
        _cell(data, i, j, cell)
        for i in range(len(data.labels))
        for j in range(i)  # the lower triangle says everything
    ]


def _cell(data: HeatData, i: int, j: int, cell: int) -> str:
    value = data.values[i][j]
    pair = (data.labels[i], data.labels[j])
    css = shade(value) + (" flagged" if {pair, pair[::-1]} & data.flagged else "")
    said = f"{pair[0]} – {pair[1]}: {number(value, 2)}"
    return el(
        "rect",
        el("title", said),
        x=MARGIN + j * cell + 0.5,
        y=MARGIN + i * cell + 0.5,
        width=float(cell - 1),
        height=float(cell - 1),
        class_=css,
    )


def shade(value: float | None) -> str:
    """`heat none`, `heat plus-2`, `heat minus-1`: the step of the shade and its side."""
    if value is None:
        return "heat none"
    step = sum(abs(value) >= limit for limit in STEPS)
    if not step:
        return "heat zero"
    return f"heat {'plus' if value > 0 else 'minus'}-{step}"

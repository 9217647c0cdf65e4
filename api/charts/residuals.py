"""How unusual response patterns are: everybody's lz*, and what the normal curve would have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..formats import count, number
from ..i18n import Words
from .svg import Scale, el, line, path, picture, text, whole_ticks, x_axis

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 548, 26, 250


@dataclass(frozen=True, slots=True)
class FitHistogram:
    low: float
    width: float
    counts: Sequence[int]
    cut: float

    @property
    def total(self) -> int:
        return sum(self.counts)


def fit_histogram(data: FitHistogram, t: Words, name: str = "bat-thuong") -> Markup:
    high = data.low + data.width * len(data.counts)
    x = Scale(data.low, high, LEFT, RIGHT)
    normal = [(at, data.total * data.width * _density(at)) for at in _grid(data.low, high)]
    top = max([*data.counts, *(v for _, v in normal), 1])
    y = Scale(0.0, top * 1.05, BOTTOM, TOP)
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Phân bố của lz*"),
        t(
            "{n} thí sinh; cột đậm bên trái vạch {cut} là bài làm ít gặp; đường là phân phối chuẩn.",
            n=count(data.total),
            cut=number(data.cut, 2),
        ),
        [
            *(_bar(data, i, x, y) for i, n in enumerate(data.counts) if n),
            path([(x(a), y(v)) for a, v in normal], "curve c2 dashed"),
            line(x(data.cut), TOP, x(data.cut), BOTTOM, "cut"),
            text(x(data.cut) - 5, TOP + 10, number(data.cut, 2), "tick", "end"),
            *x_axis(x, BOTTOM, whole_ticks(data.low, high), "lz*"),
        ],
    )


def _bar(data: FitHistogram, i: int, x: Scale, y: Scale) -> str:
    start = data.low + i * data.width
    css = "people low" if start + data.width <= data.cut + 1e-9 else "people"
    top = y(data.counts[i])
    return el(
        "rect",
        el("title", count(data.counts[i])),
        x=x(start) + 0.5,
        y=top,
        width=x(start + data.width) - x(start) - 1,
        height=BOTTOM - top,
        class_=css,
    )


def _density(value: float) -> float:
    return math.exp(-0.5 * value * value) / math.sqrt(2 * math.pi)


def _grid(low: float, high: float) -> list[float]:
    return [low + (high - low) * i / 100 for i in range(101)]

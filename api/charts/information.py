"""Test information and the standard error of measurement it means, over ability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..formats import number
from ..i18n import Words
from .svg import Point, Scale, path, picture, text, whole_ticks, x_axis, y_axis

WIDTH, HEIGHT = 560, 340
LEFT, RIGHT, TOP, BOTTOM = 46, 510, 26, 292
WIDEST_SEM = 1.0


@dataclass(frozen=True, slots=True)
class InformationData:
    """(theta, information) and (theta, standard error of measurement)."""

    information: Sequence[Point]
    sem: Sequence[Point]
    limit: float = 4.0


def information_curve(data: InformationData, t: Words, name: str = "thong-tin") -> Markup:
    shown = [(a, v) for a, v in data.information if abs(a) <= data.limit]
    peak = max(shown, key=lambda point: point[1])
    step = _step(peak[1])
    top = step * (int(peak[1] / step) + 1)
    x = Scale(-data.limit, data.limit, LEFT, RIGHT)
    y = Scale(0.0, top, BOTTOM, TOP)
    sem = Scale(0.0, WIDEST_SEM, BOTTOM, TOP)
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Thông tin của đề và sai số chuẩn"),
        t(
            "Thông tin cao nhất {value} ở năng lực {theta}; đường đứt là sai số chuẩn.",
            value=number(peak[1], 2),
            theta=number(peak[0], 1),
        ),
        [
            *y_axis(y, LEFT, RIGHT, [step * i for i in range(round(top / step) + 1)], _plain),
            *x_axis(x, BOTTOM, whole_ticks(-data.limit, data.limit), t("Năng lực θ (logit)")),
            *_right_ticks(sem),
            path([(x(a), y(v)) for a, v in shown], "curve c1"),
            path(
                [(x(a), sem(v)) for a, v in data.sem if abs(a) <= data.limit and v <= WIDEST_SEM],
                "curve c2 dashed",
            ),
            text(LEFT, 14, t("Thông tin"), "series c1"),
            text(RIGHT, 14, t("Sai số chuẩn (logit)"), "series c2", "end"),
        ],
    )


def _step(highest: float) -> float:
    """A round distance between ticks that gives about five of them."""
    for step in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0):
        if highest / step <= 6:
            return step
    return 100.0


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _right_ticks(scale: Scale) -> list[str]:
    values = (0.0, 0.25, 0.5, 0.75, 1.0)
    return [text(RIGHT + 6, scale(v) + 4, _plain(v), "tick") for v in values]

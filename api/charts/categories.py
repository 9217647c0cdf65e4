"""Category curves of a polytomous item: how likely each score is at each ability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..i18n import Words
from .svg import Point, Scale, circle, path, picture, share_label, text, whole_ticks, x_axis, y_axis

WIDTH, HEIGHT = 500, 340
LEFT, RIGHT, TOP, BOTTOM = 46, 490, 12, 292
N_COLOURS = 6
LABEL_GAP = 26


@dataclass(frozen=True, slots=True)
class CategoryData:
    """`curves[k]` is (theta, P(X = k)); `observed[k]` the shares seen in the ability groups."""

    label: str
    curves: Sequence[Sequence[Point]]
    observed: Sequence[Sequence[Point]]
    limit: float = 3.0


def category_curves(data: CategoryData, t: Words, name: str = "muc-diem") -> Markup:
    top = _top([p for curve in (*data.curves, *data.observed) for p in curve], data.limit)
    x = Scale(-data.limit, data.limit, LEFT, RIGHT)
    y = Scale(0.0, top, BOTTOM, TOP)
    ticks = [0.2 * i for i in range(round(top / 0.2) + 1)]
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Xác suất từng mức điểm của câu {label}", label=data.label),
        t(
            "Mỗi đường là một mức điểm từ 0 đến {most}, theo năng lực; chấm là tỉ lệ quan sát.",
            most=len(data.curves) - 1,
        ),
        [
            *y_axis(y, LEFT, RIGHT, ticks, share_label),
            *x_axis(x, BOTTOM, whole_ticks(-data.limit, data.limit), t("Năng lực θ (logit)")),
            *(_curve(k, curve, data.limit, x, y) for k, curve in enumerate(data.curves)),
            *(_dots(k, dots, data.limit, x, y) for k, dots in enumerate(data.observed)),
            *_labels(data, x, y),
        ],
    )


def _top(points: Sequence[Point], limit: float) -> float:
    """The next fifth above everything shown."""
    highest = max((p for theta, p in points if abs(theta) <= limit), default=1.0)
    return min(1.0, 0.2 * (int(highest / 0.2 - 1e-9) + 1))


def _colour(k: int) -> str:
    return f"c{k % N_COLOURS + 1}"


def _curve(k: int, curve: Sequence[Point], limit: float, x: Scale, y: Scale) -> str:
    return path(((x(a), y(p)) for a, p in curve if abs(a) <= limit), f"curve {_colour(k)}")


def _dots(k: int, dots: Sequence[Point], limit: float, x: Scale, y: Scale) -> str:
    return "".join(
        circle(x(a), y(p), 2.4, f"fleck {_colour(k)}") for a, p in dots if abs(a) <= limit
    )


def _labels(data: CategoryData, x: Scale, y: Scale) -> list[str]:
    """The score written on its curve near the highest point, clear of the other labels."""
    parts: list[str] = []
    placed: list[Point] = []
    for k, curve in enumerate(data.curves):
        inside = [(x(a), y(p)) for a, p in curve if abs(a) <= data.limit - 0.2]
        by_height = sorted(inside, key=lambda at: at[1])
        clear = [
            at for at in by_height if all(_distance(at, other) > LABEL_GAP for other in placed)
        ]
        at = (clear or by_height)[0]
        placed.append(at)
        parts.append(circle(*at, 9, f"badge {_colour(k)}"))
        parts.append(text(at[0], at[1] + 4, str(k), "badge-text", "middle"))
    return parts


def _distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)

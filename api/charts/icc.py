"""Item characteristic curve: the model's expected score and what groups of persons really did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..i18n import Words
from .svg import Point, Scale, circle, line, path, picture, share_label, whole_ticks, x_axis, y_axis

WIDTH, HEIGHT = 412, 340
LEFT, RIGHT, TOP, BOTTOM = 42, 402, 12, 292


@dataclass(frozen=True, slots=True)
class ObservedGroup:
    """Persons of like ability: their mean ability and score share, with its 95 % interval."""

    theta: float
    n: float
    observed: float
    lower: float
    upper: float
    expected: float

    @property
    def is_outside(self) -> bool:
        """Whether the model lies outside the interval."""
        return not self.lower <= self.expected <= self.upper


@dataclass(frozen=True, slots=True)
class IccData:
    """`curve` is (theta, expected share of the maximum)."""

    label: str
    curve: Sequence[Point]
    groups: Sequence[ObservedGroup]
    limit: float = 3.0


def icc(data: IccData, t: Words, name: str = "icc") -> Markup:
    x = Scale(-data.limit, data.limit, LEFT, RIGHT)
    y = Scale(0.0, 1.0, BOTTOM, TOP)
    outside = sum(group.is_outside for group in data.groups)
    shown = [(x(theta), y(p)) for theta, p in data.curve if abs(theta) <= data.limit]
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Đường đặc trưng của câu {label}", label=data.label),
        t(
            "Tỉ lệ điểm theo năng lực: đường của mô hình và tỉ lệ quan sát của {n} nhóm; {k} nhóm có khoảng 95 % không chứa đường mô hình.",
            n=len(data.groups),
            k=outside,
        ),
        [
            *y_axis(y, LEFT, RIGHT, (0.0, 0.25, 0.5, 0.75, 1.0), share_label),
            *x_axis(x, BOTTOM, whole_ticks(-data.limit, data.limit), t("Năng lực θ (logit)")),
            path(shown, "curve c1"),
            *(_group(group, x, y) for group in data.groups if abs(group.theta) <= data.limit),
        ],
    )


def _group(group: ObservedGroup, x: Scale, y: Scale) -> str:
    """A dot with its interval; filled where the interval misses the curve."""
    css = " outside" if group.is_outside else ""
    at = x(group.theta)
    whisker = line(at, y.clipped(group.lower), at, y.clipped(group.upper), "whisker" + css)
    return whisker + circle(at, y.clipped(group.observed), 4, "dot" + css)

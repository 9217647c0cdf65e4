"""The few pieces every picture is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """Values in [low, high] onto pixels [start, end]; either may run backwards."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def clipped(self, value: float) -> float:
        return self(min(max(value, self.low), self.high))


def el(name: str, content: str = "", **attributes: object) -> str:
    """One element. `class_` becomes `class`, underscores become hyphens; numbers are rounded."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else escape(str(value))


def text(x: float, y: float, content: str, css: str = "", anchor: str = "start") -> str:
    return el("text", escape(content), x=float(x), y=float(y), class_=css, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return el("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=css)


def circle(x: float, y: float, r: float, css: str) -> str:
    return el("circle", cx=float(x), cy=float(y), r=float(r), class_=css)


def path(points: Iterable[Point], css: str) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return el("polyline", points=steps, class_=css, fill="none")


def picture(
    name: str, width: float, height: float, title: str, description: str, parts: Sequence[str]
) -> Markup:
    """The whole picture, with a title and a description for those who do not see it."""
    head = el("title", escape(title), id=f"{name}-t") + el(
        "desc", escape(description), id=f"{name}-d"
    )
    return Markup(
        el(
            "svg",
            head + "".join(parts),
            class_="chart",
            viewBox=f"0 0 {width:g} {height:g}",
            width=f"{width:g}",
            height=f"{height:g}",
            role="img",
            aria_labelledby=f"{name}-t {name}-d",
        )
    )


def logit_label(value: float) -> str:
    """`+1`, `0`, `−2`: abilities with their sign."""
    if value == 0:
        return "0"
    return f"{'+' if value > 0 else '−'}{abs(value):g}".replace(".", ",")


def x_axis(scale: Scale, y: float, ticks: Iterable[float], title: str) -> list[str]:
    """Ticks of the ability axis and its title below."""
    parts = [line(scale.start, y, scale.end, y, "axis")]
    for tick in ticks:
        parts.append(line(scale(tick), y, scale(tick), y + 4, "axis"))
        parts.append(text(scale(tick), y + 17, logit_label(tick), "tick", "middle"))
    parts.append(text((scale.start + scale.end) / 2, y + 34, title, "axis-title", "middle"))
    return parts


def y_axis(
    scale: Scale, x: float, right: float, ticks: Iterable[float], label: Callable[[float], str]
) -> list[str]:
    """Horizontal grid lines with their values at the left."""
    parts = []
    for tick in ticks:
        parts.append(line(x, scale(tick), right, scale(tick), "grid"))
        parts.append(text(x - 6, scale(tick) + 4, label(tick), "tick", "end"))
    return parts


def whole_ticks(low: float, high: float) -> list[float]:
    return [float(v) for v in range(int(-(-low // 1)), int(high // 1) + 1)]


def share_label(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") or "0"

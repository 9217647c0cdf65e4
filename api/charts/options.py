"""Who chooses which option: one line an option over groups of rising score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..i18n import Words
from .svg import Scale, circle, line, path, picture, share_label, text, y_axis

WIDTH, HEIGHT = 456, 300
LEFT, RIGHT, TOP, BOTTOM = 42, 384, 12, 252
COLOURS = ("c1", "c2", "c3", "c5", "c4", "c6")
LABEL_GAP = 14


@dataclass(frozen=True, slots=True)
class OptionCurve:
    """`shares`: of each score group, from the weakest to the strongest."""

    name: str
    is_key: bool
    shares: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class OptionData:
    label: str
    options: Sequence[OptionCurve]
    sizes: Sequence[int]


def option_curves(data: OptionData, t: Words, name: str = "phuong-an") -> Markup:
    x = Scale(1.0, float(max(2, len(data.sizes))), LEFT + 16, RIGHT - 16)
    y = Scale(0.0, 1.0, BOTTOM, TOP)
    key = next((o.name for o in data.options if o.is_key), "")
    return picture(
        name,
        WIDTH,
        HEIGHT,
        t("Phương án được chọn ở câu {label}", label=data.label),
        t(
            "Mỗi đường là một phương án, từ nhóm điểm thấp đến nhóm điểm cao; đáp án {key} là đường đậm.",
            key=key,
        ),
        [
            *y_axis(y, LEFT, RIGHT, (0.0, 0.25, 0.5, 0.75, 1.0), share_label),
            line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
            *_groups(data.sizes, x),
            text(
                (LEFT + RIGHT) / 2,
                BOTTOM + 36,
                t("Nhóm điểm, thấp đến cao"),
                "axis-title",
                "middle",
            ),
            *(_curve(o, COLOURS[i % len(COLOURS)], x, y) for i, o in enumerate(data.options)),
            *_ends(data.options, y),
        ],
    )


def _groups(sizes: Sequence[int], x: Scale) -> list[str]:
    return [text(x(i), BOTTOM + 17, str(i), "tick", "middle") for i in range(1, len(sizes) + 1)]


def _curve(option: OptionCurve, colour: str, x: Scale, y: Scale) -> str:
    points = [(x(i), y(s)) for i, s in enumerate(option.shares, start=1) if s is not None]
    css = f"curve {colour}" + (" key" if option.is_key else " dashed")
    return path(points, css) + "".join(circle(*at, 2.6, f"fleck {colour}") for at in points)


def _ends(options: Sequence[OptionCurve], y: Scale) -> list[str]:
    """The option's name at the right end of its line, clear of the others and of the axis."""
    ends = [(y(o.shares[-1] or 0.0), i, o) for i, o in enumerate(options) if o.shares]
    parts: list[str] = []
    below = float(BOTTOM + LABEL_GAP - 4)
    for height, i, option in sorted(ends, key=lambda end: -end[0]):
        below = min(height, below - LABEL_GAP)
        css = f"series {COLOURS[i % len(COLOURS)]}"
        parts.append(text(RIGHT - 8, below + 4, option.name, css))
    return parts

"""A histogram of points as SVG. Pure: bins -> text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from delivery.results.summary import Bin

from ..formats import points

WIDTH, HEIGHT = 520, 220
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 34
INK, QUIET, BAR = "#1b1f24", "#5b6470", "#1a4f8b"


def histogram_svg(bins: Sequence[Bin], *, title: str, desc: str, axis: str) -> str:
    """Bars with their counts on top; the points along the foot, written with a decimal comma."""
    highest = max((b.count for b in bins), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / len(bins)
    marks = [_bar(b, i, step, highest) for i, b in enumerate(bins)]
    ticks = [_tick(points(b.low), LEFT + i * step) for i, b in enumerate(bins) if not i % 2]
    ticks.append(_tick(points(bins[-1].high), WIDTH - RIGHT))
    foot = HEIGHT - BOTTOM
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="phan-bo-ten phan-bo-ta">'
        f'<title id="phan-bo-ten">{escape(title)}</title>'
        f'<desc id="phan-bo-ta">{escape(desc)}</desc>'
        f"{''.join(marks)}"
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{foot}" y2="{foot}" stroke="{INK}"/>'
        f"{''.join(ticks)}"
        f'<text x="{LEFT}" y="{HEIGHT - 3}" font-size="12" fill="{QUIET}">{escape(axis)}</text>'
        "</svg>"
    )


def _bar(one: Bin, place: int, step: float, highest: int) -> str:
    room = HEIGHT - TOP - BOTTOM - 14
    tall = room * one.count / highest
    x, y = LEFT + place * step, HEIGHT - BOTTOM - tall
    label = (
        f'<text x="{x + step / 2:.1f}" y="{y - 4:.1f}" font-size="12" text-anchor="middle" '
        f'fill="{INK}">{one.count}</text>'
        if one.count
        else ""
    )
    return (
        f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{tall:.1f}" '
        f'fill="{BAR}"/>{label}'
    )


def _tick(text: str, x: float) -> str:
    return (
        f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15}" font-size="12" text-anchor="middle" '
        f'fill="{QUIET}">{text}</text>'
    )

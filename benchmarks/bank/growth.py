"""Cost against the size of the bank as a picture: both axes logarithmic, one line a figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

Points = Sequence[tuple[int, float]]
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 760, 440, 64, 56, 52, 190
COLOURS = ("#0b5c7a", "#b3470f", "#4c6b1f", "#7a3b8f")
DASHES = {"postgresql": "", "sqlite": "6 4"}
TICKS = (1_000, 10_000, 100_000, 200_000)
DECADES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


def drawn(series: Mapping[tuple[str, str], Points], title: str) -> str:
    """`series`: (measure, database) -> size and seconds."""
    measures = list(dict.fromkeys(measure for measure, _ in series))
    lines = [_line(points, COLOURS[measures.index(m)], DASHES[kind], f"{m}, {kind}")
             for (m, kind), points in series.items()]  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}" font-family="Be Vietnam Pro, sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="26" font-size="16" fill="#1b2430">{title}</text>'
        f"{''.join(_grid())}{''.join(lines)}{''.join(_legend(measures))}</svg>\n"
    )


def write(file: Path, series: Mapping[tuple[str, str], Points]) -> None:
    file.write_text(drawn(series, "Seconds against items in the bank"), "utf-8")


def _x(size: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - 3) / (math.log10(TICKS[-1]) - 3)


def _y(seconds: float) -> float:
    low, high = math.log10(DECADES[0]), math.log10(DECADES[-1])
    share = (math.log10(max(seconds, DECADES[0])) - low) / (high - low)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _grid() -> list[str]:
    across = [
        f'<path d="M{LEFT} {_y(s):.1f}H{WIDTH - RIGHT}" stroke="#dfe4ea"/>'
        f'<text x="{LEFT - 8}" y="{_y(s) + 4:.1f}" text-anchor="end" fill="#4a5565">{s:g} s</text>'
        for s in DECADES
    ]
    down = [
        f'<path d="M{_x(n):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dfe4ea"/>'
        f'<text x="{_x(n):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#4a5565">'
        f"{n:,}</text>"
        for n in TICKS
    ]
    return [*across, *down]


def _line(points: Points, colour: str, dash: str, name: str) -> str:
    path = " ".join(f"{_x(n):.1f},{_y(s):.1f}" for n, s in points)
    dots = "".join(
        f'<circle cx="{_x(n):.1f}" cy="{_y(s):.1f}" r="3.5" fill="{colour}">'
        f"<title>{name}: {n:,} – {s:.3g} s</title></circle>"
        for n, s in points
    )
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    stroke = f'fill="none" stroke="{colour}" stroke-width="2"{dashed}'
    return f'<polyline points="{path}" {stroke}/>{dots}'


def _legend(measures: Sequence[str]) -> list[str]:
    x, rows = WIDTH - RIGHT + 16, [*((m, c, "") for m, c in zip(measures, COLOURS, strict=False))]
    rows += [("PostgreSQL", "#4a5565", ""), ("SQLite", "#4a5565", DASHES["sqlite"])]
    return [
        f'<path d="M{x} {TOP + 20 * i + 4}h26" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash or "none"}"/>'
        f'<text x="{x + 34}" y="{TOP + 20 * i + 8}" fill="#1b2430">{name}</text>'
        for i, (name, colour, dash) in enumerate(rows)
    ]

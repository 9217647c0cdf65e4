"""How many gain and lose how much by a key change, as SVG. Pure: an effect -> text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

from delivery.results.rescoring.effect import Affected

from ..formats import points

WIDTH, ROW, TOP = 340, 32, 6
LABEL, BAR_END = 66, 290
INK, QUIET, UP, DOWN, SAME = "#1b1f24", "#5b6470", "#1f6f43", "#a3262a", "#8a94a0"


def changes_svg(everybody: Sequence[Affected], words: Callable[[str], str]) -> str:
    """One bar for each difference, the greatest gain on top; «0» are those it leaves as they are."""
    counts = Counter(one.difference for one in everybody)
    rows = sorted(counts, reverse=True)
    most = max(counts.values(), default=1)
    height = TOP * 2 + ROW * len(rows)
    marks = "".join(_row(i, change, counts[change], most) for i, change in enumerate(rows))
    title, desc = words("Chênh lệch điểm sau khi đổi đáp án"), words(
        "Mỗi thanh là số thí sinh có cùng mức chênh lệch; cùng số liệu ở bảng bên dưới."
    )  # fmt: skip
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" style="max-width: 480px" role="img" '
        'aria-labelledby="chenh-lech-ten chenh-lech-ta">'
        f'<title id="chenh-lech-ten">{escape(title)}</title>'
        f'<desc id="chenh-lech-ta">{escape(desc)}</desc>{marks}</svg>'
    )


def _row(place: int, change: Decimal, count: int, most: int) -> str:
    y = TOP + place * ROW
    wide = max(2.0, (BAR_END - LABEL) * count / most)
    colour = UP if change > 0 else DOWN if change < 0 else SAME
    middle = y + ROW / 2 + 4
    return (
        f'<text x="{LABEL - 10}" y="{middle:.0f}" font-size="14" text-anchor="end" '
        f'fill="{INK}">{signed(change)}</text>'
        f'<rect x="{LABEL}" y="{y + 4}" width="{wide:.1f}" height="{ROW - 8}" fill="{colour}"/>'
        f'<text x="{LABEL + wide + 8:.1f}" y="{middle:.0f}" font-size="14" '
        f'fill="{QUIET}">{count}</text>'
    )


def signed(change: Decimal) -> str:
    """`+0,25`, `−0,25`, `0`: the sign is always there."""
    if change == 0:
        return "0"
    return ("+" if change > 0 else "−") + points(abs(change))

"""Pictures of pairs: anchors of two calibrations, items that depend on each other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from psychometrics.fit import Q3
from psychometrics.linking import AnchorDrift
from psychometrics.plots.style import (
    BAD,
    INK,
    INK_2,
    RULE,
    RULE_STRONG,
    SERIES,
    SQUARE,
    Language,
    Picture,
    legend_below,
    number,
    picture,
    short,
)
from psychometrics.plots.words import words

LARGEST_SHOWN = 0.4
TWO_SIDED = LinearSegmentedColormap.from_list("khaothi", ["#d55e00", "#ffffff", "#0072b2"])


def plot_drift(
    drift: Sequence[AnchorDrift], *, limit: float = 2.7, language: Language = "vi"
) -> Picture:
    """Every anchor's difficulty this time against that on the base scale.

    Parameters
    ----------
    drift : sequence of AnchorDrift
        Of :func:`psychometrics.linking.anchor_drift`; anchors without a difficulty are left out.
    limit : float
        Anchors with a robust z beyond it are named.
    """
    made, axes = picture(words("drift_title", language), SQUARE, language)
    known = [
        (a.item, a.base_difficulty, a.new_difficulty, a.robust_z)
        for a in drift
        if a.base_difficulty is not None and a.new_difficulty is not None
    ]
    drifts = [abs(z or 0.0) > limit for *_, z in known]
    styles = (
        (False, SERIES[0], "o", words("kept", language)),
        (True, BAD, "D", words("drifts", language, limit=number(limit, language))),
    )
    for wanted, colour, marker, label in styles:
        here = [
            row for row, is_drifting in zip(known, drifts, strict=True) if is_drifting == wanted
        ]
        if here:
            x, y = [row[1] for row in here], [row[2] for row in here]
            axes.scatter(x, y, s=34, color=colour, marker=marker, label=label, zorder=3)
    for (item, base, new, _), is_drifting in zip(known, drifts, strict=True):
        if is_drifting:
            axes.annotate(
                item,
                (base, new),
                color=BAD,
                textcoords="offset points",
                xytext=(7, -3),
                fontsize=9,
            )
    ends = [value for _, base, new, _ in known for value in (base, new)] or [-1.0, 1.0]
    span = (min(ends) - 0.3, max(ends) + 0.3)
    axes.plot(
        span, span, color=INK_2, linewidth=1, linestyle="--", label=words("no_drift", language)
    )
    axes.set_xlim(span)
    axes.set_ylim(span)
    axes.set_aspect("equal")
    axes.set_xlabel(words("base_difficulty", language))
    axes.set_ylabel(words("new_difficulty", language))
    legend_below(made, axes, 3)
    return made


def plot_q3(result: Q3, *, language: Language = "vi") -> Picture:
    """The adjusted Q3 of every pair of items as a heat map; flagged pairs are framed.

    Pairs that are not determined are grey. The colours end at ±0.4.
    """
    n = len(result.items)
    side = min(12.0, max(5.0, 2.4 + 0.22 * n))
    made, axes = picture(words("q3_title", language), (side + 0.9, side), language)
    shown = np.where(np.eye(n, dtype=bool), np.nan, result.adjusted)
    colours = TWO_SIDED.with_extremes(bad=RULE)
    image = axes.imshow(shown, cmap=colours, vmin=-LARGEST_SHOWN, vmax=LARGEST_SHOWN)
    for pair in result.flagged:
        i, j = result.items.index(pair.first), result.items.index(pair.second)
        for x, y in ((i, j), (j, i)):
            frame = Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.2)
            axes.add_patch(frame)
    names = short(result.items)
    size = 9 if n <= 25 else 6
    axes.set_xticks(range(n), names, rotation=90, fontsize=size)
    axes.set_yticks(range(n), names, fontsize=size)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    bar = made.colorbar(image, ax=axes, shrink=0.7, pad=0.02)
    bar.outline.set_visible(False)
    ticks = [-0.4, -0.2, 0.0, 0.2, 0.4]
    bar.set_ticks(ticks, labels=[number(tick, language, 1) for tick in ticks])
    bar.ax.tick_params(labelsize=9, colors=INK_2, color=RULE_STRONG)
    return made

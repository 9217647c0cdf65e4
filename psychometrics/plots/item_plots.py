"""Pictures of one item: its curve, its categories, its groups, its options."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.classical import DistractorAnalysis
from psychometrics.dif import DifCurve
from psychometrics.information import category_probabilities, expected_score
from psychometrics.plots.style import (
    DASHES,
    INK,
    MARKERS,
    SERIES,
    Language,
    Picture,
    legend,
    legend_below,
    picture,
    share_axis,
)
from psychometrics.plots.words import words
from psychometrics.posterior_curves import PosteriorCurve
from psychometrics.results import ItemEstimate

THETA = np.linspace(-4.0, 4.0, 161)


def plot_item_curve(
    item: ItemEstimate,
    observed: PosteriorCurve | None = None,
    *,
    theta: ArrayLike = THETA,
    language: Language = "vi",
) -> Picture:
    """The item characteristic curve, with observed proportions and their 95 % intervals.

    Parameters
    ----------
    item : ItemEstimate
        For more than two categories the expected score as a share of the highest is drawn.
    observed : PosteriorCurve, optional
        Of :func:`psychometrics.posterior_curves.posterior_curves`.
    theta : (n_points,)
        In logits.
    language : {"vi", "en"}
    """
    made, axes = picture(words("item_curve", language, item=item.item), language=language)
    points = np.asarray(theta, dtype=np.float64)
    axes.plot(
        points, _share(item, points), color=SERIES[0], linewidth=2, label=words("model", language)
    )
    if observed is not None:
        _draw_observed(axes, observed, MARKERS[0], INK, words("observed", language))
    is_binary = item.n_categories == 2
    axes.set_xlabel(words("theta", language))
    axes.set_ylabel(words("probability_right" if is_binary else "score_share", language))
    share_axis(axes)
    legend(axes, loc="upper left" if item.a > 0 else "upper right")
    return made


def plot_category_curves(
    item: ItemEstimate,
    observed: PosteriorCurve | None = None,
    *,
    theta: ArrayLike = THETA,
    language: Language = "vi",
) -> Picture:
    """The probability of every category, with observed shares as points."""
    made, axes = picture(words("category_curves", language, item=item.item), language=language)
    points = np.asarray(theta, dtype=np.float64)
    curves = category_probabilities(item, points)
    for k in range(item.n_categories):
        at = k % len(SERIES)
        label = words("category", language, k=item.first_category + k)
        axes.plot(
            points, curves[:, k], color=SERIES[at], linestyle=DASHES[at], linewidth=2, label=label
        )
        if observed is not None:
            shares = observed.proportions[:, k]
            axes.plot(observed.theta, shares, MARKERS[at], color=SERIES[at], markersize=5)
    axes.set_xlabel(words("theta", language))
    axes.set_ylabel(words("probability", language))
    share_axis(axes)
    legend_below(made, axes, 5)
    return made


def plot_group_curves(
    items: Mapping[str, ItemEstimate],
    observed: Mapping[str, PosteriorCurve] | None = None,
    *,
    theta: ArrayLike = THETA,
    language: Language = "vi",
) -> Picture:
    """One item's curve in each group: DIF as the model sees it.

    Parameters
    ----------
    items : mapping
        The item's estimate by group, of a calibration with ``free_across_groups``.
    observed : mapping, optional
        Posterior curves by group.
    """
    first = next(iter(items.values()))
    label = first.item.partition("@")[0]
    made, axes = picture(words("dif_title", language, item=label), language=language)
    points = np.asarray(theta, dtype=np.float64)
    for at, (group, item) in enumerate(items.items()):
        colour, dash = SERIES[at % len(SERIES)], DASHES[at % len(DASHES)]
        axes.plot(
            points, _share(item, points), color=colour, linestyle=dash, linewidth=2, label=group
        )
        if observed is not None and group in observed:
            label_of_points = words("observed_of", language, group=group)
            marker = MARKERS[at % len(MARKERS)]
            _draw_observed(axes, observed[group], marker, colour, label_of_points)
    axes.set_xlabel(words("theta", language))
    axes.set_ylabel(words("score_share", language))
    share_axis(axes)
    legend_below(made, axes)
    return made


def plot_dif_curves(item: str, curves: Sequence[DifCurve], *, language: Language = "vi") -> Picture:
    """One item's mean score against the matching score in each group.

    Parameters
    ----------
    item : str
    curves : sequence of DifCurve
        Of :func:`psychometrics.dif.dif_curves`. Points grow with the number of persons.
    """
    made, axes = picture(words("dif_title", language, item=item), language=language)
    most = max((max(curve.n, default=0.0) for curve in curves), default=0.0) or 1.0
    for at, curve in enumerate(curves):
        colour, marker = SERIES[at % len(SERIES)], MARKERS[at % len(MARKERS)]
        sizes = 8 + 60 * np.asarray(curve.n) / most
        axes.scatter(
            curve.score,
            curve.observed,
            s=sizes,
            marker=marker,
            color=colour,
            alpha=0.55,
            linewidths=0,
            label=words("observed_of", language, group=curve.group),
        )
        if curve.expected:
            label = words("expected_of", language, group=curve.group)
            dash = DASHES[at % len(DASHES)]
            axes.plot(
                curve.score, curve.expected, color=colour, linestyle=dash, linewidth=2, label=label
            )
    axes.set_xlabel(words("total_score", language))
    axes.set_ylabel(words("mean_score", language))
    axes.set_ylim(bottom=-0.03)
    legend_below(made, axes)
    return made


def plot_distractors(analysis: DistractorAnalysis, *, language: Language = "vi") -> Picture:
    """The share choosing each option in groups of rising score on the other items."""
    made, axes = picture(
        words("distractors_title", language, item=analysis.item), language=language
    )
    groups = np.arange(1, len(analysis.group_sizes) + 1)
    shown = [row for row in analysis.options if row.option is not None or row.n]
    for at, row in enumerate(shown):
        name = words("no_answer", language) if row.option is None else row.option
        axes.plot(
            groups,
            row.by_group,
            marker=MARKERS[at % len(MARKERS)],
            markersize=5,
            color=INK if row.is_key else SERIES[at % len(SERIES)],
            linestyle="-" if row.is_key else DASHES[1 + at % (len(DASHES) - 1)],
            linewidth=2.6 if row.is_key else 1.6,
            label=words("key", language, option=name) if row.is_key else name,
        )
    axes.set_xticks(groups)
    axes.set_xlabel(words("score_group", language))
    axes.set_ylabel(words("share", language))
    share_axis(axes)
    legend_below(made, axes, 6)
    return made


def _share(item: ItemEstimate, theta: FloatArray) -> FloatArray:
    shares: FloatArray = expected_score([item], theta)[:, 0] / (item.n_categories - 1)
    return shares


def _draw_observed(
    axes: Axes, observed: PosteriorCurve, marker: str, colour: str, label: str
) -> None:
    below = np.maximum(observed.score - observed.score_low, 0.0)
    above = np.maximum(observed.score_high - observed.score, 0.0)
    axes.errorbar(
        observed.theta,
        observed.score,
        yerr=np.stack([below, above]),
        fmt=marker,
        color=colour,
        markersize=5,
        elinewidth=1.2,
        capsize=3,
        label=label,
    )

"""Pictures of a whole form: information, persons against items, scores."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.information import Items, test_information
from psychometrics.plots.style import (
    ACCENT,
    ACCENT_SOFT,
    INK,
    INK_2,
    RULE_STRONG,
    SERIES,
    Language,
    Picture,
    calm,
    legend,
    picture,
    set_title,
)
from psychometrics.plots.words import words
from psychometrics.results import AbilityEstimates, Calibration, ItemEstimate
from psychometrics.sum_scores import ScoreDistribution
from psychometrics.thresholds import thurstonian_thresholds

THETA = np.linspace(-4.0, 4.0, 161)
LARGEST_SEM = 2.0  # above it the form says nothing, and the rest of the curve would be flattened


def plot_information(
    items: Items, *, theta: ArrayLike = THETA, language: Language = "vi"
) -> Picture:
    """Test information above, the conditional standard error of measurement below."""
    points = np.asarray(theta, dtype=np.float64)
    information = test_information(items, points)
    made = Picture(figsize=(7.0, 5.4), layout="constrained", facecolor="white")
    upper, lower = made.subplots(2, 1, sharex=True)
    for axes in (upper, lower):
        calm(axes, language)
    set_title(upper, words("information_title", language))
    upper.fill_between(points, information, color=ACCENT_SOFT)
    upper.plot(points, information, color=ACCENT, linewidth=2)
    upper.set_ylim(bottom=0)
    upper.set_ylabel(words("information", language))
    error = np.full(len(points), np.nan)
    error[information > 0] = information[information > 0] ** -0.5
    error[error > LARGEST_SEM] = np.nan
    lower.plot(points, error, color=SERIES[1], linewidth=2)
    lower.set_ylim(bottom=0)
    lower.set_ylabel(words("sem", language))
    lower.set_xlabel(words("theta", language))
    return made


def plot_wright_map(
    calibration: Calibration, abilities: AbilityEstimates, *, language: Language = "vi"
) -> Picture:
    """Persons at the left, thresholds of the items at the right, on one scale.

    Parameters
    ----------
    calibration : Calibration
        Items with ordered categories; a ring numbered k stands where a score of k or more has
        probability one half. Nominal items have no place on the map.
    abilities : AbilityEstimates
        Those that are finite.
    """
    ordered = [item for item in calibration.items if item.slopes is None]
    width = min(14.0, max(7.0, 3.5 + 0.28 * len(ordered)))
    made = Picture(figsize=(width, 6.0), layout="constrained", facecolor="white")
    persons, items = made.subplots(
        1, 2, sharey=True, width_ratios=[1, max(2.0, (width - 2.5) / 2.2)]
    )
    for axes in (persons, items):
        calm(axes, language)
    set_title(persons, words("wright_title", language))
    known = abilities.theta[abilities.is_finite]
    persons.hist(
        known, bins=_bins(known), orientation="horizontal", color=ACCENT, edgecolor="white"
    )
    persons.invert_xaxis()
    persons.set_xlabel(words("persons", language))
    persons.set_ylabel(words("logits", language))
    _draw_thresholds(items, ordered)
    items.set_xlabel(words("items", language))
    return made


def _bins(theta: FloatArray) -> FloatArray:
    low, high = (float(theta.min()), float(theta.max())) if theta.size else (-3.0, 3.0)
    return np.arange(np.floor(low * 4) / 4, high + 0.5, 0.25)


def _draw_thresholds(axes: Axes, items: Sequence[ItemEstimate]) -> None:
    for at, item in enumerate(items):
        thresholds = thurstonian_thresholds(item)
        if len(thresholds) > 1:
            axes.plot([at, at], [thresholds[0], thresholds[-1]], color=RULE_STRONG, linewidth=1)
        axes.scatter(
            [at] * len(thresholds), thresholds, s=90, facecolor="white", edgecolor=INK_2, zorder=3
        )
        for k, threshold in enumerate(thresholds, start=1):
            if len(thresholds) > 1:
                axes.text(
                    at,
                    threshold,
                    str(k),
                    color=INK,
                    ha="center",
                    va="center_baseline",
                    fontsize=7,
                    zorder=4,
                )
    axes.set_xlim(-0.8, len(items) - 0.2)
    axes.set_xticks(range(len(items)), [item.item for item in items], rotation=90, fontsize=8)
    axes.grid(axis="x", visible=False)


def plot_score_distribution(
    scores: ArrayLike,
    expected: ScoreDistribution,
    *,
    weights: ArrayLike | None = None,
    language: Language = "vi",
) -> Picture:
    """Observed sum scores as bars, the model's distribution as a line.

    Parameters
    ----------
    scores : (n_persons,)
        Sum scores of persons who were given every item.
    expected : ScoreDistribution
        Of :func:`psychometrics.sum_scores.score_distribution`, over the same items.
    weights : (n_persons,), optional
    """
    made, axes = picture(words("scores_title", language), language=language)
    sums = np.asarray(scores, dtype=np.intp)
    counted = None if weights is None else np.asarray(weights, dtype=np.float64)
    counts = np.bincount(sums - expected.score[0], counted, minlength=len(expected.score))
    axes.bar(
        expected.score,
        counts[: len(expected.score)] / max(counts.sum(), 1e-300),
        width=0.85,
        color=ACCENT_SOFT,
        edgecolor=ACCENT,
        linewidth=0.6,
        label=words("observed_only", language),
    )
    axes.plot(
        expected.score,
        expected.probability,
        color=SERIES[1],
        linewidth=2,
        marker="o",
        markersize=3,
        label=words("model", language),
    )
    axes.set_xlabel(words("sum_score", language))
    axes.set_ylabel(words("person_share", language))
    axes.set_ylim(bottom=0)
    axes.grid(axis="x", visible=False)
    legend(axes)
    return made

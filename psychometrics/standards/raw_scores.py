r"""Raw scores that items' categories are worth, and their distribution at given abilities.

A category need not be worth its number: a cluster of four true/false statements may give 0, 0.1, 0.25, 0.5
and 1 point. All points must be multiples of one step; the Lord-Wingersky recursion then runs over steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.errors import DataError, ModelError
from psychometrics.item_curves import item_curves
from psychometrics.lord_wingersky import lord_wingersky
from psychometrics.results import Calibration, ItemEstimate

Items = Calibration | Sequence[ItemEstimate]
LARGEST_TABLE = 100_000  # possible scores; more means a step that is far too small


@dataclass(frozen=True, eq=False)
class RawScoreModel:
    """A form's raw score as the item response model sees it.

    Attributes
    ----------
    items : tuple of ItemEstimate
    steps : tuple of (n_categories,) int arrays
        Points of each category in steps above the item's lowest.
    lowest, step : float
        Lowest raw score and the step all points are multiples of.
    """

    items: tuple[ItemEstimate, ...]
    steps: tuple[IntArray, ...]
    lowest: float
    step: float

    @property
    def scores(self) -> FloatArray:
        """Every multiple of the step from the lowest to the highest raw score, (n_scores,)."""
        highest = sum(int(steps.max()) for steps in self.steps)
        return np.asarray(self.lowest + self.step * np.arange(highest + 1.0))

    def distribution(self, theta: FloatArray) -> FloatArray:
        """Probability of every raw score at these abilities, (n_scores, n_points)."""
        curves = item_curves(calibrated_items(self.items), theta)
        spread = [
            _at_points(curve.probability, steps)
            for curve, steps in zip(curves, self.steps, strict=True)
        ]
        return lord_wingersky(spread)

    def expected(self, theta: FloatArray) -> FloatArray:
        """True score: the raw score expected at these abilities, (n_points,)."""
        curves = item_curves(calibrated_items(self.items), theta)
        total = sum(
            steps @ curve.probability for curve, steps in zip(curves, self.steps, strict=True)
        )
        return np.asarray(self.lowest + self.step * np.asarray(total, dtype=np.float64))


def raw_score_model(
    items: Items,
    *,
    points: Mapping[str, Sequence[float]] | None = None,
    step: float = 1.0,
) -> RawScoreModel:
    """Say what the categories of a form's items are worth.

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate
    points : mapping of item to (n_categories,), optional
        Points of each category, lowest category first; the category's number for items not named.
    step : float
        All points must be multiples of it.

    Returns
    -------
    RawScoreModel

    Raises
    ------
    DataError
        The form is empty, or ``points`` names an unknown item or the wrong number of categories.
    ModelError
        Points are not multiples of the step, or the step is far too small.
    """
    estimates = items.items if isinstance(items, Calibration) else tuple(items)
    if not estimates:
        raise DataError("empty_form", "The form has no items.")
    given = dict(points or {})
    unknown = [label for label in given if label not in {item.item for item in estimates}]
    if unknown:
        raise DataError(
            "unknown_item",
            f"Points are given for {unknown[0]!r}, which is not on the form.",
            item=unknown[0],
        )
    worth = [_worth(item, given.get(item.item)) for item in estimates]
    steps = tuple(_steps(item, values, step) for item, values in zip(estimates, worth, strict=True))
    if sum(int(each.max()) for each in steps) > LARGEST_TABLE:
        raise ModelError("step_too_small", f"Steps of {step:g} make too many scores; use a larger.")
    return RawScoreModel(tuple(estimates), steps, float(sum(v.min() for v in worth)), step)


def _worth(item: ItemEstimate, given: Sequence[float] | None) -> FloatArray:
    if given is None:
        return np.asarray(item.first_category + np.arange(float(item.n_categories)))
    values = np.asarray(given, dtype=np.float64)
    if values.shape != (item.n_categories,) or not np.isfinite(values).all():
        raise DataError(
            "wrong_number_of_points",
            f"Item {item.item!r} has {item.n_categories} categories; give it as many points.",
            item=item.item,
            n_categories=item.n_categories,
        )
    return values


def _steps(item: ItemEstimate, values: FloatArray, step: float) -> IntArray:
    if not step > 0:
        raise ModelError("bad_step", f"The step between scores must be positive, not {step:g}.")
    position = (values - values.min()) / step
    nearest = np.rint(position)
    if (np.abs(position - nearest) > 1e-6).any():
        raise ModelError(
            "points_off_step",
            f"Points of item {item.item!r} are not multiples of {step:g}; choose a smaller step.",
            item=item.item,
            step=step,
        )
    return np.asarray(nearest, dtype=np.intp)


def _at_points(probability: FloatArray, steps: IntArray) -> FloatArray:
    """Category probabilities moved to where their points are, (n_steps + 1, n_points)."""
    spread = np.zeros((int(steps.max()) + 1, probability.shape[1]))
    np.add.at(spread, steps, probability)
    return spread

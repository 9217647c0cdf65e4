"""Responses drawn from models with several abilities."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.errors import ModelError
from psychometrics.item_parameters import ItemEstimate
from psychometrics.multidimensional.results import (
    BifactorCalibration,
    BifactorItem,
    MultidimensionalCalibration,
)
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.simulate import drawn_categories, simulate_responses

ItemsByDimension = Mapping[str, Sequence[ItemEstimate]]


def simulate_multidimensional(
    items: MultidimensionalCalibration | ItemsByDimension,
    theta: ArrayLike,
    rng: np.random.Generator,
    *,
    observed: ArrayLike | None = None,
) -> ResponseMatrix:
    """Draw one response of every person to every item, each item measuring one dimension.

    Parameters
    ----------
    items : MultidimensionalCalibration or mapping from dimension to items
    theta : (n_persons, n_dimensions)
        In the order of the dimensions.
    rng : numpy.random.Generator
        The same generator state gives the same responses.
    observed : (n_persons, n_items) bool, optional
        Which items each person is given; all unless said. Items stand dimension by dimension in a
        mapping, and in the order of the calibration otherwise.

    Raises
    ------
    ModelError
        The abilities do not have one column for each dimension.
    """
    by_dimension = _by_dimension(items)
    abilities = _columns(theta, len(by_dimension), "dimensions")
    parts = [
        simulate_responses(own, ability, rng)
        for own, ability in zip(by_dimension.values(), abilities.T, strict=True)
    ]
    labels = [label for part in parts for label in part.items]
    scores = np.concatenate([part.scores for part in parts], axis=1)
    if isinstance(items, MultidimensionalCalibration):
        wanted = [estimate.item for estimate in items.items]
        scores = scores[:, [labels.index(label) for label in wanted]]
        labels = wanted
    return ResponseMatrix.from_arrays(scores, observed=observed, items=labels)


def simulate_bifactor(
    items: BifactorCalibration | Sequence[BifactorItem],
    general: ArrayLike,
    specific: ArrayLike,
    rng: np.random.Generator,
    *,
    observed: ArrayLike | None = None,
) -> ResponseMatrix:
    """Draw one response of every person to every item of a bifactor or testlet model.

    Parameters
    ----------
    items : BifactorCalibration or sequence of BifactorItem
        See :func:`bifactor_item`.
    general : (n_persons,)
    specific : (n_persons, n_factors)
        In standard deviations; factors in the order of their first item.
    rng : numpy.random.Generator
        The same generator state gives the same responses.
    observed : (n_persons, n_items) bool, optional
        Which items each person is given; all unless said.

    Raises
    ------
    ModelError
        The specific abilities do not have one column for each factor.
    """
    listed = items.items if isinstance(items, BifactorCalibration) else tuple(items)
    names = [name for name in dict.fromkeys(item.specific for item in listed) if name is not None]
    factors = _columns(specific, len(names), "specific factors")
    ability = np.asarray(general, dtype=np.float64)
    uniform = rng.random((len(ability), len(listed)))
    scores = np.empty(uniform.shape, dtype=np.int8)
    for column, item in enumerate(listed):
        shift = item.general.a * ability
        if item.specific is not None:
            shift = shift + item.specific_slope * factors[:, names.index(item.specific)]
        drawn = drawn_categories(_probabilities(item, shift), uniform[:, [column]])
        scores[:, column] = drawn[:, 0] + item.general.first_category
    labels = [item.general.item for item in listed]
    return ResponseMatrix.from_arrays(scores, observed=observed, items=labels)


def bifactor_item(
    estimate: ItemEstimate, specific: str | None = None, specific_slope: float = 0.0
) -> BifactorItem:
    """An item with known parameters.

    Parameters
    ----------
    estimate : ItemEstimate
        Slope on the general ability, and difficulties where the specific factor is 0.
    """
    laid_out = calibrated_items([estimate])
    (block,) = laid_out.item_set.blocks
    intercepts = block.model.intercepts(block.of(laid_out.full))[0]
    return BifactorItem(estimate, specific, specific_slope, None, tuple(intercepts.tolist()))


def _probabilities(item: BifactorItem, shift: FloatArray) -> FloatArray:
    """Of each category where slopes times abilities sum to the shift, (1, n_categories, n)."""
    laid_out = calibrated_items([item.general])
    (block,) = laid_out.item_set.blocks
    direction = block.model.ability_shift(block.n_categories)
    shifted = block.of(laid_out.full) + shift[:, None] * direction
    log_p = block.model.log_probability(shifted, np.zeros(1))  # persons in the place of items
    return np.asarray(np.exp(log_p).transpose(2, 1, 0))


def _by_dimension(items: MultidimensionalCalibration | ItemsByDimension) -> ItemsByDimension:
    if not isinstance(items, MultidimensionalCalibration):
        return items
    pairs = list(zip(items.items, items.dimension_of, strict=True))
    return {name: [item for item, home in pairs if home == name] for name in items.dimensions}


def _columns(abilities: ArrayLike, n: int, what: str) -> FloatArray:
    values = np.asarray(abilities, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != n:
        raise ModelError(
            "wrong_shape_of_abilities",
            f"The abilities have shape {values.shape}; give one column for each of {n} {what}.",
            shape=list(values.shape),
            n=n,
        )
    return values

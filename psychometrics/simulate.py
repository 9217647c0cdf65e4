"""Responses drawn from known parameters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, ItemEstimate


def simulate_responses(
    items: Calibration | Sequence[ItemEstimate],
    theta: ArrayLike,
    rng: np.random.Generator,
    *,
    observed: ArrayLike | None = None,
) -> ResponseMatrix:
    """Draw one response of every person to every item.

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate
    theta : (n_persons,)
    rng : numpy.random.Generator
        The same generator state gives the same responses.
    observed : (n_persons, n_items) bool, optional
        Which items each person is given; all unless said.

    Returns
    -------
    ResponseMatrix
        Categories as the items number them.
    """
    estimates = items.items if isinstance(items, Calibration) else tuple(items)
    laid_out = calibrated_items(estimates)
    abilities = np.asarray(theta, dtype=np.float64)
    uniform = rng.random((len(abilities), len(estimates)))
    scores = np.zeros(uniform.shape, dtype=np.int8)
    for block in laid_out.item_set.blocks:
        log_p = block.model.log_probability(block.of(laid_out.full), abilities)
        scores[:, block.items] = drawn_categories(np.exp(log_p), uniform[:, block.items])
    first = np.array([estimate.first_category for estimate in estimates], dtype=np.int8)
    return ResponseMatrix.from_arrays(
        scores + first, observed=observed, items=[estimate.item for estimate in estimates]
    )


def drawn_categories(p: FloatArray, uniform: FloatArray) -> FloatArray:
    """Category whose cumulative probability first exceeds the uniform draw."""
    below = np.cumsum(p, axis=1)[:, :-1].transpose(2, 0, 1)  # (n_persons, n_items, n - 1)
    return np.asarray((uniform[:, :, None] >= below).sum(axis=2))

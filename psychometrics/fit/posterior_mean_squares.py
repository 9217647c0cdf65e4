"""Infit and outfit with each person's residual averaged over their posterior."""

from collections.abc import Iterator, Sequence

import numpy as np

from psychometrics.arrays import FloatArray, IntArray, ScoreArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.data import ResponseMatrix
from psychometrics.expected_counts import CHUNK_ROWS, CodedResponses, log_table, posterior
from psychometrics.fit.mean_squares import MeanSquares, wilson_hilferty
from psychometrics.fit.populations import populations_of
from psychometrics.item_curves import ItemCurve, item_curves
from psychometrics.results import Calibration

SMALLEST = 1e-300


def posterior_mean_squares(responses: ResponseMatrix, calibration: Calibration) -> MeanSquares:
    """Infit and outfit of every item, 1 in expectation when the model holds.

    The standardised forms take the spread of the averaged residuals over the persons, so that the
    shrinkage by averaging, weights and missing responses need no rule of their own.
    """
    items, coded = items_of(responses, calibration)
    curves = item_curves(items, calibration.nodes)
    variance = np.stack([np.maximum(curve.central_moment(2), SMALLEST) for curve in curves])
    squared = [_squared_residual(curve) for curve in curves]
    standardised = [square / own for square, own in zip(squared, variance, strict=True)]
    place = np.argsort(items.item_set.order)
    sums = np.zeros((8, responses.n_items))
    for rows, posteriors in posteriors_of(responses, calibration, items, coded):
        given, seen = coded.scores[rows][:, place], coded.observed[rows][:, place]
        t = _averaged(squared, posteriors, given)
        z = _averaged(standardised, posteriors, given)
        v = posteriors @ variance.T
        weights = seen * responses.weights[rows, None]
        parts = (np.ones_like(t), t, v, t**2, t * v, v**2, z, z**2)
        sums += np.stack([(part * weights).sum(axis=0) for part in parts])
    return _mean_squares(sums)


def posteriors_of(
    responses: ResponseMatrix,
    calibration: Calibration,
    items: CalibratedItems,
    coded: CodedResponses,
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Rows of persons with any response, and their posteriors over the nodes, chunk by chunk."""
    nodes = calibration.nodes
    table = log_table(coded, items.full, nodes)
    answered = responses.answered
    for code, group in enumerate(populations_of(responses, calibration)):
        members = np.flatnonzero(answered & (responses.group_codes == code))
        log_weights = group.log_weights(nodes)
        for start in range(0, len(members), CHUNK_ROWS):
            rows = members[start : start + CHUNK_ROWS]
            yield rows, posterior(coded.design(rows), table, log_weights)[0]


def _squared_residual(curve: ItemCurve) -> FloatArray:
    """(k - E)^2 for each category at each node, (n_categories, n_nodes)."""
    return np.asarray((np.arange(curve.n_categories)[:, None] - curve.mean) ** 2)


def _averaged(
    tables: Sequence[FloatArray], posteriors: FloatArray, given: ScoreArray
) -> FloatArray:
    """Posterior mean of the table of the category each person gave, (n_persons, n_items)."""
    sizes = [len(table) for table in tables]
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    every = posteriors @ np.concatenate(tables).T  # (n_persons, sum of categories)
    return np.asarray(np.take_along_axis(every, first + given, axis=1))


def _mean_squares(sums: FloatArray) -> MeanSquares:
    n, t, v, tt, tv, vv, z, zz = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        infit, outfit = t / v, z / n
        infit_sd = np.sqrt(np.maximum(tt - 2.0 * infit * tv + infit**2 * vv, 0.0)) / v
        outfit_sd = np.sqrt(np.maximum(zz - outfit**2 * n, 0.0)) / n
    infit_t, outfit_t = wilson_hilferty(infit, infit_sd), wilson_hilferty(outfit, outfit_sd)
    return MeanSquares(infit, outfit, infit_t, outfit_t)

r"""Infit and outfit with each person's residual averaged over their posterior.

The mean squares differ from 1 by sums over persons of :math:`g_n`, which has expectation 0 under the
model. Parameters estimated from the same persons have absorbed part of it: by the information
equality exactly its regression on the persons' score vectors :math:`s_n`, so that

.. math:: \operatorname{var}\Big(\sum_n g_n\Big) = \sum_n (g_n - \beta^\top s_n)^2

with the regression's coefficients :math:`\beta`. Without that the standardised forms of slope models
would hardly ever leave 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.estimation.expected_counts import (
    CHUNK_ROWS,
    CodedResponses,
    log_table,
    posterior,
)
from psychometrics.fit.estimated import EstimatedParameters
from psychometrics.fit.mean_squares import MeanSquares, wilson_hilferty
from psychometrics.fit.populations import populations_of
from psychometrics.fit.score_vectors import score_vectors
from psychometrics.item_curves import ItemCurve, item_curves
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration

# At a node where a response is all but certain, the other response is worth 1 / V but has a posterior
# weight below V: the product is no larger than the node's own weight, so this floor costs nothing.
LEAST_VARIANCE = 1e-12
LEAST_LEFT = 1e-9  # share of the spread below which the estimates have absorbed all of it
LEAST_EIGENVALUE = 1e-10  # of the scaled information; directions below it are not identified


def posterior_mean_squares(
    responses: ResponseMatrix, calibration: Calibration, estimated: EstimatedParameters | None
) -> MeanSquares:
    """Infit and outfit of every item, 1 in expectation when the model holds.

    Parameters
    ----------
    estimated : EstimatedParameters or None
        What was estimated from these responses; None where they are another sample.
    """
    items, coded = items_of(responses, calibration)
    tables = _Tables.of(item_curves(items, calibration.nodes))
    place = np.argsort(items.item_set.order)
    total = _Sums.empty(responses.n_items, 0 if estimated is None else estimated.free.n_free)
    for rows, posteriors, group in posteriors_of(responses, calibration, items, coded):
        given, seen = coded.scores[rows][:, place], coded.observed[rows][:, place]
        excess = tables.excess(posteriors, given) * seen[:, None]
        scores = (
            np.zeros((len(rows), 0))
            if estimated is None
            else score_vectors(estimated, posteriors, given, seen, calibration, group)
        )
        variance = (posteriors @ tables.variance.T) * seen
        total = total.plus(excess, variance, seen, scores, responses.weights[rows])
    return total.mean_squares()


def posteriors_of(
    responses: ResponseMatrix,
    calibration: Calibration,
    items: CalibratedItems,
    coded: CodedResponses,
) -> Iterator[tuple[IntArray, FloatArray, str]]:
    """Rows of persons with any response, their posteriors over the nodes, and their population."""
    nodes = calibration.nodes
    table = log_table(coded, items.full, nodes)
    usable = responses.answered & (responses.weights > 0)
    for code, group in enumerate(populations_of(responses, calibration)):
        members = np.flatnonzero(usable & (responses.group_codes == code))
        log_weights = group.log_weights(nodes)
        for start in range(0, len(members), CHUNK_ROWS):
            rows = members[start : start + CHUNK_ROWS]
            yield rows, posterior(coded.design(rows), table, log_weights)[0], group.group


@dataclass(frozen=True)
class _Tables:
    """Squared residuals of every category of every item at the nodes, raw and standardised.

    ``squared`` and ``standardised`` are (sum of categories, n_nodes), ``variance`` (n_items, n_nodes),
    ``first`` the row of each item's lowest category.
    """

    squared: FloatArray
    standardised: FloatArray
    variance: FloatArray
    first: IntArray

    @classmethod
    def of(cls, curves: Sequence[ItemCurve]) -> "_Tables":
        squared = [_squared_residual(curve) for curve in curves]
        variance = [np.maximum(curve.central_moment(2), LEAST_VARIANCE) for curve in curves]
        standardised = [s / v for s, v in zip(squared, variance, strict=True)]
        first = np.cumsum([0, *(len(own) for own in squared[:-1])])
        return cls(np.concatenate(squared), np.concatenate(standardised), np.stack(variance), first)

    def excess(self, posteriors: FloatArray, given: ScoreArray) -> FloatArray:
        """Beyond expectation, for infit and outfit, (n_persons, 2, n_items)."""
        chosen = self.first + given
        squared = np.take_along_axis(posteriors @ self.squared.T, chosen, axis=1)
        standardised = np.take_along_axis(posteriors @ self.standardised.T, chosen, axis=1)
        return np.stack([squared - posteriors @ self.variance.T, standardised - 1.0], axis=1)


def _squared_residual(curve: ItemCurve) -> FloatArray:
    """(k - E)^2 for each category at each node, (n_categories, n_nodes)."""
    return np.asarray((np.arange(curve.n_categories)[:, None] - curve.mean) ** 2)


@dataclass(frozen=True)
class _Sums:
    """Sums over persons; (2, n_items) stand for infit and outfit."""

    scale: FloatArray  # (2, n_items): variances, and numbers
    excess: FloatArray  # (2, n_items)
    squared: FloatArray  # (2, n_items)
    by_score: FloatArray  # (n_free, 2, n_items)
    information: FloatArray  # (n_free, n_free)

    @classmethod
    def empty(cls, n_items: int, n_free: int) -> "_Sums":
        scale, excess, squared = np.zeros((3, 2, n_items))
        by_score, information = np.zeros((n_free, 2, n_items)), np.zeros((n_free, n_free))
        return cls(scale, excess, squared, by_score, information)

    def plus(
        self,
        excess: FloatArray,
        variance: FloatArray,
        seen: BoolArray,
        scores: FloatArray,
        weights: FloatArray,
    ) -> "_Sums":
        weighted = scores * weights[:, None]
        return _Sums(
            self.scale + np.stack([weights @ variance, weights @ seen]),
            self.excess + np.tensordot(weights, excess, axes=1),
            self.squared + np.tensordot(weights, excess**2, axes=1),
            self.by_score + np.tensordot(weighted.T, excess, axes=1),
            self.information + weighted.T @ scores,
        )

    def mean_squares(self) -> MeanSquares:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = 1.0 + self.excess / self.scale
            left = self.squared - self._absorbed()
            sd = np.sqrt(np.where(left > LEAST_LEFT * self.squared, left, 0.0)) / self.scale
        t = wilson_hilferty(value, sd)
        return MeanSquares(value[0], value[1], t[0], t[1])

    def _absorbed(self) -> FloatArray:
        """What the estimated parameters take out of the spread, (2, n_items)."""
        if not len(self.information):
            return np.zeros_like(self.squared)
        unit = np.sqrt(np.diagonal(self.information))  # parameters may differ by many magnitudes
        unit = np.where(unit > 0, unit, 1.0)
        flat = self.by_score.reshape(len(unit), -1) / unit[:, None]
        scaled = self.information / np.outer(unit, unit)
        coefficients = np.linalg.lstsq(scaled, flat, rcond=LEAST_EIGENVALUE)[0]
        return np.asarray((flat * coefficients).sum(axis=0).reshape(self.squared.shape))

"""Faults of mirt 1.47 repeated on purpose: where our number and mirt's differ, this one is mirt's.

- M2 and C2 of Rasch models: no derivative by the estimated variance.
- M2 and C2 of the GPCM with more than two categories: the derivative of the expected score by the slope
  subtracts the sum of k times the category's numerator (scaled to a largest of one), not of k times
  its probability.
- Standardised outfit with responses missing: a person's sum over the items answered is divided by the
  square of the number of all items, less one over the number answered (where that is negative its sign
  is dropped); an item's terms are divided by the squared numbers of answers of other items in turn.
  Squared variances of scores below 1e-5 count as 1e-5.
"""

import numpy as np

from benchmarks.reference.brute_force import fourth_moment_ratios
from psychometrics import Calibration, ResponseMatrix
from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import items_of
from psychometrics.estimation.item_set import Block
from psychometrics.fit.limited_information import Statistic, chi_square_form
from psychometrics.fit.model_moments import (
    Features,
    category_features,
    model_moments,
    moment_derivatives,
    score_features,
)
from psychometrics.fit.observed_moments import observed_moments
from psychometrics.item_curves import ItemCurve, item_curves

MODELS = {"2pl", "pcm", "gpcm", "grm"}
LEAST = 1e-5  # squared variance of a score, in mirt


def model_fit_as_mirt(
    responses: ResponseMatrix, calibration: Calibration, statistic: Statistic
) -> float | None:
    """M2 or C2 with mirt's derivatives; None where its way is not known."""
    is_known = {item.model for item in calibration.items} <= MODELS
    if not is_known or calibration.has_groups or not responses.is_complete:
        return None
    items, coded = items_of(responses, calibration)
    curves = item_curves(items, calibration.nodes)
    make = score_features if statistic == "m2" else category_features
    features = make([curve.n_categories for curve in curves])
    weights = np.exp(calibration.groups[0].log_weights(calibration.nodes))
    scores = coded.scores[:, np.argsort(items.item_set.order)]
    observed = observed_moments(scores, responses.observed, responses.weights, features)
    columns = [
        column
        for block in items.item_set.blocks
        for column in _of_block(
            block, block.of(items.full), curves, calibration.nodes, weights, features
        )
    ]
    expected = model_moments(curves, weights, features)
    return chi_square_form([observed], [expected], [np.concatenate(columns, axis=1)])[0]


def _of_block(
    block: Block,
    parameters: FloatArray,
    curves: tuple[ItemCurve, ...],
    nodes: FloatArray,
    weights: FloatArray,
    features: Features,
) -> list[FloatArray]:
    """Derivatives of the moments by each item's free parameters."""
    name = block.model.published_name
    probability = np.exp(block.model.log_probability(parameters, nodes))
    gradient = block.model.gradient(parameters, nodes) * probability[:, None]
    columns = []
    for i, position in enumerate(block.items):
        place = curves, weights, features, int(position)
        column = moment_derivatives(*place, gradient[i])
        if name == "gpcm" and block.n_categories > 2:
            wrong = gradient[i].copy()
            wrong[0] = _wrong_slope_derivative(parameters[i], probability[i], nodes)
            column = _scores_from(moment_derivatives(*place, wrong), column, features)
        columns.append(column[:, 1:] if name == "pcm" else column)
    return columns


def _wrong_slope_derivative(
    parameters: FloatArray, probability: FloatArray, nodes: FloatArray
) -> FloatArray:
    k = np.arange(len(probability))[:, None]
    exponent = k * parameters[0] * nodes + np.concatenate([[0.0], parameters[1:]])[:, None]
    numerator = np.exp(exponent - exponent.max(axis=0))
    return np.asarray(probability * nodes * (k - (k * numerator).sum(axis=0)))


def _scores_from(wrong: FloatArray, right: FloatArray, features: Features) -> FloatArray:
    """Scores and their products as mirt derives them, shares of categories rightly."""
    mixed = wrong.copy()
    if any(len(matrix) > 1 for matrix in features.matrix):
        mixed[: features.n] = right[: features.n]
    return mixed


def persons_outfit_t_as_mirt(
    responses: ResponseMatrix, calibration: Calibration, theta: FloatArray, outfit: FloatArray
) -> FloatArray:
    """Standardised outfit of persons with mirt's variance."""
    ratios = _observed_ratios(responses, calibration, theta)
    variance = ratios.sum(axis=1) / responses.n_items**2 - 1.0 / responses.observed.sum(axis=1)
    return _standardised(outfit, variance)


def items_outfit_t_as_mirt(
    responses: ResponseMatrix, calibration: Calibration, theta: FloatArray, outfit: FloatArray
) -> FloatArray:
    """Standardised outfit of items with mirt's variance."""
    ratios = _observed_ratios(responses, calibration, theta)
    answered = responses.observed.sum(axis=0)
    n, m = ratios.shape
    place = np.arange(n)[:, None] + n * np.arange(m)  # of a cell, column after column
    variance = (ratios / answered[place % m] ** 2).sum(axis=0) - 1.0 / answered
    return _standardised(outfit, variance)


def _observed_ratios(
    responses: ResponseMatrix, calibration: Calibration, theta: FloatArray
) -> FloatArray:
    return fourth_moment_ratios(responses, calibration, theta, LEAST) * responses.observed


def _standardised(outfit: FloatArray, variance: FloatArray) -> FloatArray:
    sd = np.sqrt(np.abs(variance))  # it may be negative
    return np.asarray((np.cbrt(outfit) - 1.0) * 3.0 / sd + sd / 3.0)

"""The marginal log-likelihood by plain summation, sharing nothing with the calibration's own code.

It says who is right where estimates differ: the objective at the reference's estimates beside the
objective at ours.
"""

import numpy as np

from psychometrics import Calibration, ItemEstimate, ResponseMatrix, category_probabilities
from psychometrics.arrays import FloatArray
from psychometrics.priors import parse_prior


def log_likelihood(
    responses: ResponseMatrix, calibration: Calibration, *, normalised: bool = True
) -> float:
    """At the calibration's estimates and nodes.

    ``normalised`` is whether the weights of the nodes are brought to sum one; where the nodes leave
    out part of the population it matters.
    """
    total = 0.0
    given = _given_ability(responses, calibration)
    for code, label in enumerate(responses.groups):
        rows = responses.group_codes == code
        group = calibration.group(label) if calibration.has_groups else calibration.groups[0]
        weights = _normal_weights(calibration.nodes, group.mean, group.sd)
        if normalised:
            weights = weights / weights.sum()
        of_persons = np.log(np.exp(given[rows]) @ weights)
        total += float(responses.weights[rows] @ of_persons)
    return total


def log_posterior(responses: ResponseMatrix, calibration: Calibration) -> float:
    """Log-likelihood plus the log priors of the calibration."""
    return log_likelihood(responses, calibration) + log_prior(calibration)


def log_prior(calibration: Calibration) -> float:
    """Log density of the estimates under the calibration's priors."""
    total = 0.0
    for prior in map(parse_prior, calibration.priors):
        for item in calibration.items:
            if prior.applies_to(item.item):
                values = _parameters(item, prior.parameter)
                total += float(prior.density.log_density(values).sum())
    return total


def _parameters(item: ItemEstimate, name: str) -> FloatArray:
    kinds = {"a": [item.a], "b": item.difficulties, "c": [item.c], "d": [item.d]}
    kinds["intercept"] = [-item.a * b for b in np.cumsum(item.difficulties)]
    return np.array([value for value in kinds[name] if value is not None], dtype=np.float64)


def _given_ability(responses: ResponseMatrix, calibration: Calibration) -> FloatArray:
    """Log probability of every person's responses at every node, (n_persons, n_nodes)."""
    total = np.zeros((responses.n_persons, calibration.n_nodes))
    for i, label in enumerate(responses.items):
        item = calibration.item(label)
        log_p = np.log(category_probabilities(item, calibration.nodes)).T
        seen = responses.observed[:, i]
        total[seen] += log_p[responses.scores[seen, i] - item.first_category]
    return total


def _normal_weights(nodes: FloatArray, mean: float, sd: float) -> FloatArray:
    spacing = nodes[1] - nodes[0]
    density = np.exp(-0.5 * ((nodes - mean) / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi))
    return np.asarray(density * spacing)


def weighted_curvature_error(
    responses: ResponseMatrix, calibration: Calibration, theta: FloatArray, step: float = 1e-3
) -> FloatArray:
    r"""Standard error of a WLE from the curvature of the weighted log-likelihood, (n_persons,).

    .. math:: \big(-\ell''(\theta) - \tfrac12 (\log I(\theta))''\big)^{-1/2}

    by differences; what mirt reports in the place of :math:`1/\sqrt I`.
    """
    at = [_weighted(responses, calibration, theta + move) for move in (-step, 0.0, step)]
    curvature = (at[0] - 2.0 * at[1] + at[2]) / step**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1.0 / np.sqrt(-curvature))


def _weighted(responses: ResponseMatrix, calibration: Calibration, theta: FloatArray) -> FloatArray:
    value, information = np.zeros(len(theta)), np.zeros(len(theta))
    for i, label in enumerate(responses.items):
        item, seen = calibration.item(label), responses.observed[:, i]
        p = category_probabilities(item, theta)
        category = np.where(seen, responses.scores[:, i] - item.first_category, 0)
        chosen = p[np.arange(len(theta)), category]
        value += np.where(seen, np.log(chosen), 0.0)
        information += np.where(seen, _information(item, theta), 0.0)
    return np.asarray(value + 0.5 * np.log(information))


def _information(item: ItemEstimate, theta: FloatArray, step: float = 1e-4) -> FloatArray:
    """Expected squared derivative of the log probability."""
    low, middle, high = (category_probabilities(item, theta + move) for move in (-step, 0, step))
    slope = (high - low) / (2.0 * step)
    return np.asarray((slope**2 / middle).sum(axis=1))


def fourth_moment_ratios(
    responses: ResponseMatrix, calibration: Calibration, theta: FloatArray, least: float = 0.0
) -> FloatArray:
    """Fourth central moment of each score over its squared variance, (n_persons, n_items).

    ``least`` bounds the squared variance from below.
    """
    columns = []
    for label in responses.items:
        p = category_probabilities(calibration.item(label), theta)
        categories = np.arange(p.shape[1])
        deviation = categories - (p @ categories)[:, None]
        variance = (p * deviation**2).sum(axis=1)
        fourth = (p * deviation**4).sum(axis=1)
        columns.append(fourth / np.maximum(variance**2, least))
    return np.stack(columns, axis=1)

"""Ability from the sum score alone: conversion tables, and the distribution of the sum score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, calibrated_items, items_of
from psychometrics.errors import DataError, ModelError
from psychometrics.estimation.invariance import base_item, own_label
from psychometrics.item_curves import item_curves
from psychometrics.lord_wingersky import SumScoreCurves, lord_wingersky, sum_score_curves
from psychometrics.responses.administered import as_calibrated, persons_by_item_subset
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration, Group, ItemEstimate

Method = Literal["eap", "ml", "wle"]
METHODS: tuple[str, ...] = get_args(Method)
SEARCH_GRID = np.linspace(-20.0, 20.0, 401)
FARTHEST_CREDIBLE = 15.0
BISECTIONS = 60
TINY = 1e-300


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """What each sum score of a complete form is worth on the ability scale.

    Attributes
    ----------
    score : (n_scores,)
        Sums of the categories as the items number them.
    theta, se : (n_scores,) logits
        NaN exactly where ``is_finite`` is false: no finite estimate belongs to this score.
    probability : (n_scores,)
        The model's share of persons with this score, in the group of the table.
    group : str
    """

    method: str
    group: str
    score: IntArray
    theta: FloatArray
    se: FloatArray
    is_finite: BoolArray
    probability: FloatArray


@dataclass(frozen=True, eq=False)
class ScoreDistribution:
    """The sum score the model expects of a population; n_scores entries."""

    score: IntArray
    probability: FloatArray
    mean: float
    sd: float


def score_distribution(
    calibration: Calibration, *, items: Sequence[str] | None = None, group: str | None = None
) -> ScoreDistribution:
    r"""Distribution of the sum score in a calibrated population.

    .. math:: p(s) = \sum_q w_q f(s \mid \theta_q)

    Parameters
    ----------
    calibration : Calibration
    items : sequence of str, optional
        Labels of the form's items; all calibrated items unless given.
    group : str, optional
        The reference group unless given.

    Returns
    -------
    ScoreDistribution

    Raises
    ------
    DataError
        An unknown item or group.

    References
    ----------
    Lord & Wingersky (1984), Appl. Psych. Meas. 8, 453-461.
    """
    population = _population(calibration, group)
    laid_out = _form(calibration, items, population)
    joint = _joint(laid_out, calibration, population)
    score, probability = _scores(laid_out), joint.sum(axis=1)
    mean = float(probability @ score)
    sd = float(np.sqrt(probability @ (score - mean) ** 2))
    return ScoreDistribution(score, probability, mean, sd)


def score_table(
    calibration: Calibration,
    method: Method = "eap",
    *,
    items: Sequence[str] | None = None,
    group: str | None = None,
) -> ScoreTable:
    r"""Ability and standard error for every sum score of a complete form.

    With :math:`L(s \mid \theta)` the probability of the score, ``eap`` is the posterior mean and SD
    under the group's population, ``ml`` the maximum of L, and ``wle`` the maximum of
    :math:`L\sqrt{I}`, where :math:`I(\theta) = \sum_s L'(s \mid \theta)^2 / L(s \mid \theta)` is the
    information in the sum score.

    Parameters
    ----------
    calibration : Calibration
    method : {"eap", "ml", "wle"}
    items : sequence of str, optional
        Labels of the form's items; all calibrated items unless given.
    group : str, optional
        Population of ``eap`` and of ``probability``; the reference group unless given.

    Returns
    -------
    ScoreTable
        Under ``ml`` the lowest and highest score have no finite estimate (under a 3PL several low
        ones). The SE of ``ml`` is from the curvature of :math:`\log L`, of ``wle`` :math:`I^{-1/2}`.

    Raises
    ------
    DataError
        An unknown item or group.
    ModelError
        An unknown method.

    Notes
    -----
    For Rasch and partial credit items the sum score is sufficient and ``ml`` and ``wle`` are those
    of :func:`psychometrics.score`. O(n_items * n_scores * n_points).

    References
    ----------
    Thissen, Pommerich, Billeaud & Williams (1995), Appl. Psych. Meas. 19, 39-49. Warm (1989),
    Psychometrika 54, 427-450.
    """
    if method not in METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no score table of kind {method!r}; choose one of {', '.join(METHODS)}.",
            method=method,
        )
    population = _population(calibration, group)
    laid_out = _form(calibration, items, population)
    joint = _joint(laid_out, calibration, population)
    if method == "eap":
        theta, se = _posterior_moments(joint, calibration.nodes)
    else:
        theta, se = _modes(laid_out, method)
    return ScoreTable(
        method=method,
        group=population.group,
        score=_scores(laid_out),
        theta=theta,
        se=se,
        is_finite=np.asarray(np.isfinite(theta), dtype=np.bool_),
        probability=joint.sum(axis=1),
    )


def score_from_sums(
    responses: ResponseMatrix, calibration: Calibration, method: Method = "eap"
) -> AbilityEstimates:
    """Ability of every person from the sum of their scores on the items they saw.

    Persons who saw the same items share one :func:`score_table`; persons of different groups have
    tables of their own.

    Returns
    -------
    AbilityEstimates
        ``method`` is ``"eap_sum"``, ``"ml_sum"`` or ``"wle_sum"``. A person with nothing observed has
        the population's mean and SD under ``eap`` and nothing finite otherwise.

    Raises
    ------
    DataError
        An unknown item, category or group.
    """
    responses = as_calibrated(responses, calibration)
    items_of(responses, calibration)  # checks the categories
    theta, se = _nothing_observed(responses, calibration, method)
    sums = (responses.scores * responses.observed).sum(axis=1, dtype=np.intp)
    for subset in persons_by_item_subset(responses.observed):
        labels = [responses.items[i] for i in subset.items]
        for code in np.unique(responses.group_codes[subset.rows]):
            rows = subset.rows[responses.group_codes[subset.rows] == code]
            group = responses.groups[code] if calibration.has_groups else None
            table = score_table(calibration, method, items=labels, group=group)
            at = sums[rows] - table.score[0]
            theta[rows], se[rows] = table.theta[at], table.se[at]
    return AbilityEstimates(
        method=f"{method}_sum",
        persons=responses.persons,
        theta=theta,
        se=se,
        is_finite=np.asarray(np.isfinite(theta), dtype=np.bool_),
        from_prior_only=~responses.answered & (method == "eap"),
    )


def _nothing_observed(
    responses: ResponseMatrix, calibration: Calibration, method: str
) -> tuple[FloatArray, FloatArray]:
    theta, se = np.full(responses.n_persons, np.nan), np.full(responses.n_persons, np.nan)
    if method == "eap":
        for code, label in enumerate(responses.groups):
            rows = ~responses.answered & (responses.group_codes == code)
            if rows.any():
                own = _population(calibration, label if calibration.has_groups else None)
                theta[rows], se[rows] = own.mean, own.sd
    return theta, se


def _form(
    calibration: Calibration, labels: Sequence[str] | None, population: Group
) -> CalibratedItems:
    known = {estimate.item: estimate for estimate in calibration.items}
    chosen: list[ItemEstimate] = []
    for label in _all_items(calibration, population) if labels is None else labels:
        if label not in known:
            raise DataError(
                "unknown_item",
                f"Item {label!r} is not among the calibrated items; use the calibration it "
                "belongs to.",
                column=label,
            )
        chosen.append(known[label])
    if not chosen:
        raise DataError("empty_data", "The form has no items: name at least one.")
    return calibrated_items(chosen)


def _all_items(calibration: Calibration, population: Group) -> list[str]:
    """Every item, in the version that the population has of it."""
    labels = [estimate.item for estimate in calibration.items]
    others = {g.group for g in calibration.groups} - {population.group}
    foreign = {own_label(base_item(label), group) for label in labels for group in others}
    own = {own_label(label, population.group) for label in labels}
    replaced = {base_item(label) for label in labels if label in own}
    return [label for label in labels if label not in foreign | replaced]


def _population(calibration: Calibration, label: str | None) -> Group:
    if label is None:
        return calibration.groups[0]
    for group in calibration.groups:
        if group.group == label:
            return group
    names = [group.group for group in calibration.groups]
    raise DataError(
        "unknown_group",
        f"Group {label!r} is not among the calibrated groups ({', '.join(names)}).",
        group=label,
        groups=names,
    )


def _scores(items: CalibratedItems) -> IntArray:
    lowest = sum(estimate.first_category for estimate in items.estimates)
    n_steps = sum(estimate.n_categories - 1 for estimate in items.estimates)
    return np.arange(lowest, lowest + n_steps + 1)


def _joint(items: CalibratedItems, calibration: Calibration, population: Group) -> FloatArray:
    """Probability of score and node together, (n_scores, n_nodes)."""
    nodes = calibration.nodes
    weights = np.exp(population.log_weights(nodes))
    curves = item_curves(items, nodes)
    return lord_wingersky([curve.probability for curve in curves]) * weights


def _posterior_moments(joint: FloatArray, nodes: FloatArray) -> tuple[FloatArray, FloatArray]:
    posterior = joint / np.maximum(joint.sum(axis=1, keepdims=True), TINY)
    theta = posterior @ nodes
    se = np.sqrt(np.maximum((posterior * (nodes - theta[:, None]) ** 2).sum(axis=1), 0.0))
    return theta, se


def _modes(items: CalibratedItems, method: str) -> tuple[FloatArray, FloatArray]:
    """Maximum of L, or of L times the root of the information, for each score."""
    curves = sum_score_curves(item_curves(items, SEARCH_GRID))
    objective = np.log(np.maximum(curves.probability, TINY))
    if method == "wle":
        objective = objective + 0.5 * np.log(np.maximum(_information(curves), TINY))
    peak = np.argmax(objective, axis=1)
    low = SEARCH_GRID[np.maximum(peak - 1, 0)]
    high = SEARCH_GRID[np.minimum(peak + 1, len(SEARCH_GRID) - 1)]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        rises = _slope(items, middle, method) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    theta = 0.5 * (low + high)
    se = _mode_error(items, theta, method)
    none = ~((np.abs(theta) < FARTHEST_CREDIBLE) & np.isfinite(se))
    theta[none] = se[none] = np.nan
    return theta, se


def _information(curves: SumScoreCurves) -> FloatArray:
    return np.asarray((curves.first**2 / np.maximum(curves.probability, TINY)).sum(axis=0))


def _slope(items: CalibratedItems, theta: FloatArray, method: str) -> FloatArray:
    """Derivative of the objective of each score at its own ability."""
    curves = sum_score_curves(item_curves(items, theta))
    p = np.maximum(curves.probability, TINY)
    ratio = curves.first / p
    own = np.diagonal(ratio)
    if method == "ml":
        return own
    rise = (2.0 * ratio * curves.second - curves.first * ratio**2).sum(axis=0)
    return np.asarray(own + 0.5 * rise / np.maximum(_information(curves), TINY))


def _mode_error(items: CalibratedItems, theta: FloatArray, method: str) -> FloatArray:
    curves = sum_score_curves(item_curves(items, theta))
    p = np.maximum(np.diagonal(curves.probability), TINY)
    curvature = (np.diagonal(curves.first) / p) ** 2 - np.diagonal(curves.second) / p
    information = curvature if method == "ml" else _information(curves)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(information > 1e-8, 1.0 / np.sqrt(information), np.nan))

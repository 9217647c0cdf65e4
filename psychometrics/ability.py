"""Ability estimates: EAP, MAP, ML and Warm's WLE, each with a standard error."""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError, ModelError
from psychometrics.expected_counts import (
    CHUNK_ROWS,
    CodedResponses,
    LogTable,
    log_table,
    posterior,
)
from psychometrics.quadrature import Quadrature
from psychometrics.results import AbilityEstimates, Calibration
from psychometrics.score_equation import LARGEST_ABILITY, Derivatives, derivatives, find_root

Method = Literal["eap", "map", "ml", "wle", "warm"]
METHODS: tuple[str, ...] = get_args(Method)
START_GRID = Quadrature(61, 6.0)
LEAST_INFORMATION = 1e-8  # below it the likelihood is flat and its maximum is nowhere

# What a mode method adds to the score function, given theta and everything known there.
Correction = Callable[[FloatArray, Derivatives, IntArray], FloatArray]


def score(
    responses: ResponseMatrix, calibration: Calibration, method: Method = "eap"
) -> AbilityEstimates:
    r"""Estimate every person's ability from calibrated items.

    ``eap``: posterior mean and SD under the calibration's population. ``map``: posterior mode.
    ``ml``: maximum likelihood. ``wle``: weighted likelihood with weight :math:`\sqrt{I}`, the root of

    .. math:: \ell'(\theta) + I'(\theta) / (2 I(\theta)) = 0

    ``warm``: Warm's own correction, with :math:`J = \sum_i \sum_k P'_{ik} P''_{ik} / P_{ik}` in the
    place of :math:`I'`. The two are the same for every model here except the 3PL.

    Parameters
    ----------
    responses : ResponseMatrix
        Columns are found by item label; calibrated items without a column count as not
        administered. Where the calibration has several groups, ``eap`` and ``map`` need each
        person's group.
    calibration : Calibration
    method : {"eap", "map", "ml", "wle", "warm"}

    Returns
    -------
    AbilityEstimates
        In the order of the rows. The SE of ``map`` and ``ml`` is from the observed information, of
        ``wle`` and ``warm`` from the expected. Nothing observed: ``eap`` and ``map`` give the population's mean
        and SD, ``ml`` and ``wle`` nothing finite. Extreme scores have no finite ``ml``.

    Raises
    ------
    DataError
        An unknown item, category or group.

    References
    ----------
    Bock & Mislevy (1982), Appl. Psych. Meas. 6, 431-444. Warm (1989), Psychometrika 54, 427-450.
    """
    if method not in METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no method {method!r}; choose one of {', '.join(METHODS)}.",
            method=method,
        )
    items, coded = items_of(responses, calibration)
    if method == "eap":
        theta, se = _eap(items, coded, responses, calibration)
    else:
        theta, se = _modes(items, coded, responses, calibration, method)
    is_finite = np.isfinite(theta)
    uses_prior = method in ("eap", "map")
    return AbilityEstimates(
        method=method,
        persons=responses.persons,
        theta=theta,
        se=se,
        is_finite=np.asarray(is_finite, dtype=np.bool_),
        from_prior_only=~responses.answered & uses_prior,
    )


def _populations(responses: ResponseMatrix, calibration: Calibration) -> FloatArray:
    """Mean and SD for each person, (n_persons, 2)."""
    if not calibration.has_groups:
        only = calibration.groups[0]
        return np.tile([only.mean, only.sd], (responses.n_persons, 1))
    known = {group.group: (group.mean, group.sd) for group in calibration.groups}
    for code, label in enumerate(responses.groups):
        if label not in known and (responses.group_codes == code).any():
            row = int(np.flatnonzero(responses.group_codes == code)[0]) + 1
            raise DataError(
                "unknown_group",
                f"Row {row}: group {label!r} is not among the calibrated groups "
                f"({', '.join(known)}); say which column holds the group.",
                row=row,
                group=label,
                groups=list(known),
            )
    table = np.array([known.get(label, (0.0, 1.0)) for label in responses.groups])
    return np.asarray(table[responses.group_codes])


def _log_weights(responses: ResponseMatrix, calibration: Calibration) -> FloatArray:
    """Log weights of each of the responses' groups at the calibration's nodes."""
    known = {group.group: group for group in calibration.groups}
    first = calibration.groups[0]
    groups = [
        known.get(label, first) if calibration.has_groups else first for label in responses.groups
    ]
    return np.stack([group.log_weights(calibration.nodes) for group in groups])


def _eap(
    items: CalibratedItems,
    coded: CodedResponses,
    responses: ResponseMatrix,
    calibration: Calibration,
) -> tuple[FloatArray, FloatArray]:
    nodes = calibration.nodes
    populations = _populations(responses, calibration)
    log_weights = _log_weights(responses, calibration)
    table = log_table(coded, items.full, nodes)
    theta, se = np.empty(len(populations)), np.empty(len(populations))
    for rows in _row_chunks(len(populations)):
        own = log_weights[responses.group_codes[rows]]
        weights, _ = posterior(coded.design(rows), table, own)
        theta[rows] = weights @ nodes
        se[rows] = np.sqrt(np.maximum(weights @ nodes**2 - theta[rows] ** 2, 0.0))
    nothing = ~coded.observed.any(axis=1)
    theta[nothing], se[nothing] = populations[nothing].T
    return theta, se


def _modes(
    items: CalibratedItems,
    coded: CodedResponses,
    responses: ResponseMatrix,
    calibration: Calibration,
    method: str,
) -> tuple[FloatArray, FloatArray]:
    has_prior = method == "map"
    n = responses.n_persons
    flat = np.tile([0.0, np.inf], (n, 1))
    populations = _populations(responses, calibration) if has_prior else flat
    correction = _correction(method, populations)
    table = log_table(coded, items.full, START_GRID.nodes)
    theta, se = np.empty(n), np.empty(n)
    for rows in _row_chunks(n):
        start = _grid_start(coded, table, rows, populations[rows])
        found = find_root(items, coded, rows, start, correction)
        theta[rows] = found
        se[rows] = _mode_error(items, coded, rows, found, method, populations[rows, 1])
    nothing = ~coded.observed.any(axis=1)
    flat = ~(se < 1.0 / np.sqrt(LEAST_INFORMATION))
    outside = ~(np.abs(theta) < LARGEST_ABILITY) | flat | (nothing & (not has_prior))
    if has_prior:
        theta[nothing], se[nothing] = populations[nothing].T
    theta[outside] = se[outside] = np.nan
    return theta, se


def _row_chunks(n: int) -> list[IntArray]:
    return [np.arange(start, min(start + CHUNK_ROWS, n)) for start in range(0, n, CHUNK_ROWS)]


def _grid_start(
    coded: CodedResponses, table: LogTable, rows: IntArray, populations: FloatArray
) -> FloatArray:
    """The node of highest (posterior) likelihood: near the global mode even where there are two."""
    nodes = START_GRID.nodes
    value = coded.design(rows) @ table.columns + table.constant
    mean, sd = populations[:, :1], populations[:, 1:]
    value -= 0.5 * ((nodes - mean) / sd) ** 2
    best: FloatArray = nodes[np.argmax(value, axis=1)]
    return best


def _correction(method: str, populations: FloatArray) -> Correction:
    def prior(theta: FloatArray, at: Derivatives, rows: IntArray) -> FloatArray:
        mean, sd = populations[rows].T
        result: FloatArray = (mean - theta) / sd**2
        return result

    def root_information(theta: FloatArray, at: Derivatives, rows: IntArray) -> FloatArray:
        result: FloatArray = at.expected_slope / (2.0 * np.maximum(at.expected, 1e-300))
        return result

    def warm(theta: FloatArray, at: Derivatives, rows: IntArray) -> FloatArray:
        result: FloatArray = at.warm / (2.0 * np.maximum(at.expected, 1e-300))
        return result

    def nothing(theta: FloatArray, at: Derivatives, rows: IntArray) -> FloatArray:
        return np.zeros_like(theta)

    return {"map": prior, "wle": root_information, "warm": warm, "ml": nothing}[method]


def _mode_error(
    items: CalibratedItems,
    coded: CodedResponses,
    rows: IntArray,
    theta: FloatArray,
    method: str,
    prior_sd: FloatArray,
) -> FloatArray:
    at = derivatives(items, coded, rows, theta)
    information = at.expected if method in ("wle", "warm") else at.observed
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = 1.0 / np.sqrt(information + prior_sd**-2.0)
    return result

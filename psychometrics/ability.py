"""Ability estimates: EAP, MAP, ML and Warm's WLE, each with a standard error."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.errors import DataError, ModelError
from psychometrics.estimation.chunks import CHUNK_ROWS, map_in_order
from psychometrics.estimation.expected_counts import (
    CodedResponses,
    LogTable,
    chunk_posterior,
    layout_of,
    log_table,
)
from psychometrics.grid_start import grid_start, grid_tables
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment
from psychometrics.responses.readers import as_source
from psychometrics.responses.source import ResponseSource, treated
from psychometrics.results import AbilityEstimates, Calibration
from psychometrics.score_equation import (
    LARGEST_ABILITY,
    Correction,
    Derivatives,
    derivatives,
    find_root,
)

Method = Literal["eap", "map", "ml", "wle", "warm"]
METHODS: tuple[str, ...] = get_args(Method)
START_GRID = Quadrature(61, 6.0)
MODE_ROWS = 1536  # persons whose derivatives stay in the cache together
LEAST_INFORMATION = 1e-8  # below it the likelihood is flat and its maximum is nowhere


def score(
    responses: ResponseMatrix | ResponseSource | str | Path,
    calibration: Calibration,
    method: Method = "eap",
    *,
    missing: MissingTreatment = FOR_SCORING,
) -> AbilityEstimates:
    r"""Estimate every person's ability from calibrated items.

    ``eap``: posterior mean and SD under the calibration's population. ``map``: posterior mode.
    ``ml``: maximum likelihood. ``wle``: weighted likelihood with weight :math:`\sqrt{I}`, the root of

    .. math:: \ell'(\theta) + I'(\theta) / (2 I(\theta)) = 0

    ``warm``: Warm's own correction, with :math:`J = \sum_i \sum_k P'_{ik} P''_{ik} / P_{ik}` in the
    place of :math:`I'`. The two are the same for every model without asymptotes, and not for the 3PL and
    4PL.

    Parameters
    ----------
    responses : ResponseMatrix, ResponseSource or path
        Columns are found by item label; calibrated items without a column count as not
        administered. Where the calibration has several groups, ``eap`` and ``map`` need each
        person's group.
    calibration : Calibration
    method : {"eap", "map", "ml", "wle", "warm"}
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; wrong unless said otherwise.

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
    _check_method(method)
    parts = list(_scored(as_source(responses), calibration, method, missing))
    return parts[0] if len(parts) == 1 else _joined(parts)


def score_batches(
    responses: ResponseSource | str | Path,
    calibration: Calibration,
    method: Method = "eap",
    *,
    missing: MissingTreatment = FOR_SCORING,
) -> Iterator[AbilityEstimates]:
    """:func:`score` batch by batch, for more persons than fit in memory.

    Yields
    ------
    AbilityEstimates
        Of each batch of the source, in its order.
    """
    _check_method(method)
    yield from _scored(as_source(responses), calibration, method, missing)


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no method {method!r}; choose one of {', '.join(METHODS)}.",
            method=method,
        )


def _scored(
    source: ResponseSource, calibration: Calibration, method: Method, missing: MissingTreatment
) -> Iterator[AbilityEstimates]:
    rows_before = 0
    for batch in treated(source, missing).batches():
        try:
            yield _score_matrix(batch, calibration, method)
        except DataError as error:
            raise _moved_down(error, rows_before) from error
        rows_before += batch.n_persons


def _moved_down(error: DataError, rows_before: int) -> DataError:
    """An error of a batch, its row counted from the beginning of the source."""
    row = error.params.get("row")
    if not rows_before or not isinstance(row, int):
        return error
    message = error.message.replace(f"Row {row}", f"Row {row + rows_before}", 1)
    return DataError(error.code, message, **(error.params | {"row": row + rows_before}))


def _joined(parts: Sequence[AbilityEstimates]) -> AbilityEstimates:
    return AbilityEstimates(
        method=parts[0].method,
        persons=np.concatenate([part.persons for part in parts]),
        theta=np.concatenate([part.theta for part in parts]),
        se=np.concatenate([part.se for part in parts]),
        is_finite=np.concatenate([part.is_finite for part in parts]),
        from_prior_only=np.concatenate([part.from_prior_only for part in parts]),
    )


def _score_matrix(
    responses: ResponseMatrix, calibration: Calibration, method: Method
) -> AbilityEstimates:
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
    nodes, populations = calibration.nodes, _populations(responses, calibration)
    log_weights = _log_weights(responses, calibration)
    table, layout = log_table(coded, items.full, nodes), layout_of(coded)
    theta, se = np.empty(len(populations)), np.empty(len(populations))
    powers = np.stack([nodes, nodes**2])

    def of_rows(rows: IntArray) -> None:
        own = log_weights[0]
        if len(log_weights) > 1:
            own = log_weights[responses.group_codes[rows]].T
        joint, total, _ = chunk_posterior(layout.design(coded.chunk(rows)), table, own)
        mean, square = powers @ joint / total
        theta[rows], se[rows] = mean, np.sqrt(np.maximum(square - mean**2, 0.0))

    _over_rows(coded, CHUNK_ROWS, of_rows)
    nothing = ~coded.answered
    theta[nothing], se[nothing] = populations[nothing].T
    return theta, se


def _over_rows(coded: CodedResponses, size: int, work: Callable[[IntArray], None]) -> None:
    """Do it for all rows, a block at a time; several blocks at once, none twice."""
    blocks = coded.row_blocks(size)
    for _ in map_in_order(lambda block: work(blocks[block]), len(blocks)):
        pass


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
    tables, layout = grid_tables(items, coded), layout_of(coded)
    table = log_table(coded, items.full, START_GRID.nodes)
    theta, se = np.empty(n), np.empty(n)

    def of_rows(rows: IntArray) -> None:
        start = grid_start(tables, layout, coded.chunk(rows), rows, correction)
        begin, far = start.theta, np.flatnonzero(~start.is_close)
        begin[far] = _best_node(coded, table, rows[far], populations[rows[far]])
        slope = np.where(start.is_close, start.slope, np.nan)
        root = find_root(items, coded, rows, begin, correction, slope)
        information = root.information
        if method in ("map", "ml"):
            observed = derivatives(items, coded, rows, root.theta).observed
            information = observed + populations[rows, 1] ** -2.0
        theta[rows] = root.theta
        with np.errstate(divide="ignore", invalid="ignore"):
            se[rows] = 1.0 / np.sqrt(information)

    _over_rows(coded, MODE_ROWS, of_rows)
    nothing = ~coded.answered
    flat = ~(se < 1.0 / np.sqrt(LEAST_INFORMATION))
    outside = ~(np.abs(theta) < LARGEST_ABILITY) | flat | (nothing & (not has_prior))
    if has_prior:
        theta[nothing], se[nothing] = populations[nothing].T
    theta[outside] = se[outside] = np.nan
    return theta, se


def _best_node(
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

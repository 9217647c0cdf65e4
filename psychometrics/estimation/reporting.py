"""From the parameter vector and its covariance to estimates people read, with standard errors."""

from collections.abc import Sequence

import numpy as np
import scipy

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.item_set import Block
from psychometrics.estimation.objective import Objective
from psychometrics.item_parameters import ItemErrors, ItemEstimate, item_estimate
from psychometrics.responses.summary import ResponseSummary
from psychometrics.results import Group, ParameterCovariance

Errors = tuple[float | None, ...]


def item_estimates(
    summary: ResponseSummary,
    first_category: IntArray,
    objective: Objective,
    full: FloatArray,
    covariance: FloatArray | None,
) -> tuple[ItemEstimate, ...]:
    """Every item in the order of the columns.

    Parameters
    ----------
    full : (n_full,)
    covariance : (n_full, n_full), optional
        None where there are no standard errors.
    """
    n_responses = summary.n_responses
    found: dict[int, ItemEstimate] = {}
    for block in objective.item_set.blocks:
        reported = block.model.reported(block.of(full))
        spread = _reported_covariance(block, full, covariance)
        for i, position in enumerate(block.items):
            found[int(position)] = item_estimate(
                summary.items[position],
                block.model.published_name,
                reported[i].tolist(),
                ItemErrors() if spread is None else _errors(block, reported[i], spread[i]),
                n_responses=int(n_responses[position]),
                first_category=int(first_category[position]),
            )
    return tuple(found[position] for position in range(summary.n_items))


def _own_entries(block: Block, n_full: int) -> IntArray:
    return block.of(np.arange(n_full, dtype=np.float64)).astype(np.intp)


def _reported_covariance(
    block: Block, full: FloatArray, covariance: FloatArray | None
) -> FloatArray | None:
    """Delta method: covariance of each item's reported parameters, (n_items, n, n)."""
    if covariance is None:
        return None
    own = _own_entries(block, len(full))
    jacobian = block.model.reported_jacobian(block.of(full))
    inner = covariance[own[:, :, None], own[:, None, :]]
    spread: FloatArray = jacobian @ inner @ jacobian.transpose(0, 2, 1)
    return spread


def _errors(block: Block, reported: FloatArray, spread: FloatArray) -> ItemErrors:
    """Name an item's standard errors."""
    errors = _roots(np.diag(spread))
    name, m = block.model.published_name, block.n_categories - 1
    if name == "nominal":
        return _nominal_errors(reported, spread)
    tail = (*errors[1 + m :], None, None)
    if m == 1:
        return ItemErrors(a=errors[0], b=errors[1], c=tail[0], d=tail[1])
    steps = errors[1 : 1 + m]
    if name == "grm":
        return ItemErrors(a=errors[0], b=steps)
    if name == "rsm":
        location, thresholds = _scale_errors(spread[1:, 1:])
        return ItemErrors(a=errors[0], steps=steps, location=location, thresholds=thresholds)
    return ItemErrors(a=errors[0], steps=steps)


def _scale_errors(spread: FloatArray) -> tuple[float | None, Errors]:
    """Of the mean of the steps and of the steps relative to it."""
    m = len(spread)
    mean = np.full((1, m), 1.0 / m)
    relative = np.eye(m) - mean
    return (
        _roots(np.diag(mean @ spread @ mean.T))[0],
        _roots(np.diag(relative @ spread @ relative.T)),
    )


def _nominal_errors(reported: FloatArray, spread: FloatArray) -> ItemErrors:
    """Of slopes and intercepts, of a, and of the scoring of the categories between the outer two."""
    m = len(reported) // 2
    errors = _roots(np.diag(spread))
    a, slopes = reported[m - 1] / m, reported[:m]
    scores: Errors | None = None
    if a != 0:
        by_slope = np.eye(m) / a
        by_slope[:, m - 1] -= slopes / (m * a**2)
        inner = by_slope @ spread[:m, :m] @ by_slope.T
        scores = (None, *_roots(np.diag(inner)[: m - 1]), None)
    last = errors[m - 1]
    return ItemErrors(
        a=None if last is None else last / m,
        slopes=(None, *errors[:m]),
        intercepts=(None, *errors[m:]),
        scores=scores,
    )


def _roots(variances: FloatArray) -> Errors:
    return tuple(float(np.sqrt(v)) if v > 0 else None for v in variances.tolist())


def group_estimates(
    summary: ResponseSummary, objective: Objective, full: FloatArray, covariance: FloatArray | None
) -> tuple[Group, ...]:
    """The ability distribution of every group."""
    log_weights = objective.log_weights(full)
    groups = []
    for code, own in enumerate(objective.population(full).tolist()):
        start = objective.population_slice(code).start
        sd = float(np.exp(own[1]))
        variances = np.zeros(2) if covariance is None else np.diag(covariance)[start : start + 2]
        se_mean, se_log_sd = _roots(np.asarray(variances))
        groups.append(
            Group(
                group=summary.groups[code],
                mean=own[0],
                sd=sd,
                n_persons=int(summary.group_sizes[code]),
                se_mean=se_mean,
                se_sd=None if se_log_sd is None else sd * se_log_sd,
                histogram=tuple(np.exp(log_weights[code]).tolist()) if len(own) > 2 else (),
            )
        )
    return tuple(groups)


def parameter_covariance(
    items: Sequence[str],
    groups: Sequence[str],
    objective: Objective,
    full: FloatArray,
    covariance: FloatArray,
) -> ParameterCovariance:
    """Joint covariance of all reported parameters, with their names."""
    labels: list[str] = []
    rows: list[scipy.sparse.csr_matrix] = []
    for block in objective.item_set.blocks:
        own = _own_entries(block, len(full))
        jacobian = block.model.reported_jacobian(block.of(full))
        names = block.model.reported_names(block.n_categories)
        for i, position in enumerate(block.items):
            labels += [f"{name}[{items[position]}]" for name in names]
            rows += [_row(own[i], slopes, len(full)) for slopes in jacobian[i]]
    for code, group in enumerate(groups):
        start = objective.population_slice(code).start
        labels += [f"mean[{group}]", f"sd[{group}]"]
        rows.append(_row(np.array([start]), np.ones(1), len(full)))
        rows.append(_row(np.array([start + 1]), np.exp(full[start + 1 : start + 2]), len(full)))
    chain = scipy.sparse.vstack(rows, format="csr")
    return ParameterCovariance(tuple(labels), np.asarray(chain @ (chain @ covariance).T))


def _row(entries: IntArray, slopes: FloatArray, n_full: int) -> "scipy.sparse.csr_matrix":
    return scipy.sparse.csr_matrix(
        (slopes, (np.zeros(len(entries), dtype=np.intp), entries)), (1, n_full)
    )

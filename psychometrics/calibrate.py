"""Marginal maximum likelihood calibration."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.cautions import (
    ASYMPTOTE_AT_ZERO,
    data_cautions,
    item_cautions,
    run_cautions,
)
from psychometrics.checks import check_calibratable, responses_per_item
from psychometrics.data import ResponseMatrix
from psychometrics.errors import ConvergenceWarning
from psychometrics.expected_counts import CHUNK_ROWS, code_responses
from psychometrics.free_parameters import free_parameters
from psychometrics.item_set import Block, build_item_set
from psychometrics.models import model_of_item
from psychometrics.models.base import logit
from psychometrics.objective import Objective
from psychometrics.optimise import Optimum, Progress, maximise, stepped
from psychometrics.priors import Prior, parse_prior
from psychometrics.quadrature import STANDARD, WIDE, Quadrature
from psychometrics.results import (
    Calibration,
    Caution,
    Group,
    ItemErrors,
    ItemEstimate,
    item_estimate,
)
from psychometrics.standard_errors import covariance, full_covariance, observed_information
from psychometrics.starting_values import starting_values


def calibrate(
    responses: ResponseMatrix,
    model: str = "2pl",
    *,
    quadrature: Quadrature | None = None,
    priors: Sequence[Prior | str] = (),
    standard_errors: bool = True,
    tolerance: float = 1e-6,
    max_cycles: int = 1000,
    chunk_rows: int = CHUNK_ROWS,
    progress: Callable[[Progress], None] | None = None,
) -> Calibration:
    r"""Estimate item parameters (and free population parameters) with standard errors.

    Maximises the marginal log-likelihood plus the log priors,

    .. math:: \sum_n w_n \log \sum_q \pi_{g(n)q} \prod_i P_i(x_{ni} \mid \theta_q)
              + \sum \log p(\xi),

    with D = 1. The reference group is N(0, 1), except under ``pcm``, where the slope is 1 and the SD
    is free; further groups have free means and SDs and the same item parameters.

    Parameters
    ----------
    responses : ResponseMatrix
    model : {"1pl", "2pl", "3pl", "pcm", "gpcm", "grm"}
        Items with two categories follow the 2PL under ``gpcm`` and ``grm``.
    quadrature : Quadrature, optional
        61 nodes on ±6 unless given; 121 on ±12 where a population variance is free.
    priors : sequence of Prior or str
        Such as ``"g=logitnormal(-1.386294,0.5)"``.
    standard_errors : bool
        Whether to compute them from the joint observed information.
    tolerance : float
        Gradient norm per person at which the search ends.
    progress : callable, optional
        Called after every cycle; an exception it raises cancels the calibration.

    Returns
    -------
    Calibration
        With ``converged`` and every caution a reader should know.

    Raises
    ------
    DataError, ModelError, NotBuilt
        Naming the column and the remedy.

    Warns
    -----
    ConvergenceWarning
        The search ended before the gradient norm fell below the tolerance.

    Notes
    -----
    A cycle costs O(n_persons * n_categories * n_nodes). The weights count as frequencies: weight 2
    is the same as the person twice.

    References
    ----------
    Bock & Aitkin (1981), Psychometrika 46, 443-459. Louis (1982), JRSS B 44, 226-233.
    """
    parsed = tuple(parse_prior(p) if isinstance(p, str) else p for p in priors)
    check_calibratable(responses, model, parsed)
    objective = _objective(responses, model, quadrature, parsed, chunk_rows)
    optimum = maximise(
        objective,
        objective.free.collect(objective.template),
        tolerance=tolerance,
        max_cycles=max_cycles,
        progress=progress,
    )
    if not optimum.converged:
        warnings.warn(
            f"gradient norm per person {optimum.gradient_norm:.2e} after {optimum.cycles} cycles",
            ConvergenceWarning,
            stacklevel=2,
        )
    return _result(responses, model, objective, optimum, standard_errors)


def _objective(
    responses: ResponseMatrix,
    model: str,
    quadrature: Quadrature | None,
    priors: tuple[Prior, ...],
    chunk_rows: int,
) -> Objective:
    used = responses.select(responses.weights > 0)
    n_categories = used.n_categories
    models = [model_of_item(model, int(size)) for size in n_categories]
    item_set = build_item_set(models, n_categories)
    coded = code_responses(used, item_set, used.first_category, chunk_rows)
    free = free_parameters(item_set, coded.n_groups)
    has_free_population = bool(free.is_free[item_set.n_parameters :].any())
    grid = quadrature or (WIDE if has_free_population else STANDARD)
    template = starting_values(coded)
    for prior in priors:
        _start_asymptotes_at_prior(prior, objective_blocks=item_set.blocks, full=template)
    return Objective(coded, grid.nodes, free, template, priors)


def _start_asymptotes_at_prior(
    prior: Prior, objective_blocks: Sequence[Block], full: FloatArray
) -> None:
    """Begin the search where the prior is highest; far from it the first steps would be wasted."""
    if prior.parameter != "c":
        return
    grid = np.linspace(0.01, 0.6, 60)
    mode = grid[int(np.argmax(prior.density.log_density(grid)))]
    for block in objective_blocks:
        if block.model.has_asymptote:
            block.of(full)[:, -1] = logit(np.array([mode]))[0]


def _result(
    responses: ResponseMatrix,
    model: str,
    objective: Objective,
    optimum: Optimum,
    standard_errors: bool,
) -> Calibration:
    errors = None
    if standard_errors:
        optimum, errors = _full_covariance(objective, optimum)
    full = objective.expand(optimum.free)
    items = _item_estimates(responses, objective, full, errors)
    groups = _groups(responses, objective, full, errors)
    return Calibration(
        model=model,
        converged=optimum.converged,
        log_likelihood=optimum.evaluation.counts.log_likelihood,
        log_prior=optimum.evaluation.log_prior,
        gradient_norm=optimum.gradient_norm,
        n_persons=responses.n_persons,
        n_parameters=objective.free.n_free,
        cycles=optimum.cycles,
        items=items,
        groups=groups,
        n_nodes=len(objective.nodes),
        limit=float(objective.nodes[-1]),
        priors=tuple(prior.text for prior in objective.priors),
        cautions=_cautions(responses, objective, optimum, items, groups, standard_errors, errors),
        trace=optimum.trace,
    )


def _cautions(
    responses: ResponseMatrix,
    objective: Objective,
    optimum: Optimum,
    items: Sequence[ItemEstimate],
    groups: Sequence[Group],
    standard_errors: bool,
    errors: FloatArray | None,
) -> tuple[Caution, ...]:
    has_errors = errors is not None or not standard_errors
    state = (optimum.converged, optimum.gradient_norm, has_errors)
    return (
        *run_cautions(*state, groups, objective.nodes),
        *data_cautions(responses),
        *item_cautions(items, objective.priors),
    )


def _full_covariance(objective: Objective, optimum: Optimum) -> tuple[Optimum, FloatArray | None]:
    """The maximum after one Newton step, and the covariance of the full vector.

    The observed information is at hand, so the step costs one E-step; it takes the gradient from
    the search's tolerance to rounding, and with it everything that depends on the path. Asymptotes at
    their boundary count as known.
    """
    full = objective.expand(optimum.free)
    information = observed_information(objective, full, optimum.evaluation.counts)
    at_boundary = _asymptotes_at_boundary(objective, full)
    dropped = objective.free.index[at_boundary & objective.free.is_free]
    inside = np.setdiff1d(np.arange(objective.free.n_free), dropped)
    inverse = covariance(information[np.ix_(inside, inside)])
    if inverse is None:
        return optimum, None
    step = np.zeros(objective.free.n_free)
    step[inside] = inverse @ optimum.evaluation.gradient[inside]
    kept = objective.free.fixing(at_boundary)
    return stepped(objective, optimum, step), full_covariance(kept, inverse)


def _asymptotes_at_boundary(objective: Objective, full: FloatArray) -> BoolArray:
    at_boundary = np.zeros(len(full), dtype=np.bool_)
    for block in objective.item_set.blocks:
        if block.model.has_asymptote:
            asymptotes = block.model.reported(block.of(full))[:, -1]
            own = at_boundary[block.parameters].reshape(block.n_items, -1)
            own[:, -1] = asymptotes < ASYMPTOTE_AT_ZERO
    return at_boundary


def _item_estimates(
    responses: ResponseMatrix, objective: Objective, full: FloatArray, errors: FloatArray | None
) -> tuple[ItemEstimate, ...]:
    n_responses = responses_per_item(responses)
    first_category = responses.select(responses.weights > 0).first_category
    found: dict[int, ItemEstimate] = {}
    for block in objective.item_set.blocks:
        reported = block.model.reported(block.of(full))
        reported_errors = _reported_errors(block, full, errors)
        for i, position in enumerate(block.items):
            found[int(position)] = item_estimate(
                responses.items[position],
                block.model.name,
                reported[i].tolist(),
                _named_errors(block, reported_errors[i]),
                n_responses=int(n_responses[position]),
                first_category=int(first_category[position]),
            )
    return tuple(found[position] for position in range(responses.n_items))


def _named_errors(block: Block, values: Sequence[float | None]) -> ItemErrors:
    """Name a vector of standard errors: of a, then of b or the steps, then of c."""
    c = values[-1] if block.model.has_asymptote else None
    middle = tuple(values[1:-1] if block.model.has_asymptote else values[1:])
    if block.n_categories == 2:
        return ItemErrors(a=values[0], b=middle[0], c=c)
    if block.model.name == "grm":
        return ItemErrors(a=values[0], b=middle)
    return ItemErrors(a=values[0], steps=middle)


def _reported_errors(
    block: Block, full: FloatArray, errors: FloatArray | None
) -> list[list[float | None]]:
    """Delta method: standard errors of what is reported; None where nothing was estimated."""
    if errors is None:
        return [[None] * block.n_parameters for _ in range(block.n_items)]
    own = block.of(np.arange(len(full), dtype=np.float64)).astype(np.intp)
    jacobian = block.model.reported_jacobian(block.of(full))
    variance = np.einsum(
        "irp,ips,irs->ir", jacobian, errors[own[:, :, None], own[:, None, :]], jacobian
    )
    return [[float(np.sqrt(v)) if v > 0 else None for v in row] for row in variance.tolist()]


def _groups(
    responses: ResponseMatrix, objective: Objective, full: FloatArray, errors: FloatArray | None
) -> tuple[Group, ...]:
    sizes: IntArray = np.bincount(responses.group_codes, minlength=len(responses.groups))
    groups = []
    for code, (mean, log_sd) in enumerate(objective.population(full).tolist()):
        start = objective.item_set.n_parameters + 2 * code
        sd = float(np.exp(log_sd))
        se_mean = _standard_error(errors, start, 1.0)
        se_sd = _standard_error(errors, start + 1, sd)
        label = responses.groups[code]
        groups.append(Group(label, mean, sd, int(sizes[code]), se_mean, se_sd))
    return tuple(groups)


def _standard_error(errors: FloatArray | None, position: int, scale: float) -> float | None:
    if errors is None or not errors[position, position] > 0:
        return None
    return scale * float(np.sqrt(errors[position, position]))

"""Marginal maximum likelihood calibration."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.errors import ConvergenceWarning, ModelError, NotBuilt
from psychometrics.estimation.cautions import data_cautions, item_cautions, run_cautions
from psychometrics.estimation.checks import check_calibratable, check_categories
from psychometrics.estimation.chunks import CHUNK_ROWS
from psychometrics.estimation.constraints import Constraint, parse_constraint
from psychometrics.estimation.invariance import FreeAcrossGroups, own_groups, split_by_group
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.objective_building import build_objective as build_objective
from psychometrics.estimation.objective_building import with_histograms
from psychometrics.estimation.optimise import Optimum, Progress, stepped
from psychometrics.estimation.reporting import group_estimates, item_estimates, parameter_covariance
from psychometrics.estimation.sampled_start import climb
from psychometrics.estimation.specification import (
    Anchors,
    ModelChoice,
    Specification,
    models_by_item,
    specify,
)
from psychometrics.estimation.standard_errors import covariance as inverse_of
from psychometrics.estimation.standard_errors import full_covariance, observed_information
from psychometrics.priors import Prior, parse_prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.responses.readers import as_source
from psychometrics.responses.source import ResponseSource, treated
from psychometrics.responses.stored import store
from psychometrics.responses.summary import ResponseSummary
from psychometrics.results import Calibration

Density = Literal["normal", "histogram"]


def calibrate(
    responses: ResponseMatrix | ResponseSource | str | Path,
    model: ModelChoice = "2pl",
    *,
    quadrature: Quadrature | None = None,
    priors: Sequence[Prior | str] = (),
    constraints: Sequence[Constraint | str] = (),
    anchors: Anchors | None = None,
    free_across_groups: FreeAcrossGroups = (),
    free_population: bool | None = None,
    density: Density = "normal",
    standard_errors: bool = True,
    covariance: bool = False,
    missing: MissingTreatment = FOR_CALIBRATION,
    tolerance: float = 1e-6,
    max_cycles: int = 1000,
    chunk_rows: int = CHUNK_ROWS,
    progress: Callable[[Progress], None] | None = None,
) -> Calibration:
    r"""Estimate item parameters (and free population parameters) with standard errors.

    Maximises the marginal log-likelihood plus the log priors,

    .. math:: \sum_n w_n \log \sum_q \pi_{g(n)q} \prod_i P_i(x_{ni} \mid \theta_q)
              + \sum \log p(\xi),

    with D = 1. The reference group is N(0, 1), except where slopes are fixed (``pcm``, ``rsm``) and
    its SD is free, or where anchors carry the scale and both are; further groups have free means and
    SDs and, unless said otherwise, the same item parameters.

    Parameters
    ----------
    responses : ResponseMatrix, ResponseSource or path
        A source (:func:`psychometrics.responses.readers.open_responses`) or a Parquet file is read in batches
        and stored in a temporary file: memory does not grow with the number of persons.
    model : str, mapping or sequence
        One of 1pl, 2pl, 3pl, 4pl, pcm, rsm, gpcm, grm, nominal for all items; or a model by item, as
        ``{"I1": "3pl", "*": "gpcm"}``; or one for each column. Items with two categories follow the
        2PL under gpcm, grm and nominal.
    quadrature : Quadrature, optional
        61 nodes on ±6 unless given; 121 on ±12 where a population variance is free.
    priors : sequence of Prior or str
        Such as ``"g=logitnormal(-1.386294,0.5)"`` or ``"a[I1,I2]=lognormal(0,0.5)"``.
    constraints : sequence of Constraint or str
        Such as ``"a[I1]=a[I2]"``, ``"c[*]"`` (one for all) or ``"b[I1]=0.5"``.
    anchors : Calibration, mapping or sequence of ItemEstimate, optional
        Items whose parameters are held fixed; the population is then free.
    free_across_groups : sequence of str or (str, str)
        Items, or pairs of item and group, with parameters of their own in each group (in that
        group); reported as ``item@group``.
    free_population : bool, optional
        Whether mean and SD of the reference group are estimated; with anchors unless said otherwise.
    density : {"normal", "histogram"}
        Family of the ability distributions; a histogram is reported with each group.
    standard_errors : bool
        Whether to compute them from the joint observed information.
    covariance : bool
        Whether to return the joint covariance of all reported parameters.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; unless said otherwise omitted and
        invalid ones are wrong, not reached ones carry no information.
    tolerance : float
        Gradient norm per person at which the search ends.
    max_cycles : int
        Cycles after which it ends anyway, with a warning.
    chunk_rows : int
        Persons computed with at a time; changes no estimate by more than 1e-8.
    progress : callable, optional
        Called after every cycle; an exception it raises cancels the calibration.

    Returns
    -------
    Calibration
        With ``converged`` and every caution a reader should know.

    Raises
    ------
    DataError, ModelError
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
    whole = treated(as_source(responses), missing)
    source = _with_own_items(whole, free_across_groups)
    wanted = specify(
        source,
        models_by_item(whole.items, model),
        anchors=anchors,
        priors=[parse_prior(p) if isinstance(p, str) else p for p in priors],
        constraints=[parse_constraint(c) if isinstance(c, str) else c for c in constraints],
        is_free_population=free_population,
    )
    stored = store(source, check=partial(_check_anchored, wanted), chunk_rows=chunk_rows)
    check_calibratable(stored.summary, wanted)
    search = _Search(tolerance, max_cycles, progress)
    objective = build_objective(stored, wanted, quadrature)
    optimum = search.maximum(objective, objective.free.collect(objective.template))
    if density == "histogram":
        objective, start = with_histograms(objective, optimum, stored.summary, wanted)
        optimum = search.maximum(objective, start)
    elif density != "normal":
        raise _unknown_density(density)
    if not optimum.converged:
        warnings.warn(
            f"gradient norm per person {optimum.gradient_norm:.2e} after {optimum.cycles} cycles",
            ConvergenceWarning,
            stacklevel=2,
        )
    return _result(stored.summary, wanted, objective, optimum, standard_errors, covariance)


def _with_own_items(source: ResponseSource, free: FreeAcrossGroups) -> ResponseSource:
    if not free:
        return source
    if not isinstance(source, ResponseMatrix):
        raise NotBuilt(
            "own_items_need_memory",
            "Items with parameters of their own in a group need the responses in memory; read the "
            "file first.",
        )
    return split_by_group(source, own_groups(source, free))


def _check_anchored(wanted: Specification, batch: ResponseMatrix, rows_before: int) -> None:
    check_categories(batch, wanted.anchors, rows_before)


@dataclass(frozen=True)
class _Search:
    """How the maximum is looked for."""

    tolerance: float
    max_cycles: int
    progress: Callable[[Progress], None] | None

    def maximum(self, objective: Objective, start: FloatArray) -> Optimum:
        return climb(
            objective,
            start,
            tolerance=self.tolerance,
            max_cycles=self.max_cycles,
            progress=self.progress,
        )


def _unknown_density(density: str) -> ModelError:
    return ModelError(
        "unknown_density",
        f"There is no density {density!r}; choose normal or histogram.",
        density=density,
    )


def _objective(
    responses: ResponseMatrix,
    model: ModelChoice,
    quadrature: Quadrature | None,
    priors: Sequence[Prior],
    chunk_rows: int,
) -> Objective:
    """The objective of a plain calibration, for a look inside (the laws of the tests)."""
    wanted = specify(responses, model, priors=priors)
    return build_objective(store(responses, chunk_rows=chunk_rows), wanted, quadrature)


def _result(
    summary: ResponseSummary,
    wanted: Specification,
    objective: Objective,
    optimum: Optimum,
    standard_errors: bool,
    full_matrix: bool,
) -> Calibration:
    errors = None
    if standard_errors or full_matrix:
        optimum, errors = _full_covariance(objective, optimum)
    full = objective.expand(optimum.free)
    first, _ = wanted.categories(summary)
    items = item_estimates(summary, first, objective, full, errors)
    groups = group_estimates(summary, objective, full, errors)
    has_errors = errors is not None or not standard_errors
    state = (optimum.converged, optimum.gradient_norm, has_errors)
    calibration = Calibration(
        model=wanted.title,
        converged=optimum.converged,
        log_likelihood=optimum.evaluation.counts.log_likelihood,
        log_prior=optimum.evaluation.log_prior,
        gradient_norm=optimum.gradient_norm,
        n_persons=summary.n_persons,
        n_parameters=objective.free.n_free,
        cycles=optimum.cycles,
        items=items,
        groups=groups,
        n_nodes=len(objective.nodes),
        limit=float(objective.nodes[-1]),
        priors=tuple(prior.text for prior in wanted.priors),
        cautions=(
            *run_cautions(*state, groups, objective.nodes),
            *data_cautions(summary),
            *item_cautions(items, wanted.priors, wanted.anchors),
        ),
        trace=optimum.trace,
        constraints=tuple(constraint.text for constraint in wanted.constraints),
        anchors=tuple(wanted.anchors),
    )
    if errors is None or not full_matrix:
        return calibration
    joint = parameter_covariance(summary.items, summary.groups, objective, full, errors)
    return replace(calibration, covariance=joint)


def _full_covariance(objective: Objective, optimum: Optimum) -> tuple[Optimum, FloatArray | None]:
    """The maximum after one Newton step, and the covariance of the full vector.

    The observed information is at hand, so the step costs one E-step; it takes the gradient from
    the search's tolerance to rounding, and with it everything that depends on the path. What is
    at its boundary counts as known.
    """
    full = objective.expand(optimum.free)
    information = observed_information(objective, full, optimum.evaluation.counts)
    at_boundary = _at_boundary(objective, full)
    dropped = objective.free.index[at_boundary & objective.free.is_free]
    inside = np.setdiff1d(np.arange(objective.free.n_free), dropped)
    inverse = inverse_of(information[np.ix_(inside, inside)])
    if inverse is None:
        return optimum, None
    step = np.zeros(objective.free.n_free)
    step[inside] = inverse @ optimum.evaluation.gradient[inside]
    kept = objective.free.fixing(at_boundary)
    return stepped(objective, optimum, step), full_covariance(kept, inverse)


def _at_boundary(objective: Objective, full: FloatArray) -> BoolArray:
    at_boundary = np.zeros(len(full), dtype=np.bool_)
    for block in objective.item_set.blocks:
        at_boundary[block.parameters] = block.model.at_boundary(block.of(full)).ravel()
    return at_boundary

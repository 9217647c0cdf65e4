"""Calibration of bifactor and testlet models."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ConvergenceWarning, ModelError
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.checks import check_calibratable
from psychometrics.estimation.expected_counts import code_responses
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.objective_building import build_objective
from psychometrics.estimation.optimise import Optimum, Progress, maximise, stepped
from psychometrics.estimation.specification import ModelChoice, models_by_item, specify
from psychometrics.estimation.standard_errors import covariance
from psychometrics.multidimensional.bifactor import BifactorObjective
from psychometrics.multidimensional.bifactor_information import observed_information
from psychometrics.multidimensional.bifactor_report import Setup, bifactor_result
from psychometrics.multidimensional.identification import check_specific
from psychometrics.multidimensional.patterns import CHUNK_ROWS, cluster_items, clustered
from psychometrics.multidimensional.results import BifactorCalibration
from psychometrics.priors import Prior, parse_prior
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.responses.stored import store

Kind = Literal["bifactor", "testlet"]
SPACING, REACH = 0.3, 6.0  # of the general ability's nodes; standard deviations they reach
SPECIFIC = Quadrature(17, 5.0)
ROUGH = 1e-3  # gradient norm per person at which the unidimensional start ends
STARTING_SHARE = 0.5  # of the general slope


def calibrate_bifactor(
    responses: ResponseMatrix,
    specific: Mapping[str, str],
    kind: Kind = "bifactor",
    model: ModelChoice = "2pl",
    *,
    quadrature: Quadrature | None = None,
    specific_quadrature: Quadrature = SPECIFIC,
    priors: Sequence[Prior | str] = (),
    standard_errors: bool = True,
    missing: MissingTreatment = FOR_CALIBRATION,
    tolerance: float = 1e-6,
    max_cycles: int = 500,
    progress: Callable[[Progress], None] | None = None,
) -> BifactorCalibration:
    r"""Estimate items that share a general ability and, cluster by cluster, a specific factor.

    .. math:: P_i(x \mid a_i \theta + \lambda_i \eta_{c(i)} + d_i), \qquad
              \theta \sim N(\mu_g, \sigma_g^2),\ \eta_c \sim N(0, 1)

    all abilities independent, D = 1. ``bifactor``: every specific slope :math:`\lambda_i` is free.
    ``testlet``: :math:`\lambda_i = a_i \sigma_c`, one SD a cluster, so that the items of a cluster share
    an effect :math:`\gamma_c \sim N(0, \sigma_c^2)` beside the ability; with slopes fixed (``pcm``)
    it is the Rasch testlet model.

    Parameters
    ----------
    responses : ResponseMatrix
    specific : mapping
        The specific factor (testlet) of each item that has one, by column label; the others measure
        the general ability alone.
    kind : {"bifactor", "testlet"}
    model : str, mapping or sequence
        As in :func:`psychometrics.calibrate`, except nominal.
    quadrature, specific_quadrature : Quadrature, optional
        Nodes of the general and the specific abilities; the general ones 0.3 apart over six standard
        deviations unless given.
    priors : sequence of Prior or str
        On parameters of single items; ``a`` is the general slope.
    standard_errors : bool
        Whether to compute them, from the joint observed information.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as.
    tolerance : float
        Gradient norm per person at which the search ends.
    progress : callable, optional
        Called after every cycle; an exception it raises cancels the calibration.

    Returns
    -------
    BifactorCalibration
        Specific factors turned so that the sum of their slopes is positive.

    Raises
    ------
    DataError, ModelError
        Naming item or factor and the remedy.

    Warns
    -----
    ConvergenceWarning
        The search ended before the gradient norm fell below the tolerance.

    Notes
    -----
    A cycle costs O(n_patterns * n_nodes * n_specific_nodes) for every cluster and O(n_persons *
    n_nodes) for the persons, whatever the number of specific factors.

    References
    ----------
    Gibbons & Hedeker (1992), Psychometrika 57, 423-436. Bradlow, Wainer & Wang (1999), Psychometrika
    64, 153-168. Wang & Wilson (2005), Appl. Psych. Meas. 29, 126-149. Cai, Yang & Hansen (2011),
    Psych. Methods 16, 221-248.
    """
    _check_kind(kind)
    parsed = [parse_prior(p) if isinstance(p, str) else p for p in priors]
    setup = _set_up(responses.treat(missing), specific, kind, model, parsed)
    search = _Search(tolerance, max_cycles, progress)
    objective = _objective(setup, quadrature, specific_quadrature)
    optimum = search.maximum(objective)
    if not optimum.converged:
        warnings.warn(
            f"gradient norm per person {optimum.gradient_norm:.2e} after {optimum.cycles} cycles",
            ConvergenceWarning,
            stacklevel=2,
        )
    errors = None
    if standard_errors:
        optimum, errors = _errors(objective, optimum)
    return bifactor_result(
        setup, objective, optimum, errors, standard_errors, specific_quadrature.limit
    )


def _check_kind(kind: str) -> None:
    if kind not in get_args(Kind):
        raise ModelError(
            "unknown_kind", f"There is no kind {kind!r}; choose bifactor or testlet.", kind=kind
        )


def _set_up(
    responses: ResponseMatrix,
    specific: Mapping[str, str],
    kind: Kind,
    model: ModelChoice,
    priors: Sequence[Prior],
) -> Setup:
    check_specific(responses.items, specific, kind)
    wanted = specify(responses, models_by_item(responses.items, model), priors=priors)
    stored = store(responses)
    check_calibratable(stored.summary, wanted)
    general = build_objective(stored, wanted)
    for block in general.item_set.blocks:
        block.model.ability_shift(
            block.n_categories
        )  # refuses a model that takes no second ability
    first, _ = wanted.categories(stored.summary)
    used = responses.select(responses.weights > 0)
    coded = code_responses(used, general.item_set, first)
    names = tuple(specific.get(responses.items[at]) for at in general.item_set.order)
    return Setup(stored.summary, wanted, general, coded, names, kind == "testlet")


@one_blas_thread()
def _objective(
    setup: Setup, quadrature: Quadrature | None, specific_quadrature: Quadrature
) -> BifactorObjective:
    """The objective, its template where the search starts: the unidimensional fit."""
    general = setup.general
    start = general.free.collect(general.template)
    alone = maximise(general, start, tolerance=ROUGH, max_cycles=100, progress=None)
    full = general.expand(alone.free)
    grid = quadrature or _general_grid(general.population(full))
    general = replace(general, nodes=grid.nodes)
    has_specific = np.array([name is not None for name in setup.names])
    weights = np.exp(log_normal_weights(specific_quadrature.nodes, 0.0, 0.0))
    objective = BifactorObjective(
        general=general,
        coded=clustered(setup.coded, cluster_items(general.item_set, setup.names), CHUNK_ROWS),
        specific_nodes=specific_quadrature.nodes,
        specific_weights=weights,
        free=_free(general, setup.names, setup.is_testlet),
        template=np.concatenate([full, np.zeros(len(setup.names))]),
        is_testlet=setup.is_testlet,
    )
    slopes = np.ones(len(setup.names)) if setup.is_testlet else full[objective.slope_entries]
    template = objective.template.copy()
    template[len(full) :] = np.where(has_specific, STARTING_SHARE * slopes, 0.0)
    return replace(objective, template=template)


def _general_grid(population: FloatArray) -> Quadrature:
    """Nodes over all groups' populations."""
    limit = max(float(np.max(np.abs(population[:, 0]) + REACH * np.exp(population[:, 1]))), REACH)
    return Quadrature(2 * round(limit / SPACING) + 1, limit)


def _free(general: Objective, names: Sequence[str | None], is_testlet: bool) -> FreeParameters:
    """General parameters as they are; one specific entry an item, or one a testlet."""
    is_free = np.array([name is not None for name in names])
    number: dict[object, int] = {}
    index = np.zeros(len(names), dtype=np.intp)
    for at, name in enumerate(names):
        if name is not None:
            key = name if is_testlet else at
            index[at] = general.free.n_free + number.setdefault(key, len(number))
    return FreeParameters(
        np.concatenate([general.free.is_free, is_free]),
        np.concatenate([general.free.index, index]),
        general.free.n_free + len(number),
    )


def _thinned(objective: BifactorObjective) -> BifactorObjective:
    """The same over grids with every second node."""
    nodes, weights = objective.specific_nodes[::2], objective.specific_weights[::2]
    return replace(
        objective,
        general=replace(objective.general, nodes=objective.general.nodes[::2]),
        specific_nodes=nodes,
        specific_weights=weights / weights.sum(),
    )


@dataclass(frozen=True)
class _Search:
    """How the maximum is looked for."""

    tolerance: float
    max_cycles: int
    progress: Callable[[Progress], None] | None

    @one_blas_thread()
    def maximum(self, objective: BifactorObjective) -> Optimum:
        """Over few nodes first: most of the way needs no more."""
        start = objective.free.collect(objective.template)
        coarse = _thinned(objective)
        rough = maximise(coarse, start, tolerance=ROUGH, max_cycles=self.max_cycles, progress=None)
        return maximise(
            objective,
            rough.free,
            tolerance=self.tolerance,
            max_cycles=self.max_cycles,
            progress=self.progress,
        )


@one_blas_thread()
def _errors(objective: BifactorObjective, optimum: Optimum) -> tuple[Optimum, FloatArray | None]:
    """The maximum after one Newton step, and the covariance of the free vector.

    None where the information is not positive definite.
    """
    full = objective.expand(optimum.free)
    information = observed_information(objective, full, optimum.evaluation.counts)
    inverse = covariance(information)
    if inverse is None:
        return optimum, None
    return stepped(objective, optimum, inverse @ optimum.evaluation.gradient), inverse

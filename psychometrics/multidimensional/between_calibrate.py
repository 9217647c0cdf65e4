"""Calibration of two to four correlated dimensions, each item measuring one of them."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ConvergenceWarning
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.optimise import Optimum, Progress, maximise, stepped
from psychometrics.estimation.specification import ModelChoice
from psychometrics.estimation.standard_errors import covariance
from psychometrics.multidimensional.between import BetweenObjective
from psychometrics.multidimensional.between_information import observed_information
from psychometrics.multidimensional.between_report import between_result
from psychometrics.multidimensional.correlations import unbounded
from psychometrics.multidimensional.dimension_setup import DimensionSetup, set_up
from psychometrics.multidimensional.product_pass import CodedDimensions
from psychometrics.multidimensional.results import MultidimensionalCalibration
from psychometrics.priors import Prior, parse_prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment

# Nodes a dimension, then what is tried where dimensions correlate so much that these are too far
# apart; docs/methods/multidimensional.md has what the choice costs in accuracy.
NODES = {2: (61, 121, 241), 3: (31, 61), 4: (31, 45)}
REACH = {2: 6.0, 3: 5.5, 4: 5.5}  # standard deviations
COARSE = {3: 17, 4: 15}  # nodes of a first search where passes are dear
ROUGH = 1e-3  # gradient norm per person at which a preparatory search ends
STARTING_CORRELATION = 0.5


def calibrate_multidimensional(
    responses: ResponseMatrix,
    dimensions: Mapping[str, str],
    model: ModelChoice = "2pl",
    *,
    quadrature: Quadrature | None = None,
    priors: Sequence[Prior | str] = (),
    standard_errors: bool = True,
    missing: MissingTreatment = FOR_CALIBRATION,
    tolerance: float = 1e-6,
    max_cycles: int = 500,
    progress: Callable[[Progress], None] | None = None,
) -> MultidimensionalCalibration:
    r"""Estimate items of several dimensions together with the correlations of the dimensions.

    .. math:: \max_{\xi, \mu, \Sigma} \sum_n w_n \log \int \prod_d \prod_{i \in d}
              P_i(x_{ni} \mid \theta_d)\, \phi(\theta; \mu_{g(n)}, \Sigma_{g(n)})\, d\theta
              + \sum \log p(\xi)

    with D = 1. In the reference group means are 0 and SDs 1, the SD of a dimension with fixed slopes
    (``pcm``, ``rsm``) free; correlations are free, and further groups have free means, SDs and
    correlations.

    Parameters
    ----------
    responses : ResponseMatrix
    dimensions : mapping
        The dimension that each item measures, by column label; two to four different ones.
    model : str, mapping or sequence
        As in :func:`psychometrics.calibrate`; every model may be mixed with every other. A slope or
        scale common to items (``1pl``, ``rsm``) is common within a dimension.
    quadrature : Quadrature, optional
        Nodes of every dimension; 61 a dimension for two dimensions, reaching 6 standard deviations,
        and 31 for three and four, reaching 5.5, unless given; more where dimensions correlate so
        much that these are too far apart.
    priors : sequence of Prior or str
        On parameters of single items, as in :func:`psychometrics.calibrate`.
    standard_errors : bool
        Whether to compute them, from the joint observed information of items and populations.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as.
    tolerance : float
        Gradient norm per person at which the search ends.
    progress : callable, optional
        Called after every cycle of the last search; an exception it raises cancels the calibration.

    Returns
    -------
    MultidimensionalCalibration

    Raises
    ------
    DataError, ModelError
        Naming item or dimension and the remedy.

    Warns
    -----
    ConvergenceWarning
        The search ended before the gradient norm fell below the tolerance.

    Notes
    -----
    A cycle costs O(n_persons * n_nodes ** n_dimensions) multiplications in matrix products; no array
    of persons by all nodes is made.

    References
    ----------
    Adams, Wilson & Wang (1997), Appl. Psych. Meas. 21, 1-23. Reckase (2009), *Multidimensional Item
    Response Theory*, Springer.
    """
    used = responses.treat(missing)
    parsed = [parse_prior(p) if isinstance(p, str) else p for p in priors]
    setups = set_up(used, dimensions, model, parsed)
    optimum, objective = _search(setups, quadrature, tolerance, max_cycles, progress)
    if not optimum.converged:
        warnings.warn(
            f"gradient norm per person {optimum.gradient_norm:.2e} after {optimum.cycles} cycles",
            ConvergenceWarning,
            stacklevel=2,
        )
    errors = None
    if standard_errors:
        optimum, errors = _errors(objective, optimum)
    texts = tuple(prior.text for prior in parsed)
    return between_result(setups, objective, optimum, errors, standard_errors, texts)


@one_blas_thread()
def _search(
    setups: Sequence[DimensionSetup],
    quadrature: Quadrature | None,
    tolerance: float,
    max_cycles: int,
    progress: Callable[[Progress], None] | None,
) -> tuple[Optimum, BetweenObjective]:
    """From one dimension each, over a coarse grid where that saves time, to the joint maximum."""
    start, n = _start(setups), len(setups)
    if quadrature is None and n in COARSE:
        start = _roughly(_joint(setups, _grids(setups, start, COARSE[n])), start, max_cycles)
    ladder = [[quadrature] * n] if quadrature is not None else None
    for grids in ladder or [_grids(setups, start, n_nodes) for n_nodes in NODES[n]]:
        objective = _joint(setups, grids)
        optimum = maximise(
            objective,
            objective.collect(start),
            tolerance=tolerance,
            max_cycles=max_cycles,
            progress=progress,
        )
        if not objective.unresolved(objective.expand(optimum.free)):
            break
    return optimum, objective


def _roughly(objective: BetweenObjective, start: FloatArray, max_cycles: int) -> FloatArray:
    """A better start, unless the nodes are too far apart for where the search ends."""
    free = objective.collect(start)
    found = maximise(objective, free, tolerance=ROUGH, max_cycles=max_cycles, progress=None)
    full = objective.expand(found.free)
    return start if objective.unresolved(full) else full


def _start(setups: Sequence[DimensionSetup]) -> FloatArray:
    """Every dimension alone at its maximum, all correlations equal."""
    fulls = []
    for setup in setups:
        part = setup.objective
        free = part.free.collect(part.template)
        alone = maximise(part, free, tolerance=ROUGH, max_cycles=100, progress=None)
        fulls.append(part.expand(alone.free))
    n = len(setups)
    equal = np.full((n, n), STARTING_CORRELATION) + (1.0 - STARTING_CORRELATION) * np.eye(n)
    return np.concatenate([*fulls, np.tile(unbounded(equal), setups[0].coded.n_groups)])


def _grids(setups: Sequence[DimensionSetup], start: FloatArray, n_nodes: int) -> list[Quadrature]:
    """As far as the groups' populations reach along each dimension."""
    found, at, reach = [], 0, REACH[len(setups)]
    for setup in setups:
        part = setup.objective
        own = part.population(start[at : at + len(part.template)])
        limit = float(np.max(np.abs(own[:, 0]) + reach * np.exp(own[:, 1])))
        found.append(Quadrature(n_nodes, max(limit, reach)))
        at += len(part.template)
    return found


def _joint(setups: Sequence[DimensionSetup], grids: Sequence[Quadrature]) -> BetweenObjective:
    parts = tuple(
        replace(setup.objective, nodes=grid.nodes)
        for setup, grid in zip(setups, grids, strict=True)
    )
    return BetweenObjective(parts, CodedDimensions(tuple(setup.coded for setup in setups)))


@one_blas_thread()
def _errors(objective: BetweenObjective, optimum: Optimum) -> tuple[Optimum, FloatArray | None]:
    """The maximum after one Newton step, and the covariance of the free vector.

    None where the information is not positive definite.
    """
    information = observed_information(objective, optimum.free, optimum.evaluation.counts)
    inverse = covariance(information)
    if inverse is None:
        return optimum, None
    return stepped(objective, optimum, inverse @ optimum.evaluation.gradient), inverse

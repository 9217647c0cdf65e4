"""EAP of the general ability and of the specific factors."""

from dataclasses import replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.estimation.checks import check_categories
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import CodedResponses, code_responses
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.latent_density import LatentDensity, NormalDensity
from psychometrics.estimation.log_prior import LogPrior
from psychometrics.estimation.objective import Objective
from psychometrics.fit.populations import matched
from psychometrics.multidimensional.between_scores import check_known
from psychometrics.multidimensional.bifactor import BifactorObjective
from psychometrics.multidimensional.bifactor_pass import (
    Reduced,
    Tables,
    general_posterior,
    reduce_chunk,
)
from psychometrics.multidimensional.patterns import (
    CHUNK_ROWS,
    PatternChunk,
    Patterns,
    cluster_items,
    clustered,
)
from psychometrics.multidimensional.results import BifactorCalibration
from psychometrics.multidimensional.score_results import BifactorScores
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment
from psychometrics.results import Group


def score_bifactor(
    responses: ResponseMatrix,
    calibration: BifactorCalibration,
    *,
    missing: MissingTreatment = FOR_SCORING,
) -> BifactorScores:
    r"""Posterior mean and SD of the general ability and of every specific factor.

    .. math:: \hat\theta_n = \sum_\theta p_n(\theta)\, \theta, \qquad
              \hat\eta_{nc} = \sum_\theta p_n(\theta)\, E[\eta_c \mid \theta, x_{nc}]

    What the items of one cluster have in common beyond the ability counts once for the general
    ability, so its standard error is larger than a unidimensional model claims.

    Parameters
    ----------
    responses : ResponseMatrix
        Columns are found by item label; calibrated items without a column count as not administered.
    calibration : BifactorCalibration
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; wrong unless said otherwise.

    Returns
    -------
    BifactorScores
        In the order of the rows; specific factors in standard deviations. A factor without a column
        has mean 0 and SD 1 for everybody.

    Raises
    ------
    DataError
        An unknown item, category or group.
    """
    used = responses.treat(missing)
    objective, full = _objective(used, calibration)
    given, nodes = objective.tables(full), (objective.general.nodes, objective.specific_nodes)
    names = tuple(factor.name for factor in calibration.factors)
    moments = np.tile([0.0, 1.0], (1 + len(names), responses.n_persons, 1))
    chunks = objective.coded.chunks
    parts = map_in_order(lambda i: _of_chunk(given, chunks[i], nodes), len(chunks))
    for chunk, own in zip(chunks, parts, strict=True):
        for name, mean_and_sd in own.items():
            at = 0 if name is None else 1 + names.index(name)
            moments[at, chunk.rows] = mean_and_sd
    return BifactorScores(
        persons=responses.persons,
        factors=names,
        general=moments[0, :, 0],
        se_general=moments[0, :, 1],
        specific=moments[1:, :, 0].T,
        se_specific=moments[1:, :, 1].T,
        from_prior_only=~used.answered,
    )


def _objective(
    responses: ResponseMatrix, calibration: BifactorCalibration
) -> tuple[BifactorObjective, FloatArray]:
    """The calibrated model over these responses, and its full vector."""
    items = {item.general.item: item for item in calibration.items}
    known = {label: item.general for label, item in items.items()}
    check_known(responses, known)
    check_categories(responses, known)
    laid_out = calibrated_items([known[label] for label in responses.items])
    first = np.array([one.first_category for one in laid_out.estimates], dtype=np.intp)
    coded = code_responses(responses, laid_out.item_set, first)
    coded = replace(coded, weights=np.ones(responses.n_persons))  # weights do not matter here
    in_order = [items[responses.items[at]] for at in laid_out.item_set.order]
    slopes = np.array([item.specific_slope for item in in_order])
    names = [item.specific for item in in_order]
    full = np.concatenate(
        [laid_out.full, *map(_population, matched(responses, calibration.groups))]
    )
    grid = Quadrature(calibration.n_specific_nodes, calibration.specific_limit)
    objective = BifactorObjective(
        general=_general(coded, Quadrature(calibration.n_nodes, calibration.limit), full),
        coded=clustered(coded, cluster_items(laid_out.item_set, names), CHUNK_ROWS),
        specific_nodes=grid.nodes,
        specific_weights=np.exp(log_normal_weights(grid.nodes, 0.0, 0.0)),
        free=_all_free(len(full) + len(slopes)),
        template=np.concatenate([full, slopes]),
        is_testlet=False,
    )
    return objective, objective.template


def _population(group: Group) -> FloatArray:
    return np.array([group.mean, np.log(group.sd)])


def _general(coded: CodedResponses, grid: Quadrature, full: FloatArray) -> Objective:
    densities: tuple[LatentDensity, ...] = (NormalDensity(),) * coded.n_groups
    return Objective(coded, grid.nodes, _all_free(len(full)), full, LogPrior(), densities)


def _all_free(n: int) -> FreeParameters:
    return FreeParameters(np.ones(n, dtype=np.bool_), np.arange(n), n)


def _of_chunk(
    given: Tables, chunk: PatternChunk, nodes: tuple[FloatArray, FloatArray]
) -> dict[str | None, FloatArray]:
    """Means and SDs, (n, 2), of the general ability (None) and of every specific factor."""
    reduced = reduce_chunk(given, chunk)
    posterior, _ = general_posterior(given, chunk, reduced)
    found: dict[str | None, FloatArray] = {}
    for cluster, patterns, one in zip(given.coded.clusters, chunk.patterns, reduced, strict=True):
        if cluster.name is not None:
            found[cluster.name] = _of_factor(posterior, patterns, one, nodes[1])
    found[None] = _mean_and_sd(posterior @ nodes[0], posterior @ nodes[0] ** 2)
    return found


def _of_factor(
    posterior: FloatArray, patterns: Patterns, reduced: Reduced, nodes: FloatArray
) -> FloatArray:
    """Over the general ability, of the moments given it."""
    powers = np.stack([nodes, nodes**2])
    given_general = np.einsum("ks,usq->kuq", powers, reduced.given_general)
    first, second = (
        np.einsum("nq,nq->n", posterior, moment[patterns.of_person]) for moment in given_general
    )
    return _mean_and_sd(first, second)


def _mean_and_sd(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.stack([first, np.sqrt(second - first**2)], axis=1)

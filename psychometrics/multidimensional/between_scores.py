"""EAP abilities of several dimensions."""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.errors import DataError
from psychometrics.estimation.checks import check_categories
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import CodedResponses, code_responses
from psychometrics.fit.populations import matched
from psychometrics.item_parameters import ItemEstimate
from psychometrics.multidimensional.correlations import unbounded
from psychometrics.multidimensional.dimension_setup import columns_of
from psychometrics.multidimensional.joint_normal import JointNormal
from psychometrics.multidimensional.product_pass import (
    CodedDimensions,
    Tables,
    halves,
    outer_product,
    tables,
)
from psychometrics.multidimensional.results import (
    LatentPopulation,
    MultidimensionalCalibration,
)
from psychometrics.multidimensional.score_results import MultidimensionalScores
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment


def score_multidimensional(
    responses: ResponseMatrix,
    calibration: MultidimensionalCalibration,
    *,
    missing: MissingTreatment = FOR_SCORING,
) -> MultidimensionalScores:
    r"""Posterior means, SDs and covariances of all abilities of every person.

    .. math:: \hat\theta_n = E[\theta \mid x_n], \qquad C_n = \mathrm{Cov}[\theta \mid x_n]

    The responses along one dimension inform the others as far as they correlate.

    Parameters
    ----------
    responses : ResponseMatrix
        Columns are found by item label; calibrated items without a column count as not administered.
    calibration : MultidimensionalCalibration
        Its population is the prior; of several, that of the person's group.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; wrong unless said otherwise.

    Returns
    -------
    MultidimensionalScores
        In the order of the rows. Nothing observed: the population's mean and covariance.

    Raises
    ------
    DataError
        An unknown item, category or group, or a dimension without a column.
    """
    used = responses.treat(missing)
    coded, fulls = _coded(used, calibration)
    nodes = calibration.nodes
    populations = [_joint(one) for one in matched(used, calibration.groups)]
    weights = np.stack([population.weights(nodes) for population in populations])
    given = tables(coded, fulls, nodes, weights)
    theta, covariance = _moments(given, responses.n_persons)
    return MultidimensionalScores(
        persons=responses.persons,
        dimensions=calibration.dimensions,
        theta=theta,
        se=np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)),
        covariance=covariance,
        from_prior_only=~used.answered,
    )


def _coded(
    responses: ResponseMatrix, calibration: MultidimensionalCalibration
) -> tuple[CodedDimensions, list[FloatArray]]:
    """The responses and the items' parameters, by dimension."""
    known = {estimate.item: estimate for estimate in calibration.items}
    check_known(responses, known)
    check_categories(responses, known)
    found: list[CodedResponses] = []
    fulls: list[FloatArray] = []
    for name in calibration.dimensions:
        here = [calibration.dimension(label) == name for label in responses.items]
        columns = np.flatnonzero(here)
        if not len(columns):
            raise DataError(
                "dimension_without_items",
                f"No column belongs to dimension {name!r}; add its responses or leave it out.",
                dimension=name,
            )
        own = columns_of(responses, columns)
        items = calibrated_items([known[label] for label in own.items])
        first = np.array([one.first_category for one in items.estimates], dtype=np.intp)
        found.append(code_responses(own, items.item_set, first))
        fulls.append(items.full)
    return CodedDimensions(tuple(found)), fulls


def check_known(responses: ResponseMatrix, known: dict[str, ItemEstimate]) -> None:
    """Refuse a column that was not calibrated."""
    for label in responses.items:
        if label not in known:
            raise DataError(
                "unknown_item",
                f"Column {label!r} is not among the calibrated items; remove it, or use the "
                "calibration it belongs to.",
                column=label,
            )


def _joint(population: LatentPopulation) -> JointNormal:
    z = unbounded(np.array(population.correlation))
    return JointNormal(np.array(population.mean), np.log(population.sd), z)


def _moments(given: Tables, n_persons: int) -> tuple[FloatArray, FloatArray]:
    n = len(given.nodes)
    theta, covariance = np.empty((n_persons, n)), np.empty((n_persons, n, n))
    chunks = given.coded.chunks(len(given.nodes[0]))
    parts = map_in_order(lambda i: _of_chunk(given, *chunks[i]), len(chunks))
    for (rows, _), (mean, spread) in zip(chunks, parts, strict=True):
        theta[rows], covariance[rows] = mean, spread
    return theta, covariance


def _of_chunk(given: Tables, rows: IntArray, group: int) -> tuple[FloatArray, FloatArray]:
    """Posterior means, (n, n_dimensions), and covariances."""
    n, split, weights = len(given.nodes), given.n_first, given.weights[group]
    here = halves(given, rows, group)
    second = here.second / here.marginal[:, None]
    first_values = _values(given.nodes[:split])  # (nodes of the half, its dimensions)
    second_values = _values(given.nodes[split:])
    posterior_first = here.first * (second @ weights.T)
    posterior_second = here.weighted_first * second
    mean = np.concatenate(
        [posterior_first @ first_values, posterior_second @ second_values], axis=1
    )
    product = np.empty((len(rows), n, n))
    product[:, :split, :split] = _products(posterior_first, first_values)
    product[:, split:, split:] = _products(posterior_second, second_values)
    for k, value in enumerate(first_values.T):
        across = ((here.first * value) @ weights * second) @ second_values
        product[:, k, split:] = product[:, split:, k] = across
    return mean, product - mean[:, :, None] * mean[:, None, :]


def _values(nodes: Sequence[FloatArray]) -> FloatArray:
    """Abilities at the nodes of several dimensions together, (n_nodes, n_dimensions)."""
    n = len(nodes)
    columns = [
        outer_product([(nodes[j] if j == k else np.ones_like(nodes[j]))[None] for j in range(n)])[0]
        for k in range(n)
    ]
    return np.stack(columns, axis=1)


def _products(posterior: FloatArray, values: FloatArray) -> FloatArray:
    n = values.shape[1]
    pairs = (values[:, :, None] * values[:, None, :]).reshape(len(values), -1)
    return np.asarray((posterior @ pairs).reshape(-1, n, n))

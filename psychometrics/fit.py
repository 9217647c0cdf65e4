"""How well the curves describe the responses: observed proportions, infit and outfit, RMSD."""

from dataclasses import dataclass

import numpy as np

from psychometrics.ability import score
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.data import ResponseMatrix
from psychometrics.errors import ModelError
from psychometrics.expected_counts import CodedResponses, ExpectedCounts, expected_counts, log_table
from psychometrics.item_set import Block
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.results import AbilityEstimates, Calibration


@dataclass(frozen=True, eq=False)
class ObservedCurve:
    """Observed proportions of one item in groups of persons of similar ability.

    Attributes
    ----------
    theta : (n_groups,)
        Mean ability of each group.
    n : (n_groups,)
        Persons in it who saw the item.
    proportions : (n_groups, n_categories)
    low, high : (n_groups, n_categories)
        Wilson 95 % intervals.
    """

    item: str
    theta: FloatArray
    n: IntArray
    proportions: FloatArray
    low: FloatArray
    high: FloatArray


def observed_curves(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    n_groups: int = 10,
    abilities: AbilityEstimates | None = None,
) -> tuple[ObservedCurve, ...]:
    """Observed proportions to draw over the item characteristic curves.

    Persons with at least one response are cut into ``n_groups`` of equal size by EAP ability (or by
    the abilities given); within each, the share of each category among those who saw the item.
    EAPs are shrunken towards the mean, so at the ends the points lie slightly steeper than the curve;
    :func:`item_fit` judges fit, this is for the eye.
    """
    if n_groups < 1:
        raise ModelError("too_few_ability_groups", "At least one ability group is needed.")
    items, coded = items_of(responses, calibration)
    theta = (abilities or score(responses, calibration, "eap")).theta
    usable = np.flatnonzero(responses.answered & np.isfinite(theta))
    order = usable[np.argsort(theta[usable], kind="stable")]
    parts = [part for part in np.array_split(order, n_groups) if part.size]
    curves: dict[int, ObservedCurve] = {}
    for block in items.item_set.blocks:
        for i, position in enumerate(block.items):
            column = block.first_item + i
            curves[int(position)] = _curve(
                responses.items[position], coded, column, block.n_categories, theta, parts
            )
    return tuple(curves[position] for position in range(responses.n_items))


def _curve(
    label: str,
    coded: CodedResponses,
    column: int,
    n_categories: int,
    theta: FloatArray,
    parts: list[IntArray],
) -> ObservedCurve:
    seen = [part[coded.observed[part, column]] for part in parts]
    seen = [part for part in seen if part.size]
    counts = np.array(
        [np.bincount(coded.scores[part, column], minlength=n_categories) for part in seen]
    ).reshape(len(seen), n_categories)
    n = counts.sum(axis=1)
    proportions = counts / n[:, None]
    low, high = _wilson(proportions, n[:, None].astype(np.float64))
    means = np.array([theta[part].mean() for part in seen])
    return ObservedCurve(label, means, n.astype(np.intp), proportions, low, high)


def _wilson(p: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    z = 1.959963984540054
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


@dataclass(frozen=True)
class ItemFit:
    """Fit of one item.

    Attributes
    ----------
    infit, outfit : float
        Weighted and unweighted mean squared residual; 1 is expected.
    rmsd : float
        Root mean squared distance between the curve the data suggest and the model's, over the
        ability distribution (and the categories).
    """

    item: str
    n: int
    infit: float
    outfit: float
    rmsd: float


def item_fit(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    abilities: AbilityEstimates | None = None,
) -> tuple[ItemFit, ...]:
    r"""Infit, outfit and RMSD of every item.

    .. math:: \text{outfit} = \frac1N \sum_n E\frac{(x_n - E_n)^2}{V_n}, \qquad
              \text{infit} = \frac{\sum_n E(x_n - E_n)^2}{\sum_n E V_n}

    The outer expectation is over each person's posterior, so that both are 1 in expectation when the
    model holds; with ``abilities`` given, they are the familiar statistics at those point estimates
    (which fall below 1 in short tests, because the same responses chose the abilities). RMSD
    compares at each node the expected share of each category with the model's probability:

    .. math:: \text{RMSD} = \Big( \tfrac1K \sum_k \sum_q w_q (r_{kq}/N_q - P_k(\theta_q))^2
              \Big)^{1/2}

    Raises
    ------
    DataError
        An unknown item, category or group.

    References
    ----------
    Wu, Adams & Wilson (1997), *ConQuest*, ch. on residual-based fit. OECD (2017), *PISA 2015
    Technical Report*, ch. 9 (RMSD).
    """
    items, coded = items_of(responses, calibration)
    nodes = Quadrature(calibration.n_nodes, calibration.limit).nodes
    counts = _counts(items, coded, calibration, responses, nodes)
    found: dict[int, ItemFit] = {}
    for block in items.item_set.blocks:
        expected = counts.of_block(items.item_set, block)
        model = np.exp(block.model.log_probability(block.of(items.full), nodes))
        infit, outfit = _mean_squares(expected, model)
        if abilities is not None:
            infit, outfit = _mean_squares(*_at_points(items, block, coded, abilities))
        rmsd, n = _rmsd(expected, model), coded.observed[:, block.rows].sum(axis=0)
        for i, position in enumerate(block.items):
            values = (float(infit[i]), float(outfit[i]), float(rmsd[i]))
            found[int(position)] = ItemFit(responses.items[position], int(n[i]), *values)
    return tuple(found[position] for position in range(responses.n_items))


def _mean_squares(counts: FloatArray, model: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Infit and outfit from the number in each category at each ability, (n_items, K, points)."""
    k = np.arange(model.shape[1])[:, None]
    mean = (k * model).sum(axis=1, keepdims=True)
    variance = np.maximum((model * (k - mean) ** 2).sum(axis=1), 1e-300)
    squared = (counts * (k - mean) ** 2).sum(axis=1)
    n = counts.sum(axis=1)
    infit = squared.sum(axis=1) / (n * variance).sum(axis=1)
    outfit = (squared / variance).sum(axis=1) / n.sum(axis=1)
    return infit, outfit


def _at_points(
    items: CalibratedItems, block: Block, coded: CodedResponses, abilities: AbilityEstimates
) -> tuple[FloatArray, FloatArray]:
    """Each person's response as a count of one, and the model at the person's own ability."""
    usable = np.flatnonzero(np.isfinite(abilities.theta) & coded.observed.any(axis=1))
    model = items.theta_derivatives(block, abilities.theta[usable]).probability
    given = coded.scores[usable, block.rows].T[:, None, :]
    seen = coded.observed[usable, block.rows].T[:, None, :] * coded.weights[usable]
    return (given == np.arange(block.n_categories)[:, None]) * seen, model


def _rmsd(expected: FloatArray, model: FloatArray) -> FloatArray:
    number = expected.sum(axis=1, keepdims=True)
    observed = expected / np.maximum(number, 1e-300)
    weights = number / number.sum(axis=2, keepdims=True)
    squared = (weights * (observed - model) ** 2).sum(axis=2).mean(axis=1)
    return np.asarray(np.sqrt(squared))


def _counts(
    items: CalibratedItems,
    coded: CodedResponses,
    calibration: Calibration,
    responses: ResponseMatrix,
    nodes: FloatArray,
) -> ExpectedCounts:
    first = calibration.groups[0]
    known = {group.group: group for group in calibration.groups}
    populations = [known.get(label, first) for label in responses.groups]
    log_weights = [log_normal_weights(nodes, g.mean, float(np.log(g.sd))) for g in populations]
    return expected_counts(coded, log_table(coded, items.full, nodes), np.stack(log_weights))

"""Observed proportions by ability, every person spread over the abilities that fit their responses.

Grouping persons by a point estimate puts the same shrinkage into the picture that the estimate has,
and the points then leave a curve that fits. Spreading each person over the posterior avoids that:
what is drawn is what the RMSD of :func:`psychometrics.item_fit` measures.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import items_of
from psychometrics.estimation.expected_counts import expected_counts, log_table
from psychometrics.fit.populations import populations_of
from psychometrics.responses.administered import as_calibrated
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration

Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class PosteriorCurve:
    """One item in bins of ability.

    Attributes
    ----------
    theta, n : (n_bins,)
        Mean ability in the bin and the expected number of persons in it.
    proportions, expected : (n_bins, n_categories)
        Observed share of each category, and the model's over the same abilities.
    score, score_low, score_high, score_expected : (n_bins,)
        The mean score as a share of the highest, its 95 % interval, and the model's.
    """

    item: str
    theta: FloatArray
    n: FloatArray
    proportions: FloatArray
    expected: FloatArray
    score: FloatArray
    score_low: FloatArray
    score_high: FloatArray
    score_expected: FloatArray


def posterior_curves(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    bin_width: float = 0.6,
    fewest: float = 20.0,
) -> tuple[PosteriorCurve, ...]:
    r"""Observed and expected shares of every category in bins of ability.

    In bin :math:`B`, with :math:`r_{kq}` the expected number of persons in category k at node q,

    .. math:: p_k = \sum_{q \in B} r_{kq} / \sum_{q \in B} N_q, \qquad
              e_k = \sum_{q \in B} N_q P_k(\theta_q) / \sum_{q \in B} N_q

    Parameters
    ----------
    responses : ResponseMatrix
    calibration : Calibration
    bin_width : float
        In logits; taken to the nearest odd number of nodes, so that the middle bin is centred on
        the middle node and all bins hold the same number of nodes.
    fewest : float
        Bins with fewer expected persons are left out.

    Returns
    -------
    tuple of PosteriorCurve
        In the order of the columns.

    Notes
    -----
    The intervals treat the expected numbers as counts: Wilson for two categories, normal otherwise.
    They neglect that the parameters come from the same data, so they are approximate.
    """
    responses = as_calibrated(responses, calibration)
    items, coded = items_of(responses, calibration)
    nodes = calibration.nodes
    log_weights = [g.log_weights(nodes) for g in populations_of(responses, calibration)]
    counts = expected_counts(coded, log_table(coded, items.full, nodes), np.stack(log_weights))
    bins = _bins(nodes, bin_width)
    found: dict[int, PosteriorCurve] = {}
    for block in items.item_set.blocks:
        by_node = counts.of_block(items.item_set, block)  # (n_items, K, n_nodes)
        model = np.exp(block.model.log_probability(block.of(items.full), nodes))
        for i, position in enumerate(block.items):
            label = responses.items[position]
            found[int(position)] = _curve(label, by_node[i], model[i], nodes, bins, fewest)
    return tuple(found[position] for position in range(responses.n_items))


def _bins(nodes: FloatArray, bin_width: float) -> IntArray:
    width = max(1, 2 * round((bin_width / (nodes[1] - nodes[0]) - 1) / 2) + 1)
    bins: IntArray = (np.arange(len(nodes)) - len(nodes) // 2 + width // 2) // width
    return bins


def _curve(
    label: str,
    counts: FloatArray,
    model: FloatArray,
    nodes: FloatArray,
    bins: IntArray,
    fewest: float,
) -> PosteriorCurve:
    number = counts.sum(axis=0)  # (n_nodes,)
    members = np.unique(bins)[:, None] == bins  # (n_bins, n_nodes)
    n = members @ number
    kept = n >= fewest
    members, n = members[kept], n[kept]
    proportions = (members @ counts.T) / n[:, None]
    expected = (members @ (number * model).T) / n[:, None]
    return PosteriorCurve(
        label,
        (members @ (number * nodes)) / n,
        n,
        proportions,
        expected,
        *_scores(proportions, expected, n),
    )


def _scores(
    proportions: FloatArray, expected: FloatArray, n: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean share of the highest score, its interval, and the model's."""
    highest = proportions.shape[1] - 1
    share = np.arange(highest + 1) / highest
    mean = proportions @ share
    if highest == 1:
        low, high = _wilson(mean, n)
    else:
        half = Z95 * np.sqrt(np.maximum(proportions @ share**2 - mean**2, 0.0) / n)
        low, high = np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0)
    return mean, low, high, expected @ share


def _wilson(p: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)

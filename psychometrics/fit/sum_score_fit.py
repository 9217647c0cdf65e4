"""S-X2: observed and expected shares of each category among persons with the same sum score."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.errors import ModelError
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.fit.collapsing import Cells, collapsed
from psychometrics.fit.pooled_scores import ScoreGroup, pooled_statistic
from psychometrics.fit.populations import populations_of
from psychometrics.item_curves import ItemCurve, item_curves
from psychometrics.lord_wingersky import without_each_item
from psychometrics.responses.administered import as_calibrated, persons_by_item_subset
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, Group

LEAST_EXPECTED = 1.0
MOST_ITEM_SUBSETS = 200


@dataclass(frozen=True)
class SX2:
    """S-X2 of one item; None where no degrees of freedom are left.

    Attributes
    ----------
    n : int
        Persons whose responses entered.
    statistic : float or None
        About chi-square with ``df`` degrees of freedom where the model holds.
    df : int
        Independent cells minus the item's estimated parameters.
    p : float or None
    rmsea : float or None
        Misfit per degree of freedom, whatever the sample size.
    """

    item: str
    n: int
    statistic: float | None
    df: int
    p: float | None
    rmsea: float | None


def s_x2(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    least_expected: float = LEAST_EXPECTED,
) -> tuple[SX2, ...]:
    r"""S-X2 item fit (Orlando & Thissen; Kang & Chen for more than two categories).

    Among the :math:`N_s` persons with sum score s, the model expects the share

    .. math:: E_{sk} = \frac{\sum_q w_q P_{k}(\theta_q) f^{(-i)}(s - k \mid \theta_q)}
              {\sum_q w_q f(s \mid \theta_q)}, \qquad
              S\text{-}X^2 = \sum_{s,k} N_s \frac{(O_{sk} - E_{sk})^2}{E_{sk}}

    of category k, f by the Lord-Wingersky recursion, with and without the item. Cells that expect
    fewer than ``least_expected`` persons are merged (see ``collapsing.py``). Degrees of freedom:
    cells minus score groups minus the item's estimated parameters.

    Responses missing by design, and several groups: the sum score means something only among persons
    of one group who saw the same items. Each such set of persons has its own expectations;
    score groups that expect too few are pooled across the sets in the order of the ability that
    the score stands for, and the pooled cells are weighed with their exact covariance
    (see ``pooled_scores.py``).

    Parameters
    ----------
    responses : ResponseMatrix
        Person weights count as frequencies.
    calibration : Calibration
    least_expected : float
        Persons a cell must expect.

    Returns
    -------
    tuple of SX2
        In the order of the columns.

    Raises
    ------
    DataError
        An unknown item, category or group.
    ModelError
        ``least_expected`` is not positive.

    Notes
    -----
    Where omissions are scattered, only the 200 largest sets of persons enter; ``n`` says how many
    persons did. O(n_sets * n_items^2 * n_scores * n_nodes) beside one pass over the responses.

    References
    ----------
    Orlando & Thissen (2000), Appl. Psych. Meas. 24, 50-64. Kang & Chen (2008), J. Educ. Meas. 45,
    391-406.
    """
    if not least_expected > 0:
        raise ModelError(
            "least_expected_not_positive",
            f"A cell must expect a positive number of persons, not {least_expected}.",
            value=least_expected,
        )
    responses = as_calibrated(responses, calibration)
    items, coded = items_of(responses, calibration)
    strata = list(_strata(responses, calibration, items, coded))
    n_parameters = _estimated_parameters(items, calibration)
    found = []
    for position, label in enumerate(responses.items):
        own = [stratum for stratum in strata if position in stratum.items]
        n_persons = round(sum(stratum.n for stratum in own))
        statistic, n_free = _statistic(own, position, least_expected)
        df = max(n_free - int(n_parameters[position]), 0)
        found.append(_result(label, n_persons, statistic, df))
    return tuple(found)


def _estimated_parameters(items: CalibratedItems, calibration: Calibration) -> IntArray:
    """Parameters of each item's curve that the data chose; none of an anchored item.

    A slope that is common or fixed counts: what stands in its place (the common slope, the
    population's SD) was estimated from the same responses. The reference program counts so too.
    """
    counts = np.zeros(items.item_set.n_items, dtype=np.intp)
    for block in items.item_set.blocks:
        counts[block.items] = block.n_parameters
    counts[[estimate.item in calibration.anchors for estimate in items.estimates]] = 0
    return counts


@dataclass(frozen=True)
class Stratum:
    """Persons of one group who saw the same items: observed and expected tables of every item.

    ``observed`` and ``share`` hold, for each item of ``items``, (n_scores, n_categories); ``share``
    is the expected share of each category given the score. ``ability`` is the EAP of the score.
    """

    items: list[int]
    n: float
    observed: tuple[FloatArray, ...]
    share: tuple[FloatArray, ...]
    ability: FloatArray

    def cells(self, position: int) -> Cells:
        """Observed and expected numbers at the scores that are not extreme."""
        i = self.items.index(position)
        inner = slice(1, -1)
        observed = self.observed[i][inner]
        return Cells(observed, self.share[i][inner] * observed.sum(axis=1, keepdims=True))

    def score_groups(self, position: int) -> list[ScoreGroup]:
        """The same, a score at a time, with the ability that it stands for."""
        cells = self.cells(position)
        present = np.flatnonzero(cells.totals > 0)
        return [
            ScoreGroup(float(self.ability[s + 1]), cells.observed[s], cells.expected[s])
            for s in present
        ]


def _strata(
    responses: ResponseMatrix,
    calibration: Calibration,
    items: CalibratedItems,
    coded: CodedResponses,
) -> Iterator[Stratum]:
    populations = populations_of(responses, calibration)
    nodes = calibration.nodes
    curves = item_curves(items, nodes)
    scores = coded.scores[:, np.argsort(items.item_set.order)]
    weighed = responses.weights > 0
    for subset in persons_by_item_subset(responses.observed)[:MOST_ITEM_SUBSETS]:
        for code in np.unique(responses.group_codes[subset.rows]):
            here = (responses.group_codes[subset.rows] == code) & weighed[subset.rows]
            rows = subset.rows[here]
            if rows.size and subset.items.size > 1:
                own = [curves[i] for i in subset.items]
                given = scores[np.ix_(rows, subset.items)].astype(np.intp)
                yield _stratum(
                    subset.items, own, given, responses.weights[rows], populations[code], nodes
                )


def _stratum(
    positions: IntArray,
    curves: list[ItemCurve],
    given: IntArray,
    weights: FloatArray,
    population: Group,
    nodes: FloatArray,
) -> Stratum:
    sums = given.sum(axis=1)
    probabilities = [curve.probability for curve in curves]
    rest = without_each_item(probabilities) * np.exp(population.log_weights(nodes))
    joint = [_joint(p, own) for p, own in zip(probabilities, rest, strict=True)]
    score_share = joint[0].sum(axis=1)  # the same from every item
    n_scores = len(score_share)
    node_share = sum(
        _shifted(rest[0] * probabilities[0][k], k, n_scores) for k in range(len(probabilities[0]))
    )
    observed = tuple(
        _counted(sums, given[:, i], n_scores, len(p), weights) for i, p in enumerate(probabilities)
    )
    share = tuple(table / np.maximum(score_share, 1e-300)[:, None] for table in joint)
    ability = np.asarray(node_share @ nodes) / np.maximum(score_share, 1e-300)
    return Stratum(positions.tolist(), float(weights.sum()), observed, share, ability)


def _joint(probability: FloatArray, rest: FloatArray) -> FloatArray:
    """Probability of sum score and category together, (n_scores, n_categories)."""
    parts = probability @ rest.T  # (n_categories, n_scores of the rest)
    n_scores = rest.shape[0]
    return np.stack([_shifted(part[:, None], k, n_scores)[:, 0] for k, part in enumerate(parts)], 1)


def _shifted(table: FloatArray, by: int, n_scores: int) -> FloatArray:
    """Rows moved to the score they make with ``by`` more points."""
    moved = np.zeros((n_scores, table.shape[1]))
    moved[by:] = table[: n_scores - by]
    return moved


def _counted(
    sums: IntArray, given: IntArray, n_scores: int, n_categories: int, weights: FloatArray
) -> FloatArray:
    counts = np.bincount(
        sums * n_categories + given, weights=weights, minlength=n_scores * n_categories
    )
    return np.asarray(counts.reshape(n_scores, n_categories))


def _statistic(strata: list[Stratum], position: int, least_expected: float) -> tuple[float, int]:
    """The statistic and its independent cells, before parameters are counted."""
    if len(strata) != 1:
        groups = [group for stratum in strata for group in stratum.score_groups(position)]
        return pooled_statistic(groups, least_expected)
    only = strata[0]
    cells = only.cells(position)
    n_steps = cells.expected.shape[1] - 1
    highest_rest = len(only.ability) - 1 - n_steps
    cells = collapsed(cells, n_steps, highest_rest, least_expected)
    exists = cells.expected > 0
    squared = (cells.observed - cells.expected)[exists] ** 2 / cells.expected[exists]
    return float(squared.sum()), int(exists.sum()) - cells.n_rows


def _result(label: str, n: int, statistic: float, df: int) -> SX2:
    if df == 0:
        return SX2(label, n, None, 0, None, None)
    p = float(scipy.special.gammaincc(df / 2.0, statistic / 2.0))
    rmsea = float(np.sqrt(max(statistic / df - 1.0, 0.0) / max(n - 1, 1)))
    return SX2(label, n, statistic, df, p, rmsea)

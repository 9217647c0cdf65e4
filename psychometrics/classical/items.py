"""Difficulty and discrimination of items, and what the sum score is worth."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.classical.moments import correlation, mean_and_variance
from psychometrics.classical.reliability import Omega, alpha_of, omega_of
from psychometrics.classical.upper_lower import GROUP_SHARE, upper_lower_difference
from psychometrics.errors import ModelError
from psychometrics.responses.matrix import ResponseMatrix


@dataclass(frozen=True)
class ClassicalItem:
    """One item in classical terms; None where the data do not determine it.

    Attributes
    ----------
    p : mean score as a share of the item's highest category.
    item_rest : correlation with the score on the other items.
    discrimination : difference of p between the highest and the lowest scorers.
    """

    item: str
    n_responses: int
    p: float | None
    item_rest: float | None
    discrimination: float | None = None


@dataclass(frozen=True)
class ClassicalStatistics:
    """Items, and the test as a whole where enough persons answered all of it.

    Attributes
    ----------
    mean, sd, alpha, sem : float or None
        Of the sum score (first category of each item counted as observed), n - 1 in every
        variance, over persons with every item observed; None with fewer than two of them.
    omega : Omega or None
        Reliability of the sum score under one common factor; None where it is not determined.
    """

    items: tuple[ClassicalItem, ...]
    n_complete: int
    mean: float | None
    sd: float | None
    alpha: float | None
    sem: float | None
    omega: Omega | None = None


def classical_statistics(
    responses: ResponseMatrix, *, group_share: float = GROUP_SHARE
) -> ClassicalStatistics:
    r"""Item difficulty, discrimination, Cronbach's alpha, omega, SEM.

    .. math:: \alpha = \frac{n}{n-1}\Big(1 - \frac{\sum_i s_i^2}{s_X^2}\Big), \qquad
              \text{SEM} = s_X \sqrt{1 - \alpha}

    Parameters
    ----------
    responses : ResponseMatrix
        Person weights count as frequencies.
    group_share : float
        Share of the persons in each of the two groups of the upper-lower difference; 27 % unless
        given. A score that a group holds only in part enters with that part, so that ties need no
        order.

    Returns
    -------
    ClassicalStatistics
        ``p`` is the mean score as a share of the item's highest category. ``item_rest`` correlates
        the item with the rest score, as a share of what the rest could give to a person who did not
        get every item; ``discrimination`` ranks persons by their score as a share of what they could
        have got.

    Raises
    ------
    ModelError
        ``group_share`` is not between 0 and 0.5.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334. Kelley (1939), J. Educ. Psychol. 30, 17-24 (27 %).
    """
    if not 0.0 < group_share <= 0.5:
        raise ModelError(
            "group_share_out_of_range",
            f"Upper and lower groups of {group_share:g} of the persons overlap or are empty; give a "
            "share above 0 and at most 0.5, such as 0.27.",
            share=group_share,
        )
    scores = responses.scores.astype(np.float64) * responses.observed
    highest = np.maximum(scores.max(axis=0), 1.0)
    total, possible = scores.sum(axis=1), responses.observed @ highest
    items = tuple(
        _item(responses, scores[:, i], highest[i], total, possible, group_share, i)
        for i in range(responses.n_items)
    )
    complete = responses.observed.all(axis=1) & (responses.weights > 0)
    return _with_test(items, scores[complete], responses.weights[complete])


def _item(
    responses: ResponseMatrix,
    scores: FloatArray,
    highest: float,
    total: FloatArray,
    possible: FloatArray,
    group_share: float,
    position: int,
) -> ClassicalItem:
    seen = responses.observed[:, position] & (responses.weights > 0)
    label = responses.items[position]
    if not seen.any():
        return ClassicalItem(label, 0, None, None)
    own, weights = scores[seen], responses.weights[seen]
    rest, rest_possible = total[seen] - own, possible[seen] - highest
    has_rest = rest_possible > 0
    share = rest[has_rest] / rest_possible[has_rest]
    return ClassicalItem(
        item=label,
        n_responses=int(seen.sum()),
        p=float(weights @ own / weights.sum() / highest),
        item_rest=correlation(own[has_rest], share, weights[has_rest]),
        discrimination=upper_lower_difference(
            own / highest, total[seen] / possible[seen], weights, group_share
        ),
    )


def _with_test(
    items: tuple[ClassicalItem, ...], scores: FloatArray, weights: FloatArray
) -> ClassicalStatistics:
    """Mean, SD, alpha, omega and SEM of the sum score."""
    n_complete = len(scores)
    if n_complete < 2 or not weights.sum() > 1:
        return ClassicalStatistics(items, n_complete, None, None, None, None)
    mean, variance = mean_and_variance(scores.sum(axis=1), weights)
    sd = float(np.sqrt(variance))
    alpha = alpha_of(scores, weights)
    sem = None if alpha is None else sd * float(np.sqrt(max(1.0 - alpha, 0.0)))
    return ClassicalStatistics(
        items, n_complete, float(mean), sd, alpha, sem, omega_of(scores, weights)
    )

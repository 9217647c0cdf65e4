"""Where on the ability scale an item's scores become more likely than not."""

import numpy as np

from psychometrics.information import category_probabilities
from psychometrics.results import ItemEstimate

WIDEST = 40.0
HALVINGS = 60


def thurstonian_thresholds(item: ItemEstimate) -> tuple[float, ...]:
    r"""Abilities at which a score of k or more has probability one half, for k = 1, 2, ...

    Unlike step parameters they are always in order, so they can be drawn on a Wright map. For a
    two-category item the threshold is ``b`` (under 3PL too, where the probability there is
    :math:`(1 + c) / 2`).

    Parameters
    ----------
    item : ItemEstimate

    Returns
    -------
    tuple of float
        In logits, one for each category above the lowest; not beyond ±40. A nominal item, whose
        categories have no order, has none.

    References
    ----------
    Wu & Adams (2007), *Applying the Rasch Model to Psycho-Social Measurement*.
    """
    if item.n_categories == 2 or item.slopes is not None:
        return item.difficulties
    k = np.arange(1, item.n_categories)
    low, high = np.full(len(k), -WIDEST), np.full(len(k), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = category_probabilities(item, middle)[:, ::-1].cumsum(axis=1)[:, ::-1]
        is_below = (reached[np.arange(len(k)), k] < 0.5) == (item.a > 0)
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return tuple(((low + high) / 2).tolist())

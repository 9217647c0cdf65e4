"""What makes an item worth giving next: one number an item, the larger the better."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from psychometrics.adaptive.provisional import Provisional
from psychometrics.adaptive.tables import AbilityTables
from psychometrics.arrays import FloatArray


class Criterion(Protocol):
    """Value of every item of a pool for one examinee."""

    def values(self, tables: AbilityTables, at: Provisional) -> FloatArray:
        """One value an item, (n_items,); the larger the better."""


@dataclass(frozen=True)
class FisherInformation:
    """Information at the provisional estimate: maximum-information selection.

    References
    ----------
    Lord (1980), Applications of item response theory to practical testing problems, ch. 10.
    """

    def values(self, tables: AbilityTables, at: Provisional) -> FloatArray:
        """Information of each item at ``at.theta``, linear between the nodes."""
        return tables.information_at(at.theta)


@dataclass(frozen=True)
class KullbackLeibler:
    r"""Posterior-weighted Kullback-Leibler information about the provisional estimate.

    .. math:: \int p(\theta \mid u) \sum_k P_k(\hat\theta)
        \log\frac{P_k(\hat\theta)}{P_k(\theta)}\, d\theta

    Unlike Fisher information it looks at the whole region in which the examinee may still be.

    References
    ----------
    Chang & Ying (1996), Appl. Psych. Meas. 20, 213-229.
    """

    def values(self, tables: AbilityTables, at: Provisional) -> FloatArray:
        """Weighted divergence of each item, (n_items,)."""
        below, share = tables.place(at.theta)
        log_p = tables.log_probability
        here = log_p[:, below] * (1.0 - share) + log_p[:, below + 1] * share
        divergence = np.exp(here) * (here - log_p @ at.posterior)
        return np.add.reduceat(divergence, tables.first_row)


@dataclass(frozen=True)
class PosteriorVariance:
    r"""Minus the posterior variance expected after the item (minimum expected posterior variance).

    .. math:: -\sum_k \Pr(k \mid u) \operatorname{Var}(\theta \mid u, k)

    References
    ----------
    van der Linden (1998), Psychometrika 63, 201-216. Owen (1975), JASA 70, 351-356.
    """

    def values(self, tables: AbilityTables, at: Provisional) -> FloatArray:
        """Minus the expected posterior variance of each item, (n_items,)."""
        deviation = tables.nodes - at.posterior @ tables.nodes
        powers = np.stack([np.ones_like(deviation), deviation, deviation**2], axis=1)
        moments = tables.probability @ (at.posterior[:, None] * powers)
        marginal = np.maximum(moments[:, 0], 1e-300)
        within = moments[:, 2] - moments[:, 1] ** 2 / marginal
        return -np.add.reduceat(within, tables.first_row)


@dataclass(frozen=True)
class Closeness:
    """Minus the distance between the estimate and where the item informs most.

    Used within strata of like slope, where information would bring the steepest back in.

    References
    ----------
    Chang & Ying (1999), Appl. Psych. Meas. 23, 211-222.
    """

    def values(self, tables: AbilityTables, at: Provisional) -> FloatArray:
        """Minus the distance in logits, (n_items,)."""
        distance: FloatArray = np.abs(tables.peaks - at.theta)
        return -distance

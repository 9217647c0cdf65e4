"""First and second moments of the observed responses, from whoever saw the items."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, ScoreArray
from psychometrics.fit.correlations import cross_products, pairwise_correlations
from psychometrics.fit.model_moments import Features, ItemPairs
from psychometrics.responses.administered import persons_by_item_subset


@dataclass(frozen=True)
class ObservedMoments:
    """Of one group of persons.

    Attributes
    ----------
    mean : (n_moments,)
        Over the persons who saw the items concerned; 0 where nobody did.
    together : (n_moments, n_moments)
        Sum of weights of the persons who saw all the items of both moments.
    correlation : (n_pairs,)
        Of two items' scores over the persons who saw both; NaN where it is not determined.
    total_weight : float
    """

    mean: FloatArray
    together: FloatArray
    correlation: FloatArray
    total_weight: float

    @property
    def number(self) -> FloatArray:
        """Sum of weights behind each moment, (n_moments,)."""
        return np.diagonal(self.together)


def observed_moments(
    scores: ScoreArray, observed: BoolArray, weights: FloatArray, features: Features
) -> ObservedMoments:
    """Moments of scores coded from zero; weights count as frequencies."""
    pairs = ItemPairs.of(scores.shape[1])
    seen = observed.astype(np.float64)
    x = scores * seen
    cross = cross_products(x, x, weights)
    number = cross_products(seen, seen, weights)
    first = np.concatenate(
        [
            np.bincount(scores[seen_i, i], weights=weights[seen_i], minlength=m.shape[1]) @ m.T
            for i, (m, seen_i) in enumerate(zip(features.matrix, observed.T, strict=True))
        ]
    )
    second = cross[pairs.first, pairs.second]
    n_behind = np.concatenate(
        [np.diagonal(number)[features.item], number[pairs.first, pairs.second]]
    )
    mean = np.concatenate([first, second]) / np.maximum(n_behind, 1e-300)
    correlation = pairwise_correlations(x, seen, weights)[pairs.first, pairs.second]
    together = _together(observed, weights, features, pairs)
    return ObservedMoments(mean, together, correlation, float(weights.sum()))


def _together(
    observed: BoolArray, weights: FloatArray, features: Features, pairs: ItemPairs
) -> FloatArray:
    subsets = persons_by_item_subset(observed)
    seen = np.stack([observed[subset.rows[0]] for subset in subsets]).astype(np.float64)
    totals = np.array([weights[subset.rows].sum() for subset in subsets])
    moments = np.concatenate(
        [seen[:, features.item], seen[:, pairs.first] * seen[:, pairs.second]], 1
    )
    return cross_products(moments, moments, totals)

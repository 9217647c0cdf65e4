"""Logistic regression of ordered categories on counted cells; with two categories the ordinary one."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError

MAX_STEPS = 60
TOLERANCE = 1e-10  # rise of the log-likelihood per person that a step can still bring
LEAST_INFORMATION = 1e-8  # per person in any direction; below it an estimate is infinite


@dataclass(frozen=True, eq=False)
class CumulativeLogit:
    """A fitted proportional-odds model.

    Attributes
    ----------
    thresholds : (n_categories - 1,) float
        Logit of a category above the k-th where all predictors are 0.
    slopes : (n_predictors,) float
        Positive: higher categories.
    covariance : (n, n) float or None
        Of thresholds and slopes; None where the data separate and estimates are infinite.
    log_likelihood : float
    n_persons : float
        Sum of the counts.
    converged : bool
        False where the data separate: the likelihood has no maximum, the value is its limit.
    """

    thresholds: FloatArray
    slopes: FloatArray
    covariance: FloatArray | None
    log_likelihood: float
    n_persons: float
    converged: bool

    def probabilities(self, predictors: FloatArray) -> FloatArray:
        """Probability of every category, (n_cells, n_categories)."""
        return _probability(self.thresholds + (predictors @ self.slopes)[:, None])


def fit_cumulative_logit(predictors: FloatArray, counts: FloatArray) -> CumulativeLogit:
    r"""Maximum likelihood by Fisher scoring.

    .. math:: \operatorname{logit} P(Y \ge k \mid x) = \alpha_k + x^\top\beta

    Parameters
    ----------
    predictors : (n_cells, n_predictors)
    counts : (n_cells, n_categories)
        Weighted number of persons; every category must occur.

    Returns
    -------
    CumulativeLogit

    Raises
    ------
    DataError
        A category without persons, or fewer than two categories.

    Notes
    -----
    The predictors are standardised inside. A step that does not raise the likelihood is halved.

    References
    ----------
    McCullagh (1980), JRSS B 42, 109-142.
    """
    if counts.shape[1] < 2 or not (counts.sum(axis=0) > 0).all():
        raise DataError(
            "empty_category",
            "A category without responses has no threshold; merge it with its neighbour.",
        )
    centre, scale = _standard(predictors, counts)
    z = (predictors - centre) / scale
    cells = _Cells(z, counts)
    point, value, converged = _climb(cells, _start(counts, z.shape[1]))
    covariance = cells.covariance(point) if converged else None
    m = counts.shape[1] - 1
    back = _unscaled(centre, scale, m)
    natural = back @ point
    return CumulativeLogit(
        natural[:m],
        natural[m:],
        None if covariance is None else back @ covariance @ back.T,
        value,
        float(counts.sum()),
        converged and covariance is not None,
    )


def _standard(predictors: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    weights = counts.sum(axis=1) / counts.sum()
    centre = weights @ predictors
    scale = np.sqrt(weights @ (predictors - centre) ** 2)
    return centre, np.where(scale > 0, scale, 1.0)


def _unscaled(centre: FloatArray, scale: FloatArray, m: int) -> FloatArray:
    """Linear map from parameters of standardised predictors to those of the given ones."""
    back = np.diag(np.concatenate([np.ones(m), 1.0 / scale]))
    back[:m, m:] = -centre / scale
    return back


def _start(counts: FloatArray, n_predictors: int) -> FloatArray:
    above = counts.sum(axis=0)[::-1].cumsum()[::-1][1:] / counts.sum()
    return np.concatenate([np.log(above) - np.log1p(-above), np.zeros(n_predictors)])


def _climb(cells: "_Cells", point: FloatArray) -> tuple[FloatArray, float, bool]:
    value = cells.log_likelihood(point)
    enough = TOLERANCE * cells.total
    for _ in range(MAX_STEPS):
        gradient, information = cells.derivatives(point)
        step = np.linalg.lstsq(information, gradient, rcond=1e-13)[0]
        rise = float(gradient @ step)
        if rise < enough:
            return point + step, value, True
        size = 1.0
        while (there := cells.log_likelihood(point + size * step)) <= value and size > 1e-8:
            size /= 2.0
        if there <= value:
            return point, value, True
        point, value = point + size * step, there
    return point, value, False


def _probability(logits: FloatArray) -> FloatArray:
    """Category probabilities, (n_cells, n_categories); without cancellation where there are two."""
    if logits.shape[1] == 1:
        return np.concatenate([expit(-logits), expit(logits)], axis=1)
    above = expit(logits)
    edge = np.ones((len(above), 1))
    return np.asarray(
        np.concatenate([edge, above], axis=1) - np.concatenate([above, 0.0 * edge], axis=1)
    )


class _Cells:
    """The likelihood of the counted cells."""

    def __init__(self, predictors: FloatArray, counts: FloatArray) -> None:
        used = counts.sum(axis=1) > 0
        self.counts, self.total = counts[used], float(counts.sum())
        m = counts.shape[1] - 1
        # one row a cumulative logit: indicator of the threshold, then the predictors
        own = np.broadcast_to(np.eye(m), (int(used.sum()), m, m))
        common = np.broadcast_to(predictors[used][:, None], (len(own), m, predictors.shape[1]))
        self.design = np.concatenate([own, common], axis=2)  # (n_cells, m, n)

    def _logits(self, point: FloatArray) -> FloatArray:
        return np.asarray(self.design @ point)

    def log_likelihood(self, point: FloatArray) -> float:
        """Minus infinity where thresholds are out of order."""
        p = _probability(self._logits(point))
        if not (p[self.counts > 0] > 0).all():
            return -np.inf
        return float((self.counts * np.log(np.where(p > 0, p, 1.0))).sum())

    def derivatives(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient and expected information."""
        logits = self._logits(point)
        p = np.maximum(_probability(logits), 1e-300)
        slope = expit(logits) * expit(-logits)
        moved = slope[:, :, None] * self.design  # of P(Y >= k), (n_cells, m, n)
        zero = np.zeros_like(moved[:, :1])
        by_category = np.concatenate([zero, moved], axis=1) - np.concatenate([moved, zero], axis=1)
        gradient = np.einsum("ck,ckn->n", self.counts / p, by_category)
        weight = self.counts.sum(axis=1)[:, None] / p
        flat = by_category.reshape(-1, by_category.shape[2])
        return gradient, np.asarray(flat.T @ (flat * weight.reshape(-1, 1)))

    def covariance(self, point: FloatArray) -> FloatArray | None:
        """Inverse of the expected information; None where the data determine too little."""
        _, information = self.derivatives(point)
        if float(np.linalg.eigvalsh(information)[0]) < LEAST_INFORMATION * self.total:
            return None
        return np.asarray(np.linalg.inv(information))

"""From logits to the scale and the levels that reports use."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True)
class ReportingScale:
    """score = intercept + slope * theta."""

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.slope) and self.slope > 0 and np.isfinite(self.intercept)):
            raise ModelError(
                "scale_not_usable",
                f"A scale needs a positive slope and a finite intercept, not {self.slope} and "
                f"{self.intercept}.",
                slope=self.slope,
                intercept=self.intercept,
            )

    def score(self, theta: ArrayLike) -> FloatArray:
        """Logits to scores."""
        return np.asarray(self.intercept + self.slope * np.asarray(theta, dtype=np.float64))

    def theta(self, score: ArrayLike) -> FloatArray:
        """Scores to logits."""
        return np.asarray((np.asarray(score, dtype=np.float64) - self.intercept) / self.slope)

    def error(self, se: ArrayLike) -> FloatArray:
        """Standard or linking errors in logits to score points."""
        return np.asarray(self.slope * np.asarray(se, dtype=np.float64))


def reporting_scale(
    plausible_values: ArrayLike, weights: ArrayLike, *, mean: float = 500.0, sd: float = 100.0
) -> ReportingScale:
    r"""The scale on which the reference population has this mean and SD.

    Mean and variance of each plausible value with the weights, averaged over the plausible values:
    slope = sd / root of the mean variance, intercept = mean - slope * mean of the means.

    Parameters
    ----------
    plausible_values : (n_persons, n_values) logits
    weights : (n_persons,)
        Those of the reference population: senate weights where countries or provinces count
        equally. Later rounds keep the scale of the first.
    mean, sd : float
        500 and 100 in PISA and TIMSS, 300 and 30 in SEA-PLM.
    """
    values = np.asarray(plausible_values, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    w = np.asarray(weights, dtype=np.float64)
    share = w / w.sum()
    means = share @ values
    variance = float((share @ (values - means) ** 2).mean())
    if not variance > 0:
        raise DataError("no_spread", "All plausible values are the same; no scale can be set.")
    slope = sd / np.sqrt(variance)
    return ReportingScale(float(slope), float(mean - slope * means.mean()))


@dataclass(frozen=True)
class Levels:
    """Proficiency levels between cut scores.

    Attributes
    ----------
    cuts : tuple of float
        Rising; a score on a cut belongs to the level above it.
    labels : tuple of str
        One more than the cuts, lowest level first.
    """

    cuts: tuple[float, ...]
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.cuts) + 1 or len(set(self.labels)) != len(self.labels):
            raise ModelError(
                "labels_do_not_match_cuts",
                f"{len(self.cuts)} cuts need {len(self.cuts) + 1} different labels, "
                f"not {len(set(self.labels))}.",
                cuts=len(self.cuts),
                labels=len(self.labels),
            )
        if any(not low < high for low, high in zip(self.cuts, self.cuts[1:], strict=False)):
            raise ModelError(
                "cuts_do_not_rise",
                f"The cuts {', '.join(f'{cut:g}' for cut in self.cuts)} must rise; sort them.",
                cuts=list(self.cuts),
            )

    def of(self, scores: ArrayLike) -> IntArray:
        """Number of each score's level, 0 for the lowest; the shape of the scores."""
        found = np.searchsorted(np.array(self.cuts), np.asarray(scores), side="right")
        return np.asarray(found, dtype=np.intp)

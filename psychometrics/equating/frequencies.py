"""Frequencies of scores on a form, alone or together with an anchor."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError


@dataclass(frozen=True, eq=False)
class ScoreFrequencies:
    """How many persons have each score.

    Attributes
    ----------
    counts : (n_scores,)
        Persons, or a smoothed or modelled number of them.
    lowest, step : float
        Score of the first count and distance between scores: 0 and 1 unless the form counts in other
        points (0 and 0.25, say).
    """

    counts: FloatArray
    lowest: float = 0.0
    step: float = 1.0

    @classmethod
    def from_counts(
        cls, counts: ArrayLike, *, lowest: float = 0.0, step: float = 1.0
    ) -> "ScoreFrequencies":
        """Check counts of the scores ``lowest``, ``lowest + step``, ...

        Raises
        ------
        DataError
            A count is negative or not finite, nobody is counted, or the step is not positive.
        """
        values = np.array(counts, dtype=np.float64)
        _check_counts(values, 1)
        _check_step(lowest, step)
        values.flags.writeable = False
        return cls(values, float(lowest), float(step))

    @classmethod
    def from_scores(
        cls,
        scores: ArrayLike,
        highest: float,
        *,
        lowest: float = 0.0,
        step: float = 1.0,
        weights: ArrayLike | None = None,
    ) -> "ScoreFrequencies":
        """Count persons' scores on a form that goes from ``lowest`` to ``highest``.

        Raises
        ------
        DataError
            A score is not one the form can give; names the row.
        """
        _check_step(lowest, step)
        index = score_index(scores, lowest=lowest, highest=highest, step=step)
        n_scores = round((highest - lowest) / step) + 1
        w = None if weights is None else np.asarray(weights, dtype=np.float64)
        return cls.from_counts(np.bincount(index, w, n_scores), lowest=lowest, step=step)

    @property
    def scores(self) -> FloatArray:
        """Every possible score, (n_scores,)."""
        return np.asarray(self.lowest + self.step * np.arange(float(len(self.counts))))

    @property
    def highest(self) -> float:
        """The highest possible score."""
        return self.lowest + self.step * (len(self.counts) - 1)

    @property
    def n(self) -> float:
        """Number of persons."""
        return float(self.counts.sum())

    @property
    def probability(self) -> FloatArray:
        """Share of persons at each score, (n_scores,)."""
        return np.asarray(self.counts / self.counts.sum())

    @property
    def mean(self) -> float:
        """Mean score."""
        return float(self.probability @ self.scores)

    @property
    def sd(self) -> float:
        """Standard deviation with n in the denominator, as equating defines it."""
        return float(np.sqrt(self.central_moment(2)))

    @property
    def skewness(self) -> float:
        """Third standardised moment."""
        return self.central_moment(3) / self.sd**3

    @property
    def kurtosis(self) -> float:
        """Fourth standardised moment; 3 for a normal distribution."""
        return self.central_moment(4) / self.sd**4

    def central_moment(self, power: int) -> float:
        """Mean power of the deviation from the mean."""
        return float(self.probability @ (self.scores - self.mean) ** power)

    def with_counts(self, counts: FloatArray) -> "ScoreFrequencies":
        """The same scores with other counts."""
        return replace(self, counts=counts)

    def resampled(self, rng: np.random.Generator) -> "ScoreFrequencies":
        """As many persons drawn with replacement."""
        return self.with_counts(rng.multinomial(round(self.n), self.probability).astype(float))


@dataclass(frozen=True, eq=False)
class JointFrequencies:
    """How many persons have each score on a form together with each on an anchor.

    Attributes
    ----------
    counts : (n_scores, n_anchor_scores)
    lowest, step : float
        Of the form's scores; the anchor's are ``anchor_lowest`` and ``anchor_step``.
    """

    counts: FloatArray
    lowest: float = 0.0
    step: float = 1.0
    anchor_lowest: float = 0.0
    anchor_step: float = 1.0

    @classmethod
    def from_counts(cls, counts: ArrayLike) -> "JointFrequencies":
        """Check a table of scores 0, 1, ... (rows) by anchor scores 0, 1, ... (columns).

        Raises
        ------
        DataError
            A count is negative or not finite, or nobody is counted.
        """
        values = np.array(counts, dtype=np.float64)
        _check_counts(values, 2)
        values.flags.writeable = False
        return cls(values)

    @classmethod
    def from_scores(
        cls,
        scores: ArrayLike,
        anchor: ArrayLike,
        highest: int,
        anchor_highest: int,
        *,
        weights: ArrayLike | None = None,
    ) -> "JointFrequencies":
        """Count persons' scores 0, 1, ..., ``highest`` with their anchor scores.

        Raises
        ------
        DataError
            A score is impossible, or the two do not have the same length.
        """
        x, v = score_index(scores, highest=highest), score_index(anchor, highest=anchor_highest)
        if len(x) != len(v):
            raise DataError(
                "lengths_differ",
                f"{len(x)} scores but {len(v)} anchor scores; give one of each for every person.",
                n_scores=len(x),
                n_anchor_scores=len(v),
            )
        w = None if weights is None else np.asarray(weights, dtype=np.float64)
        size = (highest + 1, anchor_highest + 1)
        flat = np.bincount(x * size[1] + v, w, size[0] * size[1])
        return cls.from_counts(flat.reshape(size))

    @property
    def n(self) -> float:
        """Number of persons."""
        return float(self.counts.sum())

    @property
    def form(self) -> ScoreFrequencies:
        """Scores on the form, whatever the anchor."""
        return ScoreFrequencies(self.counts.sum(axis=1), self.lowest, self.step)

    @property
    def anchor(self) -> ScoreFrequencies:
        """Scores on the anchor, whatever the form."""
        return ScoreFrequencies(self.counts.sum(axis=0), self.anchor_lowest, self.anchor_step)

    @property
    def covariance(self) -> float:
        """Covariance of form and anchor, n in the denominator."""
        p = self.counts / self.counts.sum()
        x, v = self.form.scores - self.form.mean, self.anchor.scores - self.anchor.mean
        return float(x @ p @ v)

    def with_counts(self, counts: FloatArray) -> "JointFrequencies":
        """The same scores with other counts."""
        return replace(self, counts=counts)

    def resampled(self, rng: np.random.Generator) -> "JointFrequencies":
        """As many persons drawn with replacement."""
        share = (self.counts / self.counts.sum()).ravel()
        drawn = rng.multinomial(round(self.n), share).astype(float)
        return self.with_counts(drawn.reshape(self.counts.shape))


def score_index(
    scores: ArrayLike, *, highest: float, lowest: float = 0.0, step: float = 1.0
) -> IntArray:
    """Position of every score among the possible ones.

    Raises
    ------
    DataError
        A score is not ``lowest`` plus a multiple of ``step``, or outside the range; names the row.
    """
    values = np.asarray(scores, dtype=np.float64)
    position = (values - lowest) / step
    nearest = np.rint(position)
    wrong = ~(np.abs(position - nearest) < 1e-6) | (values < lowest) | (values > highest)
    if values.ndim != 1 or wrong.any():
        row = int(np.argmax(wrong)) + 1 if values.ndim == 1 else 1
        raise DataError(
            "impossible_score",
            f"Row {row}: the score is not one of {lowest:g}, {lowest + step:g}, ..., {highest:g}; "
            "correct it, or state the form's lowest and highest score and step.",
            row=row,
            lowest=lowest,
            highest=highest,
            step=step,
        )
    return np.asarray(nearest, dtype=np.intp)


def _check_counts(values: FloatArray, dimensions: int) -> None:
    is_sound = values.ndim == dimensions and values.size > 1 and np.isfinite(values).all()
    if not is_sound or (values < 0).any() or not values.sum() > 0:
        raise DataError(
            "bad_counts",
            f"Frequencies must be a {dimensions}-dimensional table of at least two counts, none "
            "negative, one above zero.",
            dimensions=dimensions,
        )


def _check_step(lowest: float, step: float) -> None:
    if not (np.isfinite(lowest) and np.isfinite(step) and step > 0):
        raise DataError("bad_step", f"The distance between scores must be positive, not {step:g}.")

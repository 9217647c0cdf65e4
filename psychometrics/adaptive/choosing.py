"""From the items' values to one item: the best, or a draw that spreads the use of the pool."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from psychometrics.adaptive.chance import step_generator
from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError


class Choice(Protocol):
    """How one item is chosen by its value."""

    def choose(self, values: FloatArray, seed: int, step: int, length: int) -> int:
        """Position of the chosen item.

        Parameters
        ----------
        values : (n_items,)
            Minus infinity for an item that may not be given; at least one is finite.
        seed, step : int
            Of the examinee, and the number of items given so far.
        length : int
            Largest number of items of the test.
        """


@dataclass(frozen=True)
class Best:
    """The item of highest value; of equals the first."""

    def choose(self, values: FloatArray, seed: int, step: int, length: int) -> int:
        """Position of the highest value."""
        return int(values.argmax())


@dataclass(frozen=True)
class Randomesque:
    """One of the ``size`` best with equal chances, during the first ``steps`` items or always.

    References
    ----------
    Kingsbury & Zara (1989), Applied Measurement in Education 2, 359-375.
    """

    size: int = 5
    steps: int | None = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ModelError(
                "randomesque_size",
                f"Randomesque takes one of the best {self.size}; give at least 1.",
                size=self.size,
            )

    def choose(self, values: FloatArray, seed: int, step: int, length: int) -> int:
        """Position of one of the best."""
        if self.steps is not None and step >= self.steps:
            return int(values.argmax())
        size = min(self.size, len(values))
        best = np.argpartition(values, len(values) - size)[-size:]
        best = np.sort(best[np.isfinite(values[best])])
        return int(step_generator(seed, step).choice(best))


@dataclass(frozen=True)
class Progressive:
    r"""Random at the start, informative at the end.

    .. math:: (1 - s) R_i + s\, v_i, \qquad s = \frac{\sum_{f=1}^{q} (f - 1)^t}{
        \sum_{f=1}^{Q} (f - 1)^t}

    for the q-th of Q items, :math:`R_i` uniform between 0 and the largest value still available.
    ``acceleration`` is t: 0 moves evenly, 1 and more stay random for longer. With
    :class:`~psychometrics.adaptive.exposure.RateLimit` it is the progressive-restricted method.
    Values must not be negative.

    References
    ----------
    Revuelta & Ponsoda (1998), J. Educational Measurement 35, 311-327. Barrada, Olea, Ponsoda &
    Abad (2008), Br. J. Math. Stat. Psychol. 61, 493-513.
    """

    acceleration: float = 1.0

    def choose(self, values: FloatArray, seed: int, step: int, length: int) -> int:
        """Position of the highest mixture of chance and value."""
        share = self.share(step, length)
        if share == 1.0:
            return int(values.argmax())
        possible = np.isfinite(values)
        chance = float(values.max()) * _uniforms(seed, step, len(values))
        mixed = (1.0 - share) * chance + share * np.where(possible, values, 0.0)
        return int(np.where(possible, mixed, -np.inf).argmax())

    def share(self, step: int, length: int) -> float:
        """Weight of the value after ``step`` items."""
        if step <= 0:
            return 0.0
        powers = np.arange(length, dtype=np.float64) ** self.acceleration
        powers[0] = 0.0
        return float(powers[: step + 1].sum() / powers.sum())


def _uniforms(seed: int, step: int, n: int) -> FloatArray:
    return step_generator(seed, step).random(n)

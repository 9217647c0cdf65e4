"""Keeping items from being seen too often."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from psychometrics.adaptive.chance import item_uniforms
from psychometrics.adaptive.pool import ItemPool
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True, eq=False)
class Usage:
    """How often each item of the pool has been given so far.

    Attributes
    ----------
    counts : (n_items,) int
        Number of examinees who were given the item.
    n_examinees : int
    """

    counts: IntArray
    n_examinees: int

    @property
    def rates(self) -> FloatArray:
        """Share of the examinees who were given each item, (n_items,); zero before the first."""
        return self.counts / max(self.n_examinees, 1)


class ExposureControl(Protocol):
    """Which items one examinee may be given as far as exposure is concerned."""

    def eligible(self, pool: ItemPool, seed: int, usage: Usage | None) -> BoolArray:
        """Items that may be given, (n_items,)."""


@dataclass(frozen=True, eq=False)
class SympsonHetter:
    r"""Each item passes a lottery of its own, with probability :math:`K_i`, before it is given.

    In the original the lottery is held when the item is selected, once in a test: an item that
    loses stays out. Holding all lotteries at the start gives the same test, because the outcome
    for an item is independent of everything before its selection; so the rule needs no memory.
    :func:`~psychometrics.adaptive.exposure_setup.set_up_sympson_hetter` finds the K.

    Attributes
    ----------
    probability : (n_items,)
        K, above 0 and at most 1.

    References
    ----------
    Sympson & Hetter (1985), Proc. 27th annual meeting of the Military Testing Association, 973-977.
    """

    probability: FloatArray

    def __post_init__(self) -> None:
        k = np.asarray(self.probability, dtype=np.float64)
        if not ((k > 0.0) & (k <= 1.0)).all():
            row = int(np.flatnonzero(~((k > 0.0) & (k <= 1.0)))[0]) + 1
            raise DataError(
                "bad_probability",
                f"Row {row}: {k[row - 1]} is not an exposure parameter; it must be above 0 and at "
                "most 1.",
                row=row,
            )

    def eligible(self, pool: ItemPool, seed: int, usage: Usage | None) -> BoolArray:
        """Items that won their lottery, (n_items,)."""
        _check_length(self.probability, pool)
        result = np.ones(pool.n_items, dtype=np.bool_)
        limited = np.flatnonzero(self.probability < 1.0)
        result[limited] = item_uniforms(seed, limited) < self.probability[limited]
        return result


@dataclass(frozen=True)
class RateLimit:
    """An item rests while more than ``rate`` of the examinees so far have seen it.

    The restricted maximum-information method. Needs the usage so far; without it nothing rests.

    References
    ----------
    Revuelta & Ponsoda (1998), J. Educational Measurement 35, 311-327.
    """

    rate: float

    def __post_init__(self) -> None:
        check_rate(self.rate)

    def eligible(self, pool: ItemPool, seed: int, usage: Usage | None) -> BoolArray:
        """Items below the limit, (n_items,)."""
        if usage is None:
            return np.ones(pool.n_items, dtype=np.bool_)
        _check_length(usage.counts, pool)
        result: BoolArray = usage.counts < self.rate * (usage.n_examinees + 1)
        return result


def check_rate(rate: float) -> None:
    """Refuse an exposure rate that is not a share."""
    if not 0.0 < rate <= 1.0:
        raise ModelError(
            "bad_exposure_rate",
            f"{rate} is not an exposure rate; give a number above 0 and at most 1.",
            rate=rate,
        )


def _check_length(values: FloatArray | IntArray, pool: ItemPool) -> None:
    if len(values) != pool.n_items:
        raise DataError(
            "exposure_length",
            f"{len(values)} exposure values for a pool of {pool.n_items} items; give one for each.",
            n_values=len(values),
            n_items=pool.n_items,
        )

"""Rules that narrow or shift the items' values: content balance, strata of slope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from psychometrics.adaptive.chance import step_generator
from psychometrics.adaptive.pool import ItemPool
from psychometrics.adaptive.tables import AbilityTables
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import ModelError


@dataclass(frozen=True, eq=False)
class Situation:
    """Where an examinee's test stands.

    Attributes
    ----------
    pool : ItemPool
    tables : AbilityTables
    given : list of int
        Positions of the items so far, in order.
    seed : int
    length : int
        Largest number of items of the test.
    """

    pool: ItemPool
    tables: AbilityTables
    given: list[int]
    seed: int
    length: int

    @property
    def step(self) -> int:
        """Number of items given so far."""
        return len(self.given)


class Restriction(Protocol):
    """A rule that changes the items' values before one is chosen."""

    def adjusted(self, values: FloatArray, now: Situation) -> FloatArray:
        """New values, (n_items,); minus infinity bars an item.

        The rule is set aside for this step where it would bar every item.
        """


@dataclass(frozen=True)
class ProportionalContent:
    """Next comes the content area that lags furthest behind its target share.

    References
    ----------
    Kingsbury & Zara (1989), Applied Measurement in Education 2, 359-375 (constrained CAT).
    """

    attribute: str
    targets: Mapping[str, float]

    def __post_init__(self) -> None:
        _check_targets(self.targets)

    def adjusted(self, values: FloatArray, now: Situation) -> FloatArray:
        """Only items of the area that lags most and still has items."""
        areas = _open_areas(self.attribute, self.targets, values, now.pool)
        if not areas:
            return values
        lags = {
            area: self.targets[area] - mask[now.given].sum() / max(now.step, 1)
            for area, mask in areas.items()
        }
        return np.where(areas[max(lags, key=lags.__getitem__)], values, -np.inf)


@dataclass(frozen=True)
class MultinomialContent:
    """The content area is drawn by the target shares; an area with its full number drops out.

    The modified multinomial model: the order of areas cannot be foreseen, and at full length every
    area has its number.

    References
    ----------
    Chen & Ankenmann (2004), J. Educational Measurement 41, 149-174.
    """

    attribute: str
    targets: Mapping[str, float]

    def __post_init__(self) -> None:
        _check_targets(self.targets)

    def adjusted(self, values: FloatArray, now: Situation) -> FloatArray:
        """Only items of the drawn area."""
        areas = _open_areas(self.attribute, self.targets, values, now.pool)
        short = {
            area: mask
            for area, mask in areas.items()
            if mask[now.given].sum() < self.targets[area] * now.length - 1e-9
        }
        if not short:
            return values
        shares = np.array([self.targets[area] for area in short])
        rng = step_generator(now.seed, now.length + now.step)
        drawn = rng.choice(len(short), p=shares / shares.sum())
        return np.where(list(short.values())[drawn], values, -np.inf)


@dataclass(frozen=True)
class ContentBound:
    """How many items of a category a full test should hold, and how much a miss weighs."""

    attribute: str
    value: str
    minimum: int
    maximum: int
    weight: float = 1.0


@dataclass(frozen=True)
class WeightedDeviations:
    r"""Information against the misses that the full test is heading for.

    With :math:`q_j` the number of items of category j the test would end with if it held the
    candidate and the rest were filled in the proportions of the pool,

    .. math:: v_i / \max v - \sum_j w_j \left[(L_j - q_j)^+ + (q_j - U_j)^+\right]

    Bounds are kept where the weights are large enough, never guaranteed: for guarantees see
    :class:`~psychometrics.adaptive.shadow.ShadowPolicy`.

    References
    ----------
    Swanson & Stocking (1993), Appl. Psych. Meas. 17, 151-166.
    """

    bounds: tuple[ContentBound, ...]

    def adjusted(self, values: FloatArray, now: Situation) -> FloatArray:
        """Values as shares of the largest, less the weighted expected misses."""
        top = float(values.max())
        scaled = values / top if top > 0 else values
        rest = now.length - now.step - 1
        for bound in self.bounds:
            mask = now.pool.in_category(bound.attribute, bound.value)
            base = mask[now.given].sum() + rest * mask.mean()
            without, with_it = (_miss(bound, base + extra) for extra in (0.0, 1.0))
            scaled = scaled - bound.weight * np.where(mask, with_it, without)
        return np.asarray(scaled)


@dataclass(frozen=True)
class SlopeStrata:
    """Flat items first, steep ones last: the pool in strata of slope, one for each test part.

    Items are cut into blocks of like difficulty and ranked by slope within each block, so that
    every stratum covers the ability scale. Use it with
    :class:`~psychometrics.adaptive.criteria.Closeness`.

    References
    ----------
    Chang & Ying (1999), Appl. Psych. Meas. 23, 211-222. Chang, Qian & Ying (2001), Appl. Psych.
    Meas. 25, 333-341 (blocks of difficulty).
    """

    n_strata: int

    def __post_init__(self) -> None:
        if self.n_strata < 1:
            raise ModelError(
                "no_strata",
                f"{self.n_strata} strata cannot be; give at least 1.",
                n_strata=self.n_strata,
            )

    def stratum_of(self, tables: AbilityTables, pool: ItemPool) -> IntArray:
        """Stratum of each item, 0 with the flattest, (n_items,)."""
        slopes = pool.slopes
        order = np.argsort(tables.peaks, kind="stable")
        block = np.empty(pool.n_items, dtype=np.intp)
        block[order] = np.arange(pool.n_items) // self.n_strata
        ranked = np.lexsort((slopes, block))
        result = np.empty(pool.n_items, dtype=np.intp)
        result[ranked] = np.arange(pool.n_items) % self.n_strata
        return result

    def adjusted(self, values: FloatArray, now: Situation) -> FloatArray:
        """Only items of the stratum whose turn it is."""
        strata = self.stratum_of(now.tables, now.pool)
        turn = min(now.step * self.n_strata // now.length, self.n_strata - 1)
        return np.where(strata == turn, values, -np.inf)


def _miss(bound: ContentBound, expected: float) -> float:
    return max(bound.minimum - expected, 0.0) + max(expected - bound.maximum, 0.0)


def _open_areas(
    attribute: str, targets: Mapping[str, float], values: FloatArray, pool: ItemPool
) -> dict[str, BoolArray]:
    """Masks of the areas with a target that still have an item to give."""
    possible = np.isfinite(values)
    masks = {area: pool.in_category(attribute, area) for area in targets}
    return {area: mask for area, mask in masks.items() if (mask & possible).any()}


def _check_targets(targets: Mapping[str, float]) -> None:
    if not targets or min(targets.values()) < 0 or abs(sum(targets.values()) - 1.0) > 1e-9:
        raise ModelError(
            "bad_content_targets",
            f"The target shares {dict(targets)} must be at least 0 and sum to 1.",
            targets=dict(targets),
        )

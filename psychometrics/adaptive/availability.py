"""Which items may come next as far as the test so far, enemies and shared stimuli are concerned."""

from dataclasses import dataclass

import numpy as np

from psychometrics.adaptive.pool import ItemPool, StimulusSet
from psychometrics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class OpenStimulus:
    """The stimulus in front of the examinee.

    Attributes
    ----------
    stimulus : StimulusSet
    n_given : int
        Items of it given so far.
    """

    stimulus: StimulusSet
    n_given: int

    @property
    def must_go_on(self) -> bool:
        """Whether fewer items of it than its minimum have been given."""
        return self.n_given < self.stimulus.minimum


def available(pool: ItemPool, given: list[int]) -> BoolArray:
    """Items not given yet that are no enemy of a given one, (n_items,)."""
    result = np.ones(pool.n_items, dtype=np.bool_)
    result[given] = False
    for item in given:
        if item in pool.enemies_of:
            result[pool.enemies_of[item]] = False
    return result


def open_stimulus(pool: ItemPool, given: list[int]) -> OpenStimulus | None:
    """The stimulus of the last item, while it may have more items."""
    place = pool.stimulus_of.get(given[-1]) if given else None
    if place is None:
        return None
    n_given = sum(pool.stimulus_of.get(item) == place for item in given)
    stimulus = pool.stimuli[place]
    return OpenStimulus(stimulus, n_given) if n_given < stimulus.maximum else None


def keep_together(pool: ItemPool, given: list[int], free: BoolArray, n_left: int) -> BoolArray:
    """Narrow the free items to the open stimulus, or to stimuli not yet used that still fit."""
    if not pool.stimuli:
        return free
    opened = open_stimulus(pool, given)
    if opened is not None:
        inside = np.zeros_like(free)
        members = pool.stimulus_items[pool.stimulus_of[given[-1]]]
        inside[members] = free[members]
        if inside.any():
            return inside
    result = free.copy()
    used = {pool.stimulus_of.get(item) for item in given}
    for place, members in enumerate(pool.stimulus_items):
        minimum = pool.stimuli[place].minimum
        if place in used or minimum > n_left or free[members].sum() < minimum:
            result[members] = False
    return result


def shared_values(pool: ItemPool, values: FloatArray) -> FloatArray:
    """Give every item of a stimulus the mean value of those of its items that may be given.

    A stimulus is then chosen for all its items, not for its single best one.
    """
    result = values.copy()
    for members in pool.stimulus_items:
        possible: IntArray = members[np.isfinite(values[members])]
        if len(possible):
            result[possible] = values[possible].mean()
    return result

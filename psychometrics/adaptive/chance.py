"""Random numbers that belong to an examinee: the same seed and step give the same draw again.

A decision can therefore be repeated from the record of the test, on another machine, after a
restart, and nothing random has to be kept between two calls.
"""

import numpy as np

from psychometrics.arrays import FloatArray, IntArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_MASK = (1 << 64) - 1


def step_generator(seed: int, step: int) -> np.random.Generator:
    """Generator of one examinee's draws at one step."""
    return np.random.Generator(np.random.PCG64([seed, step]))


def item_uniforms(seed: int, items: IntArray) -> FloatArray:
    """One uniform number for each item, fixed for the whole test of one examinee.

    SplitMix64 (Steele, Lea & Flood 2014, OOPSLA) of seed and position, so that the draws of a few
    items need not generate those of all.
    """
    state = items.astype(np.uint64) * _GOLDEN
    state += np.uint64((seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D) & _MASK)
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    state ^= state >> np.uint64(31)
    return np.asarray((state >> np.uint64(11)) * 2.0**-53)

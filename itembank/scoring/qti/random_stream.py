"""Reproducible randomness of templates: the same seed gives the same item everywhere.

The generator is mulberry32 (Tommy Ettinger, 2017, public domain): 32 bits of state, the same
numbers in every language, which is what a paper copy and a screen copy of one item need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_MASK = 0xFFFFFFFF
_STEP = 0x6D2B79F5


class RandomStream:
    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    @property
    def position(self) -> int:
        """Where the stream stands: a new stream with this seed goes on from here."""
        return self._state

    def uniform(self) -> float:
        """A number in [0, 1) with 32 random bits."""
        self._state = (self._state + _STEP) & _MASK
        t = self._state
        t = ((t ^ (t >> 15)) * (t | 1)) & _MASK
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & _MASK)) & _MASK
        return ((t ^ (t >> 14)) & _MASK) / 4294967296

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1."""
        return int(self.uniform() * count)

    def choice(self, options: Sequence[_T]) -> _T:
        return options[self.below(len(options))]

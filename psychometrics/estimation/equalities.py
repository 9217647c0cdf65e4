"""Entries of the parameter vector that must agree, and the values that some of them must have."""

from collections.abc import Callable

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import ModelError

SAME_VALUE = 1e-9


class Equalities:
    """Classes of equal entries; a class has at most one value.

    Parameters
    ----------
    n : int
        Number of entries.
    describe : callable
        Names an entry in an error message.
    """

    def __init__(self, n: int, describe: Callable[[int], str]) -> None:
        self._owner = np.arange(n)
        self._values: dict[int, float] = {}
        self._describe = describe

    def owner(self, entry: int) -> int:
        """The entry that stands for this one's class."""
        while self._owner[entry] != entry:
            self._owner[entry] = self._owner[self._owner[entry]]
            entry = int(self._owner[entry])
        return int(entry)

    def join(self, first: int, second: int) -> None:
        """Demand that two entries are equal.

        Raises
        ------
        ModelError
            Both are fixed, at different values.
        """
        kept, given_up = sorted((self.owner(first), self.owner(second)))
        if kept == given_up:
            return
        value = self._values.pop(given_up, None)
        self._owner[given_up] = kept
        if value is not None:
            self._fix(kept, value, (first, second))

    def fix(self, entry: int, value: float) -> None:
        """Demand that an entry has a value.

        Raises
        ------
        ModelError
            Its class is fixed already, at another value.
        """
        self._fix(self.owner(entry), value, (entry,))

    def _fix(self, owner: int, value: float, named: tuple[int, ...]) -> None:
        known = self._values.setdefault(owner, value)
        if abs(known - value) <= SAME_VALUE * max(1.0, abs(value)):
            return
        names = " and ".join(self._describe(entry) for entry in named)
        raise ModelError(
            "contradictory_fixing",
            f"{names} cannot be both {known:g} and {value:g} (in the form it is estimated in); "
            "remove one of the constraints or anchors.",
            parameters=names,
            first=round(known, 6),
            second=round(value, 6),
        )

    def owners(self) -> IntArray:
        """Of every entry, the one that stands for it."""
        return np.array([self.owner(entry) for entry in range(len(self._owner))], dtype=np.intp)

    def values(self) -> FloatArray:
        """The fixed value of every entry; NaN where it is free."""
        found = [self._values.get(owner, np.nan) for owner in self.owners().tolist()]
        return np.array(found, dtype=np.float64)

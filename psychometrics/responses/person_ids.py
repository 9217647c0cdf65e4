"""Whether a person's id stands twice in a file that does not fit in memory."""

import tempfile

import numpy as np
from numpy.typing import NDArray

RANGE_SIZE = 1_000_000  # hashes looked at together: 8 MB
PRIME = np.uint64(0x9E3779B97F4A7C15)


class PersonIds:
    """Hashes of all ids so far, in a temporary file of eight bytes each."""

    def __init__(self) -> None:
        self.n = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the ids)

    def add(self, ids: NDArray[np.str_]) -> None:
        """The ids of the next rows."""
        self._file.write(hashes(ids).tobytes())
        self.n += len(ids)

    def repeated(self) -> tuple[int, int] | None:
        """Positions of two equal ids; None where all differ.

        Equal hashes of different ids have a chance of n squared / 2**65: three in a million for ten
        million persons.
        """
        n_ranges = -(-self.n // RANGE_SIZE)
        width = 2**64 // max(n_ranges, 1) + 1
        for index in range(n_ranges):
            found = self._repeated_between(index * width, (index + 1) * width)
            if found is not None:
                return found
        return None

    def _repeated_between(self, low: int, high: int) -> tuple[int, int] | None:
        kept, places = [np.zeros(0, np.uint64)], [np.zeros(0, np.intp)]
        self._file.seek(0)
        start = 0
        while data := self._file.read(8 * RANGE_SIZE):
            part = np.frombuffer(data, np.uint64)
            where = np.flatnonzero(
                (part >= np.uint64(low)) & (part <= np.uint64(min(high, 2**64) - 1))
            )
            kept.append(part[where])
            places.append(start + where)
            start += len(part)
        found = repeated_among(np.concatenate(kept))
        if found is None:
            return None
        rows = np.concatenate(places)
        return int(rows[found[0]]), int(rows[found[1]])


def repeated_among(values: NDArray[np.uint64]) -> tuple[int, int] | None:
    """Positions of two equal values; None where all differ."""
    ordered = np.sort(values)
    if not (ordered[1:] == ordered[:-1]).any():
        return None
    order = np.argsort(values, kind="stable")
    twice = int(np.argmax(values[order][1:] == values[order][:-1]))
    return int(order[twice]), int(order[twice + 1])


def hashes(ids: NDArray[np.str_]) -> NDArray[np.uint64]:
    """A 64-bit hash of every text."""
    letters = np.ascontiguousarray(ids).view(np.uint32).reshape(len(ids), -1)
    result = np.full(len(ids), PRIME)
    for column in letters.T:
        present = column != 0  # shorter texts are padded: padding must not count
        mixed = (result ^ column.astype(np.uint64)) * PRIME
        mixed ^= mixed >> np.uint64(29)
        result = np.where(present, mixed, result)
    return result

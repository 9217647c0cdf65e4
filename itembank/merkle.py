"""The Merkle tree of RFC 6962 (§2.1): one hash over many records, and short proofs about it. Pure.

Leaves and nodes are hashed under different first bytes, so that no leaf can be passed off as a node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

LEAF = b"\x00"
NODE = b"\x01"
HASH_BYTES = 32


def leaf_hash(record: bytes) -> bytes:
    return hashlib.sha256(LEAF + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in this order; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes that lead from the leaf at `place` (counted from 0) to the root."""
    if not 0 <= place < len(leaves):
        raise IndexError(place)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if place < split:
        return [*inclusion_proof(leaves[:split], place), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], place - split), root_of(leaves[:split])]


def root_from_inclusion(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root a proof leads to; None where the proof has not the shape of this place and size."""
    if not 0 <= place < size:
        return None
    if size == 1:
        return leaf if not proof else None
    if not proof:
        return None
    split, last = _split(size), proof[-1]
    if place < split:
        below = root_from_inclusion(leaf, place, split, proof[:-1])
        return None if below is None else node_hash(below, last)
    below = root_from_inclusion(leaf, place - split, size - split, proof[:-1])
    return None if below is None else node_hash(last, below)


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The hashes that show that the first `earlier` leaves are still the same ones."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(earlier)
    return _subproof(leaves, earlier, is_whole=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, is_whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    split = _split(len(leaves))
    if earlier <= split:
        below = _subproof(leaves[:split], earlier, is_whole=is_whole)
        return [*below, root_of(leaves[split:])]
    below = _subproof(leaves[split:], earlier - split, is_whole=False)
    return [*below, root_of(leaves[:split])]


def is_consistent(
    earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof ties the smaller tree's root to the larger one's."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    rest = list(proof)
    roots = _roots(earlier, size, rest, earlier_root, is_whole=True)
    return roots == (earlier_root, root) and not rest


def _roots(
    earlier: int, size: int, rest: list[bytes], known: bytes, *, is_whole: bool
) -> tuple[bytes, bytes] | None:
    """(root of the first `earlier` leaves, root of all), the proof read from its end."""
    if earlier == size:
        if is_whole:
            return known, known
        if not rest:
            return None
        found = rest.pop()
        return found, found
    if not rest:
        return None
    split, beside = _split(size), rest.pop()
    if earlier <= split:
        below = _roots(earlier, split, rest, known, is_whole=is_whole)
        return None if below is None else (below[0], node_hash(below[1], beside))
    below = _roots(earlier - split, size - split, rest, known, is_whole=False)
    if below is None:
        return None
    return node_hash(beside, below[0]), node_hash(beside, below[1])


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(slots=True)
class Frontier:
    """A tree that grows leaf by leaf without its leaves: the roots of its whole subtrees.

    One root for each bit that is set in `size`, the largest subtree first.
    """

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        roots, bits = self.roots, self.size
        while bits & 1:
            leaf = node_hash(roots.pop(), leaf)
            bits >>= 1
        roots.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.roots:
            return root_of([])
        return reduce(lambda right, left: node_hash(left, right), reversed(self.roots))

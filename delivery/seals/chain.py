"""The hash chain of one attempt, and the root over all attempts of a sitting. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from itembank.merkle import leaf_hash, root_of

from .records import SealedAttempt

# Apart from the leaves (0x00) and nodes (0x01) of the tree above.
FIRST_LINK = b"\x02"
NEXT_LINK = b"\x03"


def chain_head(attempt: SealedAttempt) -> bytes:
    """The last link: it depends on every earlier one, and on their order."""
    head = hashlib.sha256(FIRST_LINK + attempt.header()).digest()
    for link in attempt.links():
        head = hashlib.sha256(NEXT_LINK + head + hashlib.sha256(link).digest()).digest()
    return head


@dataclass(frozen=True, slots=True)
class SealOfAttempts:
    """The root, and beneath it each attempt with the head of its chain, by attempt id."""

    root: bytes
    attempts: tuple[SealedAttempt, ...]
    heads: tuple[bytes, ...]

    @property
    def n_events(self) -> int:
        return sum(len(attempt.events) for attempt in self.attempts)

    @property
    def leaves(self) -> tuple[bytes, ...]:
        return leaves_of(self.heads)


def seal_of(attempts: Iterable[SealedAttempt]) -> SealOfAttempts:
    """The same attempts in any order give the same root."""
    ordered = tuple(sorted(attempts, key=lambda attempt: attempt.attempt_id))
    heads = tuple(chain_head(attempt) for attempt in ordered)
    return SealOfAttempts(root_of(leaves_of(heads)), ordered, heads)


def leaves_of(heads: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(leaf_hash(head) for head in heads)


def shown(root: bytes | str) -> str:
    """A root as people read it aloud and compare it on paper: groups of four."""
    digits = root.hex() if isinstance(root, bytes) else root
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def typed(text: str) -> str:
    """What somebody typed from the paper, without the gaps."""
    return "".join(text.split()).lower()

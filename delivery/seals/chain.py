"""The hash chain of one attempt, of the incident log, and the root over all of a sitting. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from itembank.merkle import leaf_hash, root_of

from .records import SealedAttempt, SealedIncident

# Apart from the leaves (0x00) and nodes (0x01) of the tree above.
FIRST_LINK = b"\x02"
NEXT_LINK = b"\x03"
FIRST_OF_LOG = b"\x05"  # the links of the log; 0x04 ties audit events
NEXT_OF_LOG = b"\x06"


def chain_head(attempt: SealedAttempt) -> bytes:
    """The last link: it depends on every earlier one, and on their order."""
    head = hashlib.sha256(FIRST_LINK + attempt.header()).digest()
    for link in attempt.links():
        head = hashlib.sha256(NEXT_LINK + head + hashlib.sha256(link).digest()).digest()
    return head


def log_head(incidents: Iterable[SealedIncident]) -> bytes | None:
    """The last link of the incident log, entries in the order they were noted; None: nothing noted."""
    ordered = sorted(incidents, key=lambda one: (one.noted_at, one.id))
    head = hashlib.sha256(FIRST_OF_LOG).digest()
    for one in ordered:
        head = hashlib.sha256(NEXT_OF_LOG + head + hashlib.sha256(one.as_bytes()).digest()).digest()
    return head if ordered else None


@dataclass(frozen=True, slots=True)
class SealOfAttempts:
    """The root, and beneath it each attempt with the head of its chain, by attempt id; then the log."""

    root: bytes
    attempts: tuple[SealedAttempt, ...]
    heads: tuple[bytes, ...]
    log: bytes | None

    @property
    def n_events(self) -> int:
        return sum(len(attempt.events) for attempt in self.attempts)

    @property
    def leaves(self) -> tuple[bytes, ...]:
        return leaves_of(self.heads, self.log)


def seal_of(
    attempts: Iterable[SealedAttempt], incidents: Iterable[SealedIncident] = ()
) -> SealOfAttempts:
    """The same attempts and incidents in any order give the same root."""
    ordered = tuple(sorted(attempts, key=lambda attempt: attempt.attempt_id))
    heads = tuple(chain_head(attempt) for attempt in ordered)
    log = log_head(incidents)
    return SealOfAttempts(root_of(leaves_of(heads, log)), ordered, heads, log)


def leaves_of(heads: Sequence[bytes], log: bytes | None = None) -> tuple[bytes, ...]:
    """The attempts' leaves; where anything was noted, the log's is the last."""
    return tuple(leaf_hash(head) for head in (*heads, *((log,) if log else ())))


def shown(root: bytes | str) -> str:
    """A root as people read it aloud and compare it on paper: groups of four."""
    digits = root.hex() if isinstance(root, bytes) else root
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def typed(text: str) -> str:
    """What somebody typed from the paper, without the gaps."""
    return "".join(text.split()).lower()

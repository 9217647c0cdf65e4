"""Looking whether the record is still what was chained and signed. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from itembank.merkle import Frontier

from . import repository
from .heads import TreeHead
from .models import AuditHead
from .records import NOTHING_BEFORE, Recorded, leaf_of, linked
from .service import as_head

# A transaction may take its moment early and commit late; longer than this none may.
LONGEST_TRANSACTION = timedelta(minutes=15)


class Kind(StrEnum):
    CHANGED = "changed"  # an event is not the one that was chained
    DELETED = "deleted"  # a chained event is gone
    LINK_MISSING = "link_missing"  # the numbers of the chain have a gap
    LINK_BROKEN = "link_broken"  # a link does not follow from the one before
    SLIPPED_IN = "slipped_in"  # an event that claims a time, or a place, already signed
    REBUILT = "rebuilt"  # the tree is not the one a head was signed for
    CUT_OFF = "cut_off"  # a head was signed for more events than there are
    FORGED_HEAD = "forged_head"  # no signature of a key we trust


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: the event's number, or the size of the head."""

    kind: Kind
    about: int


@dataclass(slots=True)
class Verified:
    """What a walk along the whole chain found."""

    size: int = 0
    root: str = ""
    n_heads: int = 0
    n_waiting: int = 0  # recorded and not chained yet
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def found(self, kind: Kind, about: int) -> None:
        self.findings.append(Finding(kind, about))


def verify(
    db: Session, *, outside: Sequence[TreeHead] = (), trusted: Collection[str] = ()
) -> Verified:
    """Compare every event with the chain, and the chain with every head, ours and those from outside.

    Without `trusted` keys a signature proves only that one holder made the head.
    """
    walk = _Walk(repository.heads(db), outside, trusted)
    for number, seq, leaf, chain, event in repository.walk(db):
        walk.step(number, seq, bytes.fromhex(leaf), bytes.fromhex(chain), event)
    return walk.ended(repository.unlinked(db, everything=True))


class _Walk:
    """One pass along the chain."""

    def __init__(
        self, own: Sequence[AuditHead], outside: Sequence[TreeHead], trusted: Collection[str]
    ) -> None:
        self.result = Verified(n_heads=len(own) + len(outside))
        self.tree, self.chain, self.number = Frontier(), NOTHING_BEFORE, 0
        self.own = {head.size: head for head in own}
        self.passed: AuditHead | None = None
        self.to_compare: dict[int, list[TreeHead]] = defaultdict(list)
        for head in [*map(as_head, own), *outside]:
            self.to_compare[head.size].append(head)
            if not head.is_signed or (trusted and head.verify_key not in trusted):
                self.result.found(Kind.FORGED_HEAD, head.size)

    def step(
        self, number: int, seq: int, leaf: bytes, chain: bytes, event: Recorded | None
    ) -> None:
        if number != self.number + 1:
            self.result.found(Kind.LINK_MISSING, self.number + 1)
        self.number = number
        self._event(seq, leaf, event)
        self.chain = linked(self.chain, leaf)
        if chain != self.chain:
            self.result.found(Kind.LINK_BROKEN, number)
            self.chain = chain
        self.tree.add(leaf)
        if self.tree.size in self.to_compare:
            self._heads(self.tree.size)

    def _event(self, seq: int, leaf: bytes, event: Recorded | None) -> None:
        if event is None:
            self.result.found(Kind.DELETED, seq)
        elif leaf_of(event) != leaf:
            self.result.found(Kind.CHANGED, seq)
        elif self.passed is not None and _slipped_in(event, self.passed):
            self.result.found(Kind.SLIPPED_IN, seq)

    def _heads(self, size: int) -> None:
        now = (self.tree.root.hex(), self.chain.hex())
        if any((head.root, head.chain) != now for head in self.to_compare.pop(size)):
            self.result.found(Kind.REBUILT, size)
        self.passed = self.own.get(size, self.passed)

    def ended(self, waiting: Sequence[Recorded]) -> Verified:
        for size in sorted(self.to_compare):
            self.result.found(Kind.CUT_OFF, size)
        for event in waiting:
            if self.passed is not None and _slipped_in(event, self.passed):
                self.result.found(Kind.SLIPPED_IN, event.seq)
        self.result.size, self.result.root = self.tree.size, self.tree.root.hex()
        self.result.n_waiting = len(waiting)
        return self.result


def _slipped_in(event: Recorded, head: AuditHead) -> bool:
    """Chained behind a head, but of a time long before it, or on a number that was passed long ago."""
    late = head.at - event.at
    return late > LONGEST_TRANSACTION or (
        event.seq <= head.newest_seq and -late > LONGEST_TRANSACTION
    )

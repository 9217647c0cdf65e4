"""Chaining what was recorded, after its commit and apart from it, and signing how far it got.

Events are appended by many transactions at once; none of them waits for the chain. A sequencer
links what is committed, in order, every minute and on demand.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from itembank.merkle import Frontier

from . import repository
from .heads import TreeHead, signed
from .models import AuditHead, AuditLink
from .records import NOTHING_BEFORE, leaf_of, linked

MOST_AT_ONCE = 2_000


def chain_committed(db: Session, *, everything: bool = False, most: int = MOST_AT_ONCE) -> int:
    """Link events that have no link yet; how many. Fewer than `most`: there are no more."""
    repository.take_turn(db)
    last = repository.newest_link(db)
    chained = last.number if last else 0
    chain = bytes.fromhex(last.chain) if last else NOTHING_BEFORE
    waiting = repository.unlinked(db, most=most, everything=everything)
    rows = []
    for number, event in enumerate(waiting, start=chained + 1):
        leaf = leaf_of(event)
        chain = linked(chain, leaf)
        rows.append(_link(number, event.seq, leaf, chain))
    if rows:
        db.execute(insert(AuditLink), rows)
    return len(rows)


def _link(number: int, seq: int, leaf: bytes, chain: bytes) -> dict[str, int | str]:
    return {"number": number, "event_seq": seq, "leaf": leaf.hex(), "chain": chain.hex()}


def sign_head(db: Session, seed: str, *, now: datetime) -> TreeHead | None:
    """Sign the tree as it stands; where nothing was added since, the head that stands. None: empty."""
    repository.take_turn(db)
    held = repository.newest_head(db)
    frontier = _frontier(held)
    last, newest_seq = repository.newest_link(db), held.newest_seq if held else 0
    for leaf, seq in repository.leaves_after(db, frontier.size):
        frontier.add(bytes.fromhex(leaf))
        newest_seq = max(newest_seq, seq)
    if last is None or (held is not None and held.size == frontier.size):
        return as_head(held) if held else None
    made = signed(frontier.size, frontier.root, bytes.fromhex(last.chain), now, seed)
    db.add(_row(made, frontier, newest_seq, now))
    db.flush()
    return made


def _frontier(held: AuditHead | None) -> Frontier:
    return (
        Frontier(held.size, [bytes.fromhex(root) for root in held.frontier]) if held else Frontier()
    )


def _row(head: TreeHead, frontier: Frontier, newest_seq: int, now: datetime) -> AuditHead:
    return AuditHead(
        size=head.size,
        root=head.root,
        chain=head.chain,
        newest_seq=newest_seq,
        frontier=[root.hex() for root in frontier.roots],
        verify_key=head.verify_key,
        signature=head.signature,
        at=now,
    )


def as_head(held: AuditHead) -> TreeHead:
    at = held.at.isoformat(timespec="microseconds")
    return TreeHead(held.size, held.root, held.chain, at, held.verify_key, held.signature)

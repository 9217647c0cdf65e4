"""What devices come to see, read for many of them at once: who holds what, the work, its key."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.attempts import repository, service
from delivery.attempts.models import Attempt, ResponseEvent
from delivery.attempts.replay import Record, replay
from delivery.attempts.repository import Held
from delivery.attempts.service import Receipt
from delivery.process import repository as process
from delivery.process.repository import Play
from delivery.rescue.repository import keys_of
from delivery.sittings.models import Accommodation
from delivery.sittings.repository import accommodations_of
from itembank.people.models import Unit

from ..db import Database
from .gathering import Gathering
from .paper import Paper, paper_of

Seen = TypeVar("Seen")
Read = Callable[
    [Session, Collection[str]], Mapping[str, Seen]
]  # device by its token's hash -> seen


class GroupRead(Gathering[str, Seen | None]):
    """Reads of one kind; a device nobody signed in on sees nothing."""

    name = "reads"

    def __init__(self, database: Database, read: Read[Seen]) -> None:
        super().__init__()
        self.database = database
        self.read = read

    def work(self, asks: Sequence[str]) -> Sequence[Seen | None]:
        with self.database.read() as db:
            seen = self.read(db, set(asks))
        return [seen.get(token_hash) for token_hash in asks]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A candidate's work on their paper, as this device may draw it."""

    held: Held
    attempt: Attempt
    site: str
    form_code: str
    paper: Paper
    records: Mapping[uuid.UUID, Record]
    plays: Sequence[Play]
    highest_seq: int
    receipt: Receipt | None
    accommodation: Accommodation | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a device holds, and the sheet on it where the paper is open to this device."""

    held: Held
    sheet: Sheet | None


def desks(db: Session, tokens: Collection[str]) -> dict[str, Desk]:
    """The desks of these devices."""
    found = repository.held_by_all(db, tokens)
    sheets = _sheets(db, [held for held in found.values() if _is_working(held)])
    return {token: Desk(held, sheets.get(token)) for token, held in found.items()}


def _is_working(held: Held) -> bool:
    lease = held.lease
    return lease.granted_at is not None and lease.ended_at is None and held.attempt is not None


def _sheets(db: Session, working: Sequence[Held]) -> dict[str, Sheet]:
    pairs = [(held, held.attempt) for held in working if held.attempt is not None]
    events = repository.events_of_all(db, {attempt.id for _, attempt in pairs})
    codes = allocation.form_codes(db, {held.sitting.id for held in working})
    granted = accommodations_of(db, {held.candidate.id for held in working})
    plays = process.plays_of(db, _with_recordings(db, pairs))
    sites = _site_names(db, {held.sitting.unit_id for held in working})
    return {
        held.lease.token_hash: Sheet(
            held,
            attempt,
            site=sites[held.sitting.unit_id],
            form_code=codes.get((held.sitting.id, attempt.form_id), ""),
            paper=paper_of(db, attempt.form_id),
            records=replay(events[attempt.id]),
            plays=plays.get(attempt.id, ()),
            highest_seq=_highest_seq(events[attempt.id], held.lease.id),
            receipt=service.receipt_of(db, attempt) if attempt.submitted_at else None,
            accommodation=granted.get(held.candidate.id),
        )
        for held, attempt in pairs
    }


def _with_recordings(db: Session, pairs: Iterable[tuple[Held, Attempt]]) -> set[uuid.UUID]:
    return {attempt.id for _, attempt in pairs if paper_of(db, attempt.form_id).has_recordings}


def _highest_seq(events: Sequence[ResponseEvent], lease: uuid.UUID) -> int:
    return max((event.seq for event in events if event.writer_id == lease), default=0)


def _site_names(db: Session, units: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {
        id: name for id, name in db.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units)))
    }


@dataclass(frozen=True, slots=True)
class HeldKey:
    """What a device holds, and the journal key where a paper was opened."""

    held: Held
    key: bytes | None


def held_keys(db: Session, tokens: Collection[str]) -> dict[str, HeldKey]:
    """The journal keys of these devices."""
    found = repository.held_by_all(db, tokens)
    keys = keys_of(db, [held.attempt for held in found.values() if held.attempt is not None])
    return {
        token: HeldKey(held, keys[held.attempt.id] if held.attempt else None)
        for token, held in found.items()
    }

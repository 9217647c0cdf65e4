"""Keeping what the player noticed, for as long as it may be kept, and letting it go."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from delivery.attempts.devices import check_holder
from delivery.attempts.errors import NotStarted
from delivery.attempts.repository import Held
from itembank import audit
from itembank.errors import Invalid
from itembank.permissions import Actor

from . import repository
from .models import HEARD_ITEM, HEARD_STIMULUS, ProcessPurge

MOST_PER_ATTEMPT = 20_000
# Proposed in reliability-and-security §4 for raw events, to be confirmed by the department.
KEPT_FOR = timedelta(days=730)


class ProcessKind(StrEnum):
    ITEM_SHOWN = "item_shown"
    ITEM_LEFT = "item_left"
    CHANGED = "changed"
    FOCUS_LOST = "focus_lost"
    FOCUS_GAINED = "focus_gained"
    NAVIGATED = "navigated"
    WENT_OFFLINE = "went_offline"
    CAME_ONLINE = "came_online"
    HEARD = HEARD_ITEM  # a play of the item's recording was started
    HEARD_SHARED = HEARD_STIMULUS  # and of the one in the material that begins with this item


KINDS = frozenset(ProcessKind)


@dataclass(frozen=True, slots=True)
class Noticed:
    """One event as the player numbered it."""

    seq: int
    kind: str
    item: uuid.UUID | None
    milliseconds: int | None
    client_at: str


def keep(db: Session, held: Held, events: Sequence[Noticed], *, now: datetime) -> int:
    """Keep the events of the device that writes; how many of these were taken.

    Nothing of it decides about an answer: the attempt is not locked and not looked at again.
    """
    check_holder(held.lease)
    if held.attempt is None:
        raise NotStarted
    if any(event.kind not in KINDS for event in events):
        raise Invalid("Có loại dữ liệu thao tác mà máy chủ không nhận.", code="unknown_kind")
    left = MOST_PER_ATTEMPT - repository.count_of(db, held.attempt.id)
    taken = list(events)[: max(0, left)]
    if taken:
        repository.append(db, [_row(event, held, held.attempt.id, now) for event in taken])
    return len(taken)


def _row(event: Noticed, held: Held, attempt_id: uuid.UUID, now: datetime) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "writer_id": held.lease.id,
        "seq": event.seq,
        "sitting_id": held.sitting.id,
        "kind": event.kind,
        "form_item_id": event.item,
        "milliseconds": event.milliseconds,
        "client_at": event.client_at,
        "received_at": now,
    }


def let_go(
    db: Session, actor: Actor | None, *, now: datetime, kept_for: timedelta = KEPT_FOR
) -> int:
    """Delete what is older than it may be kept; how many events went.

    The database refuses to delete anything else: what goes was first announced by a `ProcessPurge`.
    """
    before = now - kept_for
    db.add(ProcessPurge(older_than=before, by_id=actor.person_id if actor else None, at=now))
    db.flush()
    gone = repository.delete_before(db, before)
    after = {"events": gone, "older_than": before.isoformat()}
    audit.record(db, actor, "process_data.deleted", "process_event", "-", now=now, after=after)
    return gone


def let_go_if_due(db: Session, *, now: datetime) -> int:
    """What is done every hour: nothing, and no trace, where nothing is old enough."""
    return let_go(db, None, now=now) if repository.is_any_before(db, now - KEPT_FOR) else 0

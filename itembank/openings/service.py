"""Recording that content was opened. Called where content leaves, in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..items.models import Item
from ..permissions import Actor
from . import repository
from .models import ItemOpening

ONE_LOOK = timedelta(minutes=1)  # the same page drawn again within this time is the same opening


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened: an item in a version, or its draft (None)."""

    item: Item
    version_hash: str | None


def record(
    db: Session,
    actor: Actor | None,
    opened: Iterable[Opened],
    purpose: str,
    *,
    now: datetime,
    form_id: uuid.UUID | None = None,
) -> int:
    """One row for each item that is not the actor's own; how many. One query, one insert.

    `actor` None is the server's own command line.
    """
    person_id = actor.person_id if actor else None
    fresh = unrecorded(db, actor, opened, purpose, now=now, form_id=form_id)
    db.add_all(
        ItemOpening(
            at=now,
            person_id=person_id,
            item_id=one.item.id,
            version_hash=one.version_hash,
            form_id=form_id,
            purpose=purpose,
        )
        for one in fresh
    )
    db.flush()
    return len(fresh)


def unrecorded(
    db: Session,
    actor: Actor | None,
    opened: Iterable[Opened],
    purpose: str,
    *,
    now: datetime,
    form_id: uuid.UUID | None = None,
) -> list[Opened]:
    """What of it is to be recorded: not the actor's own, not seen a moment ago."""
    person_id = actor.person_id if actor else None
    foreign = [one for one in opened if person_id is None or one.item.author_id != person_id]
    if not foreign:
        return []
    known = repository.seen_since(db, person_id, purpose, form_id, now - ONE_LOOK)
    return [one for one in foreign if (one.item.id, one.version_hash) not in known]

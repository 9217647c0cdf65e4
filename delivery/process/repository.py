"""All queries about process data."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate, Sitting
from itembank.forms.models import FormItem, TestForm

from .models import HEARD_ITEM, HEARD_STIMULUS, ProcessEvent


def count_of(db: Session, attempt_id: uuid.UUID) -> int:
    query = select(func.count()).where(ProcessEvent.attempt_id == attempt_id)
    return db.scalar(query) or 0


def append(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """What is there already stays as it is."""
    insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    db.execute(insert(ProcessEvent).on_conflict_do_nothing(), rows)


@dataclass(frozen=True, slots=True)
class Play:
    """One start of a recording. (writer, seq) names it: told twice it is still one play."""

    item: uuid.UUID
    kind: str
    writer: uuid.UUID
    seq: int


def plays_of(db: Session, attempts: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Play]]:
    """Attempt -> the plays the server knows, whichever machine they were on."""
    if not attempts:
        return {}
    query = (
        select(ProcessEvent)
        .where(ProcessEvent.attempt_id.in_(attempts))
        .where(ProcessEvent.kind.in_((HEARD_ITEM, HEARD_STIMULUS)))
        .order_by(ProcessEvent.received_at, ProcessEvent.writer_id, ProcessEvent.seq)
    )
    found: dict[uuid.UUID, list[Play]] = {}
    for event in db.scalars(query):
        if event.form_item_id is not None:
            play = Play(event.form_item_id, event.kind, event.writer_id, event.seq)
            found.setdefault(event.attempt_id, []).append(play)
    return found


def is_any_before(db: Session, moment: datetime) -> bool:
    query = select(ProcessEvent.seq).where(*_before(moment)).limit(1)
    return db.scalar(query) is not None


def delete_before(db: Session, moment: datetime) -> int:
    done = db.execute(delete(ProcessEvent).where(*_before(moment)))
    return cast(CursorResult[Any], done).rowcount


def _before(moment: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """By way of the sittings, whose index is there: nothing came in a day before its sitting."""
    of_then = select(Sitting.id).where(Sitting.starts_at < moment + timedelta(days=1))
    return ProcessEvent.sitting_id.in_(of_then), ProcessEvent.received_at < moment


def told(
    db: Session, sitting_id: uuid.UUID
) -> Iterator[tuple[ProcessEvent, Attempt, Candidate, str, int | None]]:
    """Events in order, with attempt, candidate, the form's code and the item's place on it."""
    query = (
        select(ProcessEvent, Attempt, Candidate, TestForm.code, FormItem.position)
        .join(Attempt, Attempt.id == ProcessEvent.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(TestForm, TestForm.id == Attempt.form_id)
        .outerjoin(FormItem, FormItem.id == ProcessEvent.form_item_id)
        .where(ProcessEvent.sitting_id == sitting_id)
        .order_by(Candidate.number, ProcessEvent.received_at, ProcessEvent.seq)
    )
    yield from db.execute(query).yield_per(1_000)

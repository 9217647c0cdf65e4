"""Scoring what candidates handed in: facts are appended, one round after another."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.attempts.replay import value_bytes
from delivery.attempts.repository import effective_responses
from delivery.packages.repository import is_keyless
from delivery.sittings.models import Sitting
from itembank import audit
from itembank.errors import Conflict
from itembank.forms import repository as forms
from itembank.permissions import Actor
from itembank.scoring.rules import Weight

from . import repository
from .keyed_items import KeyedItem
from .models import ScoreFact
from .rescoring.keys import keyed_by
from .rescoring.repository import in_force

FIRST_ROUND = 1


def scoring_key(db: Session, form_id: uuid.UUID) -> list[KeyedItem]:
    """Read once, used for every attempt at the form. Key changes in force count."""
    if is_keyless(db, form_id):
        raise Conflict("Đáp án ở trung tâm; bài thi ở đây được chấm ở đó.", code="no_keys_here")
    changes = in_force(db, form_id)
    planned = (_as_planned(entry) for entry in forms.entries(db, form_id))
    return [
        keyed_by(db, item, changes[item.form_item_id]) if item.form_item_id in changes else item
        for item in planned
    ]


def _as_planned(entry: forms.FormEntry) -> KeyedItem:
    return KeyedItem(
        form_item_id=entry.place.id,
        version_hash=entry.place.version_hash or "",
        content=entry.content,
        weight=Weight(tuple(Decimal(points) for points in entry.place.weights)),
    )


def score_attempt(
    db: Session, attempt: Attempt, *, now: datetime, key: Sequence[KeyedItem] | None = None
) -> Sequence[ScoreFact]:
    """The facts of a submitted attempt; asked again it gives the facts that are there.

    Items without a response are scored too: an omission is category 0.
    """
    if attempt.submitted_at is None:
        raise Conflict("Thí sinh chưa nộp bài nên chưa chấm được.", code="attempt_running")
    there = repository.facts_of(db, attempt.id)
    if there:
        return there
    given = effective_responses(db, attempt.id)
    chosen = key if key is not None else scoring_key(db, attempt.form_id)
    made = [_fact(attempt, item, given.get(item.form_item_id), now) for item in chosen]
    db.add_all(made)
    db.flush()
    return made


def _fact(attempt: Attempt, item: KeyedItem, response: Any, now: datetime) -> ScoreFact:
    given = item.score(response)
    return ScoreFact(
        attempt_id=attempt.id,
        form_item_id=item.form_item_id,
        round=FIRST_ROUND,
        version_hash=item.version_hash,
        rule=given.rule,
        wider_key_hash=item.wider_key_hash,
        answered=given.answered,
        category=given.category,
        points=given.points,
        response=value_bytes(response).decode(),
        at=now,
    )


def score_batch(db: Session, attempt_ids: Sequence[uuid.UUID], *, now: datetime) -> int:
    """Score these attempts of one form, reading its key once."""
    keys: dict[uuid.UUID, list[KeyedItem]] = {}
    for attempt_id in attempt_ids:
        attempt = db.get_one(Attempt, attempt_id)
        if attempt.form_id not in keys:
            keys[attempt.form_id] = scoring_key(db, attempt.form_id)
        score_attempt(db, attempt, now=now, key=keys[attempt.form_id])
    return len(attempt_ids)


def score_sitting(
    db: Session,
    actor: Actor | None,
    sitting: Sitting,
    *,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Score everything handed in and not yet scored; the number of attempts scored."""
    waiting = repository.unscored(db, sitting.id)
    for start in range(0, len(waiting), 50):
        score_batch(db, waiting[start : start + 50], now=now)
        progress(min(start + 50, len(waiting)), len(waiting))
    note_scored(db, actor, sitting, len(waiting), now=now)
    return len(waiting)


def note_scored(
    db: Session, actor: Actor | None, sitting: Sitting, attempts: int, *, now: datetime
) -> None:
    audit.record(
        db, actor, "sitting.scored", "sitting", sitting.id, now=now, after={"attempts": attempts}
    )

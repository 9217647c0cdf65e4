"""The job `score_sitting`: what was handed in, scored batch by batch, each batch kept at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.results import repository as results
from delivery.results import service
from delivery.sittings.models import Sitting
from delivery.sittings.repository import sitting_of
from itembank.errors import msg
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor

from ..web import system_clock
from . import queue
from .models import Job
from .worker import Context

KIND = "score_sitting"
BATCH = 50


def ask_scoring(db: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> Job:
    """Queue the scoring of a sitting, in the caller's transaction."""
    title = msg("Chấm bài: {title}", title=sitting.title)
    return queue.ask(db, actor, KIND, title, {"sitting_id": str(sitting.id)}, now=now)


def score_sitting_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Score every attempt that has no score. A repeated run finds nothing left to do."""
    sitting_id = uuid.UUID(inputs["sitting_id"])
    with context.database.read() as db:
        waiting = list(results.unscored(db, sitting_id))
    for start in range(0, len(waiting), BATCH):
        with context.database.write() as db:
            service.score_batch(db, waiting[start : start + BATCH], now=system_clock())
        done = min(start + BATCH, len(waiting))
        context.report(done / len(waiting), f"{done} / {len(waiting)}")
    with context.database.write() as db:
        actor = _actor(db, context.asked_by)
        sitting = sitting_of(db, sitting_id)
        service.note_scored(db, actor, sitting, len(waiting), now=system_clock())
    return {"scored": len(waiting), "link": f"/ca-thi/{sitting_id}/ket-qua"}


def _actor(db: Session, person_id: uuid.UUID | None) -> Actor | None:
    person = db.get(Person, person_id) if person_id else None
    return people.load_actor(db, person) if person else None

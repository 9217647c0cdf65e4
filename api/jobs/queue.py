"""The job table: ask, claim, report, finish. Nothing in the answer path is ever a job."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from itembank.errors import Message, msg
from itembank.permissions import Actor

from ..i18n import translate
from .models import Job

STALE_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3
UNDER_WAY = frozenset({"waiting", "running"})


def ask(
    db: Session,
    actor: Actor | None,
    kind: str,
    title: Message | str,
    inputs: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
) -> Job:
    """Put a job in the queue, in the caller's transaction. The same key gives the same job."""
    if key is not None:
        found = db.scalar(select(Job).where(Job.key == key))
        if found is not None:
            return found
    job = Job(
        kind=kind,
        key=key,
        title=translate(title, "vi")[:200],
        english={"title": translate(title, "en")[:200]},
        inputs=dict(inputs),
        state="waiting",
        asked_by=actor.person_id if actor else None,
        asked_at=now,
    )
    db.add(job)
    db.flush()
    return job


def under_way(db: Session, kinds: Collection[str]) -> Sequence[Job]:
    """Jobs of these kinds that wait or run, the first asked for first."""
    query = select(Job).where(Job.kind.in_(kinds), Job.state.in_(UNDER_WAY))
    return db.scalars(query.order_by(Job.asked_at)).all()


def claim(db: Session, *, now: datetime) -> Job | None:
    """Take the oldest waiting job, or one whose worker has gone silent."""
    stale = and_(Job.state == "running", Job.heartbeat_at < now - STALE_AFTER)
    query = (
        select(Job)
        .where(or_(Job.state == "waiting", stale))
        .order_by(Job.asked_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = db.scalar(query)
    if job is None:
        return None
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:
        _give_up(job, now)
        return None
    job.state, job.started_at, job.heartbeat_at = "running", now, now
    return job


def _give_up(job: Job, now: datetime) -> None:
    job.state, job.finished_at = "failed", now
    _say(job, error=msg("Việc này dừng giữa chừng {n} lần nên không chạy nữa.", n=MOST_ATTEMPTS))


def _say(job: Job, **sentences: Message | str) -> None:
    """Keep sentences in both languages; the Vietnamese stands in the columns themselves."""
    for name, sentence in sentences.items():
        setattr(job, name, translate(sentence, "vi")[:4000])
    said = {name: translate(sentence, "en")[:4000] for name, sentence in sentences.items()}
    job.english = {**(job.english or {}), **said}


def report(
    db: Session, job_id: uuid.UUID, progress: float, message: Message | str, *, now: datetime
) -> bool:
    """Store the progress; False when somebody has cancelled the job."""
    job = db.get_one(Job, job_id)
    job.progress, job.heartbeat_at = min(1.0, progress), now
    _say(job, message=message)
    return job.state == "running"


def finish(db: Session, job_id: uuid.UUID, outcome: Mapping[str, Any], *, now: datetime) -> None:
    job = db.get_one(Job, job_id)
    job.state, job.progress, job.outcome, job.finished_at = "done", 1.0, dict(outcome), now


def fail(db: Session, job_id: uuid.UUID, error: Message | str, *, now: datetime) -> None:
    job = db.get_one(Job, job_id)
    job.state, job.finished_at = "failed", now
    _say(job, error=error)


def cancel(db: Session, job: Job, *, now: datetime) -> None:
    if job.state in UNDER_WAY:
        job.state, job.finished_at = "cancelled", now

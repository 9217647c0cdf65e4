"""The job table: ask, claim, report, finish. Nothing in the answer path is ever a job."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from itembank.permissions import Actor

from .models import Job

STALE_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3


def ask(
    db: Session,
    actor: Actor | None,
    kind: str,
    title: str,
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
        title=title,
        inputs=dict(inputs),
        state="waiting",
        asked_by=actor.person_id if actor else None,
        asked_at=now,
    )
    db.add(job)
    db.flush()
    return job


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
    job.error = f"worker stopped {MOST_ATTEMPTS} times while running this job"


def report(db: Session, job_id: uuid.UUID, progress: float, message: str, *, now: datetime) -> bool:
    """Store the progress; False when somebody has cancelled the job."""
    job = db.get_one(Job, job_id)
    job.progress, job.message, job.heartbeat_at = min(1.0, progress), message, now
    return job.state == "running"


def finish(db: Session, job_id: uuid.UUID, outcome: Mapping[str, Any], *, now: datetime) -> None:
    job = db.get_one(Job, job_id)
    job.state, job.progress, job.outcome, job.finished_at = "done", 1.0, dict(outcome), now


def fail(db: Session, job_id: uuid.UUID, error: str, *, now: datetime) -> None:
    job = db.get_one(Job, job_id)
    job.state, job.error, job.finished_at = "failed", error[:4000], now


def cancel(db: Session, job: Job, *, now: datetime) -> None:
    if job.state in {"waiting", "running"}:
        job.state, job.finished_at = "cancelled", now

"""The jobs `plan_intake` and `apply_intake`: a long list is read, and applied, with progress."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from itembank.errors import msg
from itembank.people import repository as people
from itembank.people.intake import repository, service
from itembank.people.intake.models import Intake
from itembank.people.models import Person
from itembank.permissions import Actor

from ..db import Database
from ..web import system_clock
from . import queue
from .models import Job
from .worker import Context

PLAN, APPLY = "plan_intake", "apply_intake"


def ask_planning(db: Session, actor: Actor, intake: Intake, *, now: datetime) -> Job:
    title = msg("Đọc tệp {name}", name=intake.file_name)
    return _ask(db, actor, PLAN, title, intake, now)


def ask_applying(db: Session, actor: Actor, intake: Intake, *, now: datetime) -> Job:
    title = msg("Ghi danh sách {name}", name=intake.file_name)
    return _ask(db, actor, APPLY, title, intake, now)


def _ask(
    db: Session, actor: Actor, kind: str, title: Any, intake: Intake, now: datetime
) -> Job:  # fmt: skip
    job = queue.ask(db, actor, kind, title, {"intake_id": str(intake.id)}, now=now)
    intake.job_id = job.id
    return job


def plan_intake_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the file with what stands. A run after a break starts again."""
    intake_id = uuid.UUID(inputs["intake_id"])
    context.report(0.05, msg("Đang đọc tệp và so với dữ liệu hiện có"))
    plan_now(context.database, intake_id)
    return {"link": f"/quan-tri/nhap/{intake_id}"}


def plan_now(database: Database, intake_id: uuid.UUID) -> None:
    with database.read() as db:
        intake = repository.with_source(db, intake_id)
        plan = service.make_plan(db, _actor(db, intake), intake)
    with database.write() as db:
        service.store_plan(db, db.get_one(Intake, intake_id), plan)


def apply_intake_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Apply row by row, some hundred to a transaction. A run after a break goes on from there."""
    intake_id = uuid.UUID(inputs["intake_id"])
    link = {"link": f"/quan-tri/nhap/{intake_id}"}
    with context.database.read() as db:
        total = repository.count_waiting(db, intake_id)
        if db.get_one(Intake, intake_id).state != service.APPLYING:
            return link
    left = total
    while left:
        left = apply_now(context.database, intake_id)
        done = msg("{done} / {total} dòng", done=total - left, total=total)
        context.report((total - left) / total, done)
    with context.database.write() as db:
        intake = db.get_one(Intake, intake_id)
        service.close_applying(db, _actor(db, intake), intake, now=system_clock())
    return link


def apply_now(database: Database, intake_id: uuid.UUID) -> int:
    with database.write() as db:
        intake = db.get_one(Intake, intake_id)
        return service.apply_some(db, _actor(db, intake), intake, now=system_clock())


def _actor(db: Session, intake: Intake) -> Actor:
    return people.load_actor(db, db.get_one(Person, intake.person_id))

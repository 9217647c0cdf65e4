"""The page of one job: how far it is, what it did. Any signed-in person may look at their own."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import NotFound

from ..pages import page
from ..web import Db, Now, ReadDb, Staff
from . import queue
from .models import Job

router = APIRouter()


def _own_job(db: Session, job_id: uuid.UUID, person_id: uuid.UUID) -> Job:
    job = db.get(Job, job_id)
    if job is None or job.asked_by not in (None, person_id):
        raise NotFound("Không có việc này, hoặc việc do người khác yêu cầu.")
    return job


@router.get("/viec/{job_id}")
def job_page(request: Request, job_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "jobs/job.html", _own_job(db, job_id, staff.actor.person_id))


@router.get("/viec/{job_id}/tien-do")
def job_progress(request: Request, job_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "jobs/progress.html", _own_job(db, job_id, staff.actor.person_id))


@router.post("/viec/{job_id}/dung")
def stop_job(job_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    queue.cancel(db, _own_job(db, job_id, staff.actor.person_id), now=now)
    return RedirectResponse(f"/viec/{job_id}", status_code=303)

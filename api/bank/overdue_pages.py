"""Late appraisal: the list by person, and the reminder."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from itembank.review.overdue import remind
from itembank.review.revisions import remind_author

from ..pages import page
from ..web import Db, Now, ReadDb, Staff
from .overdue_views import overdue_page

router = APIRouter(prefix="/hoi-dong/qua-han")


@router.get("")
def overdue(request: Request, staff: Staff, db: ReadDb, now: Now, nhac: str = "") -> Response:
    shown = overdue_page(db, staff.actor, now=now, reminded=nhac)
    return page(request, "bank/overdue.html", shown)


@router.post("/{person_id}/nhac")
def send_reminder(person_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    remind(db, staff.actor, person_id, now=now)
    return RedirectResponse(f"/hoi-dong/qua-han?nhac={person_id}", status_code=303)


@router.post("/{person_id}/nhac-sua")
def send_author_reminder(person_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    remind_author(db, staff.actor, person_id, now=now)
    return RedirectResponse(f"/hoi-dong/qua-han?nhac={person_id}", status_code=303)

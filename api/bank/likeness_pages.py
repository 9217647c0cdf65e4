"""Items that say nearly the same: looked for on demand and at submission, marked as enemies there."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from itembank.items import repository
from itembank.likeness import service
from itembank.permissions import require
from itembank.review import repository as rounds
from itembank.review.duplicates import service as duplicates
from itembank.review.rules import can_open_sheet

from ..i18n import words
from ..pages import page
from ..web import Db, Now, Staff
from .likeness_views import likeness_page

router = APIRouter()
Reason = Annotated[str, Form()]


@router.get("/ngan-hang/cau-hoi/{item_id}/gan-giong")
def alike(request: Request, item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    item = repository.item_by_id(db, item_id)
    reviews = rounds.is_reviewer(db, item, staff.actor.person_id)
    say = words(request)
    shown = likeness_page(db, staff.actor, item, is_reviewer=reviews, say=say, now=now)
    return page(request, "bank/likeness.html", shown)


@router.post("/ngan-hang/cau-hoi/{item_id}/ki-nhau/{other_id}")
def mark(
    item_id: uuid.UUID,
    other_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    reason: Reason = "",
    lift: Annotated[bool, Form()] = False,
) -> Response:
    verb = service.lift_enemies if lift else service.mark_enemies
    one, other = repository.item_by_id(db, item_id), repository.item_by_id(db, other_id)
    verb(db, staff.actor, one, other, reason=reason, now=now)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item_id}/gan-giong", status_code=303)


@router.post("/tham-dinh/{assignment_id}/ki-nhau/{other_id}")
def mark_from_sheet(
    assignment_id: uuid.UUID,
    other_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    reason: Reason = "",
) -> Response:
    task = rounds.task(db, assignment_id)
    require(can_open_sheet(staff.actor, task.item, task.assignment))
    other = repository.item_by_id(db, other_id)
    duplicates.mark_enemies(db, staff.actor, task.item, other, reason=reason, now=now)
    return RedirectResponse(f"/tham-dinh/{assignment_id}#gan-giong", status_code=303)

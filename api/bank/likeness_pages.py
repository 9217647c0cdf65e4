"""Items that say nearly the same: looked for on demand, marked as enemies from there."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from itembank.items import repository
from itembank.likeness import service
from itembank.review.repository import is_reviewer

from ..pages import page
from ..web import Db, Now, Staff
from .likeness_views import likeness_page

router = APIRouter(prefix="/ngan-hang/cau-hoi")


@router.get("/{item_id}/gan-giong")
def alike(request: Request, item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    item = repository.item_by_id(db, item_id)
    reviews = is_reviewer(db, item, staff.actor.person_id)
    shown = likeness_page(db, staff.actor, item, is_reviewer=reviews, now=now)
    return page(request, "bank/likeness.html", shown)


@router.post("/{item_id}/ki-nhau/{other_id}")
def mark(
    item_id: uuid.UUID,
    other_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    reason: Annotated[str, Form()] = "",
    lift: Annotated[bool, Form()] = False,
) -> Response:
    verb = service.lift_enemies if lift else service.mark_enemies
    one, other = repository.item_by_id(db, item_id), repository.item_by_id(db, other_id)
    verb(db, staff.actor, one, other, reason=reason, now=now)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item_id}/gan-giong", status_code=303)

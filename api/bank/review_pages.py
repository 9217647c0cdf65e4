"""The reviewer's inbox and the appraisal sheet."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid
from itembank.permissions import Role, needs_role, require
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.routes.stages import SEAT_ROLES

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from . import review_views as views

router = APIRouter(prefix="/tham-dinh")


async def sent_fields(request: Request) -> dict[str, str]:
    """The fields of a form whose names depend on the item's kind."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(sent_fields)]


@router.get("")
def inbox(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    if not staff.actor.roles & set(SEAT_ROLES):
        require(needs_role(staff.actor, Role.APPRAISER))
    return page(request, "bank/inbox.html", views.inbox(db, staff.actor, now=now))


@router.get("/{assignment_id}")
def sheet(request: Request, assignment_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    return page(request, "bank/sheet.html", views.sheet(db, staff.actor, assignment_id, now=now))


@router.post("/{assignment_id}")
def give_verdict(
    request: Request, assignment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields
) -> Response:
    task = rounds.task(db, assignment_id)
    asked = [criterion.code for criterion in review.criteria_of(db, task)]
    try:
        review.give_verdict(
            db,
            staff.actor,
            task.assignment,
            verdict=sent.get("verdict", ""),
            checklist={code: sent.get(f"checklist.{code}", "") for code in asked},
            comment=sent.get("comment", "")[:20_000],
            now=now,
        )
    except Invalid as error:
        shown = views.sheet(
            db,
            staff.actor,
            assignment_id,
            now=now,
            typed=sent,
            problems=problems_for(request, error),
        )
        return page(request, "bank/sheet.html", shown, status=422)
    return RedirectResponse("/tham-dinh", status_code=303)

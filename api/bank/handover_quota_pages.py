"""Quotas of hand-overs: a grid of topics by levels, from a structure or from scratch."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from itembank.errors import Invalid
from itembank.handover import repository, rules, service
from itembank.permissions import Role, needs_role, require

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from . import handover_quota_views as views

router = APIRouter(prefix="/ban-giao/chi-tieu")


async def sent_form(request: Request) -> FormData:
    return await request.form()


Posted = Annotated[FormData, Depends(sent_form)]


@router.get("/moi")
def new_page(request: Request, staff: Staff) -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    asked = {name: str(value) for name, value in request.query_params.items()}
    return page(request, "bank/handover_quota.html", views.new_page(staff.actor, asked))


@router.post("/moi")
def create(request: Request, staff: Staff, db: Db, now: Now, sent: Posted) -> Response:
    wanted = views.wanted_from(sent)
    try:
        made = service.set_quota(db, staff.actor, wanted, now=now)
    except Invalid as error:
        model = views.typed_page(staff.actor, sent, problems=problems_for(request, error))
        return page(request, "bank/handover_quota.html", model, status=422)
    return RedirectResponse(f"/ban-giao/chi-tieu/{made.series}", status_code=303)


@router.get("/{series}/sua")
def edit_page(request: Request, series: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    quota = repository.newest_quota(db, series)
    require(rules.can_set_quota(staff.actor, quota.subject))
    return page(request, "bank/handover_quota.html", views.edit_page(staff.actor, quota))


@router.post("/{series}/sua")
def change(
    request: Request, series: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Posted
) -> Response:
    wanted = views.wanted_from(sent)
    quota = repository.newest_quota(db, series)
    try:
        service.set_quota(db, staff.actor, wanted, now=now, series=series)
    except Invalid as error:
        problems = problems_for(request, error)
        model = views.typed_page(staff.actor, sent, problems=problems, quota=quota)
        return page(request, "bank/handover_quota.html", model, status=422)
    return RedirectResponse(f"/ban-giao/chi-tieu/{series}", status_code=303)

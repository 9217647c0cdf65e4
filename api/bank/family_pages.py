"""Pages of item families: the list, one family with its variables and instances."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid
from itembank.families import repository, service
from itembank.families.models import ItemFamily
from itembank.families.rules import can_change
from itembank.families.template import check
from itembank.items import repository as items
from itembank.permissions import Actor, Role, needs_role, require

from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, Staff
from .family_form import template_from
from .family_views import families_page, family_page

router = APIRouter(prefix="/ngan-hang")


@router.get("/ho-cau")
def families(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    return page(request, "bank/families.html", families_page(db, staff.actor))


@router.post("/cau-hoi/{item_id}/ho-cau")
def make(item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> RedirectResponse:
    family = service.make_from(db, staff.actor, items.item_by_id(db, item_id), now=now)
    return RedirectResponse(f"/ngan-hang/ho-cau/{family.id}", status_code=303)


@router.get("/ho-cau/{family_id}")
def family(
    request: Request, family_id: uuid.UUID, staff: Staff, db: ReadDb, so: int = 1
) -> Response:
    """`so` is the seed of the instances shown."""
    found = repository.family_by_id(db, family_id)
    return page(request, "bank/family.html", family_page(db, staff.actor, found, seed=so))


async def typed_fields(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(typed_fields)]


@router.post("/ho-cau/{family_id}/thu")
def try_out(
    request: Request, family_id: uuid.UUID, typed: Typed, staff: Staff, db: ReadDb
) -> Response:
    """The form as it is now, with what it would give. Nothing is stored."""
    found = repository.family_by_id(db, family_id)
    require(can_change(staff.actor, found))
    return _shown(request, db, staff.actor, found, typed, status=200)


@router.post("/ho-cau/{family_id}")
def save(
    request: Request, family_id: uuid.UUID, typed: Typed, staff: Staff, db: Db, now: Now
) -> Response:
    found = repository.family_by_id(db, family_id)
    require(can_change(staff.actor, found))
    try:
        before = repository.template_of(repository.newest_version(db, found))
        service.change(db, staff.actor, found, template_from(typed, before), now=now)
    except Invalid as error:
        return _shown(request, db, staff.actor, found, typed, error=error, status=422)
    return RedirectResponse(f"/ngan-hang/ho-cau/{found.id}", status_code=303)


def _shown(
    request: Request,
    db: Session,
    actor: Actor,
    found: ItemFamily,
    typed: dict[str, str],
    *,
    error: Invalid | None = None,
    status: int,
) -> Response:
    template = None
    try:
        before = repository.template_of(repository.newest_version(db, found))
        template = template_from(typed, before)
        check(template)
    except Invalid as refused:
        error = error or refused
    problems = _problems(request, error) if error else []
    shown = family_page(
        db, actor, found, typed=typed, template=template, problems=problems, seed=_seed(typed)
    )
    return page(request, "bank/family.html", shown, status=status)


def _problems(request: Request, error: Invalid) -> list[dict[str, str]]:
    return problems_for(request, error) or [{"where": "family", "what": str(error)}]


def _seed(typed: dict[str, str]) -> int:
    text = typed.get("so", "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


@router.post("/ho-cau/{family_id}/them")
def add(
    request: Request,
    family_id: uuid.UUID,
    typed: Typed,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
) -> Response:
    """New items from the family as it is saved."""
    found = repository.family_by_id(db, family_id)
    wanted = typed.get("so-cau", "")
    try:
        with db.begin_nested():  # all of the set, or none of it
            made = service.add_instances(
                db,
                staff.actor,
                found,
                count=int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 0,
                seed=_seed(typed),
                to_appraisal=typed.get("di") == "tham-dinh",
                same_school_ok=settings.same_school_reviewers,
                now=now,
            )
    except Invalid as error:
        problems = _problems(request, error)
        shown = family_page(db, staff.actor, found, problems=problems, seed=_seed(typed))
        return page(request, "bank/family.html", shown, status=422)
    return RedirectResponse(
        f"/ngan-hang/ho-cau/{found.id}?them={len(made)}#da-them", status_code=303
    )

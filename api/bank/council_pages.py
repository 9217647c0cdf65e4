"""The council: what waits for a decision, one round in full, assignments and the decision."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid, NotFound
from itembank.people.models import Person
from itembank.permissions import Role, needs_role, require
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.routes.stages import SEAT_ROLES

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from . import council_views as views

router = APIRouter(prefix="/hoi-dong")
Text = Annotated[str, Form()]


@router.get("")
def council(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    require(needs_role(staff.actor, Role.SECRETARY))
    return page(request, "bank/council.html", views.council(db, staff.actor, now=now))


@router.get("/{round_id}")
def round_page(request: Request, round_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    shown = views.round_page(db, staff.actor, rounds.round_by_id(db, round_id), now=now)
    return page(request, "bank/round.html", shown)


@router.post("/{round_id}/phan-cong")
def assign(
    round_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    role: Text,
    reviewer: Annotated[uuid.UUID, Form()],
    seat: Annotated[int | None, Form()] = None,
    reason: Text = "",
) -> Response:
    person = db.get(Person, reviewer)
    if person is None or role not in SEAT_ROLES:
        raise NotFound("Không có người này, hoặc vai trò này; tải lại trang rồi chọn lại.")
    review.assign(
        db,
        staff.actor,
        rounds.round_by_id(db, round_id),
        Role(role),
        person,
        now=now,
        seat=seat,
        reason=reason.strip()[:2000],
    )
    return RedirectResponse(f"/hoi-dong/{round_id}", status_code=303)


@router.post("/{round_id}/quyet-dinh")
def decide(
    request: Request,
    round_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    decision: Text = "",
    reason: Text = "",
) -> Response:
    round_ = rounds.round_by_id(db, round_id)
    try:
        review.decide(db, staff.actor, round_, decision=decision, reason=reason[:20_000], now=now)
    except Invalid as error:
        shown = views.round_page(
            db,
            staff.actor,
            round_,
            now=now,
            typed={"decision": decision, "reason": reason},
            problems=problems_for(request, error),
        )
        return page(request, "bank/round.html", shown, status=422)
    return RedirectResponse("/hoi-dong", status_code=303)

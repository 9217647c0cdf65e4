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
from itembank.review.council import repository as cases
from itembank.review.council import service as council_service
from itembank.review.routes.stages import SEAT_ROLES

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from . import council_case_views as case_views
from . import council_views as views

router = APIRouter(prefix="/hoi-dong")
Text = Annotated[str, Form()]


@router.get("")
def council(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    if not staff.actor.has(Role.COUNCIL_MEMBER):
        require(needs_role(staff.actor, Role.SECRETARY))
    return page(request, "bank/council.html", views.council(db, staff.actor, now=now))


@router.get("/bieu-quyet/{case_id}")
def case_page(request: Request, case_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    case = cases.case_by_id(db, case_id)
    return page(request, "bank/case.html", case_views.case_page(db, staff.actor, case, now=now))


@router.post("/bieu-quyet/{case_id}")
def vote(
    request: Request,
    case_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    choice: Text = "",
    reason: Text = "",
) -> Response:
    case = cases.case_by_id(db, case_id)
    said = {"choice": choice, "reason": reason[:5_000]}
    try:
        council_service.vote(db, staff.actor, case, **said, now=now)
    except Invalid as error:
        told = problems_for(request, error)
        shown = case_views.case_page(db, staff.actor, case, now=now, typed=said, problems=told)
        return page(request, "bank/case.html", shown, status=422)
    return RedirectResponse(f"/hoi-dong/bieu-quyet/{case_id}", status_code=303)


@router.post("/bieu-quyet/{case_id}/kiem-phieu")
def count_votes(case_id: uuid.UUID, staff: Staff, db: Db, now: Now, reason: Text = "") -> Response:
    case = cases.case_by_id(db, case_id)
    council_service.close_vote(db, staff.actor, case, reason=reason[:5_000], now=now)
    return RedirectResponse(f"/hoi-dong/bieu-quyet/{case_id}", status_code=303)


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

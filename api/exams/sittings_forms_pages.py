"""Forms of a sitting: which there are, how the rooms stand, who gets which."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.allocation import grid, repository, rules, service
from delivery.allocation.models import RoomPlan, SittingForm
from delivery.sittings import repository as sittings
from delivery.sittings.models import Candidate, Sitting
from delivery.sittings.rules import can_plan
from itembank.errors import Invalid, KhaothiError, Refused, problem
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.permissions import Actor, require

from ..pages import page, refused_page
from ..web import Db, Now, ReadDb, SignedIn, Staff

router = APIRouter(prefix="/ca-thi/{sitting_id}/ma-de")
Short = Annotated[str, Form(max_length=40)]


@dataclass(frozen=True, slots=True)
class SeatOnPlan:
    """A seat of a room's picture: who sits there, and which form they get."""

    candidate: Candidate | None
    code: str
    shade: int


@dataclass(frozen=True, slots=True)
class RoomPicture:
    room: str
    rows: Sequence[Sequence[SeatOnPlan]]


@dataclass(frozen=True, slots=True)
class FormsPage:
    sitting: Sitting
    forms: Sequence[tuple[SittingForm, TestForm, int]]
    choices: Sequence[TestForm]
    rooms: Sequence[tuple[str, int, RoomPlan | None]]
    pictures: Sequence[RoomPicture]
    n_assigned: int
    may_arrange: bool


def forms_page(db: Session, actor: Actor, sitting: Sitting) -> FormsPage:
    given = repository.assignments(db, sitting.id)
    counts = Counter(row.form_id for row in given.values())
    there = repository.forms_of(db, sitting.id)
    taken = {one.form_id for one in there}
    plans = repository.plans(db, sitting.id)
    codes = {one.form_id: one.code for one in there}
    got = {candidate: codes.get(row.form_id, "?") for candidate, row in given.items()}
    people = sittings.candidates(db, sitting.id)
    return FormsPage(
        sitting=sitting,
        forms=[(one, forms.form_of(db, one.form_id), counts[one.form_id]) for one in there],
        choices=[form for form in forms.frozen_forms(db, actor) if form.id not in taken],
        rooms=[(r.room, r.n_candidates, plans.get(r.room)) for r in sittings.rooms(db, sitting.id)],
        pictures=[_picture(plan, people, got, sorted(codes.values())) for plan in plans.values()],
        n_assigned=len(given),
        may_arrange=bool(rules.can_arrange(actor, sitting)),
    )


def _picture(
    plan: RoomPlan, people: Sequence[Candidate], got: dict[uuid.UUID, str], codes: list[str]
) -> RoomPicture:
    shape = grid.Plan(plan.rows, plan.columns, plan.is_snake)
    sat = {
        shape.place_of(int(one.seat)): one
        for one in people
        if one.room == plan.room and one.seat.isdecimal()
    }
    return RoomPicture(
        plan.room,
        [
            [_seat(sat.get((row, column)), got, codes) for column in range(plan.columns)]
            for row in range(plan.rows)
        ],
    )


def _seat(one: Candidate | None, got: dict[uuid.UUID, str], codes: list[str]) -> SeatOnPlan:
    code = got.get(one.id, "") if one else ""
    return SeatOnPlan(one, code, codes.index(code) % 8 if code in codes else 0)


@router.get("")
def show(request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    model = forms_page(db, staff.actor, _planned(db, staff, sitting_id))
    return page(request, "exams/sitting_forms.html", model, problems=[], message="")


@router.post("/them")
def add(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    form: Short = "", code: Short = "", reserve: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    sitting = _planned(db, staff, sitting_id)
    try:
        chosen = _form(db, form)
        service.add_form(
            db, staff.actor, sitting, chosen, code=code.strip(), is_reserve=reserve, now=now
        )
    except (Invalid, Refused) as error:
        return _again(request, db, staff, sitting, error)
    return _back(sitting_id)


@router.post("/so-do")
def lay_out(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    room: Short = "", rows: Annotated[int, Form()] = 0, columns: Annotated[int, Form()] = 0,
    snake: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    sitting = _planned(db, staff, sitting_id)
    plan = grid.Plan(rows, columns, snake)
    try:
        service.lay_out(db, staff.actor, sitting, room[:20], plan, now=now)
    except (Invalid, Refused) as error:
        return _again(request, db, staff, sitting, error)
    return _back(sitting_id)


@router.post("/chia")
def assign(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now, cach: Short = ""
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    try:
        if cach == "vong":
            service.assign_by_spiral(db, staff.actor, sitting, now=now)
        else:
            seed = len(repository.assignments(db, sitting.id)) + sitting.id.int % 1_000_003
            service.assign_by_seat(db, staff.actor, sitting, seed=seed, now=now)
    except (Invalid, Refused) as error:
        return _again(request, db, staff, sitting, error)
    return _back(sitting_id)


def _form(db: Session, given: str) -> TestForm:
    try:
        found = db.get(TestForm, uuid.UUID(given))
    except ValueError:
        found = None
    if found is None:
        what = problem("form", "Chọn một đề đã chốt.")
        raise Invalid("Chưa thêm được mã đề.", problems=[what])
    return found


def _planned(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_plan(staff.actor, sitting.unit_id))
    return sitting


def _again(
    request: Request, db: Session, staff: SignedIn, sitting: Sitting, error: KhaothiError
) -> Response:
    model = forms_page(db, staff.actor, sitting)
    return refused_page(request, "exams/sitting_forms.html", model, error, message=error.message)


def _back(sitting_id: uuid.UUID) -> RedirectResponse:
    return RedirectResponse(f"/ca-thi/{sitting_id}/ma-de", status_code=303)

"""Verbs about the forms of a sitting: which there are, how rooms are laid out, who gets which."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from delivery.attempts import repository as attempts
from delivery.attempts.reasons import checked_reason
from delivery.sittings.models import Candidate, Sitting
from itembank import audit
from itembank.errors import Invalid, Problem, msg, problem
from itembank.forms.models import TestForm
from itembank.forms.states import FROZEN
from itembank.permissions import Actor, require

from . import grid, repository, rules
from .models import FormAssignment, RoomPlan, SittingForm

NEIGHBOURS, SPIRAL, RESERVE = "neighbours", "spiral", "reserve"
MOST_FORMS = 48
MOST_SEATS_A_SIDE = 30


def add_form(
    db: Session, actor: Actor, sitting: Sitting, form: TestForm, *,
    code: str, is_reserve: bool = False, now: datetime,
) -> SittingForm:  # fmt: skip
    """One more form (mã đề) for the sitting; the one it was planned with has to be added too."""
    attempts.lock_sitting(db, sitting.id, shared=False)
    require(rules.can_arrange(actor, sitting))
    there = repository.forms_of(db, sitting.id)
    if problems := list(_form_problems(sitting, form, code, there)):
        raise Invalid("Chưa thêm được mã đề.", code="form_invalid", problems=problems)
    made = SittingForm(sitting_id=sitting.id, form_id=form.id, code=code, is_reserve=is_reserve)
    db.add(made)
    db.flush()
    after = {"form": form.code, "code": code, "reserve": is_reserve}
    audit.record(db, actor, "sitting.form_added", "sitting", sitting.id, now=now, after=after)
    return made


def _form_problems(
    sitting: Sitting, form: TestForm, code: str, there: Sequence[SittingForm]
) -> Iterable[Problem]:
    if form.state != FROZEN:
        yield problem("form", "Chỉ tổ chức thi được với đề đã chốt; chốt đề trước.")
    if any(one.form_id == form.id for one in there):
        yield problem("form", "Đề này đã có trong ca thi.")
    if not (code.isascii() and code.isalnum() and len(code) <= 10):
        yield problem("code", "Mã đề gồm chữ và số, nhiều nhất 10 kí tự.")
    if any(one.code == code for one in there):
        yield problem("code", "Mã đề này đã dùng trong ca thi.")
    if len(there) >= MOST_FORMS:
        yield problem("form", msg("Một ca thi có nhiều nhất {n} mã đề.", n=MOST_FORMS))


def lay_out(
    db: Session, actor: Actor, sitting: Sitting, room: str, plan: grid.Plan, *, now: datetime
) -> RoomPlan:
    """How the seats of a room stand; a new plan takes the place of the old one."""
    require(rules.can_arrange(actor, sitting))
    if not (1 <= plan.rows <= MOST_SEATS_A_SIDE and 1 <= plan.columns <= MOST_SEATS_A_SIDE):
        what = msg("Số hàng và số cột từ 1 đến {n}.", n=MOST_SEATS_A_SIDE)
        raise Invalid("Chưa ghi được sơ đồ phòng.", problems=[problem("rows", what)])
    held = repository.plans(db, sitting.id).get(room)
    made = RoomPlan(
        sitting_id=sitting.id, room=room, number=held.number + 1 if held else 1,
        rows=plan.rows, columns=plan.columns, is_snake=plan.is_snake, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"room": room, "rows": plan.rows, "columns": plan.columns}
    audit.record(db, actor, "room.laid_out", "sitting", sitting.id, now=now, after=after)
    return made


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who gets which form, and where neighbours could not be kept apart."""

    given: tuple[FormAssignment, ...]
    shared: tuple[tuple[str, str], ...]  # pairs of candidates' numbers


def assign_by_seat(
    db: Session, actor: Actor, sitting: Sitting, *, seed: int, now: datetime
) -> Allocation:
    """Neighbours get different forms wherever four are to be had. Those at work keep theirs."""
    forms, waiting = _to_assign(db, actor, sitting)
    plans = {room: _plan_of(row) for room, row in repository.plans(db, sitting.id).items()}
    places = _places(waiting, plans)
    rng, shared = random.Random(seed), []
    given: dict[uuid.UUID, uuid.UUID] = {}
    by_room = sorted(waiting, key=lambda c: c.room)
    for _, people in groupby(by_room, key=lambda c: c.room):
        sat = {places[c.id]: c for c in people}
        drawn = grid.spread(list(sat), forms, rng)
        given |= {sat[place].id: form for place, form in drawn.items()}
        pairs = grid.shared_by_neighbours(drawn)
        shared += [(sat[one].number, sat[other].number) for one, other in pairs]
    made = _assigned(db, actor, sitting, given, NEIGHBOURS, "", now)
    return Allocation(made, tuple(shared))


def assign_by_spiral(
    db: Session, actor: Actor, sitting: Sitting, *, start: int = 0, now: datetime
) -> Allocation:
    """Booklets in turn, by room and number: counts differ by one at most."""
    forms, waiting = _to_assign(db, actor, sitting)
    ordered = sorted(waiting, key=lambda c: (c.room, c.number))
    turn = grid.spiral(len(ordered), forms, start)
    given = {candidate.id: form for candidate, form in zip(ordered, turn, strict=True)}
    return Allocation(_assigned(db, actor, sitting, given, SPIRAL, "", now), ())


def switch_to_reserve(
    db: Session, actor: Actor, sitting: Sitting, *, reason: str, now: datetime
) -> Allocation:
    """Everybody who has not started gets a reserve form: another one may be known outside."""
    attempts.lock_sitting(db, sitting.id, shared=False)
    require(rules.can_switch_to_reserve(actor, sitting))
    spare = [f.form_id for f in repository.forms_of(db, sitting.id) if f.is_reserve]
    if not spare:
        raise Invalid("Ca thi không có đề dự phòng.", code="no_reserve_form")
    waiting = sorted(repository.not_started(db, sitting.id), key=lambda c: (c.room, c.number))
    turn = grid.spiral(len(waiting), spare)
    given = {candidate.id: form for candidate, form in zip(waiting, turn, strict=True)}
    made = _assigned(db, actor, sitting, given, RESERVE, checked_reason(reason), now)
    return Allocation(made, ())


def _to_assign(
    db: Session, actor: Actor, sitting: Sitting
) -> tuple[list[uuid.UUID], Sequence[Candidate]]:
    attempts.lock_sitting(db, sitting.id, shared=False)
    require(rules.can_arrange(actor, sitting))
    forms = [f.form_id for f in repository.forms_of(db, sitting.id) if not f.is_reserve]
    if not forms:
        raise Invalid("Ca thi chưa có mã đề nào; thêm mã đề trước.", code="no_forms")
    return forms, repository.not_started(db, sitting.id)


def _plan_of(row: RoomPlan) -> grid.Plan:
    return grid.Plan(row.rows, row.columns, row.is_snake)


def _places(
    people: Sequence[Candidate], plans: dict[str, grid.Plan]
) -> dict[uuid.UUID, grid.Place]:
    """Each candidate's place; every seat that cannot be found is told."""
    found: dict[uuid.UUID, grid.Place] = {}
    taken: set[tuple[str, grid.Place]] = set()
    problems = []
    for one in people:
        plan = plans.get(one.room)
        place = plan.place_of(int(one.seat)) if plan and one.seat.isdecimal() else None
        if place is None or (one.room, place) in taken:
            problems.append(_unplaced(one, plan is not None, place is not None))
            continue
        taken.add((one.room, place))
        found[one.id] = place
    if problems:
        raise Invalid(
            "Chưa chia được mã đề theo chỗ ngồi.", code="seats_unknown", problems=problems[:50]
        )
    return found


def _unplaced(one: Candidate, has_plan: bool, has_place: bool) -> Problem:
    who = msg("Thí sinh {number}", number=one.number)
    if not has_plan:
        return problem(who, msg("Phòng «{room}» chưa có sơ đồ chỗ ngồi.", room=one.room))
    if has_place:
        return problem(who, msg("Ghế «{seat}» có hai thí sinh.", seat=one.seat))
    return problem(who, msg("Ghế «{seat}» không có trong sơ đồ phòng.", seat=one.seat))


def _assigned(
    db: Session, actor: Actor, sitting: Sitting, given: dict[uuid.UUID, uuid.UUID],
    way: str, reason: str, now: datetime,
) -> tuple[FormAssignment, ...]:  # fmt: skip
    held = repository.assignments(db, sitting.id)
    made = tuple(
        FormAssignment(
            sitting_id=sitting.id, candidate_id=candidate, form_id=form, way=way, reason=reason,
            number=held[candidate].number + 1 if candidate in held else 1,
            by_id=actor.person_id, at=now,
        )
        for candidate, form in given.items()
    )  # fmt: skip
    db.add_all(made)
    db.flush()
    after = {"way": way, "candidates": len(made)}
    audit.record(
        db, actor, "forms.assigned", "sitting", sitting.id, now=now, after=after,
        reason=reason or None,
    )  # fmt: skip
    return made

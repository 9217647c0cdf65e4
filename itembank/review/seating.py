"""A round on its route: stages entered, passed or skipped, seats filled by those with least to do."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from .. import audit
from ..errors import msg
from ..items import repository as items
from ..items.models import Item
from ..notices.service import tell
from ..people import repository as people
from ..people.models import Person
from ..permissions import ROLE_NAMES, Actor, Role
from . import eligibility, repository, rules
from .models import ReviewAssignment, ReviewAssignmentEnd, ReviewRound, ReviewStageEvent
from .routes import repository as routes
from .routes.stages import Stage


def take_turn(db: Session, round_: ReviewRound) -> Item:
    """The item and its round as they are now; whoever else acts on them waits until commit."""
    item = db.get_one(Item, round_.item_id)
    items.lock(db, item)
    db.refresh(round_)
    return item


def open_round(
    db: Session, item: Item, version_hash: str, *, now: datetime, same_school_ok: bool = False
) -> ReviewRound:
    """A round for this version on the route in force today, at its first stage that has people."""
    route = routes.route_for(db, item, eligibility.day_of(now))
    round_ = ReviewRound(
        version_hash=version_hash,
        item_id=item.id,
        route_id=route.id,
        stage=1,
        same_school_ok=same_school_ok,
        opened_at=now,
    )
    db.add(round_)
    db.flush()
    _enter(db, round_, item, now=now)
    return round_


def stage_of(db: Session, round_: ReviewRound) -> Stage:
    return routes.stages_of(db, round_.route_id)[round_.stage - 1]


def is_last_stage(db: Session, round_: ReviewRound) -> bool:
    return round_.stage == len(routes.stages_of(db, round_.route_id))


def advance(db: Session, round_: ReviewRound, item: Item, *, now: datetime) -> None:
    """The stage is passed; the next one begins."""
    _note(db, round_, "passed", now)
    round_.stage += 1
    db.flush()
    _enter(db, round_, item, now=now)
    after = {"stage": stage_of(db, round_).name}
    audit.record(db, None, "review_stage.entered", "item", item.id, now=now, after=after)


def _enter(db: Session, round_: ReviewRound, item: Item, *, now: datetime) -> None:
    while _nobody_for(db, round_, item, now=now):
        _note(db, round_, "skipped", now)
        round_.stage += 1
        db.flush()
    _note(db, round_, "entered", now)
    fill_seats(db, round_, item, now=now)


def _nobody_for(db: Session, round_: ReviewRound, item: Item, *, now: datetime) -> bool:
    matter = eligibility.matter_of(db, round_, item, now=now)
    if not matter.stage.skip_if_nobody:
        return False
    return not any(eligibility.able(db, matter, Role(role)) for role in matter.stage.roles)


def _note(db: Session, round_: ReviewRound, kind: str, now: datetime) -> None:
    db.add(ReviewStageEvent(round_id=round_.id, stage=round_.stage, kind=kind, at=now))
    db.flush()


def fill_seats(db: Session, round_: ReviewRound, item: Item, *, now: datetime) -> None:
    """Somebody for every empty seat of the stage; where nobody can, the secretaries are told."""
    taken = {task.assignment.seat for task in repository.tasks_of_stage(db, round_)}
    for seat, role in enumerate(stage_of(db, round_).roles, start=1):
        if seat not in taken:
            _seat_somebody(db, round_, item, seat, Role(role), now=now)


def _seat_somebody(
    db: Session, round_: ReviewRound, item: Item, seat: int, role: Role, *, now: datetime
) -> None:
    matter = eligibility.matter_of(db, round_, item, now=now)
    were = repository.ever_seated(db, round_.id)  # who left is not asked again by itself
    found = [person for person in eligibility.able(db, matter, role) if person.id not in were]
    if found:
        place(db, None, round_, item, seat, role, found[0], now=now)
        return
    message = msg(
        "Câu {code} chưa có người cho vai trò «{role}».", code=item.code, role=ROLE_NAMES[role]
    )
    for person in secretaries(db, item):
        tell(db, person.id, "reviewer_missing", message, f"/hoi-dong/{round_.id}", now=now)


def secretaries(db: Session, item: Item) -> list[Person]:
    writers = repository.writers_of(db, item)
    return [
        person
        for person in people.people_with_role(db, Role.SECRETARY, item.subject)
        if rules.can_manage(people.load_actor(db, person), item, writers)
    ]


def place(
    db: Session,
    actor: Actor | None,
    round_: ReviewRound,
    item: Item,
    seat: int,
    role: Role,
    reviewer: Person,
    *,
    now: datetime,
    before: uuid.UUID | None = None,
) -> ReviewAssignment:
    """Seat this person: a new turn of the seat."""
    assignment = ReviewAssignment(
        round_id=round_.id,
        stage=round_.stage,
        seat=seat,
        turn=_turns(db, round_, seat) + 1,
        role=role,
        reviewer_id=reviewer.id,
        assigned_by=actor.person_id if actor else None,
        assigned_at=now,
        due_at=now + timedelta(days=stage_of(db, round_).days),
    )
    db.add(assignment)
    db.flush()
    message = msg("Câu {code} chờ bạn thẩm định.", code=item.code)
    tell(db, reviewer.id, "to_review", message, f"/tham-dinh/{assignment.id}", now=now)
    audit.record(
        db,
        actor,
        "review.assigned",
        "item",
        item.id,
        now=now,
        before={"role": role, "reviewer": str(before)} if before else None,
        after={"role": role, "reviewer": str(reviewer.id)},
    )
    return assignment


def _turns(db: Session, round_: ReviewRound, seat: int) -> int:
    seatings = repository.seatings_of_round(db, round_.id)
    here = (round_.stage, seat)
    return sum((t.assignment.stage, t.assignment.seat) == here for t in seatings)


def leave(
    db: Session,
    actor: Actor | None,
    assignment: ReviewAssignment,
    *,
    how: str,
    reason: str,
    now: datetime,
) -> ReviewAssignmentEnd:
    """The seat is free again; who held it, and why no longer, stays on record."""
    end = ReviewAssignmentEnd(
        assignment_id=assignment.id,
        how=how,
        reason=reason,
        ended_by=actor.person_id if actor else None,
        at=now,
    )
    db.add(end)
    db.flush()
    return end

"""A province with a council, and an item on its way through appraisal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from itembank.items.models import Item
from itembank.people import service as people
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.checklists import checklist_for
from itembank.review.models import ReviewAssignment, ReviewRound
from tests.factories.bank import Province, make_draft, make_province

ALL_MET = {criterion.code: "dat" for criterion in checklist_for("choice")}
MEMBERS = ("member1", "member2", "member3", "member4")


def make_council_province(db: Session, *, now: datetime, group_lead: bool = False) -> Province:
    """`make_province` with four council members of the department; a group lead where asked."""
    province = make_province(db, now=now)
    homes = dict.fromkeys(MEMBERS, province.department) | {"schoolmate": province.school}
    for name, home in homes.items():
        _add(db, province, name, home, Role.COUNCIL_MEMBER, province.department, now)
    if group_lead:
        _add(db, province, "lead", province.school, Role.GROUP_LEAD, province.school, now)
    return province


def _add(db, province, name, home, role, at, now) -> None:  # type: ignore[no-untyped-def]
    person = people.create_person(
        db,
        None,
        unit=home,
        username=name,
        full_name=f"Người {name}",
        password_hash=None,
        now=now,
    )
    people.grant_role(db, None, person, role, at, now=now)
    province.people[name] = person


def submitted(db: Session, province: Province, *, now: datetime) -> tuple[Item, ReviewRound]:
    author = province.actor(db, "author")
    item = make_draft(db, author, now=now)
    service.submit(db, author, item, now=now)
    round_ = repository.open_round(db, item)
    assert round_ is not None
    return item, round_


def seat_of(db: Session, round_: ReviewRound, role: str) -> ReviewAssignment:
    tasks = repository.tasks_of_round(db, round_.id)
    return next(t.assignment for t in tasks if t.assignment.role == role)


def name_of(province: Province, person_id: object) -> str:
    return next(name for name, person in province.people.items() if person.id == person_id)


def speak(
    db: Session,
    province: Province,
    round_: ReviewRound,
    role: str,
    verdict: str = "accept",
    *,
    now: datetime,
) -> None:
    """Whoever sits in this role gives this verdict, with a reason."""
    seat = seat_of(db, round_, role)
    actor = province.actor(db, name_of(province, seat.reviewer_id))
    service.give_verdict(
        db, actor, seat, verdict=verdict, checklist=ALL_MET, comment="Lí do.", now=now
    )

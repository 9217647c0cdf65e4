"""Approval as it stands in the tables: two reviewers, their verdicts, a decision. Facts only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from itembank.items.models import Item, ItemVersionEvent
from itembank.people import service as people
from itembank.people.models import Person
from itembank.permissions import Role
from itembank.review.models import ReviewAssignment, ReviewDecision, ReviewRound, ReviewVerdict
from itembank.review.routes.models import DEFAULT_ROUTE

ROLES = (Role.APPRAISER, Role.COUNTER_REVIEWER)


def record_approval(db: Session, item: Item, version_hash: str, *, now: datetime) -> None:
    """The version is approved by a council that this database gets once."""
    *reviewers, secretary = _bench(db, now)
    round_ = ReviewRound(
        version_hash=version_hash,
        item_id=item.id,
        route_id=DEFAULT_ROUTE,
        stage=2,
        opened_at=now,
    )
    db.add(round_)
    db.flush()
    for seat, (role, person) in enumerate(zip(ROLES, reviewers, strict=True), start=1):
        _verdict(db, round_, seat, role, person, now)
    db.add(ReviewDecision(round_id=round_.id, decision="approve", decided_by=secretary.id, at=now))
    db.flush()
    db.add(
        ItemVersionEvent(version_hash=version_hash, kind="approved", actor_id=secretary.id, at=now)
    )
    round_.closed_at, round_.outcome = now, "approved"
    db.flush()


def _verdict(
    db: Session, round_: ReviewRound, seat: int, role: Role, person: Person, now: datetime
) -> None:
    seated = ReviewAssignment(
        round_id=round_.id,
        stage=2,
        seat=seat,
        turn=1,
        role=role,
        reviewer_id=person.id,
        assigned_at=now,
    )
    db.add(seated)
    db.flush()
    given = {"verdict": "accept", "checklist": {}, "comment": ""}
    db.add(ReviewVerdict(assignment_id=seated.id, at=now, **given))
    db.flush()


def _bench(db: Session, now: datetime) -> list[Person]:
    """Two reviewers and a secretary in a unit of their own."""
    names = ("ban-tham-dinh", "ban-phan-bien", "ban-thu-ki")
    found = {p.username: p for p in db.scalars(select(Person).where(Person.username.in_(names)))}
    if not found:
        unit = people.create_unit(db, code="BAN-TD", name="Ban thẩm định", kind="so")
        for name, role in zip(names, (*ROLES, Role.SECRETARY), strict=True):
            found[name] = people.create_person(
                db,
                None,
                unit=unit,
                username=name,
                full_name=f"Người {name}",
                password_hash=None,
                now=now,
            )
            people.grant_role(db, None, found[name], role, unit, now=now)
            found[name].is_active = False  # on record, but nobody's colleague in a test
    return [found[name] for name in names]

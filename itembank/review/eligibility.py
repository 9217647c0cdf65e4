"""Who could sit, asked of the records: the rules with what they need to know."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, timezone

from sqlalchemy.orm import Session

from ..items.models import Item
from ..people import repository as people
from ..people.models import Person
from ..people.register import repository as register
from ..permissions import Actor, Decision, Role
from . import repository, rules
from .models import ReviewRound
from .routes import repository as routes
from .rules import Matter, Records

VIETNAM = timezone(timedelta(hours=7))


def day_of(now: datetime) -> date:
    """The calendar day in Viet Nam, on which terms and conflicts are judged."""
    return now.astimezone(VIETNAM).date()


def matter_of(db: Session, round_: ReviewRound, item: Item, *, now: datetime) -> Matter:
    stages = routes.stages_of(db, round_.route_id)
    writers = repository.writers_of(db, item)
    return Matter(
        item=item,
        writers=writers,
        families=register.relatives_of(db, writers, on=day_of(now)),
        stage=stages[round_.stage - 1],
        same_school_ok=round_.same_school_ok,
        seated=repository.barred_from(db, round_.id),
        on=day_of(now),
    )


def may_decide(
    db: Session, actor: Actor, item: Item, reviewers: Collection[uuid.UUID], *, now: datetime
) -> Decision:
    writers = repository.writers_of(db, item)
    families = register.relatives_of(db, writers, on=day_of(now))
    return rules.can_decide(actor, item, reviewers, writers, families)


def records_of(db: Session, people_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Records]:
    conflicts = register.conflicts_of(db, people_ids)
    appointments = register.appointments_of(db, people_ids)
    return {
        person_id: Records(
            tuple(c for c in conflicts if c.person_id == person_id),
            tuple(a for a in appointments if a.person_id == person_id),
        )
        for person_id in people_ids
    }


def may_sit(db: Session, person: Actor, matter: Matter, role: Role) -> Decision:
    known = records_of(db, [person.person_id])[person.person_id]
    return rules.can_review(person, matter, role, known)


def may_judge(db: Session, person: Actor, matter: Matter, role: Role) -> Decision:
    known = records_of(db, [person.person_id])[person.person_id]
    return rules.can_judge(person, matter, role, known)


def able(db: Session, matter: Matter, role: Role) -> list[Person]:
    """Those who may take a seat of this role, the least burdened first."""
    answers = answers_for(db, matter, role)
    load = repository.workload(db)
    found = [person for person, answer in answers if answer]
    return sorted(found, key=lambda p: (load.get(p.id, 0), p.full_name))


def answers_for(db: Session, matter: Matter, role: Role) -> list[tuple[Person, Decision]]:
    """Everybody who holds the role for the subject, with whether they may sit, or why not."""
    holders = people.people_with_role(db, role, matter.item.subject)
    known = records_of(db, [person.id for person in holders])
    return [
        (person, rules.can_review(people.load_actor(db, person), matter, role, known[person.id]))
        for person in holders
    ]

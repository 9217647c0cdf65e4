"""A province with teachers, reviewers and a secretary; items ready to be submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.items import repository, service
from itembank.items.content import Choice, ItemContent, Option
from itembank.items.models import Item
from itembank.people import repository as people
from itembank.people import service as people_service
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role


@dataclass
class Province:
    department: Unit
    school: Unit
    other_school: Unit
    third_school: Unit
    people: dict[str, Person]

    def actor(self, db: Session, name: str) -> Actor:
        return people.load_actor(db, self.people[name])


CAST = (
    ("author", "school", Role.TEACHER, "school"),
    ("colleague", "school", Role.APPRAISER, "department"),
    ("appraiser", "other_school", Role.APPRAISER, "department"),
    ("counter", "third_school", Role.COUNTER_REVIEWER, "department"),
    ("both", "other_school", Role.COUNTER_REVIEWER, "department"),
    ("secretary", "department", Role.SECRETARY, "department"),
    ("stranger", "third_school", Role.TEACHER, "third_school"),
    ("officer", "department", Role.EXAM_OFFICER, "department"),
)


def make_province(db: Session, *, now: datetime) -> Province:
    department = people_service.create_unit(db, code="SO", name="Sở GDĐT", kind="so")
    units = {"department": department}
    for key in ("school", "other_school", "third_school"):
        units[key] = people_service.create_unit(
            db, code=key.upper(), name=f"THPT {key}", kind="truong", admin_parent=department
        )
    province = Province(department, *(units[k] for k in list(units)[1:]), people={})
    for name, home, role, at in CAST:
        person = people_service.create_person(
            db,
            None,
            unit=units[home],
            username=name,
            full_name=f"Người {name}",
            password_hash=None,
            now=now,
        )
        people_service.grant_role(db, None, person, role, units[at], now=now)
        province.people[name] = person
    both = province.people["both"]
    people_service.grant_role(db, None, both, Role.APPRAISER, department, now=now)
    return province


def complete_choice(stem: str = "<p>Tính 1 + 1.</p>", **changes: object) -> ItemContent:
    options = tuple(
        Option(id=name, body=f"<p>{value}</p>", rationale=f"Vì {value}")
        for name, value in zip("ABCD", (2, 3, 4, 5), strict=True)
    )
    return ItemContent.model_validate(
        {
            "kind": "choice",
            "subject": "toan",
            "grade": 12,
            "topic": "toan.12.dao-ham",
            "outcome": "toan.12.dao-ham.1",
            "level": "biet",
            "stem": stem,
            "interaction": Choice(options=options, key="A").model_dump(),
            **changes,
        }
    )


def make_draft(
    db: Session, author: Actor, *, now: datetime, content: ItemContent | None = None
) -> Item:
    """An item whose draft is complete."""
    wanted = content or complete_choice()
    item = service.create_item(
        db, author, kind=wanted.kind, subject=wanted.subject, grade=wanted.grade, now=now
    )
    draft = repository.draft_of(db, item)
    assert draft is not None
    service.save_draft(db, author, item, wanted, expected_revision=draft.revision, now=now)
    return item

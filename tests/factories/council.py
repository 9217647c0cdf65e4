"""A department with two schools: an author in one, reviewers and a secretary elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.auth import passwords
from itembank.items import service as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.people import repository as people_repository
from itembank.people import service as people
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role
from itembank.review import service as review

PASSWORD = "mot cau de nho"
_HASH = passwords.hash_password(PASSWORD)


@dataclass(frozen=True)
class Council:
    """Everyone signs in with PASSWORD under the name of their field here."""

    author: Person
    colleague: Person
    appraiser: Person
    counter: Person
    secretary: Person
    officer: Person

    def actor(self, db: Session, who: str) -> Actor:
        return people_repository.load_actor(db, getattr(self, who))


def make_council(db: Session, now: datetime) -> Council:
    department = people.create_unit(db, code="SO-T", name="Sở Thử", kind="so")
    first, second = (
        people.create_unit(
            db, code=code, name=f"Trường {code}", kind="truong", admin_parent=department
        )
        for code in ("THPT-MOT", "THPT-HAI")
    )

    def person(name: str, full_name: str, unit: Unit, reach: Unit, role: Role) -> Person:
        made = people.create_person(
            db,
            None,
            unit=unit,
            username=name,
            full_name=full_name,
            password_hash=_HASH,
            now=now,
            must_change_password=False,
            subjects=("toan",),
        )
        people.grant_role(db, None, made, role, reach, now=now, subject="toan")
        return made

    return Council(
        author=person("author", "Nguyễn Thu Hà", first, first, Role.TEACHER),
        colleague=person("colleague", "Lê Văn Bình", first, first, Role.TEACHER),
        appraiser=person("appraiser", "Phạm Quốc Bảo", second, department, Role.APPRAISER),
        counter=person("counter", "Đỗ Thị Cúc", second, department, Role.COUNTER_REVIEWER),
        secretary=person("secretary", "Vũ Thư Kí", department, department, Role.SECRETARY),
        officer=person("officer", "Đỗ Minh Khuê", department, department, Role.EXAM_OFFICER),
    )


def make_draft(db: Session, council: Council, content: ItemContent, *, now: datetime) -> Item:
    author = council.actor(db, "author")
    item = items.create_item(
        db,
        author,
        kind=content.kind,
        subject=content.subject,
        grade=content.grade,
        topic=content.topic,
        now=now,
    )
    items.save_draft(db, author, item, content, expected_revision=1, now=now)
    return item


def make_submitted(db: Session, council: Council, content: ItemContent, *, now: datetime) -> Item:
    item = make_draft(db, council, content, now=now)
    review.submit(db, council.actor(db, "author"), item, now=now)
    return item

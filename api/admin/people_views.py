"""What the page of all people shows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.people import repository
from itembank.people.models import Person
from itembank.people.register import repository as register
from itembank.people.register.states import Term, validity
from itembank.people.rules import administered
from itembank.people.search import PeopleFilter, people_in
from itembank.permissions import ROLE_NAMES, Actor, Role

PEOPLE_A_PAGE = 50
STATES: dict[str, str] = {
    "active": "Đang dùng",
    "waiting": "Chờ đổi mật khẩu",
    "locked": "Đã khoá",
}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with its first password, shown once."""

    full_name: str
    username: str
    unit: str
    password: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: uuid.UUID
    full_name: str
    username: str
    unit: str
    roles: list[str]
    subjects: list[str]
    state: str
    has_conflict: bool
    expiring: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    people: list[PersonRow]
    total: int
    units: int
    filter: PeopleFilter
    roles: dict[Role, str]
    subjects: dict[str, str]
    states: dict[str, str]
    number: int
    pages: int
    query: str  # of the filter, for links to other pages


def people_page(
    db: Session, actor: Actor, wanted: PeopleFilter, *, number: int, today: date
) -> PeoplePage:
    units = administered(actor)
    found = people_in(db, units, wanted)
    pages = max(1, -(-len(found) // PEOPLE_A_PAGE))
    number = min(max(1, number), pages)
    shown = found[(number - 1) * PEOPLE_A_PAGE : number * PEOPLE_A_PAGE]
    return PeoplePage(
        people=_rows(db, [row.id for row in shown], {r.id: r.unit for r in shown}, today),
        total=len(found),
        units=len(units),
        filter=wanted,
        roles=ROLE_NAMES,
        subjects=SUBJECTS,
        states=STATES,
        number=number,
        pages=pages,
        query=urlencode({
            "q": wanted.words, "don_vi": wanted.unit, "vai_tro": wanted.role,
            "mon": wanted.subject, "trang_thai": wanted.state,
        }),
    )  # fmt: skip


def _rows(
    db: Session, ids: list[uuid.UUID], units: dict[uuid.UUID, str], today: date
) -> list[PersonRow]:
    people = repository.people_by_id(db, ids)
    roles = _roles(db, ids)
    conflicts = register.people_in_conflict(db, ids, subject=None, grade=None, on=today)
    expiring = _expiring(db, ids, today)
    return [
        PersonRow(
            id=person.id,
            full_name=person.full_name,
            username=person.username,
            unit=units[person.id],
            roles=roles.get(person.id, []),
            subjects=[SUBJECTS.get(code, code) for code in person.subjects.split(",") if code],
            state=state_of(person),
            has_conflict=person.id in conflicts,
            expiring=expiring.get(person.id, 0),
        )
        for person in (people[i] for i in ids)
    ]


def state_of(person: Person) -> str:
    if not person.is_active:
        return "locked"
    return "waiting" if person.must_change_password else "active"


def _roles(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for grant in repository.active_grants_of(db, ids):
        name = ROLE_NAMES[Role(grant.role)]
        if name not in found.setdefault(grant.person_id, []):
            found[grant.person_id].append(name)
    return found


def _expiring(db: Session, ids: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, int]:
    """How many certificates of each person have expired or are about to."""
    found: dict[uuid.UUID, int] = {}
    for row, end in register.certificates_of(db, ids):
        term = Term(row.issued_on, row.valid_until, end.ended_on if end else None)
        if validity(term, today) in ("soon", "expired"):
            found[row.person_id] = found.get(row.person_id, 0) + 1
    return found

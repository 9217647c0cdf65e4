"""A centre with a planned sitting, its packages, and the box that receives them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.auth import passwords
from delivery.packages.build import Built
from delivery.packages.keys import CentreKeys, new_centre_keys
from delivery.sites import service
from delivery.sites.box_service import Opener
from delivery.sites.exam_mode import Box
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms
from itembank.people.models import Unit
from itembank.permissions import Actor, Role
from tests.factories.attempts import CODE, CODE_HASH
from tests.factories.forms import make_actor, make_frozen_form, make_person, make_unit

BUILD = "b" * 64
SQLITE_BOX = Box(BUILD, "sqlite", {"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"})
CENTRE = new_centre_keys()


@dataclass(frozen=True)
class Centre:
    """Ids only: the rows live in whichever copy of the database a test opens."""

    sitting_id: uuid.UUID
    officer: Actor
    second_officer: Actor
    numbers: tuple[str, ...]
    form_items: tuple[uuid.UUID, ...]


def make_centre(
    db: Session, *, now: datetime, candidates: int = 3, form_id: uuid.UUID | None = None
) -> Centre:
    unit = make_unit(db, "THPT-A", "truong")
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, now=now)
    second = make_actor(db, unit, "phochu", Role.EXAM_OFFICER, now=now)
    for name in ("giamthi1", "giamthi2"):
        make_person(db, unit, name, Role.INVIGILATOR, now=now)
    form_id = form_id or make_frozen_form(db, officer, author, now=now).id
    sitting = Sitting(
        title="Kiểm tra cuối kì", form_id=form_id, unit_id=unit.id, starts_at=now, minutes=90,
        state="planned", created_at=now, created_by=officer.person_id,
    )  # fmt: skip
    db.add(sitting)
    db.flush()
    numbers = tuple(f"0300{n:04d}" for n in range(1, candidates + 1))
    db.add_all(_candidate(sitting, number, now) for number in numbers)
    db.flush()
    places = tuple(place.id for place in forms.form_items(db, form_id))
    return Centre(sitting.id, officer, second, numbers, places)


def _candidate(sitting: Sitting, number: str, now: datetime) -> Candidate:
    return Candidate(
        sitting_id=sitting.id, number=number, full_name=f"Thí sinh {number}",
        date_of_birth=date(2008, 5, 17), school="THPT A", room="01", seat=number[-2:],
        code_hash=CODE_HASH, code_issued_at=now,
    )  # fmt: skip


def make_package(
    db: Session, centre: Centre, *, now: datetime, keys: CentreKeys = CENTRE, software: str = BUILD
) -> Built:
    sitting = db.get_one(Sitting, centre.sitting_id)
    unit = db.get_one(Unit, sitting.unit_id)
    found = service.repository.site_by_code(db, unit.code)
    site = found or service.create_site(
        db, centre.officer, unit=unit, code=unit.code, name=unit.name, recipient="", now=now
    )
    return service.build_package(
        db, centre.officer, site=site, sitting=sitting, centre=keys, software=software,
        new_password=passwords.new_code, hash_password=passwords.hash_password, now=now,
    )  # fmt: skip


def openers(built: Built) -> list[Opener]:
    """The two invigilators, as their slips say."""
    return [Opener(slip.username, slip.password) for slip in built.slips[:2]]


__all__ = ["CENTRE", "CODE", "SQLITE_BOX", "Centre", "make_centre", "make_package", "openers"]

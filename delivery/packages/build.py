"""Putting a package together: everything a box needs for one sitting, and nothing that scores it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.readiness.listening import sitting_has_listening
from delivery.readiness.repository import rooms_of
from delivery.readiness.told_rooms import told
from delivery.sittings.models import Candidate, Sitting
from itembank.db import Base, new_id
from itembank.people.models import Person, Unit
from itembank.permissions import Role

from . import keys
from .bundle import Bundle, pack
from .envelope import PACKAGE, wrap
from .fact_tables import PLAN, rows_of_sitting
from .keys import CentreKeys
from .paper import CENTRE_PERSON, Paper
from .release_code import new_code
from .repository import forms_of
from .rows import Row, row_out


@dataclass(frozen=True, slots=True)
class StaffSlip:
    """How one invigilator signs in at the box. In the clear only until it is printed."""

    full_name: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a package is made of besides the database."""

    site_code: str
    site_name: str
    recipient: str  # of the box, or empty
    number: int
    build: str
    opens_at: datetime
    centre_address: str
    new_password: Callable[[], str]
    hash_password: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Built:
    """A package and the secrets that belong to it; the file itself holds none in the clear."""

    package_id: uuid.UUID
    manifest: dict[str, Any]
    file: bytes
    code: str
    verify_key: str
    slips: tuple[StaffSlip, ...]


def build(
    db: Session,
    sitting: Sitting,
    candidates: Sequence[Candidate],
    staff: Sequence[Person],
    given: Ingredients,
    centre: CentreKeys,
    *,
    now: datetime,
) -> Built:
    """The file. The code and the key that signs results are made here and kept nowhere here."""
    package_id, code, seed = new_id(), new_code(), keys.new_seed()
    slips = tuple(StaffSlip(p.full_name, p.username, given.new_password()) for p in staff)
    hashes = [given.hash_password(slip.password) for slip in slips]
    tables = _accounts(db, sitting, staff, hashes, now) | _papers(db, sitting, now)
    tables |= _plan(db, sitting)
    sealed = keys.sealed_with_code(pack(Bundle(tables, {"signing_seed": seed})), code)
    if given.recipient:
        sealed = keys.sealed_to(given.recipient, sealed)
    manifest = _manifest(package_id, sitting, candidates, staff, given, centre, now)
    manifest |= _for_the_machines(db, sitting)
    file = wrap(PACKAGE, manifest, sealed, keys.signing_key(centre.signing_seed))
    verify_key = keys.verify_key_of(keys.signing_key(seed))
    return Built(package_id, manifest, file, code, verify_key, slips)


def _manifest(
    package_id: uuid.UUID,
    sitting: Sitting,
    candidates: Sequence[Candidate],
    staff: Sequence[Person],
    given: Ingredients,
    centre: CentreKeys,
    now: datetime,
) -> dict[str, Any]:
    """What anybody who holds the file may read: names of places and counts, no names of people."""
    return {
        "package": str(package_id),
        "number": given.number,
        "site": {"code": given.site_code, "name": given.site_name},
        "sitting": {
            "id": str(sitting.id),
            "title": sitting.title,
            "starts_at": row_out({"at": sitting.starts_at})["at"],
            "minutes": sitting.minutes,
        },
        "opens_at": row_out({"at": given.opens_at})["at"],
        "candidates": len(candidates),
        "rooms": sorted({candidate.room for candidate in candidates}),
        "staff": len(staff),
        "build": given.build,
        "centre": {"recipient": centre.public.recipient, "address": given.centre_address},
        "sealed_to_box": bool(given.recipient),
        "built_at": row_out({"at": now})["at"],
    }


def _for_the_machines(db: Session, sitting: Sitting) -> dict[str, Any]:
    """What a box needs to check its machines before it may open the package."""
    return {
        "machines": told(rooms_of(db, sitting.id)),
        "has_listening": sitting_has_listening(db, sitting),
    }


def _accounts(
    db: Session, sitting: Sitting, staff: Sequence[Person], hashes: Sequence[str], now: datetime
) -> dict[str, list[Row]]:
    """The unit and its invigilators, with passwords of this package alone."""
    unit = db.get_one(Unit, sitting.unit_id)
    people: list[dict[str, Any]] = [
        _person(CENTRE_PERSON, unit, "trung-tam", "Trung tâm", None, now)
    ]
    people += [
        _person(person.id, unit, person.username, person.full_name, hashed, now)
        for person, hashed in zip(staff, hashes, strict=True)
    ]
    grants = [
        {"id": new_id(), "person_id": person.id, "role": Role.INVIGILATOR.value,
         "unit_id": unit.id, "granted_at": now}
        for person in staff
    ]  # fmt: skip
    shown = {"id": unit.id, "code": unit.code, "name": unit.name, "kind": unit.kind}
    return {
        "unit": [row_out(shown)],
        "person": [row_out(person) for person in people],
        "role_grant": [row_out(grant) for grant in grants],
    }


def _person(
    person_id: uuid.UUID, unit: Unit, username: str, name: str, hashed: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "id": person_id, "unit_id": unit.id, "username": username, "full_name": name,
        "password_hash": hashed, "must_change_password": False, "is_active": hashed is not None,
        "subjects": "", "levels": "", "created_at": now,
    }  # fmt: skip


def _papers(db: Session, sitting: Sitting, now: datetime) -> dict[str, list[Row]]:
    paper = Paper(db, now)
    for form in forms_of(db, sitting):
        paper.add_form(form)
    return paper.tables


def _plan(db: Session, sitting: Sitting) -> dict[str, list[Row]]:
    """The sitting, its roster with hashed codes, who sits where with which form."""
    found: dict[str, list[Row]] = {}
    for name in PLAN:
        table = Base.metadata.tables[name]
        rows = db.execute(rows_of_sitting(table, sitting.id)).mappings()
        found[name] = [row_out(dict(row)) for row in rows]
    for row in found["sitting"]:
        row["created_by"] = None
    return found

"""Accounts of a unit: list, import from CSV with a dry run, reset of a password; the settings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import KhaothiError, NotFound
from itembank.people import service as people
from itembank.people import staff_csv
from itembank.people.models import Person
from itembank.permissions import ROLE_NAMES, Role, needs_role, require

from ..auth import passwords
from ..auth import service as auth
from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from . import views

router = APIRouter(prefix="/quan-tri")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """One imported account with its first password, shown once."""

    full_name: str
    username: str
    unit: str
    roles: str
    password: str


@router.get("")
def admin_page(request: Request, staff: Staff, db: ReadDb, settings: Config) -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    return page(request, "admin/home.html", views.admin_page(db, staff.actor, settings))


@router.get("/nhap")
def import_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    return page(request, "admin/import.html", None, problems=[], text="")


@router.post("/nhap")
def check_import(
    request: Request, staff: Staff, db: Db, settings: Config, tep: UploadFile
) -> Response:
    """The dry run: what would be added, or every problem by line."""
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    try:
        raw = tep.file.read(settings.max_import_bytes + 1)
        text = staff_csv.decode(raw, most_bytes=settings.max_import_bytes)
        rows = _read(db, staff, text)
    except KhaothiError as error:
        shown = problems_for(request, error) or [{"where": "tep", "what": str(error)}]
        return page(request, "admin/import.html", None, status=422, problems=shown, text="")
    return page(request, "admin/import.html", rows, problems=[], text=text)


@router.post("/nhap/ghi")
def do_import(
    request: Request, staff: Staff, db: Db, now: Now, text: Annotated[str, Form()]
) -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    made = [_add(db, staff, row, now) for row in _read(db, staff, text)]
    return page(request, "admin/imported.html", made)


def _read(db: Session, staff: SignedIn, text: str) -> list[staff_csv.StaffRow]:
    units = views.unit_codes(db, staff.actor)
    return staff_csv.read(text, units=units.keys(), taken=views.usernames(db))


def _add(db: Session, staff: SignedIn, row: staff_csv.StaffRow, now: Now) -> NewAccount:
    unit = views.unit_codes(db, staff.actor)[row.unit_code]
    first = passwords.new_code()
    person = people.create_person(
        db,
        staff.actor,
        unit=unit,
        username=row.username,
        full_name=row.full_name,
        password_hash=passwords.hash_password(first),
        now=now,
        subjects=row.subjects,
    )
    for role in row.roles:
        for subject in row.subjects or (None,):
            people.grant_role(db, staff.actor, person, role, unit, now=now, subject=subject)
    names = ", ".join(ROLE_NAMES[role] for role in row.roles)
    return NewAccount(row.full_name, row.username, unit.name, names, first)


@router.post("/nguoi/{person_id}/mat-khau")
def reset_password(
    request: Request, person_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    person = _managed(db, staff, person_id)
    first = auth.reset_password(db, staff.actor, person, now=now)
    account = NewAccount(person.full_name, person.username, "", "", first)
    return page(request, "admin/imported.html", [account])


@router.post("/nguoi/{person_id}/khoa")
def switch_active(person_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    person = _managed(db, staff, person_id)
    people.set_active(db, staff.actor, person, not person.is_active, now=now)
    if not person.is_active:
        auth.close_all(db, person, now=now)
    return RedirectResponse("/quan-tri", status_code=303)


def _managed(db: Session, staff: SignedIn, person_id: uuid.UUID) -> Person:
    person = db.get(Person, person_id)
    if person is None or person.unit_id not in views.managed_units(db, staff.actor):
        raise NotFound("Không có người này trong đơn vị bạn quản trị.")
    return person

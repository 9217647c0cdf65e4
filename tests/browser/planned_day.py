"""The demo province with one more sitting, planned and with its codes: what a day starts from."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from api.auth import passwords
from api.db import Database
from api.demo import load
from api.demo.names import roster_csv
from api.web import system_clock
from delivery.sittings import service as sittings
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms
from itembank.people import repository as people
from itembank.permissions import Actor
from tests import demo_province

TITLE = "Thi thử tốt nghiệp THPT, cả ngày"
COUNCIL, MINUTES, SEED = "05", 90, 2026


def plan_day(
    database: Database, size: int, *, openers: int = 1
) -> tuple[uuid.UUID, dict[str, str]]:
    """The sitting, and the access code of every candidate number. Each room has one code."""
    demo_province.fill(database)
    now = system_clock()
    with database.write() as db:
        officer, sitting = _sitting(db, openers)
        everybody = sittings.import_roster(
            db, officer, sitting, roster_csv(size, COUNCIL, np.random.default_rng(SEED)), now=now
        )
        codes: dict[str, str] = {}
        for room in sorted({one.room for one in everybody}):
            codes |= _codes(db, officer, sitting, [one for one in everybody if one.room == room])
        return sitting.id, codes


def _sitting(db: Session, openers: int) -> tuple[Actor, Sitting]:
    now, person = system_clock(), people.person_by_username(db, "totchuc")
    form, unit = forms.form_by_code(db, load.FORM_CODE), people.unit_by_code(db, "SO-HP")
    assert person is not None and form is not None and unit is not None
    officer = people.load_actor(db, person)
    about: dict[str, Any] = {"title": TITLE, "minutes": MINUTES, "openers": openers}
    starts_at = now + timedelta(minutes=1)
    sitting = sittings.create_sitting(
        db, officer, form=form, unit=unit, starts_at=starts_at, now=now, **about
    )
    return officer, sitting


def _codes(db: Session, officer: Actor, sitting: Sitting, some: list[Candidate]) -> dict[str, str]:
    code = passwords.new_code()
    hashed = passwords.hash_code(code)  # slow on purpose: once for a room is enough here
    issued = sittings.issue_codes(
        db, officer, sitting, some, new_code=lambda: code, hash_code=lambda _: hashed,
        now=system_clock(),
    )  # fmt: skip
    return {one.candidate.number: one.code for one in issued}

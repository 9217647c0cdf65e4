"""An open sitting on a small frozen form, with candidates who have codes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.auth import passwords
from delivery.attempts import devices, repository, service
from delivery.attempts.models import Attempt
from delivery.attempts.repository import Held
from delivery.attempts.saves import Change
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms
from itembank.items.content import ItemContent
from itembank.permissions import Actor, Role

from .forms import make_actor, make_frozen_form, make_person, make_unit

CODE = "ACDEF-GHJKM"
CODE_HASH = passwords.hash_code(CODE)
NUMBER = "03001247"


@dataclass(frozen=True)
class Room:
    """One sitting as its people know it."""

    sitting: Sitting
    officer: Actor
    candidate: Candidate
    choice: uuid.UUID
    cluster: uuid.UUID
    short: uuid.UUID


def make_room(
    db: Session, *, now: datetime, state: str = "open", minutes: int = 90,
    contents: list[ItemContent] | None = None,
) -> Room:  # fmt: skip
    unit = make_unit(db, "SO-HP")
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
    form = make_frozen_form(db, officer, author, now=now, contents=contents)
    sitting = Sitting(
        title="Thi thử tốt nghiệp THPT",
        form_id=form.id,
        unit_id=unit.id,
        starts_at=now,
        minutes=minutes,
        state=state,
        created_at=now,
        opened_at=now if state == "open" else None,
    )
    db.add(sitting)
    db.flush()
    choice, cluster, short = (place.id for place in forms.form_items(db, form.id))
    candidate = make_candidate(db, sitting, now=now)
    return Room(sitting, officer, candidate, choice, cluster, short)


def make_candidate(
    db: Session, sitting: Sitting, *, now: datetime, number: str = NUMBER
) -> Candidate:
    candidate = Candidate(
        sitting_id=sitting.id,
        number=number,
        full_name="Nguyễn Thị Minh Anh",
        date_of_birth=date(2008, 5, 17),
        school="THPT Bến Bính",
        room="03",
        seat="07",
        code_hash=CODE_HASH,
        code_issued_at=now,
    )
    db.add(candidate)
    db.flush()
    return candidate


def sign_in_device(db: Session, candidate: Candidate, name: str, *, now: datetime) -> Held:
    """A device that signed in; `name` stands for its token."""
    devices.sign_in(db, candidate, token_hash=name, device=name, now=now)
    return held(db, name)


def held(db: Session, name: str) -> Held:
    found = repository.held_by(db, name)
    assert found is not None
    return found


def start_attempt(db: Session, room: Room, name: str = "may-07", *, now: datetime) -> Held:
    """Signed in on a machine, and working."""
    service.start(db, sign_in_device(db, room.candidate, name, now=now), now=now)
    return held(db, name)


def attempt_of(held: Held) -> Attempt:
    assert held.attempt is not None
    return held.attempt


def answer(seq: int, item: uuid.UUID, value: object, kind: str = "answer") -> Change:
    return Change(seq, kind, item, value, "2026-11-23T06:00:00.000Z")

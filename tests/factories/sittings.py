"""Sittings with a roster, codes that are hashed cheaply."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.sittings import repository, service
from delivery.sittings.models import Candidate, Sitting
from itembank.forms.models import TestForm
from itembank.people.models import Unit
from itembank.permissions import Actor

_serial = itertools.count(1)


def fake_code() -> str:
    return f"MA{next(_serial):08d}"


def fake_hash(code: str) -> str:
    return f"hash:{code}"


def roster_csv(*lines: str, header: str = "so_bao_danh,ho_ten,ngay_sinh,truong,phong,may") -> bytes:
    return "\n".join([header, *lines]).encode()


def numbered_roster(n: int, council: str = "03") -> bytes:
    return roster_csv(
        *(
            f"{council}{i:06d},Thí sinh {i},05/03/2008,THPT A,{(i - 1) // 24 + 1:02d},{(i - 1) % 24 + 1}"
            for i in range(1, n + 1)
        )
    )


def make_sitting(
    db: Session,
    officer: Actor,
    form: TestForm,
    unit: Unit,
    *,
    now: datetime,
    n: int = 3,
    minutes: int = 90,
    opened: bool = False,
) -> tuple[Sitting, Sequence[Candidate]]:
    sitting = service.create_sitting(
        db,
        officer,
        form=form,
        title="Thi thử",
        unit=unit,
        starts_at=now + timedelta(hours=1),
        minutes=minutes,
        late_minutes=None,
        openers=1,
        now=now,
    )
    service.import_roster(db, officer, sitting, numbered_roster(n), now=now)
    people = repository.candidates(db, sitting.id)
    if opened:
        service.issue_codes(
            db, officer, sitting, people, new_code=fake_code, hash_code=fake_hash, now=now
        )
        service.open_sitting(db, officer, sitting, now=now)
    return sitting, people

"""Granting a candidate what the common rules do not give: more time, breaks, larger type, a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings import repository as sittings
from delivery.sittings.models import Accommodation, Candidate, Sitting
from itembank import audit
from itembank.errors import Invalid, Problem, problem
from itembank.permissions import Actor, require

from . import repository, rules
from .acting import act
from .actions import ActionKind
from .clock import extra_seconds
from .models import Attempt
from .reasons import checked_reason


@dataclass(frozen=True, slots=True)
class Granted:
    """What is granted, all of it: it takes the place of what was granted before."""

    extra_percent: int = 0
    break_minutes: int = 0
    font_percent: int = 100
    reader: bool = False

    def problems(self) -> list[Problem]:
        found = []
        if not 0 <= self.extra_percent <= 100:
            found.append(problem("extra_percent", "Thêm giờ từ 0 đến 100 phần trăm."))
        if not 0 <= self.break_minutes <= 120:
            found.append(problem("break_minutes", "Thời gian nghỉ từ 0 đến 120 phút."))
        if not 100 <= self.font_percent <= 300:
            found.append(problem("font_percent", "Cỡ chữ từ 100 đến 300 phần trăm."))
        return found


def accommodate(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, granted: Granted, *,
    reason: str, now: datetime,
) -> Accommodation:  # fmt: skip
    """Grant it; an attempt that runs already gets the difference in time at once."""
    repository.lock_candidate(db, candidate.id)
    found = repository.attempt_of(db, candidate.id)
    attempt = repository.lock_attempt(db, found.id) if found else None
    require(rules.can_prepare(actor, sitting, attempt))
    if problems := granted.problems():
        raise Invalid("Chưa ghi được chế độ của thí sinh.", problems=problems)
    held = sittings.accommodation_of(db, candidate.id)
    number = held.number + 1 if held else 1
    made = _row(actor, candidate, granted, number, checked_reason(reason), now)
    db.add(made)
    db.flush()
    if attempt is not None:
        _give_difference(db, actor, sitting, attempt, made, now)
    audit.record(
        db, actor, "candidate.accommodated", "candidate", candidate.id, now=now,
        after={"extra_percent": granted.extra_percent, "break_minutes": granted.break_minutes,
               "font_percent": granted.font_percent, "reader": granted.reader},
        reason=made.reason,
    )  # fmt: skip
    return made


def _row(
    actor: Actor, candidate: Candidate, granted: Granted, number: int, reason: str, now: datetime
) -> Accommodation:  # fmt: skip
    return Accommodation(
        candidate_id=candidate.id,
        number=number,
        extra_percent=granted.extra_percent,
        break_minutes=granted.break_minutes,
        font_percent=granted.font_percent,
        reader=granted.reader,
        reason=reason,
        by_id=actor.person_id,
        by_name=actor.name,
        at=now,
    )


def _give_difference(
    db: Session, actor: Actor, sitting: Sitting, attempt: Attempt, made: Accommodation,
    now: datetime,
) -> None:  # fmt: skip
    """The deadline never moves back, so the most that was ever granted has been given already."""
    had = sittings.most_extra_time(db, attempt.candidate_id, before=made.number)
    minutes = sitting.minutes
    more = extra_seconds(minutes, made.extra_percent) - extra_seconds(minutes, had)
    if more > 0:
        kind = ActionKind.ACCOMMODATED
        act(db, actor, attempt, kind, seconds=more, reason=made.reason, now=now)

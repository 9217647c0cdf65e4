"""What the secretary sees of minutes: those drawn up, and the form for new ones."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.handover import repository, rules
from itembank.handover.minutes import Matter, Minutes, tally
from itembank.handover.models import AppraisalMinutes
from itembank.people import repository as people
from itembank.permissions import Actor, Role, require
from itembank.review.states import DECISION_NAMES

from ..formats import local, parse_local
from .handover_views import councils_of


@dataclass(frozen=True, slots=True)
class MinutesRow:
    minutes: AppraisalMinutes
    subject: str
    by: str
    n_lines: int


@dataclass(frozen=True, slots=True)
class MinutesListPage:
    rows: list[MinutesRow]
    may_draw_up: bool


@dataclass(frozen=True, slots=True)
class NewMinutesPage:
    subjects: list[tuple[str, str]]
    councils: list[tuple[str, str]]
    typed: Mapping[str, str]
    problems: list[dict[str, str]]
    message: str


@dataclass(frozen=True, slots=True)
class MinutesPage:
    minutes: AppraisalMinutes
    told: Minutes
    tally: list[tuple[str, str, Counter[str]]]
    decisions: Mapping[str, str]
    by: str


def list_page(db: Session, actor: Actor) -> MinutesListPage:
    require(rules.can_look_anywhere(actor))
    rows = repository.minutes(db, actor)
    names = people.names(db, {one.drawn_up_by for one in rows})
    return MinutesListPage(
        [
            MinutesRow(one, SUBJECTS[one.subject], names[one.drawn_up_by], len(one.told["lines"]))
            for one in rows
        ],
        actor.has(Role.SECRETARY),
    )


def new_page(
    db: Session,
    actor: Actor,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[dict[str, str]] = (),
    message: str = "",
) -> NewMinutesPage:
    subjects = [(c, n) for c, n in SUBJECTS.items() if actor.has(Role.SECRETARY, subject=c)]
    councils = councils_of(db, subjects[0][0], now) if len(subjects) == 1 else []
    return NewMinutesPage(
        subjects, councils, typed or _first_words(councils, now), list(problems), message
    )


def _first_words(councils: Sequence[tuple[str, str]], now: datetime) -> dict[str, str]:
    here = local(now)
    council, number = councils[0] if councils else ("", "")
    return {
        "since": f"{here - timedelta(days=30):%Y-%m-%d}",
        "until": f"{here:%Y-%m-%d}",
        "day": f"{here:%Y-%m-%d}",
        "began": "08:00",
        "ended": "11:00",
        "council": council,
        "decision_number": number,
    }


def matter_from(db: Session, typed: Mapping[str, str], *, department: str, now: datetime) -> Matter:
    """Every round of the subject that the council decided from one day to another."""
    subject = typed.get("subject", "")
    since = parse_local(typed.get("since", ""), "00:00")
    last = parse_local(typed.get("until", ""), "00:00")
    until = last + timedelta(days=1) if last else now
    decided = repository.decided_rounds(db, subject, None, since, until)
    return Matter(department, SUBJECTS.get(subject, subject), subject, None, decided)


def minutes_page(db: Session, actor: Actor, minutes_id: uuid.UUID) -> MinutesPage:
    minutes = repository.minutes_by_id(db, minutes_id)
    require(rules.can_look(actor, minutes.subject))
    told = Minutes.model_validate(minutes.told)
    names = people.names(db, {minutes.drawn_up_by})
    return MinutesPage(minutes, told, tally(told), DECISION_NAMES, names[minutes.drawn_up_by])

"""What the pages about sittings show: one frozen dataclass a page."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from delivery.attempts.repository import attempts_of_sitting
from delivery.sittings import repository, rules, states
from delivery.sittings.lateness import LATE_MINUTES
from delivery.sittings.models import Candidate, CodeIssue, Sitting, SittingAction
from delivery.sittings.repository import RoomCount, SittingLine
from delivery.sittings.roster import RosterRow
from delivery.sittings.service import MOST_CODES_AT_ONCE, IssuedCode
from delivery.sittings.slips import slips_csv
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.people import repository as people
from itembank.people.models import Unit
from itembank.permissions import Actor, Role

from ..formats import local

PAGE_SIZE = 100
ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SittingDay:
    day: date
    starts_at: datetime
    lines: Sequence[SittingLine]


@dataclass(frozen=True, slots=True)
class SittingList:
    """Sittings by date, the latest day first."""

    days: Sequence[SittingDay]
    state_names: dict[str, str]


def sitting_list(db: Session, actor: Actor) -> SittingList:
    lines = repository.visible_sittings(db, actor, [Role.EXAM_OFFICER])
    days = []
    for day, same in groupby(lines, key=lambda line: local(line.sitting.starts_at).date()):
        held = sorted(same, key=lambda line: (line.sitting.starts_at, line.sitting.id))
        days.append(SittingDay(day, held[0].sitting.starts_at, held))
    return SittingList(days, states.STATE_NAMES)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form of a new sitting."""

    title: str = ""
    form: str = ""
    unit: str = ""
    day: str = ""
    time: str = ""
    minutes: str = ""
    late_minutes: str = str(LATE_MINUTES)
    openers: str = "2"


@dataclass(frozen=True, slots=True)
class FormChoice:
    form: TestForm
    minutes: int


@dataclass(frozen=True, slots=True)
class NewSitting:
    forms: Sequence[FormChoice]
    units: Sequence[Unit]
    typed: Typed


def new_sitting(db: Session, actor: Actor, typed: Typed) -> NewSitting:
    choices = [
        FormChoice(form, forms.structure_of(form).minutes) for form in forms.frozen_forms(db, actor)
    ]
    return NewSitting(choices, repository.planning_units(db, actor), typed)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sitting's life, as the dots at the top show it."""

    name: str
    state: str  # done, now, or empty


@dataclass(frozen=True, slots=True)
class SittingPage:
    sitting: Sitting
    form: TestForm
    unit: Unit
    state: str
    steps: Sequence[Step]
    rooms: Sequence[RoomCount]
    room: str | None
    candidates: Sequence[Candidate]
    start: int
    n_shown_of: int
    n_started: int
    n_submitted: int
    council: str
    can_replace: bool
    opening_asked: SittingAction | None

    @property
    def n_candidates(self) -> int:
        return sum(room.n_candidates for room in self.rooms)

    @property
    def n_codes(self) -> int:
        return sum(room.n_codes for room in self.rooms)

    @property
    def n_next_codes(self) -> int:
        """How many codes one press of the button issues."""
        return min(self.n_candidates - self.n_codes, MOST_CODES_AT_ONCE)

    @property
    def next_start(self) -> int | None:
        after = self.start + PAGE_SIZE
        return after if after < self.n_shown_of else None


def sitting_page(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    *,
    room: str | None = None,
    start: int = 0,
    council: str = "",
) -> SittingPage:
    rooms = repository.rooms(db, sitting.id)
    attempts = attempts_of_sitting(db, sitting.id)
    n_codes = sum(r.n_codes for r in rooms)
    start = max(0, start)
    return SittingPage(
        sitting=sitting,
        form=forms.form_of(db, sitting.form_id),
        unit=db.get_one(Unit, sitting.unit_id),
        state=states.STATE_NAMES[sitting.state],
        steps=_steps(sitting, sum(r.n_candidates for r in rooms), n_codes),
        rooms=rooms,
        room=room,
        candidates=repository.candidate_page(db, sitting.id, room, start=start, size=PAGE_SIZE),
        start=start,
        n_shown_of=sum(r.n_candidates for r in rooms if room in (None, r.room)),
        n_started=len(attempts),
        n_submitted=sum(attempt.submitted_at is not None for attempt in attempts),
        council=council,
        opening_asked=repository.newest_action(db, sitting.id, states.OPENING_ASKED)
        if sitting.state == states.PLANNED
        else None,
        can_replace=bool(rules.can_replace_roster(actor, sitting, codes_issued=n_codes)),
    )


def _steps(sitting: Sitting, n_candidates: int, n_codes: int) -> list[Step]:
    reached = [
        n_candidates > 0,
        0 < n_candidates == n_codes,
        sitting.opened_at is not None,
        sitting.closed_at is not None,
    ]
    names = ["Danh sách thí sinh", "Mã dự thi", "Mở ca", "Đóng ca"]
    now = next((i for i, done in enumerate(reached) if not done), len(reached))
    return [
        Step(name, "done" if done else "now" if i == now else "")
        for i, (name, done) in enumerate(zip(names, reached, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """The dry run: what would be added, and the file's text to send again on confirming."""

    sitting: Sitting
    rows: Sequence[RosterRow]
    rooms: Sequence[tuple[str, int]]
    text: str
    council: str
    replace_existing: bool

    @property
    def shown(self) -> Sequence[RosterRow]:
        return self.rows[:ROWS_SHOWN]


def roster_check(
    sitting: Sitting, rows: Sequence[RosterRow], text: str, council: str, replace_existing: bool
) -> RosterCheck:
    ordered = sorted(row.room for row in rows)
    rooms = [(room, len(list(same))) for room, same in groupby(ordered)]
    return RosterCheck(sitting, rows, rooms, text, council, replace_existing)


@dataclass(frozen=True, slots=True)
class CandidatePage:
    sitting: Sitting
    candidate: Candidate
    issues: Sequence[tuple[CodeIssue, str]]
    can_reissue: bool


def candidate_page(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate
) -> CandidatePage:
    issues = repository.code_issues(db, candidate.id)
    names = people.names(db, {issue.issued_by for issue in issues if issue.issued_by})
    told = [(issue, names.get(issue.issued_by or uuid.UUID(int=0), "")) for issue in issues]
    return CandidatePage(sitting, candidate, told, bool(rules.can_reissue_code(actor, sitting)))


@dataclass(frozen=True, slots=True)
class SlipsPage:
    """Printable slips. The codes in it exist nowhere else in the clear."""

    sitting: Sitting
    form: TestForm
    department: str
    address: str
    slips: Sequence[IssuedCode]

    @property
    def csv_address(self) -> str:
        """The same slips as a file inside the page itself, since they cannot be asked for again."""
        return "data:text/csv;base64," + base64.b64encode(slips_csv(self.slips)).decode()


def slips_page(
    db: Session, sitting: Sitting, issued: Sequence[IssuedCode], *, department: str, address: str
) -> SlipsPage:
    form = forms.form_of(db, sitting.form_id)
    return SlipsPage(sitting, form, department, address, issued)

"""What the pages of a list from a file show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.errors import Message, Problem
from itembank.people.intake import repository, service
from itembank.people.intake.models import Intake, IntakeRow
from itembank.people.intake.planning import KINDS
from itembank.people.intake.rows import ACTION_NAMES, FIELD_NAMES, THING_NAMES
from itembank.people.intake.staff_list import LEVELS
from itembank.people.units.states import UNIT_KINDS
from itembank.permissions import ROLE_NAMES, Actor, Role

ROWS_A_PAGE = 100
ACTIONS = ("create", "change", "refuse", "leave")


@dataclass(frozen=True, slots=True)
class UploadPage:
    kinds: dict[str, str]
    latest: Sequence[Intake]
    state_names: dict[str, str]


STATE_NAMES: dict[str, str] = {
    "reading": "Đang đọc",
    "unreadable": "Không đọc được",
    "planned": "Chờ xác nhận",
    "applying": "Đang ghi",
    "applied": "Đã ghi",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True)
class PlanLine:
    line: int
    thing: str
    label: str
    action: str
    changes: list[FieldChange]
    problems: list[Problem]
    outcome: str | None


@dataclass(frozen=True, slots=True)
class PlanPage:
    intake: Intake
    kind: str
    notes: list[Message]
    unreadable: list[Problem]
    lines: list[PlanLine]
    counts: dict[str, int]
    action_names: dict[str, str]
    chosen: str
    number: int
    pages: int
    to_apply: int
    without_password: int


def upload_page(db: Session, actor: Actor) -> UploadPage:
    return UploadPage(KINDS, repository.latest(db, actor.person_id), STATE_NAMES)


def plan_page(db: Session, intake: Intake, *, chosen: str, number: int) -> PlanPage:
    """The plan, a hundred lines to a page; of one action, or all."""
    action = chosen if chosen in ACTIONS else None
    counts = {name: intake.counts.get(name, 0) for name in (*ACTIONS, "applied", "overtaken")}
    total = counts[action] if action else sum(counts[name] for name in ACTIONS)
    pages = max(1, -(-total // ROWS_A_PAGE))
    number = min(max(1, number), pages)
    start = (number - 1) * ROWS_A_PAGE
    rows = repository.rows_of(db, intake.id, action=action, start=start, most=ROWS_A_PAGE)
    return PlanPage(
        intake=intake,
        kind=KINDS[intake.kind],
        notes=service.notes_of(intake),
        unreadable=service.why_unreadable(intake),
        lines=[_line(row) for row in rows],
        counts=counts,
        action_names={name: ACTION_NAMES[name] for name in ACTIONS},  # type: ignore[index]
        chosen=action or "",
        number=number,
        pages=pages,
        to_apply=counts["create"] + counts["change"],
        without_password=_without_password(db, intake),
    )


def _without_password(db: Session, intake: Intake) -> int:
    if intake.state != service.APPLIED or intake.kind == "units":
        return 0
    return len(repository.new_accounts_without_password(db, intake.id))


def _line(row: IntakeRow) -> PlanLine:
    planned = service.planned_of(row)
    return PlanLine(
        row.line, THING_NAMES[planned.thing], row.label, row.action,
        _changes(row.before or {}, row.after or {}), list(planned.problems), row.outcome,
    )  # fmt: skip


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    return [
        _change(name, before.get(name), value)
        for name, value in after.items()
        if name in FIELD_NAMES and (value not in (None, [], True) or name in before)
    ]


def _change(name: str, before: Any, after: Any) -> FieldChange:
    """Roles are only ever added: those held already are not told again."""
    if name == "roles":
        return FieldChange(
            FIELD_NAMES[name], [], _words(name, sorted({*after} - {*(before or ())}))
        )
    return FieldChange(FIELD_NAMES[name], _words(name, before), _words(name, after))


def _words(name: str, value: Any) -> list[str]:
    """The pieces of a value that a reader sees, each to be translated on its own."""
    if value in (None, "", []):
        return []
    if name == "roles":
        return [_role(word) for word in value]
    if name in ("subjects", "subject"):
        return [SUBJECTS.get(code, code) for code in ([value] if name == "subject" else value)]
    if name == "levels":
        return [LEVELS.get(code, code) for code in value]
    if name == "is_active":
        return ["có" if value else "không"]
    return [UNIT_KINDS.get(value, value) if name == "kind" else str(value)]


def _role(word: str) -> str:
    role, code, *subject = word.split("@")
    named = " ".join([ROLE_NAMES[Role(role)], *(SUBJECTS.get(s, s) for s in subject)])
    return f"{named} ({code})"


def new_accounts(db: Session, intake_id: uuid.UUID, most: int) -> list[uuid.UUID]:
    found = repository.new_accounts_without_password(db, intake_id)
    return [person.id for person in found[:most]]

"""Verbs about a list from a file: keep it, plan it, apply exactly what was shown."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from ... import audit
from ...db import new_id
from ...errors import Conflict, Invalid, KhaothiError, Message, Problem, problem
from ...imports.told import from_rows, to_rows
from ...permissions import Actor, Decision, Role, needs_role, require
from ..rules import administered
from . import repository
from .applying import carry_out
from .models import Intake, IntakeRow
from .planning import KINDS, planned_rows, read_file
from .rows import PlannedRow
from .work import Work

READING, UNREADABLE, PLANNED, APPLYING, APPLIED = (
    "reading", "unreadable", "planned", "applying", "applied",
)  # fmt: skip
AT_ONCE = 250


def can_take_in(actor: Actor) -> Decision:
    """Lists are taken in by those who administer a unit for every subject."""
    return needs_role(actor, Role.UNIT_ADMIN) and Decision(
        bool(administered(actor)), code="role_missing"
    )


def open_intake(
    db: Session, actor: Actor, *, kind: str, file_name: str, source: bytes, now: datetime
) -> Intake:
    """Keep an uploaded file; nothing of it is applied."""
    require(can_take_in(actor))
    if kind not in KINDS:
        raise Invalid("Chọn loại danh sách.", problems=[problem("kind", "Chọn loại danh sách.")])
    intake = Intake(
        kind=kind, file_name=file_name[:200], sha256=hashlib.sha256(source).hexdigest(),
        source=source, person_id=actor.person_id, state=READING, notes=[], counts={},
        created_at=now,
    )  # fmt: skip
    db.add(intake)
    db.flush()
    audit.record(
        db, actor, "intake.opened", "intake", intake.id, now=now,
        after={"file": intake.file_name, "sha256": intake.sha256},
    )  # fmt: skip
    return intake


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would change; or why it cannot be read as a whole."""

    rows: list[PlannedRow]
    notes: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()


def make_plan(db: Session, actor: Actor, intake: Intake) -> Plan:
    """Look only: nothing is written, so a long file keeps nobody's save waiting."""
    try:
        read = read_file(intake.kind, intake.source or b"", intake.file_name)
        return Plan(planned_rows(db, actor, read.wanted), read.notes)
    except KhaothiError as error:
        return Plan([], problems=(Problem(error.message, error.message), *error.problems))


def store_plan(db: Session, intake: Intake, plan: Plan) -> None:
    """Keep the plan as rows to look at. A second run starts again."""
    db.execute(delete(IntakeRow).where(IntakeRow.intake_id == intake.id))
    for start in range(0, len(plan.rows), AT_ONCE):
        rows = enumerate(plan.rows[start : start + AT_ONCE], start=start)
        db.execute(insert(IntakeRow), [_stored(intake, number, row) for number, row in rows])
    intake.notes = [one["what"] for one in to_rows([Problem(n, n) for n in plan.notes])]
    intake.problem = {"problems": to_rows(plan.problems)} if plan.problems else None
    intake.counts = dict(Counter(row.action for row in plan.rows))
    intake.state = UNREADABLE if plan.problems else PLANNED


def why_unreadable(intake: Intake) -> list[Problem]:
    """The refusal of the whole file first, then what to mend."""
    return from_rows((intake.problem or {}).get("problems", []))


def _stored(intake: Intake, number: int, row: PlannedRow) -> dict[str, Any]:
    return {
        "id": new_id(),
        "intake_id": intake.id,
        "number": number,
        "line": row.line,
        "thing": row.thing,
        "key": row.key,
        "label": row.label,
        "action": row.action,
        "before": dict(row.before) if row.before is not None else None,
        "after": dict(row.after) if row.after is not None else None,
        "problems": to_rows(row.problems),
    }


def notes_of(intake: Intake) -> list[Message]:
    return [p.what for p in from_rows([{"where": note, "what": note} for note in intake.notes])]


def planned_of(row: IntakeRow) -> PlannedRow:
    return PlannedRow(
        row.line, row.thing, row.key, row.label, row.action,  # type: ignore[arg-type]
        row.before, row.after, tuple(from_rows(row.problems)),
    )  # fmt: skip


def begin_applying(
    db: Session, actor: Actor, intake: Intake, *, sha256: str, now: datetime
) -> None:
    """Say yes to the plan of this very file."""
    require(can_take_in(actor))
    if intake.state != PLANNED:
        raise Conflict("Danh sách này không còn chờ xác nhận.", code="intake_not_waiting")
    source = intake.source or b""
    if sha256 != intake.sha256 or hashlib.sha256(source).hexdigest() != intake.sha256:
        raise Conflict(
            "Tệp không phải tệp đã xem trước; tải lên và xem lại.", code="intake_other_file"
        )
    intake.state = APPLYING
    audit.record(
        db, actor, "intake.confirmed", "intake", intake.id, now=now,
        after={"sha256": sha256, **intake.counts},
    )  # fmt: skip


def apply_some(db: Session, actor: Actor, intake: Intake, *, now: datetime) -> int:
    """Carry out the next rows; how many wait still. Each row is done in one transaction."""
    rows = repository.waiting_rows(db, intake.id, AT_ONCE)
    work = Work(db, actor, now, f"Nhập tệp {intake.file_name}")
    for row, (outcome, made) in zip(rows, carry_out(work, _planned(rows)), strict=True):
        row.outcome, row.object_id = outcome, made
    db.flush()
    return repository.count_waiting(db, intake.id)


def _planned(rows: Sequence[IntakeRow]) -> list[PlannedRow]:
    return [planned_of(row) for row in rows]


def close_applying(db: Session, actor: Actor, intake: Intake, *, now: datetime) -> None:
    """All rows are done: the file itself is no longer kept."""
    intake.state, intake.applied_at, intake.source = APPLIED, now, None
    intake.counts = {**intake.counts, **repository.outcomes(db, intake.id)}
    audit.record(
        db, actor, "intake.applied", "intake", intake.id, now=now, after=dict(intake.counts)
    )


def drop_intake(db: Session, actor: Actor, intake: Intake, *, now: datetime) -> None:
    """Put a plan aside; nothing of it was applied."""
    if intake.state not in (PLANNED, UNREADABLE):
        raise Conflict("Danh sách này không còn chờ xác nhận.", code="intake_not_waiting")
    db.execute(delete(IntakeRow).where(IntakeRow.intake_id == intake.id))
    audit.record(db, actor, "intake.dropped", "intake", intake.id, now=now)
    db.delete(intake)
    db.flush()

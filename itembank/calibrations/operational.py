"""Verbs about a finished run: decide of its items, declare it operational, keep an analysis.

Nothing is edited: the newest decision of an item counts, the newest declaration of a form is in
force, and what was declared before stays readable.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import audit
from ..db import new_id
from ..errors import Conflict, Invalid, Message, NotFound, Problem, msg, problem
from ..finding.service import note_statistics
from ..forms.models import TestForm
from ..forms.repository import form_of
from ..items.models import Item
from ..notices import service as notices
from ..people import repository as people
from ..permissions import Actor, Role, require
from ..review.council.after_use import queue_flagged
from . import repository
from .models import CalibrationRun, ItemDecision, ItemParameters, RunAnalysis, RunDeclaration
from .rules import can_decide_item, can_declare
from .states import DECISION_NAMES, SECOND_OPINION

MOST_REASON = 2000


def decide_item(
    db: Session,
    actor: Actor,
    run: CalibrationRun,
    label: str,
    *,
    decision: str,
    reason: str,
    now: datetime,
) -> ItemDecision:
    """Append what was decided of one item of the run."""
    row = _row_of(db, run, label)
    form, item = form_of(db, run.form_id), db.get_one(Item, row.item_id)
    require(can_decide_item(actor, form.subject, item))
    _check_decision(decision, reason)
    before = repository.decisions_of_run(db, run.id).get(row.item_id)
    made = ItemDecision(
        run_id=run.id,
        item_id=row.item_id,
        decision=decision,
        reason=reason.strip(),
        decided_by=actor.person_id,
        at=now,
    )
    db.add(made)
    db.flush()
    audit.record(
        db,
        actor,
        "item_decision.recorded",
        "item",
        row.item_id,
        now=now,
        before={"decision": before.decision} if before else None,
        after={"run": str(run.id), "label": label, "decision": decision},
        reason=made.reason,
    )
    return made


def _row_of(db: Session, run: CalibrationRun, label: str) -> ItemParameters:
    for row in repository.items_of_run(db, run.id):
        if row.label == label:
            return row
    raise NotFound(msg("Lần hiệu chuẩn này không có câu {label}.", label=label))


def _check_decision(decision: str, reason: str) -> None:
    found: list[Problem] = []
    if decision not in DECISION_NAMES:
        found.append(problem("decision", "Chọn một trong ba quyết định."))
    found += _reason_problems(reason)
    if found:
        raise Invalid("Chưa ghi được quyết định.", code="decision_invalid", problems=found)


def _reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [problem("reason", "Ghi lí do; lí do được lưu cùng quyết định.")]
    if len(reason) > MOST_REASON:
        what = msg("Lí do dài quá {most} kí tự; rút ngắn lại.", most=MOST_REASON)
        return [problem("reason", what)]
    return []


def declare(
    db: Session, actor: Actor, run: CalibrationRun, *, reason: str, now: datetime
) -> RunDeclaration:
    """Make this run the one whose parameters the bank shows for the items of its form."""
    form = form_of(db, run.form_id)
    require(can_declare(actor, form.subject, repository.authors_of_run(db, run.id)))
    refusal = _refusal(db, run)
    if refusal is not None:
        raise refusal
    wrong = [*_undecided_problems(db, run), *_reason_problems(reason)]
    if wrong:
        raise Invalid("Chưa công bố được.", code="declaration_invalid", problems=wrong)
    before = repository.declaration_of_form(db, form.id)
    made = _append(db, actor, form, run, before, reason.strip(), now)
    _tell_subject_leads(db, actor, form, run, now)
    note_statistics(db, [row.item_id for row in repository.items_of_run(db, run.id)])
    queue_flagged(db, run, now=now)
    audit.record(
        db,
        actor,
        "calibration_run.declared",
        "calibration_run",
        run.id,
        now=now,
        before={"run": str(before.run_id)} if before else None,
        after={"form": form.code, "scale": made.scale, "number": made.number},
        reason=made.reason,
    )
    return made


def bar_of(db: Session, run: CalibrationRun) -> Message | None:
    """What no reason can mend; None where the run could be declared."""
    refusal = _refusal(db, run)
    return refusal.message if refusal else None


def _refusal(db: Session, run: CalibrationRun) -> Conflict | None:
    in_force = repository.declaration_of_form(db, run.form_id)
    if in_force is not None and in_force.run_id == run.id:
        return Conflict(
            "Lần hiệu chuẩn này đang là kết quả chính thức.", code="already_operational"
        )
    if not run.converged:
        return Conflict(
            "Lần hiệu chuẩn chưa hội tụ nên không công bố được. Chạy lại với tuỳ chọn khác.",
            code="run_not_converged",
        )
    opinion = repository.newest_analysis(db, run.id, SECOND_OPINION)
    if opinion is not None and opinion.result.get("stands") is False:
        return Conflict(
            "Chương trình thứ hai tìm được nghiệm tốt hơn nên không công bố được. Xem lại dữ liệu và mô hình.",
            code="second_opinion_disagrees",
        )
    return None


def _undecided_problems(db: Session, run: CalibrationRun) -> list[Problem]:
    """One problem for each item with a flag that nobody has decided of; `where` is its label."""
    return [
        problem(row.label, msg("Câu {label} có cờ mà chưa có quyết định.", label=row.label))
        for row in repository.undecided_of_run(db, run.id)
    ]


def _append(
    db: Session,
    actor: Actor,
    form: TestForm,
    run: CalibrationRun,
    before: RunDeclaration | None,
    reason: str,
    now: datetime,
) -> RunDeclaration:
    made = RunDeclaration(
        id=new_id(),
        form_id=form.id,
        number=before.number + 1 if before else 1,
        run_id=run.id,
        scale=str(run.options.get("scale") or form.code)[:80],
        supersedes=before.id if before else None,
        reason=reason,
        declared_by=actor.person_id,
        at=now,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError as error:
        raise Conflict(
            "Người khác vừa công bố một lần hiệu chuẩn của đề này. Tải lại trang rồi xem lại.",
            code="declared_meanwhile",
        ) from error
    return made


def _tell_subject_leads(
    db: Session, actor: Actor, form: TestForm, run: CalibrationRun, now: datetime
) -> None:
    words = msg(
        "{who} đã công bố kết quả hiệu chuẩn của đề {form}; độ khó trong ngân hàng lấy từ lần này.",
        who=actor.name,
        form=form.code,
    )
    for person in people.people_with_role(db, Role.SECRETARY, form.subject):
        notices.tell(db, person.id, "calibration", words, f"/hieu-chuan/{run.id}", now=now)


def store_analysis(
    db: Session,
    actor: Actor | None,
    run: CalibrationRun,
    kind: str,
    *,
    options: Mapping[str, Any],
    result: Mapping[str, Any],
    software: str,
    now: datetime,
    analysis_id: uuid.UUID | None = None,
) -> RunAnalysis:
    """Append what was computed about a run. Repeating with the same id adds nothing."""
    there = db.get(RunAnalysis, analysis_id) if analysis_id else None
    if there is not None:
        return there
    made = RunAnalysis(
        id=analysis_id or new_id(),
        run_id=run.id,
        kind=kind,
        options=dict(options),
        result=dict(result),
        software=software,
        asked_by=actor.person_id if actor else None,
        at=now,
    )
    db.add(made)
    db.flush()
    audit.record(
        db,
        actor,
        "run_analysis.stored",
        "calibration_run",
        run.id,
        now=now,
        after={"kind": kind, "analysis": str(made.id)},
    )
    return made

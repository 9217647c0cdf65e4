"""The demo's first calibration becomes operational, so that its bank has difficulties to show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.operational import decide_item, declare
from itembank.errors import msg
from itembank.people import repository as people
from itembank.permissions import Actor

from ..jobs import queue
from ..jobs.models import Job
from ..jobs.worker import Context
from ..web import system_clock

KIND = "demo_declaration"
PSYCHOMETRICIAN = "doluong"
DECISION_REASON = "Câu thử nghiệm của dữ liệu trình diễn; theo dõi ở kì sau."
REASON = "Lần hiệu chuẩn đầu tiên của dữ liệu trình diễn."


def ask_for_declaration(db: Session, calibration: Job) -> None:
    """Queue it behind the calibration, in the caller's transaction."""
    queue.ask(
        db,
        None,
        KIND,
        msg("Công bố kết quả hiệu chuẩn trình diễn"),
        {"run_id": str(calibration.id)},
        now=system_clock(),
        key=f"{calibration.key}.declare",
    )


def declaration_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Decide of every flagged item and declare; nothing where the run failed or is declared."""
    with context.database.write() as db:
        run = db.get(CalibrationRun, uuid.UUID(inputs["run_id"]))
        person = people.person_by_username(db, PSYCHOMETRICIAN)
        if run is None or person is None or not run.converged:
            return {}
        if repository.declaration_of_form(db, run.form_id) is None:
            _declare(db, people.load_actor(db, person), run)
        return {"link": f"/hieu-chuan/{run.id}"}


def _declare(db: Session, actor: Actor, run: CalibrationRun) -> None:
    now = system_clock()
    for row in repository.undecided_of_run(db, run.id):
        decide_item(db, actor, run, row.label, decision="watch", reason=DECISION_REASON, now=now)
    declare(db, actor, run, reason=REASON, now=now)

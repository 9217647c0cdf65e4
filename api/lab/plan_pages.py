"""«Hiệu chuẩn mới»: choose the data, the models and the options; run again as before."""

from __future__ import annotations

import uuid
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.rules import can_calibrate
from itembank.errors import Invalid, Message, NotFound, msg, problem
from itembank.forms.repository import form_of
from itembank.permissions import Role, needs_role, require

from ..jobs import queue
from ..jobs.calibrate import plan_of_run, rehearse
from ..jobs.calibration_data import planned_items
from ..jobs.calibration_plan import CalibrationPlan, refused
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from .plan_form import Typed, TypedPlan, plan_form_page, plan_of, typed_from_run

router = APIRouter()


@router.get("/hieu-chuan/moi")
def new_plan(
    request: Request,
    staff: Staff,
    db: ReadDb,
    de: uuid.UUID | None = None,
    tu: uuid.UUID | None = None,
    neo: uuid.UUID | None = None,
    giu: str = "",
) -> Response:
    """`de` names the form; `tu` a run whose options fill the fields, `neo` and `giu` its anchors."""
    require(needs_role(staff.actor, Role.PSYCHOMETRICIAN))
    typed = typed_from_run(db, staff.actor, tu) if tu else None
    if typed and neo:
        typed = typed.model_copy(update={"anchor_run": str(neo), "anchors": giu.replace(",", ", ")})
    chosen = typed.form_id if typed else de
    return page(request, "lab/plan.html", plan_form_page(db, staff.actor, chosen, typed))


@router.post("/hieu-chuan/moi")
def ask_for_calibration(request: Request, staff: Staff, db: Db, now: Now, typed: Typed) -> Response:
    form = form_of(db, typed.form_id)
    require(can_calibrate(staff.actor, form.subject))
    try:
        plan = plan_of(typed, planned_items(db, form.id))
        _rehearse(db, plan)
    except Invalid as error:
        return _plan_again(request, staff, db, typed, error)
    title = msg("Hiệu chuẩn {title}", title=plan.title or form.title)
    job = queue.ask(db, staff.actor, "calibrate", title, plan.as_inputs(), now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)


def _rehearse(db: Session, plan: CalibrationPlan) -> None:
    try:
        rehearse(db, plan)
    except (NotFound, ValueError) as error:
        what = "Tập bài làm đã chọn không còn; tải lại trang."
        raise refused([problem("sources", what)]) from error


def _plan_again(
    request: Request, staff: SignedIn, db: Session, typed: TypedPlan, error: Invalid
) -> Response:
    problems = problems_for(request, error) or [_anywhere(request, error.message)]
    model = plan_form_page(db, staff.actor, typed.form_id, typed, problems)
    return page(request, "lab/plan.html", model, status=422)


def _anywhere(request: Request, message: Message) -> dict[str, str]:
    """A refusal that belongs to no single field stands at the responses."""
    return problems_for(request, Invalid(message, problems=[problem("sources", message)]))[0]


@router.post("/hieu-chuan/{run_id}/chay-lai")
def run_again(run_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    """The same data and options once more; its page says whether the numbers are the same."""
    run = repository.run_by_id(db, run_id)
    form = form_of(db, run.form_id)
    require(can_calibrate(staff.actor, form.subject))
    plan = replace(plan_of_run(run), repeats=run.id)
    title = msg("Chạy lại {title}", title=run.title)
    job = queue.ask(db, staff.actor, "calibrate", title, plan.as_inputs(), now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)

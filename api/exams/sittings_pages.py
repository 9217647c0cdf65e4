"""Pages about sittings: plan, roster with a dry run, codes on slips, open and close."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.sittings import repository, rules, service
from delivery.sittings.models import Sitting
from delivery.sittings.roster import MOST_BYTES
from itembank.errors import Invalid, KhaothiError, Problem, problem
from itembank.forms.models import TestForm
from itembank.people.models import Unit
from itembank.permissions import Role, needs_role, require

from ..auth import passwords
from ..closing import close
from ..formats import parse_local
from ..opening import open_or_ask
from ..pages import page, refused_page
from ..settings import Settings
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from . import sittings_views as views
from .sittings_views import Typed

router = APIRouter(prefix="/ca-thi")
LAST_START = 1_000_000
Row = TypeVar("Row", TestForm, Unit)


@router.get("")
def list_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    return page(request, "exams/sittings.html", views.sitting_list(db, staff.actor))


@router.get("/moi")
def new_page(request: Request, staff: Staff, db: ReadDb, de: str = "") -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    typed = Typed(form=de, unit=str(staff.actor.unit_id))
    model = views.new_sitting(db, staff.actor, typed)
    chosen = next((c.minutes for c in model.forms if str(c.form.id) == de), None)
    minutes = str(chosen) if chosen else ""
    model = replace(model, typed=replace(typed, minutes=minutes))
    return page(request, "exams/new_sitting.html", model, problems=[])


@router.post("/moi")
def create(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    title: Annotated[str, Form()] = "",
    form: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    time: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "",
    late_minutes: Annotated[str, Form()] = "",
    openers: Annotated[str, Form()] = "2",
) -> Response:
    typed = Typed(title, form, unit, day, time, minutes, late_minutes, openers)
    try:
        sitting = _create(db, staff, typed, now)
    except Invalid as error:
        model = views.new_sitting(db, staff.actor, typed)
        return refused_page(request, "exams/new_sitting.html", model, error)
    return RedirectResponse(f"/ca-thi/{sitting.id}", status_code=303)


def _create(db: Session, staff: SignedIn, typed: Typed, now: Now) -> Sitting:
    form, unit = _row(db, TestForm, typed.form), _row(db, Unit, typed.unit)
    starts_at = parse_local(typed.day, typed.time)
    minutes = int(typed.minutes) if _is_small_number(typed.minutes) else 0
    found: list[Problem] = []
    if form is None:
        found.append(problem("form", "Chọn một đề đã chốt."))
    if unit is None:
        found.append(problem("unit", "Chọn đơn vị tổ chức thi."))
    if starts_at is None:
        found.append(problem("day", "Ghi ngày và giờ bắt đầu, ví dụ 23/11/2026 và 07:30."))
    if not typed.title.strip():
        found.append(problem("title", "Ghi tên ca thi."))
    if typed.late_minutes.strip() and not _is_small_number(typed.late_minutes.strip()):
        found.append(problem("late_minutes", "Ghi số phút, hoặc để trống nếu không giới hạn."))
    if form is None or unit is None or starts_at is None or found:
        raise Invalid("Chưa tạo được ca thi.", code="sitting_invalid", problems=found)
    return service.create_sitting(
        db,
        staff.actor,
        form=form,
        title=typed.title,
        unit=unit,
        starts_at=starts_at,
        minutes=minutes,
        late_minutes=int(typed.late_minutes) if typed.late_minutes.strip() else None,
        openers=1 if typed.openers == "1" else rules.TWO,
        now=now,
    )


def _row(db: Session, kind: type[Row], given: str) -> Row | None:
    try:
        return db.get(kind, uuid.UUID(given))
    except ValueError:
        return None


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _planned(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = repository.sitting_of(db, sitting_id)
    require(rules.can_plan(staff.actor, sitting.unit_id))
    return sitting


@router.get("/{sitting_id}")
def sitting_page(
    request: Request,
    sitting_id: uuid.UUID,
    staff: Staff,
    db: ReadDb,
    phong: str | None = None,
    tu: int = 0,
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    start = min(max(0, tu), LAST_START)
    model = views.sitting_page(db, staff.actor, sitting, room=phong, start=start)
    return page(request, "exams/sitting.html", model, problems=[], message="")


def _again(
    request: Request,
    db: Session,
    staff: SignedIn,
    sitting: Sitting,
    error: KhaothiError,
    council: str = "",
) -> Response:
    model = views.sitting_page(db, staff.actor, sitting, council=council)
    return refused_page(request, "exams/sitting.html", model, error, message=error.message)


# --- roster -----------------------------------------------------------------------------------


@router.post("/{sitting_id}/danh-sach")
def check_roster(
    request: Request,
    sitting_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    tep: UploadFile,
    council: Annotated[str, Form()] = "",
    replace_existing: Annotated[bool, Form()] = False,
) -> Response:
    """The dry run: what would be added, or every problem by line. Nothing is written."""
    sitting = _planned(db, staff, sitting_id)
    data = tep.file.read(MOST_BYTES + 1)
    try:
        rows = service.plan_roster(
            db,
            staff.actor,
            sitting,
            data,
            council=council,
            replace_existing=replace_existing,
            now=now,
        )
    except KhaothiError as error:
        return _again(request, db, staff, sitting, error, council)
    text = data.decode("utf-8-sig")
    model = views.roster_check(sitting, rows, text, council, replace_existing)
    return page(request, "exams/roster.html", model)


@router.post("/{sitting_id}/danh-sach/ghi")
def import_roster(
    request: Request,
    sitting_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    text: Annotated[str, Form()],
    council: Annotated[str, Form()] = "",
    replace_existing: Annotated[bool, Form()] = False,
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    try:
        service.import_roster(
            db,
            staff.actor,
            sitting,
            text.encode(),
            council=council,
            replace_existing=replace_existing,
            now=now,
        )
    except Invalid as error:
        return _again(request, db, staff, sitting, error, council)
    return RedirectResponse(f"/ca-thi/{sitting_id}", status_code=303)


# --- codes ------------------------------------------------------------------------------------


@router.get("/{sitting_id}/phieu")
def no_slips(request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    """Somebody came back to the address of the slips: say why they are not here."""
    return page(request, "exams/no_slips.html", _planned(db, staff, sitting_id))


@router.post("/{sitting_id}/phieu")
def issue_codes(
    request: Request,
    sitting_id: uuid.UUID,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    phong: Annotated[str | None, Form()] = None,
) -> Response:
    """First codes, of a room or of all; the answer is the only time they can be read."""
    sitting = _planned(db, staff, sitting_id)
    waiting = repository.without_code(db, sitting.id, phong)[: service.MOST_CODES_AT_ONCE]
    try:
        issued = service.issue_codes(
            db,
            staff.actor,
            sitting,
            waiting,
            new_code=passwords.new_code,
            hash_code=passwords.hash_code,
            now=now,
        )
    except Invalid as error:
        return _again(request, db, staff, sitting, error)
    return _slips(request, db, settings, sitting, issued)


def _slips(
    request: Request,
    db: Session,
    settings: Settings,
    sitting: Sitting,
    issued: list[service.IssuedCode],
) -> Response:
    address = (settings.public_origin or str(request.base_url)).rstrip("/") + "/thi"
    model = views.slips_page(
        db, sitting, issued, department=settings.department_name, address=address
    )
    return page(request, "exams/slips.html", model)


@router.get("/{sitting_id}/thi-sinh/{candidate_id}")
def candidate_page(
    request: Request, sitting_id: uuid.UUID, candidate_id: uuid.UUID, staff: Staff, db: ReadDb
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    candidate = repository.candidate_of(db, sitting.id, candidate_id)
    model = views.candidate_page(db, staff.actor, sitting, candidate)
    return page(request, "exams/candidate.html", model, problems=[], reason="")


@router.post("/{sitting_id}/thi-sinh/{candidate_id}/cap-lai")
def re_issue_code(
    request: Request,
    sitting_id: uuid.UUID,
    candidate_id: uuid.UUID,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    reason: Annotated[str, Form()] = "",
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    candidate = repository.candidate_of(db, sitting.id, candidate_id)
    try:
        issued = service.re_issue_code(
            db,
            staff.actor,
            sitting,
            candidate,
            reason=reason[:500],
            new_code=passwords.new_code,
            hash_code=passwords.hash_code,
            now=now,
        )
    except Invalid as error:
        model = views.candidate_page(db, staff.actor, sitting, candidate)
        return refused_page(request, "exams/candidate.html", model, error, reason=reason)
    return _slips(request, db, settings, sitting, [issued])


# --- the day ----------------------------------------------------------------------------------


@router.post("/{sitting_id}/mo")
def open_sitting(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    try:
        open_or_ask(db, staff.actor, sitting, now=now)
    except Invalid as error:
        return _again(request, db, staff, sitting, error)
    return RedirectResponse(f"/ca-thi/{sitting_id}", status_code=303)


@router.post("/{sitting_id}/dong")
def close_sitting(
    request: Request,
    sitting_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    reason: Annotated[str, Form()] = "",
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    try:
        close(db, staff.actor, sitting, reason=reason[:500], now=now)
    except Invalid as error:
        return _again(request, db, staff, sitting, error)
    return RedirectResponse(f"/ca-thi/{sitting_id}", status_code=303)

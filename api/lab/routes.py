"""The psychometrician's pages: responses, calibrations, items, abilities."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.rules import can_calibrate
from itembank.errors import Conflict, Invalid, NotFound, TooLarge, msg, problem
from itembank.forms.repository import form_of
from itembank.permissions import Role, needs_role, require

from ..i18n import language, translate
from ..jobs import queue
from ..jobs.calibrate import read_data
from ..jobs.calibration_plan import check, check_categories
from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from .charts.svg import Words
from .downloads import abilities_csv, parameters_csv
from .home import home_page
from .import_form import TypedImport, import_form_page, take_in
from .plan_form import plan_form_page, plan_of
from .run_page import abilities_page, run_entries, run_head, run_page

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]


def words(request: Request) -> Words:
    lang = language(request)
    return lambda message, **params: translate(message, lang, **params)


def _require_desk(staff: SignedIn) -> None:
    require(needs_role(staff.actor, Role.PSYCHOMETRICIAN))


@router.get("/hieu-chuan")
def home(request: Request, staff: Staff, db: ReadDb) -> Response:
    _require_desk(staff)
    return page(request, "lab/home.html", home_page(db, staff.actor))


@router.get("/hieu-chuan/moi")
def new_plan(request: Request, staff: Staff, db: ReadDb, de: uuid.UUID | None = None) -> Response:
    _require_desk(staff)
    return page(request, "lab/plan.html", plan_form_page(db, staff.actor, de))


@router.post("/hieu-chuan/moi")
def ask_for_calibration(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    form_id: Annotated[uuid.UUID, Form()],
    sources: Texts = [],  # noqa: B006 (FastAPI copies it)
    title: Text = "",
    model: Text = "",
    nodes: Text = "",
    limit: Text = "",
    prior: Text = "",
) -> Response:
    form = form_of(db, form_id)
    require(can_calibrate(staff.actor, form.subject))
    typed = {
        "sources": sources, "title": title, "model": model,
        "nodes": nodes, "limit": limit, "prior": prior,
    }  # fmt: skip
    plan = plan_of(form_id, typed)
    try:
        check(plan)
        data = read_data(db, plan)
        check_categories(plan, data.n_categories)
    except (Invalid, NotFound, ValueError) as error:
        return _plan_again(request, staff, db, form_id, typed, error)
    name = str(msg("Hiệu chuẩn {title}", title=plan.title or form.title))[:200]
    job = queue.ask(db, staff.actor, "calibrate", name, plan.as_inputs(), now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)


def _plan_again(
    request: Request,
    staff: SignedIn,
    db: Session,
    form_id: uuid.UUID,
    typed: dict[str, Any],
    error: Exception,
) -> Response:
    refused = (
        error
        if isinstance(error, Invalid)
        else Invalid(
            "Chưa chạy được hiệu chuẩn.",
            problems=[problem("sources", "Tập bài làm đã chọn không còn; tải lại trang.")],
        )
    )
    model = plan_form_page(db, staff.actor, form_id, typed, problems_for(request, refused))
    return page(request, "lab/plan.html", model, status=422)


@router.get("/hieu-chuan/nhap")
def import_form(request: Request, staff: Staff, db: ReadDb) -> Response:
    _require_desk(staff)
    return page(request, "lab/import.html", import_form_page(db, staff.actor))


@router.post("/hieu-chuan/nhap")
def import_file(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    settings: Config,
    typed: Annotated[TypedImport, Form()],
) -> Response:
    _require_desk(staff)
    fields = typed.model_dump(exclude={"file", "csrf_token"})
    try:
        data = _bounded(typed.file, settings.max_import_bytes)
        with db.begin_nested():  # a refused file leaves no external form behind
            report = take_in(db, staff.actor, fields, data, now=now)
    except (Invalid, Conflict, NotFound) as error:
        problems = problems_for(request, error) or [
            {"where": "file", "what": words(request)(error.message)}
        ]
        model = import_form_page(db, staff.actor, fields, problems)
        return page(request, "lab/import.html", model, status=422)
    return page(request, "lab/imported.html", report)


def _bounded(file: UploadFile | str | None, most: int) -> bytes:
    """The file's bytes; a browser sends an empty text where no file was chosen."""
    if file is None or isinstance(file, str):
        return b""
    data = file.file.read(most + 1)
    if len(data) > most:
        raise TooLarge(
            msg("Tệp lớn hơn {most} byte; chia thành nhiều tệp.", most=most), code="file_too_large"
        )
    return data


@router.get("/hieu-chuan/{run_id}")
def run(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, cau: str = "") -> Response:
    model = run_page(db, staff.actor, run_id, cau, words(request))
    return page(request, "lab/run.html", model)


@router.get("/hieu-chuan/{run_id}/nang-luc")
def abilities(
    request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, trang: int = 1
) -> Response:
    model = abilities_page(db, staff.actor, run_id, trang)
    return page(request, "lab/abilities.html", model)


@router.get("/hieu-chuan/{run_id}/tham-so.csv")
def parameters_file(run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    head = run_head(db, staff.actor, run_id)
    return _file(parameters_csv(run_entries(db, head.run)), f"tham-so-{head.form.code}.csv")


@router.get("/hieu-chuan/{run_id}/nang-luc.csv")
def abilities_file(run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    head = run_head(db, staff.actor, run_id)
    rows = repository.abilities_of_run(db, run_id)
    return _file(abilities_csv(rows), f"nang-luc-{head.form.code}.csv")


def _file(data: bytes, name: str) -> Response:
    plain = name.encode("ascii", "replace").decode().replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)

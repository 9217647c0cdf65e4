"""Routes of the analyses of a run: ask for one, look at its newest result, take its table along."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from itembank.calibrations import repository, states
from itembank.calibrations.rules import can_calibrate
from itembank.errors import Invalid, msg, problem
from itembank.forms.repository import form_of
from itembank.permissions import require

from ..i18n import words
from ..jobs.analyse import TITLES, ask_for_analysis
from ..jobs.calibration_plan import GROUPINGS
from ..pages import page
from ..web import Db, Now, ReadDb, Staff
from . import analysis_views as views
from .compare import compare_page, compare_table
from .dif_page import dif_page, dif_table
from .tables import table_file

router = APIRouter()
Text = Annotated[str, Form()]
Ending = Literal["csv", "xlsx"]


@router.post("/hieu-chuan/{run_id}/phan-tich")
def ask(
    run_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    kind: Text,
    base_run: Text = "",
    method: Text = "haebara",
    cut: Text = "-2.58",
    focal: Text = "",
    reference: Text = "",
) -> Response:
    run = repository.run_by_id(db, run_id)
    require(can_calibrate(staff.actor, form_of(db, run.form_id).subject))
    if kind not in TITLES:
        raise _unknown("kind", "Không có phép phân tích này; tải lại trang rồi chọn lại.")
    options = (
        _groups(focal, reference) if kind == states.DIF else _options(kind, base_run, method, cut)
    )
    job = ask_for_analysis(db, staff.actor, run, kind, options, now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)


def _options(kind: str, base_run: str, method: str, cut: str) -> dict[str, Any]:
    if kind == states.LINK:
        if method not in views.METHODS:
            raise _unknown("method", "Chọn một phương pháp trong danh sách.")
        try:
            return {"base_run": str(uuid.UUID(base_run)), "method": method}
        except ValueError as error:
            raise _unknown("base_run", "Chọn kết quả chính thức để liên kết tới.") from error
    if kind == states.PERSONS:
        if cut not in views.CUTS:
            raise _unknown("cut", "Chọn một ngưỡng trong danh sách.")
        return {"cut": float(cut)}
    return {}


def _groups(focal: str, reference: str) -> dict[str, Any]:
    """Two groups of one grouping, or a group and everybody else."""
    grouping, _, group = focal.partition("|")
    other_grouping, _, other = reference.partition("|")
    if grouping not in GROUPINGS or not group:
        raise _unknown("focal", "Chọn nhóm xem xét.")
    if reference and (other_grouping != grouping or other == group):
        raise _unknown("reference", "Chọn một nhóm khác cùng cách chia, hoặc mọi thí sinh còn lại.")
    return {"grouping": grouping, "focal": group, "reference": other}


def _unknown(where: str, what: str) -> Invalid:
    refusal = msg("Chưa phân tích được.")
    return Invalid(refusal, code="analysis_invalid", problems=[problem(where, what)])


@router.get("/hieu-chuan/{run_id}/do-khop")
def fit(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "lab/fit.html", views.fit_page(db, staff.actor, run_id, words(request)))


@router.get("/hieu-chuan/{run_id}/do-khop.{ending}")
def fit_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = views.fit_page(db, staff.actor, run_id, words(request))
    return table_file(views.fit_table(model), ending)


@router.get("/hieu-chuan/{run_id}/q3.{ending}")
def q3_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = views.fit_page(db, staff.actor, run_id, words(request))
    return table_file(views.q3_table(model), ending)


@router.get("/hieu-chuan/{run_id}/dif")
def dif(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, cau: str = "") -> Response:
    return page(request, "lab/dif.html", dif_page(db, staff.actor, run_id, cau, words(request)))


@router.get("/hieu-chuan/{run_id}/dif.{ending}")
def dif_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = dif_page(db, staff.actor, run_id, "", words(request))
    return table_file(dif_table(model), ending)


@router.get("/hieu-chuan/{run_id}/bat-thuong")
def persons(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    model = views.persons_page(db, staff.actor, run_id, words(request))
    return page(request, "lab/persons.html", model)


@router.get("/hieu-chuan/{run_id}/bat-thuong.{ending}")
def persons_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = views.persons_page(db, staff.actor, run_id, words(request))
    return table_file(views.persons_table(model), ending)


@router.get("/hieu-chuan/{run_id}/lien-ket")
def linked(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "lab/link.html", views.link_page(db, staff.actor, run_id, words(request)))


@router.get("/hieu-chuan/{run_id}/lien-ket.{ending}")
def link_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = views.link_page(db, staff.actor, run_id, words(request))
    return table_file(views.link_table(model), ending)


@router.get("/hieu-chuan/{run_id}/doi-chieu")
def opinion(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    model = views.opinion_page(db, staff.actor, run_id, words(request))
    return page(request, "lab/opinion.html", model)


@router.get("/hieu-chuan/{run_id}/doi-chieu.{ending}")
def opinion_file(
    request: Request, run_id: uuid.UUID, ending: Ending, staff: Staff, db: ReadDb
) -> Response:
    model = views.opinion_page(db, staff.actor, run_id, words(request))
    return table_file(views.opinion_table(model), ending)


@router.get("/hieu-chuan/{run_id}/so-sanh")
def compared(
    request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, voi: uuid.UUID | None = None
) -> Response:
    model = compare_page(db, staff.actor, run_id, voi, words(request))
    return page(request, "lab/compare.html", model)


@router.get("/hieu-chuan/{run_id}/so-sanh.{ending}")
def compared_file(
    request: Request,
    run_id: uuid.UUID,
    ending: Ending,
    staff: Staff,
    db: ReadDb,
    voi: uuid.UUID | None = None,
) -> Response:
    model = compare_page(db, staff.actor, run_id, voi, words(request))
    return table_file(compare_table(model), ending)

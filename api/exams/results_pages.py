"""Results of a sitting: pictures, table, files, and the button that scores what waits."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from delivery.results.files import csv_file, xlsx_file
from delivery.sittings import repository, rules
from delivery.sittings.models import Sitting
from itembank import audit
from itembank.permissions import require

from ..i18n import words
from ..jobs.score_sitting import ask_scoring
from ..pages import page
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import results_views as views
from .histogram import histogram_svg

router = APIRouter(prefix="/ca-thi")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAST_START = 1_000_000


def _planned(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = repository.sitting_of(db, sitting_id)
    require(rules.can_plan(staff.actor, sitting.unit_id))
    return sitting


@router.get("/{sitting_id}/ket-qua")
def results_page(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb, tu: int = 0, xep: str = ""
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    start = min(max(0, tu), LAST_START)
    model = views.results_page(db, sitting, start=start, by_points=xep == "diem")
    return page(request, "exams/results.html", model, picture=_picture(request, model))


def _picture(request: Request, model: views.ResultsPage) -> Markup:
    t = words(request)
    return Markup(
        histogram_svg(
            model.bins,
            title=t("Phân bố tổng điểm"),
            desc=t("Số thí sinh theo khoảng điểm; cùng số liệu ở bảng bên dưới."),
            axis=t("Tổng điểm"),
        )
    )


@router.post("/{sitting_id}/cham")
def score(request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    job = ask_scoring(db, staff.actor, _planned(db, staff, sitting_id), now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)


@router.get("/{sitting_id}/ket-qua.csv")
def results_csv(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    return _file(request, db, staff, sitting_id, now, "csv")


@router.get("/{sitting_id}/ket-qua.xlsx")
def results_xlsx(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    return _file(request, db, staff, sitting_id, now, "xlsx")


def _file(
    request: Request, db: Session, staff: SignedIn, sitting_id: uuid.UUID, now: Now, kind: str
) -> Response:
    """The list leaves the system: that is recorded."""
    sitting = _planned(db, staff, sitting_id)
    structure, lines = views.lines_of(db, sitting)
    codes = [part.code for part in structure.parts]
    t = words(request)
    made = csv_file(lines, codes, t) if kind == "csv" else xlsx_file(lines, codes, t)
    audit.record(
        db,
        staff.actor,
        "results.exported",
        "sitting",
        sitting.id,
        now=now,
        after={"format": kind, "lines": len(lines)},
    )
    return Response(
        made,
        media_type="text/csv; charset=utf-8" if kind == "csv" else XLSX,
        headers={"Content-Disposition": f'attachment; filename="ket-qua-{sitting.id}.{kind}"'},
    )

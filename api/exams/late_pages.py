"""Late work of a sitting: seen, asked to count or to stay out, decided by a second person."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.results.late_rulings import repository, service
from delivery.results.rescoring.rules import can_look
from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from itembank.errors import Conflict, Invalid, KhaothiError, Refused
from itembank.permissions import require

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import late_views as views

router = APIRouter(prefix="/ca-thi/{sitting_id}/gui-muon")


def _closed(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_look(staff.actor, sitting))
    return sitting


@router.get("")
def late_page(request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "exams/late.html", views.late_page(db, _closed(db, staff, sitting_id)))


@router.get("/{attempt_id}")
def work_page(
    request: Request, sitting_id: uuid.UUID, attempt_id: uuid.UUID, staff: Staff, db: ReadDb
) -> Response:
    return _work_page(request, db, staff, _closed(db, staff, sitting_id), attempt_id)


def _work_page(
    request: Request, db: Session, staff: SignedIn, sitting: Sitting, attempt_id: uuid.UUID,
    error: KhaothiError | None = None, reason: str = "",
) -> Response:  # fmt: skip
    work = repository.late_work(db, sitting.id, attempt_id)
    return page(
        request, "exams/late_work.html", views.late_work_page(db, staff.actor, sitting, work),
        status=422 if error else 200, message=error.message if error else None,
        problems=problems_for(request, error) if error else [], reason=reason,
    )  # fmt: skip


@router.post("/{attempt_id}/de-nghi")
def ask(
    request: Request, sitting_id: uuid.UUID, attempt_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    tinh: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    sitting = _closed(db, staff, sitting_id)
    if tinh not in ("co", "khong"):
        raise Refused("Chọn tính hoặc không tính.", code="choice_missing")
    try:
        service.ask_ruling(
            db, staff.actor, sitting, attempt_id, counts=tinh == "co", reason=reason[:4000], now=now
        )
    except Invalid as error:
        return _work_page(request, db, staff, sitting, attempt_id, error, reason[:4000])
    return RedirectResponse(f"/ca-thi/{sitting_id}/gui-muon/{attempt_id}", status_code=303)


@router.post("/{attempt_id}/quyet-dinh")
def decide(
    request: Request, sitting_id: uuid.UUID, attempt_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    de_nghi: Annotated[uuid.UUID, Form()], y_kien: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    sitting = _closed(db, staff, sitting_id)
    if y_kien not in ("dong-y", "khong"):
        raise Refused("Chọn đồng ý hoặc không đồng ý.", code="decision_missing")
    try:
        service.decide_ruling(
            db, staff.actor, sitting, attempt_id, de_nghi, grant=y_kien == "dong-y",
            reason=reason[:4000], now=now,
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _work_page(request, db, staff, sitting, attempt_id, error, reason[:4000])
    return RedirectResponse(f"/ca-thi/{sitting_id}/gui-muon/{attempt_id}", status_code=303)

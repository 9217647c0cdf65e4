"""The machines around a box, checked days before its package may be opened.

Nobody can sign in yet: whoever stands at the box issues the room's code and reads the report. Once
the package is open both belong to the invigilators, on the pages of the room.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.readiness.occasions import Occasion, occasion_of_package
from delivery.readiness.rules import can_check_at_box
from delivery.readiness.service import LONGEST_NAME, issue_at_box
from itembank.errors import Invalid, msg
from itembank.permissions import require

from ..auth import passwords
from ..pages import page, problems_for
from ..room.readiness_report_pages import Room, csv_of, known_seat
from ..room.readiness_views import NOT_REFUSED, Door, Refusal, report_page
from ..settings import Settings
from ..web import Config, Db, Now, ReadDb, maybe_signed_in
from .box_pages import OurPage, ThisBox

router = APIRouter(prefix="/may-diem-thi/{package_id}/may", dependencies=[Depends(maybe_signed_in)])
Name = Annotated[str, Form(max_length=LONGEST_NAME)]


@router.get("")
def report(
    request: Request, box: ThisBox, db: ReadDb, now: Now, settings: Config,
    package_id: uuid.UUID, phong: str = "",
) -> Response:  # fmt: skip
    occasion = occasion_of_package(db, package_id)
    if not occasion.is_shut:
        there = f"/kiem-tra-phong/{occasion.sitting_id}?phong={quote(phong[:20])}"
        return RedirectResponse(there, status_code=303)
    return _report(request, db, occasion, settings, now, package_id, phong)


def _report(
    request: Request, db: Session, occasion: Occasion, settings: Settings, now: datetime,
    package_id: uuid.UUID, room: str, refusal: Refusal = NOT_REFUSED,
) -> Response:  # fmt: skip
    door = Door(_address(package_id), "/may-diem-thi", msg("Máy điểm thi"), may_issue=True)
    origin = settings.public_origin or str(request.base_url).rstrip("/")
    model = report_page(db, occasion, door, room=room[:20], origin=origin, now=now, refusal=refusal)
    status = 422 if refusal.problems else 200
    return page(request, "room/readiness_report.html", model, status=status)


def _address(package_id: uuid.UUID) -> str:
    return f"/may-diem-thi/{package_id}/may"


@router.get("/kiem-tra-may.csv")
def report_file(request: Request, box: ThisBox, db: ReadDb, package_id: uuid.UUID) -> Response:
    return csv_of(request, db, _shut(db, package_id))


@router.get("/ghe")
def seat_history(
    request: Request, box: ThisBox, db: ReadDb, package_id: uuid.UUID,
    phong: str = "", ghe: str = "",
) -> Response:  # fmt: skip
    model = known_seat(db, _shut(db, package_id), _address(package_id), phong, ghe)
    return page(request, "room/readiness_history.html", model)


@router.post("/ma", dependencies=[OurPage])
def issue(
    request: Request, box: ThisBox, db: Db, now: Now, settings: Config, package_id: uuid.UUID,
    phong: Room = "", nguoi: Name = "", nghe: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    occasion = _shut(db, package_id)
    try:
        issue_at_box(
            db, occasion, phong, by_name=nguoi, needs_sound=nghe,
            new_code=passwords.new_code, now=now,
        )  # fmt: skip
    except Invalid as error:
        refusal = Refusal(problems_for(request, error), nguoi)
        return _report(request, db, occasion, settings, now, package_id, phong, refusal)
    return RedirectResponse(f"{_address(package_id)}?phong={quote(phong)}", status_code=303)


def _shut(db: Session, package_id: uuid.UUID) -> Occasion:
    occasion = occasion_of_package(db, package_id)
    require(can_check_at_box(occasion))
    return occasion

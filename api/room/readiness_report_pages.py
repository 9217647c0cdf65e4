"""How the rooms' machines do before the day: the list, a room as a picture, a seat's history."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.readiness.occasions import Occasion, occasion_of_sitting
from delivery.readiness.report import readiness_of
from delivery.readiness.rules import can_issue_room_code, can_read_readiness
from delivery.readiness.seats import seat_name
from delivery.readiness.service import issue_room_code
from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from itembank.errors import NotFound, msg
from itembank.permissions import Role, require

from ..auth import passwords
from ..exams.print_pages import attachment
from ..i18n import language, translate
from ..pages import page
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from .readiness_file import readiness_csv
from .readiness_views import Door, HistoryPage, history_page, report_page

router = APIRouter(prefix="/kiem-tra-phong")
READERS = (Role.EXAM_OFFICER, Role.INVIGILATOR, Role.UNIT_ADMIN)
Room = Annotated[str, Form(max_length=20)]


@router.get("")
def rooms_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    lines = sittings.visible_sittings(db, staff.actor, READERS)
    return page(request, "room/readiness_sittings.html", lines)


@router.get("/{sitting_id}")
def report(
    request: Request, staff: Staff, db: ReadDb, now: Now, settings: Config,
    sitting_id: uuid.UUID, phong: str = "",
) -> Response:  # fmt: skip
    sitting = _readable(db, staff, sitting_id)
    door = Door(
        _address(sitting), "/kiem-tra-phong", msg("Kiểm tra máy"),
        may_issue=bool(can_issue_room_code(staff.actor, sitting)),
    )  # fmt: skip
    origin = settings.public_origin or str(request.base_url).rstrip("/")
    occasion = occasion_of_sitting(db, sitting)
    model = report_page(db, occasion, door, room=phong[:20], origin=origin, now=now)
    return page(request, "room/readiness_report.html", model)


@router.get("/{sitting_id}/kiem-tra-may.csv")
def report_file(request: Request, staff: Staff, db: ReadDb, sitting_id: uuid.UUID) -> Response:
    occasion = occasion_of_sitting(db, _readable(db, staff, sitting_id))
    return csv_of(request, db, occasion)


@router.get("/{sitting_id}/ghe")
def seat_history(
    request: Request,
    staff: Staff,
    db: ReadDb,
    sitting_id: uuid.UUID,
    phong: str = "",
    ghe: str = "",
) -> Response:
    sitting = _readable(db, staff, sitting_id)
    occasion = occasion_of_sitting(db, sitting)
    model = known_seat(db, occasion, _address(sitting), phong, ghe)
    return page(request, "room/readiness_history.html", model)


@router.post("/{sitting_id}/ma")
def issue(
    staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID,
    phong: Room = "", nghe: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    sitting = _readable(db, staff, sitting_id)
    issue_room_code(
        db, staff.actor, sitting, phong, needs_sound=nghe, new_code=passwords.new_code, now=now
    )
    return RedirectResponse(f"{_address(sitting)}?phong={quote(phong)}", status_code=303)


def csv_of(request: Request, db: Session, occasion: Occasion) -> Response:
    """Every room of the sitting as a table."""
    words = partial(translate, lang=language(request))
    body = readiness_csv(readiness_of(db, occasion), words)
    return Response(body, media_type="text/csv", headers=attachment("kiem-tra-may.csv"))


def known_seat(
    db: Session, occasion: Occasion, address: str, room: str, seat: str
) -> HistoryPage:  # fmt: skip
    """The history of a seat as it was asked for."""
    found = history_page(db, occasion, address, room[:20], seat_name(seat[:20]))
    if found is None:
        raise NotFound("Ca thi không có ghế này. Về sơ đồ phòng rồi chọn lại.")
    return found


def _address(sitting: Sitting) -> str:
    return f"/kiem-tra-phong/{sitting.id}"


def _readable(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_read_readiness(staff.actor, sitting))
    return sitting

"""The inspector's pages: every one only shows, and every opening is noted.

The part that draws itself again belongs to the opening before it and is not noted once more.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery.inspection.rules import can_inspect
from delivery.inspection.service import Opened, open_for_inspection
from delivery.readiness.occasions import occasion_of_sitting
from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from delivery.watching.repository import watched
from itembank.errors import msg
from itembank.permissions import Role, require

from ..pages import page
from ..web import Db, Now, ReadDb, Staff
from .inspector_views import InspectedRoom, inspected_room
from .readiness_views import Door, report_page

router = APIRouter(prefix="/thanh-tra")


@router.get("")
def sittings_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    lines = sittings.visible_sittings(db, staff.actor, (Role.INSPECTOR,))
    return page(request, "room/inspector_sittings.html", lines)


@router.get("/{sitting_id}")
def room_page(
    request: Request, staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID, phong: str = ""
) -> Response:
    sitting = sittings.sitting_of(db, sitting_id)
    open_for_inspection(db, staff.actor, sitting, Opened.ROOM, phong[:20], now=now)
    return page(request, "room/inspector.html", _seen(db, sitting, phong, now))


@router.get("/{sitting_id}/so-do")
def seats(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID, phong: str = ""
) -> Response:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_inspect(staff.actor, sitting))
    return page(request, "room/_inspector_seats.html", _seen(db, sitting, phong, now))


@router.get("/{sitting_id}/may")
def machines(
    request: Request, staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID, phong: str = ""
) -> Response:
    sitting = sittings.sitting_of(db, sitting_id)
    open_for_inspection(db, staff.actor, sitting, Opened.MACHINES, phong[:20], now=now)
    here = f"/thanh-tra/{sitting.id}"
    door = Door(f"{here}/may", here, msg("Phòng thi"), is_inspected=True)
    occasion = occasion_of_sitting(db, sitting)
    model = report_page(db, occasion, door, room=phong[:20], origin="", now=now)
    return page(request, "room/readiness_report.html", model)


def _seen(db: Session, sitting: Sitting, room: str, now: datetime) -> InspectedRoom:
    return inspected_room(db, sitting, watched(db, sitting.id), room=room[:20], now=now)

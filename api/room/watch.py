"""The invigilator's desk: watch, open, close, let a candidate change machines, issue a new code."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.attempts import devices
from delivery.sittings import repository as sittings
from delivery.sittings import service as sitting_service
from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from delivery.watching.repository import watched
from itembank.errors import Invalid
from itembank.permissions import require

from ..auth import passwords
from ..closing import close
from ..opening import open_or_ask
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from .console_feed import look
from .console_views import seat_map
from .console_wire import map_message
from .desk import Desk, desk, room_log

router = APIRouter()
Reason = Annotated[str, Form(max_length=2000)]


@router.get("/phong-thi")
def sittings_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    return page(request, "room/sittings.html", sittings.visible_sittings(db, staff.actor))


@router.get("/phong-thi/{sitting_id}")
def desk_page(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID,
    phong: str = "", ghe: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    sitting = _watched(db, staff, sitting_id)
    model = _looked(request, db, staff, sitting, phong, ghe, now)
    return page(request, "room/desk.html", model, problems=[], reason="", verb="")


@router.get("/phong-thi/{sitting_id}/so-do")
def seats(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID,
    phong: str = "", ghe: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    """The part of the desk that changes: drawn anew, or as figures where the stream does not come."""
    sitting = _watched(db, staff, sitting_id)
    if "application/json" in request.headers.get("accept", ""):
        found = look(request.app.state.database, sitting_id, now)
        return JSONResponse(map_message(seat_map(found, phong[:20], now), now))
    model = _looked(request, db, staff, sitting, phong, ghe, now)
    return page(request, "room/_seats.html", model)


@router.get("/phong-thi/{sitting_id}/bang")
def panel(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID,
    phong: str = "", ghe: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    """The panel beside the map: of one seat, or of the room where none is chosen."""
    sitting = _watched(db, staff, sitting_id)
    model = _looked(request, db, staff, sitting, phong, ghe, now)
    return page(request, "room/_panel.html", model, problems=[], reason="", verb="")


@router.get("/phong-thi/{sitting_id}/nhat-ki")
def log_lines(request: Request, staff: Staff, db: ReadDb, sitting_id: uuid.UUID) -> Response:
    """The room's log, fetched when it has grown."""
    return page(request, "room/_log.html", room_log(db, _watched(db, staff, sitting_id)))


@router.post("/phong-thi/{sitting_id}/mo")
def open_sitting(staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID) -> Response:
    open_or_ask(db, staff.actor, _watched(db, staff, sitting_id), now=now)
    return _back(sitting_id)


@router.post("/phong-thi/{sitting_id}/dong")
def close_sitting(
    request: Request, staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID, reason: Reason = ""
) -> Response:
    """Close; with papers still open it needs a reason, and hands in what is there."""
    sitting = _watched(db, staff, sitting_id)
    try:
        close(db, staff.actor, sitting, reason=reason, now=now, reason_field="reason-dong")
    except Invalid as error:
        model = _as_it_is(db, staff, sitting, "", None, now)
        shown = problems_for(request, error)
        return page(
            request, "room/desk.html", model, status=422, problems=shown, reason=reason, verb="dong"
        )
    return _back(sitting_id)


@router.post("/phong-thi/{sitting_id}/thi-sinh/{candidate_id}/doi-may")
def release_device(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    sitting_id: uuid.UUID,
    candidate_id: uuid.UUID,
    reason: Reason = "",
    phong: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    sitting = _watched(db, staff, sitting_id)
    candidate = sittings.candidate_of(db, sitting_id, candidate_id)
    try:
        devices.release_device(db, staff.actor, sitting, candidate, reason=reason, now=now)
    except Invalid as error:
        model = _as_it_is(db, staff, sitting, phong, candidate_id, now)
        shown = [{**p, "where": "reason-doi-may"} for p in problems_for(request, error)]
        return page(
            request, "room/desk.html", model, status=422, problems=shown, reason=reason,
            verb="doi-may",
        )  # fmt: skip
    return _back(sitting_id, candidate_id, phong)


@router.post("/phong-thi/{sitting_id}/thi-sinh/{candidate_id}/cap-lai-ma")
def re_issue_code(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    sitting_id: uuid.UUID,
    candidate_id: uuid.UUID,
    reason: Reason = "",
    phong: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """A new code, shown this once; the old one is dead when the page appears."""
    sitting = _watched(db, staff, sitting_id)
    candidate = sittings.candidate_of(db, sitting_id, candidate_id)
    try:
        issued = sitting_service.re_issue_code(
            db,
            staff.actor,
            sitting,
            candidate,
            reason=reason,
            new_code=passwords.new_code,
            hash_code=passwords.hash_code,
            now=now,
        )
    except Invalid as error:
        model = _as_it_is(db, staff, sitting, phong, candidate_id, now)
        shown = [{**p, "where": "reason-cap-lai"} for p in problems_for(request, error)]
        return page(
            request, "room/desk.html", model, status=422, problems=shown, reason=reason,
            verb="cap-lai",
        )  # fmt: skip
    return page(request, "room/new_code.html", issued, sitting=sitting, phong=phong)


def _watched(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_supervise(staff.actor, sitting))
    return sitting


def _looked(
    request: Request, db: Session, staff: SignedIn, sitting: Sitting,
    room: str, chosen: uuid.UUID | None, now: datetime,
) -> Desk:  # fmt: skip
    found = look(request.app.state.database, sitting.id, now)
    return desk(db, staff.actor, sitting, found, room=room[:20], chosen=chosen, now=now)


def _as_it_is(
    db: Session, staff: SignedIn, sitting: Sitting, room: str, chosen: uuid.UUID | None,
    now: datetime,
) -> Desk:  # fmt: skip
    """The desk inside the caller's own write transaction, where nothing else may write."""
    found = watched(db, sitting.id)
    return desk(db, staff.actor, sitting, found, room=room[:20], chosen=chosen, now=now)


def _back(
    sitting_id: uuid.UUID, candidate_id: uuid.UUID | None = None, room: str = ""
) -> RedirectResponse:
    query = f"?phong={quote(room)}&ghe={candidate_id}" if candidate_id else ""
    return RedirectResponse(f"/phong-thi/{sitting_id}{query}", status_code=303)

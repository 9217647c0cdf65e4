"""Before the paper: number and code, own name and birth date, and waiting for the paper to open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.attempts import devices, service
from delivery.attempts.clock import extra_seconds
from delivery.attempts.errors import CameTooLate, RoomPaused
from delivery.attempts.repository import Held
from delivery.attempts.starting import may_start
from delivery.attempts.states import AttemptState
from delivery.sittings import repository as sittings
from itembank.errors import Invalid, msg, problem
from itembank.forms import repository as forms
from itembank.people.models import Unit

from ..auth import passwords
from ..auth.service import TooManyTries, check_tries, failures, note_failure
from ..db import Database
from ..pages import page, problems_for
from ..settings import Settings
from ..web import Config, Now, get_database
from .device import (
    DECOY,
    clear_cookie,
    find_held,
    form_from_our_page,
    held_by_device,
    set_cookie,
    verify_code,
)

router = APIRouter()
Data = Annotated[Database, Depends(get_database)]
OurPage = Depends(form_from_our_page)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Who the candidate is, and what they wait for."""

    number: str
    name: str
    date_of_birth: date
    school: str
    room: str
    seat: str
    title: str
    subject: str
    site: str
    minutes: int
    starts_at: datetime
    status: str  # replaced, device_waits, not_open, open, room_paused, came_late, running, …


@router.get("/thi")
def sign_in_page(request: Request, database: Data) -> Response:
    with database.read() as db:
        held = find_held(db, request)
        goes_on = held is not None and _status(held) in {"device_waits", "not_open", "open"}
        is_running = held is not None and _status(held) == "running"
    if is_running:
        return RedirectResponse("/thi/lam-bai", status_code=303)
    if goes_on:
        return RedirectResponse("/thi/xac-nhan", status_code=303)
    return page(request, "room/sign_in.html", problems=[], number="")


@router.post("/thi", dependencies=[OurPage])
def sign_in(
    request: Request,
    database: Data,
    settings: Config,
    now: Now,
    sbd: Annotated[str, Form()] = "",
    ma: Annotated[str, Form()] = "",
) -> Response:
    number, code = sbd.strip()[:20], ma.strip()[:40]
    device = request.headers.get("user-agent", "")
    try:
        token = _try(database, settings, number, code, device, now)
    except (Invalid, TooManyTries) as error:
        status = 429 if isinstance(error, TooManyTries) else 422
        shown = problems_for(request, error)
        return page(request, "room/sign_in.html", status=status, problems=shown, number=number)
    response = RedirectResponse("/thi/xac-nhan", status_code=303)
    set_cookie(response, settings, token)
    return response


def _try(
    database: Database, settings: Settings, number: str, code: str, device: str, now: datetime
) -> str:
    """A token for this device. Whether the number exists never shows."""
    _check_filled(number, code)
    subject = f"thi:{number}"
    with database.read() as db:
        _check_tries(db, subject, settings.sign_in_tries, now)
        candidate = devices.identify(db, number, code, verify_code, DECOY)
    with database.write() as db:
        if candidate is not None:
            token = passwords.new_token()
            hashed = passwords.token_hash(token)
            devices.sign_in(db, candidate, token_hash=hashed, device=device, now=now)
            return token
        note_failure(db, subject, now=now)
        db.flush()
        left = settings.sign_in_tries - failures(db, subject, now=now)
    raise _wrong(max(0, left))  # after the commit: a refusal inside would take the count back


def _check_filled(number: str, code: str) -> None:
    missing = []
    if not number:
        missing.append(problem("sbd", "Gõ số báo danh in trên phiếu dự thi."))
    if not code:
        missing.append(problem("ma", "Gõ mã vào phòng in trên phiếu dự thi."))
    if missing:
        raise Invalid("Chưa vào được phòng thi.", problems=missing)


def _check_tries(db: Session, subject: str, limit: int, now: datetime) -> None:
    try:
        check_tries(db, subject, limit, now=now)
    except TooManyTries as error:
        what = "Số báo danh này đã thử sai quá nhiều lần trong một giờ. Giơ tay báo giám thị."
        raise TooManyTries("Chưa vào được phòng thi.", problems=[problem("sbd", what)]) from error


def _wrong(left: int) -> Invalid:
    what = msg(
        "Số báo danh hoặc mã vào phòng không đúng. Xem lại từng kí tự; còn {n} lần thử.", n=left
    )
    return Invalid(
        "Chưa vào được phòng thi.", code="sign_in_failed", problems=[problem("ma", what)]
    )


@router.get("/thi/xac-nhan")
def waiting_page(request: Request, database: Data, now: Now) -> Response:
    with database.read() as db:
        held = find_held(db, request)
        if held is None:
            return RedirectResponse("/thi", status_code=303)
        model = _waiting(db, held, now)
    if model.status in {"running", "submitted"}:
        return RedirectResponse("/thi/lam-bai", status_code=303)
    return page(request, "room/waiting.html", model)


@router.get("/thi/xac-nhan/trang-thai")
def waiting_status(request: Request, database: Data, now: Now) -> Response:
    """The part of the waiting page that asks again every few seconds."""
    with database.read() as db:
        model = _waiting(db, held_by_device(db, request), now)
    return page(request, "room/_status.html", model)


def _waiting(db: Session, held: Held, now: datetime) -> WaitingPage:
    candidate, sitting = held.candidate, held.sitting
    form = forms.form_of(db, sitting.form_id)
    return WaitingPage(
        number=candidate.number,
        name=candidate.full_name,
        date_of_birth=candidate.date_of_birth,
        school=candidate.school,
        room=candidate.room,
        seat=candidate.seat,
        title=sitting.title,
        subject=forms.structure_of(form).title,
        site=db.get_one(Unit, sitting.unit_id).name,
        minutes=_minutes(db, held),
        starts_at=sitting.starts_at,
        status=_could_start(db, held, now) if _status(held) == "open" else _status(held),
    )


def _minutes(db: Session, held: Held) -> int:
    """The whole minutes this candidate has, what is granted to them included."""
    granted = sittings.accommodation_of(db, held.candidate.id)
    extra = extra_seconds(held.sitting.minutes, granted.extra_percent) if granted else 0
    return held.sitting.minutes + extra // 60


def _could_start(db: Session, held: Held, now: datetime) -> str:
    try:
        may_start(db, held.sitting, held.candidate, now)
    except CameTooLate:
        return "came_late"
    except RoomPaused:
        return "room_paused"
    return "open"


def _status(held: Held) -> str:
    state = service.state_of(held.attempt)
    if held.lease.ended_at is not None:
        return "replaced"
    if held.lease.granted_at is None:
        return "device_waits"
    if state is not AttemptState.WAITING:
        return str(state)
    return {"planned": "not_open", "open": "open"}.get(held.sitting.state, "closed")


@router.post("/thi/thoat", dependencies=[OurPage])
def leave(request: Request, database: Data, settings: Config, now: Now) -> Response:
    """«Không phải tôi»: the device lets go, as long as no paper is open on it."""
    with database.write() as db:
        devices.leave(db, held_by_device(db, request), now=now)
    response = RedirectResponse("/thi", status_code=303)
    clear_cookie(response, settings)
    return response


@router.get("/thi/thoat-seb")
def quit_browser() -> Response:
    """Safe Exam Browser ends itself at this address; any other browser goes back to the start."""
    return RedirectResponse("/thi", status_code=303)

"""The day's work in a room: time, pauses, suspensions, seats, incidents; and the minutes of it all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.allocation.service import switch_to_reserve
from delivery.attempts import invigilation as verbs
from delivery.attempts import reinstating
from delivery.attempts import room_invigilation as rooms
from delivery.attempts.accommodating import Granted, accommodate
from delivery.incidents.service import note_incident
from delivery.sittings import repository as sittings
from delivery.sittings.models import Candidate, Sitting
from delivery.sittings.rules import can_supervise
from itembank.errors import Conflict, Invalid, KhaothiError, NotFound, Refused
from itembank.permissions import Actor, require

from ..exams.print_pages import attachment
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from .day_views import day_page, minutes_page
from .minutes_docx import WORD, minutes_docx

router = APIRouter(prefix="/phong-thi/{sitting_id}")
Text = Annotated[str, Form(max_length=4000)]
Short = Annotated[str, Form(max_length=20)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed beside the button they pressed."""

    reason: str = ""
    minutes: int = 0
    room: str = ""
    seat: str = ""
    extra_percent: int = 0
    break_minutes: int = 0
    font_percent: int = 100
    reader: bool = False


Desk = tuple[Session, Actor, Sitting]
OnRoom = Callable[[Desk, str, Typed, datetime], object]
OnOne = Callable[[Desk, Candidate, Typed, datetime], object]
ON_ROOM: Mapping[str, OnRoom] = {
    "tam-dung": lambda d, r, t, now: rooms.pause_room(*d, r, reason=t.reason, now=now),
    "tiep-tuc": lambda d, r, t, now: rooms.resume_room(*d, r, now=now),
    "them-gio": lambda d, r, t, now: rooms.extend_room(
        *d, r, minutes=t.minutes, reason=t.reason, now=now
    ),
    "thong-bao": lambda d, r, t, now: rooms.announce(*d, r, text=t.reason, now=now),
    "de-du-phong": lambda d, r, t, now: switch_to_reserve(*d, reason=t.reason, now=now),
}
ON_ONE: Mapping[str, OnOne] = {
    "them-gio": lambda d, c, t, now: verbs.extend(
        *d, c, minutes=t.minutes, reason=t.reason, now=now
    ),
    "bu-gio": lambda d, c, t, now: verbs.credit(
        *d, c, seconds=60 * t.minutes, reason=t.reason, now=now
    ),
    "tam-dung": lambda d, c, t, now: verbs.pause(*d, c, reason=t.reason, now=now),
    "tiep-tuc": lambda d, c, t, now: verbs.resume(*d, c, reason=t.reason, now=now),
    "de-nghi-dinh-chi": lambda d, c, t, now: verbs.ask_suspension(
        *d, c, reason=t.reason, now=now
    ),
    "dinh-chi": lambda d, c, t, now: verbs.suspend(*d, c, now=now),
    "khong-dinh-chi": lambda d, c, t, now: verbs.refuse_suspension(
        *d, c, reason=t.reason, now=now
    ),
    "de-nghi-huy-dinh-chi": lambda d, c, t, now: reinstating.ask_reinstatement(
        *d, c, reason=t.reason, now=now
    ),
    "huy-dinh-chi": lambda d, c, t, now: reinstating.reinstate(*d, c, now=now),
    "giu-dinh-chi": lambda d, c, t, now: reinstating.refuse_reinstatement(
        *d, c, reason=t.reason, now=now
    ),
    "thu-bai": lambda d, c, t, now: verbs.end_attempt(*d, c, reason=t.reason, now=now),
    "cho-vao-muon": lambda d, c, t, now: verbs.admit_late(*d, c, reason=t.reason, now=now),
    "doi-cho": lambda d, c, t, now: rooms.move(
        *d, c, room=t.room, seat=t.seat, reason=t.reason, now=now
    ),
    "che-do": lambda d, c, t, now: accommodate(
        *d, c, Granted(t.extra_percent, t.break_minutes, t.font_percent, t.reader),
        reason=t.reason, now=now,
    ),
}  # fmt: skip


@router.get("/viec")
def day(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID,
    phong: str = "", ghe: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    sitting = _watched(db, staff, sitting_id)
    model = day_page(db, staff.actor, sitting, room=phong[:20], chosen=ghe, now=now)
    return page(request, "room/day.html", model, problems=[], message="", typed=Typed(), verb="")


@router.post("/viec/phong/{verb}")
def on_room(
    request: Request, staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID, verb: str,
    reason: Text = "", minutes: Annotated[int, Form()] = 0, phong: Short = "",
) -> Response:  # fmt: skip
    sitting = _watched(db, staff, sitting_id)
    act, typed = _known(ON_ROOM, verb), Typed(reason=reason, minutes=minutes)
    try:
        with db.begin_nested():
            act((db, staff.actor, sitting), phong, typed, now)
    except (Invalid, Refused, Conflict) as error:
        return _again(request, db, staff.actor, sitting, error, typed, verb, phong, None, now)
    return _back(sitting_id, phong)


@router.post("/viec/thi-sinh/{candidate_id}/{verb}")
def on_one(
    request: Request, staff: Staff, db: Db, now: Now,
    sitting_id: uuid.UUID, candidate_id: uuid.UUID, verb: str,
    reason: Text = "", minutes: Annotated[int, Form()] = 0, phong: Short = "",
    room: Short = "", seat: Short = "", extra_percent: Annotated[int, Form()] = 0,
    break_minutes: Annotated[int, Form()] = 0, font_percent: Annotated[int, Form()] = 100,
    reader: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    sitting = _watched(db, staff, sitting_id)
    candidate = sittings.candidate_of(db, sitting_id, candidate_id)
    typed = Typed(
        reason, minutes, room.strip(), seat.strip(), extra_percent, break_minutes, font_percent,
        reader,
    )  # fmt: skip
    act = _known(ON_ONE, verb)
    try:
        with db.begin_nested():
            act((db, staff.actor, sitting), candidate, typed, now)
    except (Invalid, Refused, Conflict) as error:
        return _again(
            request, db, staff.actor, sitting, error, typed, verb, phong, candidate_id, now
        )
    return _back(sitting_id, phong, candidate_id)


@router.post("/viec/su-viec")
def incident(
    request: Request, staff: Staff, db: Db, now: Now, sitting_id: uuid.UUID,
    kind: Short = "", text: Text = "", phong: Short = "", candidate: str | None = Form(None),
) -> Response:  # fmt: skip
    sitting = _watched(db, staff, sitting_id)
    try:
        about = sittings.candidate_of(db, sitting_id, uuid.UUID(candidate)) if candidate else None
        note_incident(
            db, staff.actor, sitting, kind=kind, text=text, room=phong, candidate=about, now=now
        )
    except Invalid as error:
        typed = Typed(reason=text)
        return _again(request, db, staff.actor, sitting, error, typed, "su-viec", phong, None, now)
    return _back(sitting_id, phong)


@router.get("/bien-ban")
def minutes(
    request: Request, staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID, phong: str = ""
) -> Response:
    sitting = _watched(db, staff, sitting_id)
    return page(request, "room/minutes.html", minutes_page(db, sitting, phong[:20], now))


@router.get("/bien-ban.docx")
def minutes_file(
    staff: Staff, db: ReadDb, now: Now, sitting_id: uuid.UUID, phong: str = ""
) -> Response:
    sitting = _watched(db, staff, sitting_id)
    body = minutes_docx(minutes_page(db, sitting, phong[:20], now))
    return Response(body, media_type=WORD, headers=attachment(f"bien-ban-{phong or 'ca-thi'}.docx"))


def _known(verbs_of: Mapping[str, Callable[..., object]], verb: str) -> Callable[..., object]:
    if verb not in verbs_of:
        raise NotFound("Không có việc này. Về trang ca thi rồi chọn lại.")
    return verbs_of[verb]


def _watched(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_supervise(staff.actor, sitting))
    return sitting


def _again(
    request: Request, db: Session, actor: Actor, sitting: Sitting, error: KhaothiError,
    typed: Typed, verb: str, room: str, chosen: uuid.UUID | None, now: datetime,
) -> Response:  # fmt: skip
    """The page with what was typed and what is wrong; nothing was done."""
    model = day_page(db, actor, sitting, room=room, chosen=chosen, now=now)
    return page(
        request, "room/day.html", model, status=422, problems=problems_for(request, error),
        message=error.message, typed=typed, verb=verb,
    )  # fmt: skip


def _back(sitting_id: uuid.UUID, room: str, chosen: uuid.UUID | None = None) -> RedirectResponse:
    query = f"?phong={quote(room)}" + (f"&ghe={chosen}#ghe" if chosen else "")
    return RedirectResponse(f"/phong-thi/{sitting_id}/viec{query}", status_code=303)

"""Practice on the candidate's screen: the page, and the JSON it speaks.

What is right leaves through this module and the pupils' pages alone. The examination's routes
(`api/room`) know neither; a sitting's form items have no name here.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.practice import repository, states, working
from delivery.practice.models import PracticeAttempt, PracticeTask, PracticeTaskItem
from delivery.practice.results import mark_of
from delivery.practice.working import Seat
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.scoring.rules import UnfitResponse, check_value

from ..pages import fragment, page
from ..room.device import Body, from_our_page
from ..room.documents import SentEvent, read_sent
from ..web import Db, Now, ReadDb
from . import pupil_views
from .device import find_seat, seat_here
from .player_documents import (
    SentAnswers,
    SentCheck,
    clock_document,
    feedback_document,
    place_named,
    practice_document,
    receipt_document,
)
from .pupil_views import PupilItem, task_page

router = APIRouter(prefix="/lop")
OurPage = Depends(from_our_page)
Task = uuid.UUID
STAFF_PICTURES = 'src="/ngan-hang/hinh/'
PICTURES = f'src="{pupil_views.PICTURES}'


@router.get("/bai/{task_id}/lam")
def player(request: Request, task_id: Task, db: ReadDb, now: Now) -> Response:
    """The screen of an examination, for work that is going on; else the plain page."""
    seat = find_seat(db, request, now)
    if seat is None:
        return RedirectResponse("/lop", status_code=303)
    task = working.task_for(db, seat, repository.task_of(db, task_id))
    attempt = repository.attempt_of(db, task.id, seat.pupil.id)
    if attempt is None or working.is_over(task, attempt, now):
        return RedirectResponse(f"/lop/bai/{task_id}", status_code=303)
    return page(request, "practice/player.html", task)


@router.get("/api/bai/{task_id}/bai-lam")
def work(request: Request, task_id: Task, db: ReadDb, now: Now) -> JSONResponse:
    seat, task, attempt = _working(request, task_id, db, now)
    shown = task_page(db, seat, task, now=now)
    told = {
        str(item.place.id): _feedback(request, item.content, item.value)
        for item in shown.items
        if item.content is not None and _is_checked(item)
    }
    return JSONResponse(practice_document(shown, attempt, told, now))


def _is_checked(item: PupilItem) -> bool:
    return item.is_final and item.is_answered


@router.get("/api/bai/{task_id}/dong-ho")
def clock(request: Request, task_id: Task, db: ReadDb, now: Now) -> JSONResponse:
    _, task, attempt = _working(request, task_id, db, now)
    return JSONResponse(clock_document(attempt, working.is_over(task, attempt, now), now))


@router.post("/api/bai/{task_id}/luu", dependencies=[OurPage])
def save(request: Request, task_id: Task, body: Body, db: Db, now: Now) -> JSONResponse:
    """Kept one by one in their order; a mark for review stays on the device."""
    sent = read_sent(SentAnswers, body)
    seat, task, attempt = _working(request, task_id, db, now)
    for event in sent.events:
        if event.kind == "answer":
            _keep(db, seat, task, event, now)
    told = clock_document(attempt, working.is_over(task, attempt, now), now)
    return JSONResponse({**told, "acked": [event.seq for event in sent.events]})


def _keep(db: Session, seat: Seat, task: PracticeTask, event: SentEvent, now: datetime) -> None:
    place, content = _asked(db, task, event.item)
    _check(content, event.value)
    working.answer(db, seat, task, place, event.value, check=False, now=now)


@router.post("/api/bai/{task_id}/kiem-tra", dependencies=[OurPage])
def check(request: Request, task_id: Task, body: Body, db: Db, now: Now) -> JSONResponse:
    """What is right, once the pupil has answered. The first answer checked counts; a further try
    is told about and not kept.
    """
    sent = read_sent(SentCheck, body)
    seat, task, _ = _working(request, task_id, db, now)
    if not states.shows_key(task.feedback, checked=True, submitted=False, closed=False):
        raise Refused("Bài này chỉ cho xem đáp án sau khi đóng.", code="feedback_waits")
    place, content = _asked(db, task, sent.item)
    _check(content, sent.value)
    if not mark_of(content, sent.value).is_answered:
        raise Invalid("Trả lời rồi hãy kiểm tra.", code="nothing_to_check")
    working.answer(db, seat, task, place, sent.value, check=True, now=now)
    return JSONResponse(_feedback(request, content, sent.value))


@router.post("/api/bai/{task_id}/nop", dependencies=[OurPage])
def hand_in(request: Request, task_id: Task, db: Db, now: Now) -> JSONResponse:
    seat, task, attempt = _working(request, task_id, db, now)
    working.hand_in(db, seat, task, now=now)
    shown = task_page(db, seat, task, now=now)
    return JSONResponse({"receipt": receipt_document(shown, attempt)})


def _working(
    request: Request, task_id: Task, db: Session, now: datetime
) -> tuple[Seat, PracticeTask, PracticeAttempt]:
    seat = seat_here(db, request, now)
    task = working.task_for(db, seat, repository.task_of(db, task_id))
    attempt = repository.attempt_of(db, task.id, seat.pupil.id)
    if attempt is None:
        raise Conflict("Bấm «Bắt đầu làm» trước khi trả lời.", code="not_started")
    return seat, task, attempt


def _asked(db: Session, task: PracticeTask, name: str) -> tuple[PracticeTaskItem, ItemContent]:
    wanted = place_named(name)
    place = next((p for p in repository.items_of_task(db, task.id) if p.id == wanted), None)
    if place is None:
        raise NotFound("Câu này không có trong bài.")
    return place, items.read_version(db, place.version_hash)


def _check(content: ItemContent, value: Any) -> None:
    try:
        check_value(content, value)
    except UnfitResponse as error:
        raise Invalid("Câu trả lời không đúng dạng. Tải lại trang rồi trả lời lại.") from error


def _feedback(request: Request, content: ItemContent, value: Any) -> dict[str, Any]:
    told = fragment(request, "practice/_told.html", content)
    told = told.replace(STAFF_PICTURES, PICTURES)  # a pupil has an address of their own
    return feedback_document(mark_of(content, value), told)

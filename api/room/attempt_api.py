"""The candidate's JSON interface but for what the answer path takes (`answer_path.py`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from delivery.attempts import action_log, devices, late, service
from delivery.attempts.errors import WriterReplaced
from delivery.attempts.repository import Held
from delivery.process import service as process
from itembank.errors import NotFound
from itembank.items.models import Asset

from ..db import Database
from ..i18n import language
from ..web import Now, get_database
from .device import Body, from_our_page, held_by_device
from .documents import (
    SentEvents,
    SentProcessEvents,
    SentSubmission,
    changes_of,
    instant,
    messages_document,
    noticed_of,
    read_sent,
    receipt_document,
    writer_name,
)
from .paper import paper_of

router = APIRouter()
Data = Annotated[Database, Depends(get_database)]
OurPage = Depends(from_our_page)


@router.get("/thi/api/time")
def time(now: Now) -> JSONResponse:
    """The server's time, for anybody: the sign-in page compares the machine with it."""
    return JSONResponse({"server_now": instant(now)})


@router.get("/thi/api/messages")
def messages(request: Request, database: Data) -> JSONResponse:
    with database.read() as db:
        held = held_by_device(db, request)
        devices.check_holder(held.lease)
        told = action_log.actions_of(db, held.candidate.id)
        return JSONResponse(messages_document(told, language(request)))


@router.post("/thi/api/submit", dependencies=[OurPage])
def submit(request: Request, body: Body, database: Data, now: Now) -> JSONResponse:
    sent = read_sent(SentSubmission, body)
    with database.write() as db:
        held = _held_as(db, request, sent.writer)
        receipt = service.submit(db, held, last_seq=sent.last_seq, now=now)
    return JSONResponse({"receipt": receipt_document(receipt)})


@router.get("/thi/hinh/{sha256}")
def picture(request: Request, sha256: str, database: Data) -> Response:
    """A picture of the candidate's own paper, while they have it open."""
    with database.read() as db:
        held = held_by_device(db, request)
        devices.check_holder(held.lease)
        mine = held.attempt is not None and sha256 in paper_of(db, held.attempt.form_id).assets
        asset = db.get(Asset, sha256) if mine else None
        if asset is None:
            raise NotFound("Không có hình này trong đề đang mở.")
        return Response(
            asset.body,
            media_type=asset.media_type,
            headers={
                "Cache-Control": "private, max-age=86400, immutable",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            },
        )


def _held_as(db: Session, request: Request, writer: str) -> Held:
    """The device's lease; a page left open from an earlier lease may not write under this one."""
    held = held_by_device(db, request)
    devices.check_holder(held.lease)
    if writer != writer_name(held):
        raise WriterReplaced
    return held


@router.post("/thi/api/late-events", dependencies=[OurPage])
def keep_late_events(request: Request, body: Body, database: Data, now: Now) -> JSONResponse:
    """What a replaced or belated device still holds; its page belongs to its own lease only."""
    sent = read_sent(SentEvents, body)
    with database.write() as db:
        held = held_by_device(db, request)
        if sent.writer != writer_name(held):
            raise WriterReplaced
        return JSONResponse({"kept": late.keep_late(db, held, changes_of(sent), now=now)})


@router.post("/thi/api/process", dependencies=[OurPage])
def keep_process(request: Request, body: Body, database: Data, now: Now) -> JSONResponse:
    """How the candidate works: a route of its own, so that it never stands before an answer."""
    sent = read_sent(SentProcessEvents, body)
    with database.write() as db:
        held = _held_as(db, request, sent.writer)
        kept = process.keep(db, held, noticed_of(sent), now=now)
    return JSONResponse({"kept": kept})

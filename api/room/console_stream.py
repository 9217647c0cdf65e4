"""The consoles' event stream: what changed in a room, as it changes; and that the line is alive."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from delivery.sittings import repository as sittings
from delivery.sittings.rules import can_supervise
from itembank.permissions import require

from ..web import ReadDb, Staff
from .console_feed import Consoles, News, SittingReader
from .console_wire import changes_message, map_message, server_sent

router = APIRouter()
HEARTBEAT_SECONDS = 2.0
# A stream ends by itself and is opened again: whoever signed out or lost the role sees no more.
STREAM_SECONDS = 120.0
RETRY = "retry: 1000\n\n"
NOT_BUFFERED = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


@router.get("/phong-thi/{sitting_id}/dong-su-kien")
def events(
    request: Request,
    staff: Staff,
    db: ReadDb,
    sitting_id: uuid.UUID,
    phong: Annotated[str, Query(max_length=20)] = "",
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> Response:
    """Server-sent events. The transaction is over before the first one leaves."""
    require(can_supervise(staff.actor, sittings.sitting_of(db, sitting_id)))
    consoles: Consoles = request.app.state.consoles
    if consoles.is_full:
        busy = {"error": {"code": "too_many_consoles"}}
        return JSONResponse(busy, status_code=503, headers={"Retry-After": "15"})
    stream = told(consoles, sitting_id, phong, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=NOT_BUFFERED)


async def told(
    consoles: Consoles, sitting_id: uuid.UUID, room: str, position: str | None
) -> AsyncIterator[str]:
    """Everything or what was missed, then each change; a sign of life in between."""
    if consoles.is_full or consoles.is_over:
        return
    consoles.n_streams += 1
    try:
        reader = consoles.reader_of(sitting_id)
        with reader.listening() as woken:
            yield RETRY
            ends_at = time.monotonic() + STREAM_SECONDS
            while not reader.is_over and not server_is_ending() and time.monotonic() < ends_at:
                news = reader.news(position, room)
                for message in messages(news) if news else ():
                    yield message
                position = news.position if news else position
                if not await _woken(woken):
                    yield sign_of_life(reader, consoles)
    finally:
        consoles.n_streams -= 1


async def _woken(woken: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    woken.clear()
    return True


def messages(news: News) -> Iterator[str]:
    """`phong` tells everything, `ghe` some seats, `bo-cuc` that the seats themselves are others."""
    if news.changes is None:
        yield server_sent("phong", map_message(news.room, news.read_at), number=news.position)
        return
    if any(change.layout for change in news.changes):
        yield server_sent("bo-cuc", {})
    shown = {seat.candidate_id for seat in news.room.seats}
    name = news.position.partition("-")[0]
    for change in news.changes:
        here = [seat for seat in change.seats if seat.candidate_id in shown]
        if not (here or change.of_sitting):
            continue
        told_now = changes_message(here, news.room, news.read_at)
        yield server_sent("ghe", told_now, number=f"{name}-{change.number}")


def sign_of_life(reader: SittingReader, consoles: Consoles) -> str:
    """The server's clock, and when the tables were last read: old figures are shown as old."""
    now = round(1000 * consoles.clock().timestamp())
    read_at = round(1000 * reader.read_at.timestamp()) if reader.read_at else None
    return ": \n" + server_sent("nhip", {"now": now, "read": read_at})


def server_is_ending() -> bool:
    """Whether uvicorn was told to stop: it waits for open answers, so a stream has to end itself."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))

"""Two boxes: what the first has committed is on the second before the candidate is told «saved».

The first ships every changed row over the school's network and waits for the second's commit. When
the second does not answer in time the room goes on with one box, the page says so in red, and
shipping is taken up again when the second is back. The second stands by, answering no candidate,
until an invigilator lets it take over; from then on it takes no more copies.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import threading
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from delivery.packages.envelope import MOST_BYTES
from delivery.packages.rows import Row
from delivery.sites import repository, shipping
from itembank.errors import Conflict, Invalid, Refused, TooLarge

from ..db import Database
from ..web import Staff

log = logging.getLogger("khaothi.second")
COPY_PATH = "/api/may-diem-thi/ban-sao"
SIGNED_BY = "X-Khaothi-First"
PATIENCE_SECONDS = 2.0
OK, DEGRADED, STANDS_BY, TOOK_OVER = "ok", "degraded", "stands_by", "took_over"
KEPT_IN_MIND = 500

Waiting = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class SecondBox:
    """The first box's view of the second."""

    def __init__(self, database: Database, address: str, *, client: httpx.Client | None = None):
        self.database = database
        self.address = address.rstrip("/")
        self.state = OK
        self._client = client or httpx.Client(timeout=PATIENCE_SECONDS)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._waiting: list[Waiting] = []
        self._acknowledged = 0
        self._forgotten = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="second box", daemon=True)

    def start(self) -> None:
        with self.database.write() as db:
            shipping.arm(db)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=2 * PATIENCE_SECONDS)

    async def written(self) -> None:
        """Returns when all that is committed is on the second box, or when it does not answer."""
        if self.state == DEGRADED:
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._waiting.append((loop, done))
        self._wake.set()
        try:
            await asyncio.wait_for(done, 2 * PATIENCE_SECONDS)
        except TimeoutError:
            self.state = DEGRADED

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(timeout=PATIENCE_SECONDS)
            self._wake.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, []
            try:
                self.ship()
                self.state = OK
            except Exception as error:  # whatever it is, the room goes on with one box
                if self.state != DEGRADED:
                    log.warning("the second box does not answer: %s", type(error).__name__)
                self.state = DEGRADED
            _tell(waiting)

    def ship(self) -> None:
        """Everything noted so far, in as many messages as it takes."""
        while True:
            with self.database.read() as db:
                reached, rows = shipping.pending(db, self._acknowledged)
            if not rows:
                return
            body = json.dumps(rows, ensure_ascii=False).encode()
            proof = _proof(self.database, body)
            answer = self._client.post(
                self.address + COPY_PATH, content=body, headers={SIGNED_BY: proof}
            )
            answer.raise_for_status()
            self._acknowledged = reached
            self._forget()

    def _forget(self) -> None:
        if self._acknowledged - self._forgotten >= KEPT_IN_MIND:
            with self.database.write() as db:
                shipping.forget(db, self._acknowledged)
            self._forgotten = self._acknowledged


def _tell(waiting: list[Waiting]) -> None:
    for loop, done in waiting:
        try:
            loop.call_soon_threadsafe(_set, done)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.info("an answer was given to nobody")


def _set(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _proof(database: Database, body: bytes) -> str:
    """Both boxes have opened the same package; nobody else knows what was in it."""
    with database.read() as db:
        seeds = sorted(one.signing_seed for one in repository.held_packages(db) if one.signing_seed)
    if not seeds:
        raise Conflict("Gói chưa mở ở máy này.", code="package_sealed")
    key = hashlib.sha256("".join(["khaothi second box", *seeds]).encode()).digest()
    return hmac.new(key, body, "sha256").hexdigest()


class BothBoxes:
    """Around the first box's application: no answer to a POST leaves before the second has it."""

    def __init__(self, app: ASGIApp, second: SecondBox) -> None:
        self.app = app
        self.second = second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return

        async def send_when_copied(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self.second.written()
            await send(message)

        await self.app(scope, receive, send_when_copied)


# --- the second box ---------------------------------------------------------------------------


class StandBy:
    """The second box's own state: it takes copies until it takes over."""

    def __init__(self) -> None:
        self.state = STANDS_BY


class OnlyCopies:
    """Around the second box's application: while it stands by, no candidate is answered."""

    def __init__(self, app: ASGIApp, stand_by: StandBy) -> None:
        self.app = app
        self.stand_by = stand_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._instead(scope.get("path", ""))
        await (answer or self.app)(scope, receive, send)

    def _instead(self, path: str) -> Response | None:
        if self.stand_by.state != STANDS_BY:
            return None
        if path.startswith("/phong-thi"):
            return RedirectResponse("/may-diem-thi", status_code=303)
        if path == "/thi" or path.startswith("/thi/"):
            return PlainTextResponse("Máy dự phòng: dùng địa chỉ của máy chính.", status_code=503)
        return None


router = APIRouter()


async def copy_body(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MOST_BYTES:
            raise TooLarge("Dữ liệu gửi lên lớn quá mức hệ thống nhận.")
    return bytes(received)


@router.post(COPY_PATH)
def take_copy(request: Request, body: Annotated[bytes, Depends(copy_body)]) -> JSONResponse:
    """Acknowledged after the commit."""
    stand_by, database = request.app.state.second_box, request.app.state.database
    if not isinstance(stand_by, StandBy) or stand_by.state != STANDS_BY:
        raise Conflict("Máy này không nhận bản sao.", code="no_copies")
    if not hmac.compare_digest(request.headers.get(SIGNED_BY, ""), _proof(database, body)):
        raise Refused("Bản sao này không đến từ máy chính của điểm thi.")
    tables = _tables(body)
    with database.write() as db:
        shipping.take_copy(db, tables)
    return JSONResponse({"taken": sum(map(len, tables.values()))})


def _tables(body: bytes) -> dict[str, list[Row]]:
    try:
        found: dict[str, list[Row]] = json.loads(body)
        known = {fact.name for fact in shipping.SHIPPED}
        assert set(found) <= known
    except (ValueError, TypeError, AssertionError):
        raise Invalid("Dữ liệu gửi lên không đúng dạng.", code="unreadable") from None
    return found


@router.post("/may-diem-thi/tiep-quan")
def take_over(request: Request, staff: Staff) -> Response:
    """From here on this box answers the candidates, and the first can no longer change it."""
    stand_by = request.app.state.second_box
    if not isinstance(stand_by, StandBy):
        raise Conflict("Máy này không phải máy dự phòng.", code="no_stand_by")
    stand_by.state = TOOK_OVER
    log.warning("%s let this box take over", staff.actor.person_id)
    return RedirectResponse("/may-diem-thi", status_code=303)

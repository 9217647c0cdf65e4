"""The check of one machine before the day: opened by room code and seat, without signing in."""

from __future__ import annotations

import random
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from delivery.readiness.judging import judge
from delivery.readiness.measured import Measured, read_measured
from delivery.readiness.service import code_in_use, keep_check, seat_opened_by
from itembank.errors import NotFound

from ..auth import passwords
from ..db import Database
from ..pages import page, problems_for
from ..web import Now, get_database
from .device import bounded_body, from_our_page
from .readiness_views import FindingsPage, machine_page

router = APIRouter(prefix="/kiem-tra-may")
Data = Annotated[Database, Depends(get_database)]
OurPage = Depends(from_our_page)
PROBE_BYTES = 262_144
PROBE = random.Random(1).randbytes(PROBE_BYTES)  # nothing on the way can pack it
LONGEST_NAME = 20


async def sent_measurements(request: Request) -> Measured:
    return read_measured(await bounded_body(request))


Sent = Annotated[Measured, Depends(sent_measurements)]


@router.get("")
def entry(request: Request, database: Data, ma: str = "", ghe: str = "") -> Response:
    """Which machine is this? With both answers right, on to the check."""
    code, seat = printed_code(ma), ghe.strip()[:LONGEST_NAME]
    if not (code and seat):
        return page(request, "room/readiness_entry.html", problems=[], code=code, seat=seat)
    try:
        with database.read() as db:
            name = seat_opened_by(db, code, seat).seat
    except NotFound as error:
        shown = problems_for(request, error)
        return page(request, "room/readiness_entry.html", status=404, problems=shown, code=code, seat=seat)  # fmt: skip
    return RedirectResponse(f"/kiem-tra-may/{code}/{quote(name, safe='')}", status_code=303)


@router.get("/{code}/goi-do")
def probe(database: Data, code: str) -> Response:
    """A bounded bundle of bytes, for the speed of the line."""
    with database.read() as db:
        code_in_use(db, printed_code(code))
    return Response(PROBE, media_type="application/octet-stream")


@router.get("/{code}/{seat}")
def machine(request: Request, database: Data, code: str, seat: str) -> Response:
    agent = request.headers.get("user-agent", "")
    with database.read() as db:
        model = machine_page(seat_opened_by(db, printed_code(code), seat), agent)
    return page(request, "room/readiness.html", model)


@router.post("/{code}/{seat}/xem", dependencies=[OurPage])
def look(request: Request, database: Data, measured: Sent, code: str, seat: str) -> Response:
    """What the measurements mean; nothing is written down."""
    agent = request.headers.get("user-agent", "")
    with database.read() as db:
        opened = seat_opened_by(db, printed_code(code), seat)
        model = FindingsPage(judge(measured, agent, opened.asked), None, opened.code.code)
    return page(request, "room/_readiness_findings.html", model)


@router.post("/{code}/{seat}", dependencies=[OurPage])
def keep(
    request: Request, database: Data, measured: Sent, now: Now, code: str, seat: str
) -> Response:
    agent = request.headers.get("user-agent", "")
    with database.write() as db:
        opened = seat_opened_by(db, printed_code(code), seat)
        found = keep_check(db, opened, measured, agent, now=now)
        model = FindingsPage(found, now, opened.code.code)
    return page(request, "room/_readiness_findings.html", model)


def printed_code(typed: str) -> str:
    """As the codes are printed, however it was typed."""
    plain = passwords.plain_code(typed[:LONGEST_NAME])
    return f"{plain[:5]}-{plain[5:]}" if plain else ""

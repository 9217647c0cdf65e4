"""What a box with a line tells the centre, and what it gets back. No cookies: each message proves
that it comes from a holder of the package, results by the signature inside the file.
"""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from delivery.packages.envelope import MOST_BYTES
from delivery.packages.keys import opened_by, sealed_to
from delivery.sites import results_service, service
from delivery.sites.models import ExamSite, SitePackage
from delivery.sites.repository import Count
from delivery.sites.states import SiteState
from delivery.sittings.repository import sitting_of
from itembank.errors import Invalid, Refused, TooLarge, msg

from ..jobs import queue
from ..jobs.score_sitting import KIND
from ..web import Config, Db, Now
from .key_files import known_centre_keys

router = APIRouter(prefix="/api/diem-thi")
MOST_REPORT_BYTES = 4_000
SIGNED_BY = "X-Khaothi-Package"


async def _bounded(request: Request, most: int) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > most:
            raise TooLarge("Dữ liệu gửi lên lớn quá mức hệ thống nhận.")
    return bytes(received)


async def report_body(request: Request) -> bytes:
    return await _bounded(request, MOST_REPORT_BYTES)


async def results_body(request: Request) -> bytes:
    return await _bounded(request, MOST_BYTES)


def proof(file_name: str, body: bytes) -> str:
    """Only who holds the package knows the hash of its file."""
    return hmac.new(bytes.fromhex(file_name), body, "sha256").hexdigest()


@router.post("/bao-cao")
def report(
    request: Request, db: Db, settings: Config, now: Now,
    body: Annotated[bytes, Depends(report_body)],
) -> JSONResponse:  # fmt: skip
    told = _read(body)
    package = service.package_by_text(db, told.get("package"))
    given = request.headers.get(SIGNED_BY, "")
    if not hmac.compare_digest(given.encode(), proof(package.file_hash, body).encode()):
        raise Refused("Báo cáo này không đến từ máy đang giữ gói.")
    _note(db, package, told, now)
    return JSONResponse({"code": _code_for_box(db, package, settings.centre_key_file, now)})


def _read(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError):
        raise Invalid("Dữ liệu gửi lên không đúng dạng.", code="unreadable") from None


def _note(db: Session, package: SitePackage, told: dict[str, Any], now: datetime) -> None:
    try:
        count = Count(int(told["candidates"]), int(told["running"]), int(told["submitted"]))
        state, site_at = SiteState(told["state"]), datetime.fromisoformat(told["site_at"])
        software, database = str(told["build"]), str(told["database"])
        assert site_at.tzinfo is not None and 0 <= max(count.candidates, count.running) < 10**6
    except (KeyError, ValueError, TypeError, AssertionError):
        raise Invalid("Dữ liệu gửi lên không đúng dạng.", code="unreadable") from None
    service.note_report(
        db, package, state=state, count=count, software=software, database=database,
        site_at=site_at, now=now,
    )  # fmt: skip


def _code_for_box(db: Session, package: SitePackage, key_file: str, now: datetime) -> str | None:
    """The released code, sealed to the box; a box without a key of its own gets it by telephone."""
    recipient = db.get_one(ExamSite, package.site_id).recipient
    if not recipient or not service.may_be_opened(db, package, now=now):
        return None
    code = opened_by(known_centre_keys(key_file).identity, package.code_sealed)
    return base64.b64encode(sealed_to(recipient, code)).decode()


@router.post("/ket-qua")
def results(
    db: Db, settings: Config, now: Now, body: Annotated[bytes, Depends(results_body)]
) -> JSONResponse:
    centre = known_centre_keys(settings.centre_key_file)
    merged = results_service.merge_results(db, None, body, centre, now=now)
    if not merged.was_known:
        _ask_scoring(db, merged.package.sitting_id, now)
    return JSONResponse(
        {"fresh": merged.fresh, "known": merged.known, "was_known": merged.was_known,
         "facts_root": merged.facts_root}
    )  # fmt: skip


def _ask_scoring(db: Session, sitting_id: uuid.UUID, now: datetime) -> None:
    title = msg("Chấm bài: {title}", title=sitting_of(db, sitting_id).title)
    queue.ask(db, None, KIND, title, {"sitting_id": str(sitting_id)}, now=now)

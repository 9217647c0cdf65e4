"""The candidate's device: its cookie, and the lease the cookie stands for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from delivery.attempts import repository
from delivery.attempts.errors import DeviceUnknown
from delivery.attempts.repository import Held
from itembank.errors import Refused, TooLarge, msg

from ..auth import passwords
from ..settings import Settings
from ..web import cookie_name, same_origin

COOKIE = "khaothi_thi"
COOKIE_SECONDS = 12 * 3600
LARGEST_BODY = 1_000_000
DECOY = passwords.hash_code("no such candidate")
# Checking a code takes 20 MB for a moment: never more at once than there are processors, and always
# on the same threads, since the allocator keeps that much for every thread that ever checked one.
_checking = ThreadPoolExecutor(cpu_count() or 1, thread_name_prefix="codes")


def verify_code(stored: str, given: str) -> bool:
    return _checking.submit(passwords.verify_code, stored, given).result()


def token_of(request: Request) -> str | None:
    return request.cookies.get(cookie_name(request.app.state.settings, COOKIE))


def find_held(db: Session, request: Request) -> Held | None:
    """What this device holds; None for a device nobody signed in on. Its browser is noticed."""
    token = token_of(request)
    held = repository.held_by(db, passwords.token_hash(token)) if token else None
    if held is not None:
        request.app.state.browsers.notice(request, held.sitting.id, held.lease.id)
    return held


def held_by_device(db: Session, request: Request) -> Held:
    held = find_held(db, request)
    if held is None:
        raise DeviceUnknown
    return held


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings, COOKIE),
        token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        path="/",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings, COOKIE), path="/")


def from_our_page(request: Request) -> None:
    """Another site can send a form with the cookie, but neither this header nor our origin."""
    if request.headers.get("x-requested-with") != "khaothi" or not same_origin(request):
        raise foreign()


def form_from_our_page(request: Request) -> None:
    if not same_origin(request):
        raise foreign()


def foreign() -> Refused:
    return Refused(
        "Yêu cầu không đến từ trang làm bài. Tải lại trang rồi làm lại.", code="csrf_failed"
    )


async def bounded_body(request: Request) -> bytes:
    """The body, read no further than a candidate's changes can reach."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_BODY:
            raise too_large()
    return bytes(received)


def too_large() -> TooLarge:
    return TooLarge(msg("Gói thay đổi lớn quá {n} byte; gửi ít câu hơn một lần.", n=LARGEST_BODY))


Body = Annotated[bytes, Depends(bounded_body)]

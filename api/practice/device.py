"""The pupil's device: its cookie, codes and PINs, and who is signed in on it."""

from __future__ import annotations

import secrets
from datetime import datetime

from fastapi import Request, Response
from sqlalchemy.orm import Session

from delivery.practice.working import Seat, seat_of
from itembank.errors import Refused

from ..auth import passwords
from ..settings import Settings
from ..web import cookie_name

COOKIE = "khaothi_lop"
COOKIE_SECONDS = 12 * 3600
CODE_LENGTH, PIN_LENGTH = 6, 6


def new_class_code() -> str:
    return "".join(secrets.choice(passwords.CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_pin() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))


def token_hash_of(request: Request) -> str | None:
    token = request.cookies.get(cookie_name(request.app.state.settings, COOKIE))
    return passwords.token_hash(token) if token else None


def find_seat(db: Session, request: Request, now: datetime) -> Seat | None:
    hashed = token_hash_of(request)
    return seat_of(db, hashed, now=now) if hashed else None


def seat_here(db: Session, request: Request, now: datetime) -> Seat:
    seat = find_seat(db, request, now)
    if seat is None:
        raise Refused(
            "Em chưa vào lớp, hoặc phiên đã hết. Mở trang /lop và vào lại.", code="no_seat"
        )
    return seat


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings, COOKIE), token, max_age=COOKIE_SECONDS, httponly=True,
        secure=settings.secure_cookies, samesite="lax", path="/",
    )  # fmt: skip

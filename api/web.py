"""From request to service call: transactions, the acting person, language, CSRF."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from itembank.errors import Refused
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor

from .auth import service as auth
from .auth.models import StaffSession
from .clock import SteadyClock
from .db import Database
from .settings import Settings

system_clock = SteadyClock()
SAFE = {"GET", "HEAD", "OPTIONS"}
BEFORE_PASSWORD_CHANGE = {"/doi-mat-khau", "/dang-xuat"}


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def get_now(request: Request) -> datetime:
    """The server's clock; a test may put its own in `app.state.clock`."""
    moment: datetime = request.app.state.clock()
    return moment


def write_transaction(database: Annotated[Database, Depends(get_database)]) -> Iterator[Session]:
    with database.write() as db:
        yield db


def read_transaction(database: Annotated[Database, Depends(get_database)]) -> Iterator[Session]:
    with database.read() as db:
        yield db


# scope="function": the commit happens before the response leaves, so a 200 means «on disk».
Db = Annotated[Session, Depends(write_transaction, scope="function")]
# For pages that only look: takes no write lock, so no candidate's save waits for a long list.
ReadDb = Annotated[Session, Depends(read_transaction, scope="function")]
Config = Annotated[Settings, Depends(get_settings)]
Now = Annotated[datetime, Depends(get_now)]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a staff request."""

    actor: Actor
    person: Person
    session: StaffSession
    csrf_token: str  # copied: an error page is drawn after the transaction is gone


def cookie_name(settings: Settings, base: str) -> str:
    return f"__Host-{base}" if settings.secure_cookies else base


def staff_token(request: Request) -> str | None:
    return request.cookies.get(cookie_name(request.app.state.settings, "khaothi"))


def maybe_signed_in(
    request: Request, database: Annotated[Database, Depends(get_database)], now: Now
) -> SignedIn | None:
    """Who is behind the request. Read in a short transaction of its own; the rows are detached."""
    token = staff_token(request)
    if token is None:
        return None
    with database.read() as db:
        session = auth.live_session(db, token, now=now)
        person = db.get(Person, session.person_id) if session else None
        if session is None or person is None or not person.is_active:
            return None
        signed_in = SignedIn(people.load_actor(db, person), person, session, session.csrf_token)
    request.state.signed_in = signed_in
    return signed_in


async def csrf_field(request: Request) -> str:
    """The token a form or a script sent along. Read before the handler consumes the body."""
    if request.method in SAFE:
        return ""
    header = request.headers.get("X-CSRF-Token")
    if header:
        return header
    kind = request.headers.get("content-type", "")
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return str((await request.form()).get("csrf_token") or "")
    return ""


def same_origin(request: Request) -> bool:
    """False when the browser says that another site sent this request."""
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    settings: Settings = request.app.state.settings
    own = settings.public_origin or str(request.base_url)
    try:
        return urlsplit(str(origin)).netloc == urlsplit(own).netloc
    except ValueError:  # an origin that is no address, such as «http://[x»
        return False


def signed_in(
    request: Request,
    found: Annotated[SignedIn | None, Depends(maybe_signed_in)],
    csrf: Annotated[str, Depends(csrf_field)],
) -> SignedIn:
    """The staff member; refuses strangers, foreign origins and missing CSRF tokens."""
    if found is None:
        raise auth.NotSignedIn("Bạn chưa đăng nhập, hoặc phiên làm việc đã hết. Hãy đăng nhập lại.")
    if request.method not in SAFE:
        check_csrf(request, csrf, found.csrf_token)
    if found.person.must_change_password and request.url.path not in BEFORE_PASSWORD_CHANGE:
        raise PasswordChangeDue("Hãy đổi mật khẩu lần đầu trước khi làm việc.")
    return found


def check_csrf(request: Request, given: str, expected: str) -> None:
    if not same_origin(request) or not hmac.compare_digest(given, expected):
        raise Refused(
            "Yêu cầu không đến từ trang của hệ thống. Tải lại trang rồi làm lại.",
            code="csrf_failed",
        )


class PasswordChangeDue(Refused):
    default_code = "password_change_due"


Staff = Annotated[SignedIn, Depends(signed_in)]

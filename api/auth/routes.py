"""Signing in and out, changing the password, the landing page, notices, the language switch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, KhaothiError, problem
from itembank.notices import repository as notices
from itembank.notices import service as notice_service
from itembank.people.models import Person

from ..db import Database
from ..navigation import home_of
from ..pages import page, problems_for
from ..settings import Settings
from ..web import (
    Config,
    Db,
    Now,
    SignedIn,
    Staff,
    cookie_name,
    get_database,
    maybe_signed_in,
    same_origin,
)
from . import service

router = APIRouter()


def _local_path(target: str) -> str:
    """Only a path of ours may follow a sign-in: never another site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


@router.get("/")
def landing(found: Annotated[SignedIn | None, Depends(maybe_signed_in)]) -> Response:
    if found is None:
        return RedirectResponse("/dang-nhap", status_code=303)
    first = found.person.must_change_password
    return RedirectResponse("/doi-mat-khau" if first else home_of(found.actor), status_code=303)


@router.get("/dang-nhap")
def sign_in_page(request: Request, tiep: str = "/") -> Response:
    return page(request, "auth/sign_in.html", problems=[], username="", tiep=_local_path(tiep))


@router.post("/dang-nhap")
def sign_in(
    request: Request,
    database: Annotated[Database, Depends(get_database)],
    settings: Config,
    now: Now,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    tiep: Annotated[str, Form()] = "/",
) -> Response:
    try:
        token, target = _try_sign_in(request, database, settings, now, username, password)
    except KhaothiError as error:
        shown = problems_for(request, error) or [{"where": "username", "what": str(error)}]
        return page(
            request,
            "auth/sign_in.html",
            status=429 if isinstance(error, service.TooManyTries) else 422,
            problems=shown,
            username=username,
            tiep=_local_path(tiep),
        )
    wanted = _local_path(tiep)
    response = RedirectResponse(wanted if wanted != "/" else target, status_code=303)
    _set_cookie(response, settings, token)
    return response


def _try_sign_in(
    request: Request,
    database: Database,
    settings: Settings,
    now: Now,
    username: str,
    password: str,
) -> tuple[str, str]:
    if not same_origin(request):
        raise Invalid("Yêu cầu không đến từ trang đăng nhập của hệ thống.", code="csrf_failed")
    name = username.strip().lower()[:80]
    with database.write() as db:
        service.check_tries(db, name, settings.sign_in_tries, now=now)
        person = service.password_fits(db, name, password[:400])
        if person is not None:
            token = service.open_session(db, person, hours=settings.session_hours, now=now)
            return token, "/"
        service.note_failure(db, name, now=now)
    raise Invalid(
        "Tên đăng nhập hoặc mật khẩu không đúng.",
        code="sign_in_failed",
        problems=[
            problem("username", "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra rồi gõ lại.")
        ],
    )


def _set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings, "khaothi"),
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        path="/",
    )


@router.post("/dang-xuat")
def sign_out(staff: Staff, db: Db, settings: Config, now: Now) -> Response:
    service.close_session(db, db.merge(staff.session), now=now)
    response = RedirectResponse("/dang-nhap", status_code=303)
    response.delete_cookie(cookie_name(settings, "khaothi"), path="/")
    return response


@router.get("/doi-mat-khau")
def password_page(request: Request, staff: Staff) -> Response:
    first = staff.person.must_change_password
    return page(request, "auth/password.html", problems=[], first=first)


@router.post("/doi-mat-khau")
def change_password(
    request: Request,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    try:
        token = _change(db, staff, settings, now, old, new, again)
    except Invalid as error:
        shown = problems_for(request, error)
        first = staff.person.must_change_password
        return page(request, "auth/password.html", status=422, problems=shown, first=first)
    response = RedirectResponse("/", status_code=303)
    _set_cookie(response, settings, token)
    return response


def _change(
    db: Session, staff: SignedIn, settings: Settings, now: Now, old: str, new: str, again: str
) -> str:
    if new != again:
        raise Invalid(
            "Hai lần gõ mật khẩu mới khác nhau.",
            problems=[problem("again", "Gõ lại đúng mật khẩu mới ở ô trên.")],
        )
    person = db.get_one(Person, staff.person.id)
    service.change_password(db, staff.actor, person, old=old, new=new, now=now)
    return service.open_session(db, person, hours=settings.session_hours, now=now)


@router.get("/thong-bao")
def notice_page(request: Request, staff: Staff, db: Db, now: Now) -> Response:
    shown = notices.recent(db, staff.actor.person_id)
    response = page(request, "auth/notices.html", shown)
    notice_service.mark_read(db, staff.actor.person_id, now=now)
    return response


@router.post("/ngon-ngu")
def switch_language(
    request: Request, lang: Annotated[str, Form()], tiep: Annotated[str, Form()] = "/"
) -> Response:
    response = RedirectResponse(_local_path(tiep), status_code=303)
    chosen = "en" if lang == "en" else "vi"
    response.set_cookie("khaothi_lang", chosen, max_age=31_536_000, samesite="lax", path="/")
    return response

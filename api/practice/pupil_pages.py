"""The pupils' pages: into the class by code and PIN, the tasks, working on one."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from delivery.practice import repository, working
from delivery.practice.typed import response_of
from itembank.errors import Invalid, NotFound, msg, problem
from itembank.items import repository as items

from ..auth import passwords
from ..auth.service import TooManyTries, check_tries, failures, note_failure
from ..db import Database
from ..pages import page, problems_for
from ..room.device import DECOY, form_from_our_page, verify_code
from ..settings import Settings
from ..web import Config, Db, Now, ReadDb, cookie_name, get_database
from .device import COOKIE, find_seat, seat_here, set_cookie, token_hash_of
from .pupil_views import one_item, picture_of, task_page, tasks_page

router = APIRouter(prefix="/lop")
OurPage = Depends(form_from_our_page)
Data = Annotated[Database, Depends(get_database)]
PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@router.get("")
def sign_in_page(request: Request, db: ReadDb, now: Now, ma: str = "") -> Response:
    if find_seat(db, request, now) is not None:
        return RedirectResponse("/lop/bai", status_code=303)
    return page(request, "practice/sign_in.html", problems=[], code=ma[:12], number="")


@router.post("", dependencies=[OurPage])
def sign_in(
    request: Request,
    database: Data,
    settings: Config,
    now: Now,
    ma_lop: Annotated[str, Form(max_length=40)] = "",
    ma_hs: Annotated[str, Form(max_length=80)] = "",
    pin: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    code, number = ma_lop.strip().upper(), ma_hs.strip()
    try:
        token = _try(database, settings, code, number, pin.strip(), now)
    except (Invalid, TooManyTries) as error:
        status = 429 if isinstance(error, TooManyTries) else 422
        shown = problems_for(request, error) or [{"where": "pin", "what": str(error.message)}]
        return page(
            request, "practice/sign_in.html", status=status, problems=shown, code=code,
            number=number,
        )  # fmt: skip
    response = RedirectResponse("/lop/bai", status_code=303)
    set_cookie(response, settings, token)
    return response


def _try(
    database: Database, settings: Settings, code: str, number: str, pin: str, now: datetime
) -> str:
    """A token for this device; a wrong PIN is counted for the pupil, whoever tries."""
    subject = f"lop:{code}:{number.lower()}"[:80]
    with database.read() as db:
        check_tries(db, subject, settings.sign_in_tries, now=now)
        seat = working.identify(db, code, number, pin, verify=verify_code, decoy=DECOY, now=now)
    with database.write() as db:
        if seat is not None:
            token = passwords.new_token()
            working.sign_in(db, seat, token_hash=passwords.token_hash(token), now=now)
            return token
        note_failure(db, subject, now=now)
        db.flush()
        left = max(0, settings.sign_in_tries - failures(db, subject, now=now))
    what = msg("Mã lớp, mã học sinh hoặc PIN không đúng; còn {n} lần thử.", n=left)
    raise Invalid("Chưa vào được lớp.", code="sign_in_failed", problems=[problem("pin", what)])


@router.post("/thoat", dependencies=[OurPage])
def leave(request: Request, db: Db, now: Now, settings: Config) -> Response:
    if hashed := token_hash_of(request):
        working.sign_out(db, hashed, now=now)
    response = RedirectResponse("/lop", status_code=303)
    response.delete_cookie(cookie_name(settings, COOKIE), path="/")
    return response


@router.get("/bai")
def tasks(request: Request, db: ReadDb, now: Now) -> Response:
    seat = find_seat(db, request, now)
    if seat is None:
        return RedirectResponse("/lop", status_code=303)
    return page(request, "practice/tasks.html", tasks_page(db, seat, now=now))


@router.get("/bai/{task_id}")
def task(request: Request, task_id: uuid.UUID, db: ReadDb, now: Now) -> Response:
    seat = find_seat(db, request, now)
    if seat is None:
        return RedirectResponse("/lop", status_code=303)
    found = working.task_for(db, seat, repository.task_of(db, task_id))
    return page(request, "practice/work.html", task_page(db, seat, found, now=now))


@router.post("/bai/{task_id}/bat-dau", dependencies=[OurPage])
def start(request: Request, task_id: uuid.UUID, db: Db, now: Now) -> Response:
    working.start(db, seat_here(db, request, now), repository.task_of(db, task_id), now=now)
    return RedirectResponse(f"/lop/bai/{task_id}/lam", status_code=303)


@router.post("/bai/{task_id}/cau/{place_id}", dependencies=[OurPage])
async def answer(
    request: Request, task_id: uuid.UUID, place_id: uuid.UUID, db: Db, now: Now
) -> Response:
    """Saved as it is chosen; «Kiểm tra» makes it final and shows what is right."""
    form = await request.form()
    sent = {name: [v for v in form.getlist(name) if isinstance(v, str)] for name in form}
    seat, found = seat_here(db, request, now), repository.task_of(db, task_id)
    place = next((p for p in repository.items_of_task(db, task_id) if p.id == place_id), None)
    if place is None:
        raise NotFound("Câu này không có trong bài.")
    check = bool(sent.get("check"))
    content = items.read_version(db, place.version_hash)
    try:
        value = response_of(content, sent)
        if check and value is None:
            raise Invalid("Trả lời rồi hãy kiểm tra.", code="nothing_to_check")
        working.answer(db, seat, found, place, value, check=check, now=now)
    except Invalid as error:
        return _told(request, task_id, place_id, str(error.message), "warn", db, now)
    return _told(request, task_id, place_id, "", "ok", db, now, checked=check)


def _told(
    request: Request, task_id: uuid.UUID, place_id: uuid.UUID, said: str, tone: str, db: Db,
    now: Now, *, checked: bool = False,
) -> Response:  # fmt: skip
    """One line for a script, the item anew after a check, the whole page for a plain form."""
    if request.headers.get("hx-request") != "true":
        place = f"#cau-{place_id}"
        return RedirectResponse(f"/lop/bai/{task_id}{place}", status_code=303)
    seat = seat_here(db, request, now)
    shown = task_page(db, seat, repository.task_of(db, task_id), now=now)
    if not checked:
        return page(request, "practice/_saved.html", shown, said=said, tone=tone, at=now)
    response = page(request, "practice/_one.html", shown, item=one_item(shown, place_id))
    response.headers["HX-Retarget"] = f"#cau-{place_id}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@router.post("/bai/{task_id}/nop", dependencies=[OurPage])
def hand_in(request: Request, task_id: uuid.UUID, db: Db, now: Now) -> Response:
    working.hand_in(db, seat_here(db, request, now), repository.task_of(db, task_id), now=now)
    return RedirectResponse(f"/lop/bai/{task_id}", status_code=303)


@router.get("/hinh/{sha256}")
def picture(request: Request, sha256: str, db: ReadDb, now: Now) -> Response:
    found = picture_of(db, seat_here(db, request, now), sha256, now=now)
    if found is None:
        raise NotFound("Không có hình này trong bài đang làm.")
    return Response(found.body, media_type=found.media_type, headers=PICTURE_HEADERS)

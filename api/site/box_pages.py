"""The box's own page: take a package in, open it, follow the day, seal, hand over."""

from __future__ import annotations

import uuid
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from delivery.packages.envelope import MOST_BYTES
from delivery.packages.errors import WrongCode
from delivery.sites import repository
from delivery.sites.box_service import Opener
from itembank.errors import KhaothiError, NotFound, msg, problem

from ..auth.service import check_tries, note_failure
from ..pages import page, problems_for
from ..room.device import form_from_our_page
from ..web import Config, Now, Staff, maybe_signed_in
from . import box_views as views
from .box import SiteBox

# Before the package is open nobody can sign in; afterwards the page shows who has.
router = APIRouter(prefix="/may-diem-thi", dependencies=[Depends(maybe_signed_in)])
OurPage = Depends(form_from_our_page)
TRIES = "package:open"


def the_box(request: Request) -> SiteBox:
    """Only where the program runs as a site; elsewhere there is no such page."""
    box: SiteBox | None = request.app.state.site_box
    if box is None:
        raise NotFound("Không có trang này. Kiểm tra địa chỉ, hoặc về trang đầu.")
    return box


ThisBox = Annotated[SiteBox, Depends(the_box)]


@router.get("")
def box_page(request: Request, box: ThisBox, now: Now) -> Response:
    return _page(request, box, now)


def _page(
    request: Request, box: SiteBox, now: Now, error: KhaothiError | None = None, **typed: str
) -> Response:
    reporter = request.app.state.site_reporter
    second = request.app.state.second_box
    with box.database.read() as db:
        model = views.box_page(
            db, box.described(), centre_key=box.centre.verify_key[:12],
            sent_at=reporter.sent_at if reporter else None,
            code=reporter.code if reporter else "",
            second=second.state if second else "", now=now,
        )  # fmt: skip
    shown = problems_for(request, error) if error else []
    return page(
        request, "site/box.html", model, status=422 if error else 200, problems=shown,
        refused=error, typed=typed, was_sent="da-gui" in request.query_params,
    )  # fmt: skip


@router.post("/nhan", dependencies=[OurPage])
def receive(request: Request, box: ThisBox, now: Now, tep: UploadFile) -> Response:
    try:
        box.receive(tep.file.read(MOST_BYTES + 1), now=now)
    except KhaothiError as error:
        return _page(request, box, now, error)
    return RedirectResponse("/may-diem-thi", status_code=303)


@router.post("/{package_id}/mo", dependencies=[OurPage])
def open_package(
    request: Request,
    package_id: uuid.UUID,
    box: ThisBox,
    settings: Config,
    now: Now,
    code: Annotated[str, Form()] = "",
    username1: Annotated[str, Form()] = "",
    password1: Annotated[str, Form()] = "",
    username2: Annotated[str, Form()] = "",
    password2: Annotated[str, Form()] = "",
) -> Response:
    openers = [Opener(name.strip().lower(), password) for name, password in
               ((username1, password1), (username2, password2))]  # fmt: skip
    try:
        with box.database.read() as db:
            check_tries(db, TRIES, settings.sign_in_tries, now=now)
        box.open(package_id, code[:200], openers, now=now)
    except KhaothiError as error:
        with box.database.write() as db:
            note_failure(db, TRIES, now=now)
        return _page(request, box, now, _told_at_a_field(error), code=code[:60],
                     username1=username1[:80], username2=username2[:80])  # fmt: skip
    return RedirectResponse("/may-diem-thi", status_code=303)


def _told_at_a_field(error: KhaothiError) -> KhaothiError:
    """A code that opens nothing is told beside the code."""
    if isinstance(error, WrongCode):
        error.problems = (problem("code", error.message),)
    return error


@router.post("/{package_id}/niem-phong")
def seal(request: Request, package_id: uuid.UUID, box: ThisBox, staff: Staff, now: Now) -> Response:
    try:
        box.seal(staff.actor, package_id, now=now)
    except KhaothiError as error:
        return _page(request, box, now, error)
    return RedirectResponse("/may-diem-thi", status_code=303)


@router.get("/{package_id}/ket-qua.ktkq")
def download(package_id: uuid.UUID, box: ThisBox, staff: Staff) -> Response:
    """The sealed file for the USB stick; only the centre can read it."""
    with box.database.read() as db:
        sealed = repository.sealed_results(db, package_id)
    if not sealed:
        raise NotFound("Chưa niêm phong kết quả; niêm phong trước rồi tải.")
    name = f"ket-qua-{str(package_id)[:8]}-{len(sealed)}.ktkq"
    return Response(
        sealed[-1].file,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/{package_id}/gui")
def send(request: Request, package_id: uuid.UUID, box: ThisBox, staff: Staff, now: Now) -> Response:
    """Over the line, where there is one. Sending twice changes nothing at the centre."""
    with box.database.read() as db:
        held = repository.held_package(db, package_id)
        sealed = repository.sealed_results(db, package_id)
    try:
        if not sealed:
            raise NotFound("Chưa niêm phong kết quả; niêm phong trước rồi gửi.")
        request.app.state.site_reporter.send_results(held, sealed[-1].file)
    except httpx.HTTPError as error:
        what = "Trung tâm chưa nhận được ({why}). Tệp vẫn ở đây: gửi lại sau, hoặc chép ra USB."
        refused = KhaothiError(msg(what, why=type(error).__name__))
        return _page(request, box, now, refused)
    except KhaothiError as error:
        return _page(request, box, now, error)
    return RedirectResponse("/may-diem-thi?da-gui=1", status_code=303)

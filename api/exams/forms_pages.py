"""Pages about forms: list, create, fill, replace, look through, freeze."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, KhaothiError, NotFound, problem
from itembank.forms import repository, rules, service, states
from itembank.forms.models import TestForm
from itembank.openings.states import ASSEMBLED, PAPER
from itembank.permissions import Role, needs_role, require

from ..pages import page, refused_page
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import forms_views as views

router = APIRouter(prefix="/de")


@router.get("")
def list_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    return page(request, "exams/forms.html", views.form_list(db, staff.actor))


@router.get("/moi")
def new_page(request: Request, staff: Staff) -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    return page(request, "exams/new_form.html", views.new_form(staff.actor), problems=[])


@router.post("/moi")
def create(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    preset: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
) -> Response:
    try:
        form = service.create_form(
            db, staff.actor, preset=preset, code=code, title=title[:200], now=now
        )
    except Invalid as error:
        typed = views.new_form(staff.actor, preset=preset, code=code, title=title)
        return refused_page(request, "exams/new_form.html", typed, error)
    return RedirectResponse(f"/de/{form.id}", status_code=303)


def _own(db: Session, staff: SignedIn, form_id: uuid.UUID) -> TestForm:
    form = repository.form_of(db, form_id)
    require(rules.can_view(staff.actor, form))
    if form.state == states.EXTERNAL:
        raise NotFound(
            "Đề này làm ở nơi khác, hệ thống không giữ nội dung; xem ở trang Hiệu chuẩn."
        )
    return form


@router.get("/{form_id}")
def form_page(request: Request, form_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    form = _own(db, staff, form_id)
    service.open_places(db, staff.actor, form, ASSEMBLED, now=now)
    model = views.form_page(db, staff.actor, form)
    return page(request, "exams/form.html", model, problems=[], message="")


def _again(
    request: Request,
    db: Session,
    staff: SignedIn,
    form: TestForm,
    error: KhaothiError,
    now: datetime,
    seed: int | None = None,
) -> Response:
    """The same page with what stood in the way."""
    service.open_places(db, staff.actor, form, ASSEMBLED, now=now)
    model = views.form_page(db, staff.actor, form, seed=seed)
    return refused_page(request, "exams/form.html", model, error, message=error.message)


@router.post("/{form_id}/chon-cau")
def fill(
    request: Request,
    form_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    seed: Annotated[str, Form()] = "",
    giu: Annotated[bool, Form()] = False,
) -> Response:
    """Choose the items; with `giu`, those that stand in the form stay."""
    form = _own(db, staff, form_id)
    try:
        service.fill_form(db, staff.actor, form, seed=_seed(seed), now=now, keep=giu)
    except Invalid as error:
        return _again(request, db, staff, form, error, now, int(seed) if _is_seed(seed) else None)
    return RedirectResponse(f"/de/{form_id}", status_code=303)


def _is_seed(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 9


def _seed(text: str) -> int:
    if not _is_seed(text):
        raise Invalid(
            "Chưa chọn được câu.",
            problems=[problem("seed", "Số gieo là số nguyên từ 0 đến 999999999.")],
        )
    return int(text)


@router.post("/{form_id}/cau/{place_id}/thay")
def replace_item(
    request: Request, form_id: uuid.UUID, place_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    form = _own(db, staff, form_id)
    try:
        place = service.replace_item(db, staff.actor, form, place_id, now=now)
    except Invalid as error:
        return _again(request, db, staff, form, error, now)
    return RedirectResponse(f"/de/{form_id}#cau-{place.position}", status_code=303)


@router.get("/{form_id}/xem")
def paper(request: Request, form_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    form = _own(db, staff, form_id)
    service.open_places(db, staff.actor, form, PAPER, now=now)
    return page(request, "exams/paper.html", views.paper_page(db, form, None))


@router.get("/{form_id}/dap-an")
def paper_with_keys(
    request: Request, form_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    form = _own(db, staff, form_id)
    entries = service.open_with_keys(db, staff.actor, form, now=now)
    return page(request, "exams/paper.html", views.paper_page(db, form, entries))


@router.post("/{form_id}/chot")
def freeze(request: Request, form_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    form = _own(db, staff, form_id)
    try:
        service.freeze_form(db, staff.actor, form, now=now)
    except Invalid as error:
        return _again(request, db, staff, form, error, now)
    return RedirectResponse(f"/de/{form_id}", status_code=303)

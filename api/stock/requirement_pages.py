"""Setting what the bank is to hold, from the page or a file, and planning next year's papers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid, KhaothiError
from itembank.permissions import require
from itembank.stock import cells, repository, rules, service
from itembank.stock.forecast import Papers

from ..pages import page, problems_for, refused_page
from ..web import Db, Now, ReadDb, Staff
from .board_pages import choice_of, whole
from .files import MEDIA_TYPES
from .requirement_views import (
    as_numbers,
    blank_list,
    from_file,
    plan_page,
    requirement_page,
    sent_values,
)

router = APIRouter(prefix="/kho")
Line = Annotated[str, Query(max_length=40)]
Sent = Annotated[str, Form(max_length=40)]
MOST_BYTES = 2_000_000
PAPERS = "de:"


@router.get("/dinh-muc")
def requirement(
    request: Request, staff: Staff, db: ReadDb, now: Now, mon: Line = "", lop: Line = "",
    nam: Line = "",
) -> Response:  # fmt: skip
    choice = choice_of(db, staff.actor, now, mon, lop, nam)
    require(rules.can_plan(staff.actor, choice.subject))
    return page(request, "stock/requirement.html", requirement_page(db, choice), problems=[])


@router.get("/dinh-muc/mau")
def blank(staff: Staff, db: ReadDb, now: Now, mon: Line = "", lop: Line = "", nam: Line = "") -> Response:  # fmt: skip
    choice = choice_of(db, staff.actor, now, mon, lop, nam)
    require(rules.can_plan(staff.actor, choice.subject))
    in_force = repository.requirement(db, choice.subject, choice.grade, choice.school_year)
    body = blank_list(choice, cells.read(in_force.cells) if in_force else {})
    name = f"dinh-muc-{choice.subject}-{choice.grade}-{choice.school_year}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=headers)


@router.post("/dinh-muc/thu")
def try_file(
    request: Request,
    staff: Staff,
    db: ReadDb,
    now: Now,
    file: Annotated[UploadFile, File()],
    mon: Sent = "",
    lop: Sent = "",
    nam: Sent = "",
) -> Response:
    """What a file would change, laid into the form; nothing is written before it is saved."""
    choice = choice_of(db, staff.actor, now, mon, lop, nam)
    require(rules.can_plan(staff.actor, choice.subject))
    name = file.filename or ""
    try:
        values, found = from_file(file.file.read(MOST_BYTES + 1)[:MOST_BYTES], name)
        known = set(service.topic_codes(choice.subject, choice.grade))
        numbers, unread = as_numbers(values)
        found += [*unread, *(p for p in cells.problems_of(numbers, known))]
        refused = Invalid("Có dòng cần sửa trong tệp.", problems=found)
    except KhaothiError as error:
        values, refused = {}, Invalid(error.message, problems=error.problems)
        shown = requirement_page(db, choice)
        told = problems_for(request, refused) or [{"where": "file", "what": str(error.message)}]
        return page(request, "stock/requirement.html", shown, status=422, problems=told)
    kept = {cell: text for cell, text in values.items() if cell.topic in known}
    shown = requirement_page(db, choice, kept, reason=name, from_file=name)
    return page(request, "stock/requirement.html", shown, problems=problems_for(request, refused))


@router.post("/dinh-muc")
async def set_requirement(request: Request, staff: Staff, db: Db, now: Now) -> Response:
    fields = {
        name: value for name, value in (await request.form()).items() if isinstance(value, str)
    }
    sent = {name: fields.get(name, "")[:40] for name in ("mon", "lop", "nam")}
    choice = choice_of(db, staff.actor, now, **sent)
    values, reason = sent_values(fields), fields.get("reason", "")[:2000]
    numbers, unread = as_numbers(values)
    try:
        if unread:
            raise Invalid("Chưa lưu định mức.", problems=unread)
        service.set_requirement(
            db, staff.actor, subject=choice.subject, grade=choice.grade,
            school_year=choice.school_year, required=numbers, reason=reason, now=now,
        )  # fmt: skip
    except Invalid as error:
        shown = requirement_page(db, choice, values, reason=reason)
        return refused_page(request, "stock/requirement.html", shown, error)
    return RedirectResponse(choice.address("/kho"), status_code=303)


@router.get("/ke-hoach")
def plan(request: Request, staff: Staff, db: ReadDb, now: Now, mon: Line = "", lop: Line = "", nam: Line = "") -> Response:  # fmt: skip
    choice = choice_of(db, staff.actor, now, mon, lop, nam)
    require(rules.can_plan(staff.actor, choice.subject))
    return page(request, "stock/plan.html", plan_page(db, choice), problems=[])


@router.post("/ke-hoach")
async def set_plan(request: Request, staff: Staff, db: Db, now: Now) -> Response:
    fields = {
        name: value for name, value in (await request.form()).items() if isinstance(value, str)
    }
    sent = {name: fields.get(name, "")[:40] for name in ("mon", "lop", "nam")}
    choice = choice_of(db, staff.actor, now, **sent)
    forms = {
        n.removeprefix(PAPERS): v.strip()[:6] for n, v in fields.items() if n.startswith(PAPERS)
    }
    reserve = fields.get("reserve", "").strip()[:6]
    try:
        service.set_plan(
            db, staff.actor, subject=choice.subject, grade=choice.grade,
            school_year=choice.school_year,
            papers=[Papers(name, whole(n)) for name, n in forms.items() if n not in ("", "0")],
            reserve_percent=whole(reserve) if reserve.isdigit() else -1, now=now,
        )  # fmt: skip
    except Invalid as error:
        return refused_page(
            request, "stock/plan.html", plan_page(db, choice, forms, reserve), error
        )
    before = choice.school_year - 1
    shown_year = type(choice)(choice.subject, choice.grade, before)
    return RedirectResponse(shown_year.address("/kho"), status_code=303)

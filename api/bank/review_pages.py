"""The reviewer's inbox and the appraisal sheet."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, NotFound
from itembank.items import repository as items
from itembank.permissions import Role, needs_role, require
from itembank.review import groups
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.comments import repository as threads
from itembank.review.comments import service as comments
from itembank.review.routes.stages import SEAT_ROLES

from ..i18n import words
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import review_threads as thread_views
from . import review_views as views

router = APIRouter(prefix="/tham-dinh")


async def sent_fields(request: Request) -> dict[str, str]:
    """The fields of a form whose names depend on the item's kind."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def sent_sheet(sent: dict[str, str]) -> uuid.UUID:
    """The sheet to go back to; only an identifier, never an address."""
    try:
        return uuid.UUID(sent.get("sheet", ""))
    except ValueError as error:
        raise NotFound("Không có phiếu thẩm định này.") from error


Fields = Annotated[dict[str, str], Depends(sent_fields)]


@router.get("")
def inbox(
    request: Request, staff: Staff, db: ReadDb, now: Now, han: str = "", mon: str = ""
) -> Response:
    if not staff.actor.roles & set(SEAT_ROLES):
        require(needs_role(staff.actor, Role.APPRAISER))
    shown = views.inbox(db, staff.actor, now=now, when=han, subject=mon)
    return page(request, "bank/inbox.html", shown)


@router.post("/giao-to/{offer_id}")
def take_offer(offer_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    """«Nhận việc»: to the sheet at once."""
    taken = groups.take(db, staff.actor, offer_id, now=now)
    return RedirectResponse(f"/tham-dinh/{taken.assignment_id}", status_code=303)


@router.get("/{assignment_id}")
def sheet(
    request: Request,
    assignment_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    cho: str = "",
    text: str = "",
) -> Response:
    """`cho` names the part that the form for a comment stands at; `text` is what stands in it."""
    shown = views.sheet(
        db,
        staff.actor,
        assignment_id,
        now=now,
        anchor=cho,
        typed_comment={"text": text},
        say=words(request),
    )
    return page(request, "bank/sheet.html", shown)


@router.post("/{assignment_id}")
def give_verdict(
    request: Request, assignment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields
) -> Response:
    task = rounds.task(db, assignment_id)
    asked = [criterion.code for criterion in review.criteria_of(db, task)]
    try:
        review.give_verdict(
            db,
            staff.actor,
            task.assignment,
            verdict=sent.get("verdict", ""),
            checklist={code: sent.get(f"checklist.{code}", "") for code in asked},
            comment=sent.get("comment", "")[:20_000],
            now=now,
        )
    except Invalid as error:
        return _again(request, db, staff, assignment_id, error, now, typed=sent)
    return RedirectResponse("/tham-dinh", status_code=303)


def _again(
    request: Request,
    db: Session,
    staff: SignedIn,
    assignment_id: uuid.UUID,
    error: Invalid,
    now: datetime,
    typed: dict[str, str] | None = None,
) -> Response:
    """The sheet with what stood in the way."""
    shown = views.sheet(
        db, staff.actor, assignment_id, now=now, typed=typed,
        problems=problems_for(request, error), say=words(request),
    )  # fmt: skip
    return page(request, "bank/sheet.html", shown, status=422)


@router.post("/{assignment_id}/thoi")
def decline(
    request: Request, assignment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields
) -> Response:
    """Leave the seat: too busy, or involved."""
    task = rounds.task(db, assignment_id)
    reason = sent.get("reason", "")[:2_000]
    is_recusal = sent.get("how") == "recused"
    try:
        review.decline(
            db, staff.actor, task.assignment, is_recusal=is_recusal, reason=reason, now=now
        )
    except Invalid as error:
        return _again(request, db, staff, assignment_id, error, now)
    return RedirectResponse("/tham-dinh", status_code=303)


@router.post("/{assignment_id}/nhan-xet")
def comment(
    request: Request, assignment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields
) -> Response:
    """A comment at a part. A part's words sent back unchanged are no suggestion."""
    task = rounds.task(db, assignment_id)
    anchor = sent.get("cho", "")
    offered = sent.get("suggestion", "").strip()
    suggestion = "" if offered == sent.get("before", "").strip() else offered
    try:
        comments.comment(
            db, staff.actor, task.assignment, anchor=anchor, text=sent.get("text", ""),
            suggestion=suggestion, now=now,
        )  # fmt: skip
    except Invalid as error:
        shown = views.sheet(
            db, staff.actor, assignment_id, now=now, problems=problems_for(request, error),
            anchor=anchor, typed_comment=sent, say=words(request),
        )  # fmt: skip
        swapped = "HX-Request" in request.headers  # the script swaps only what succeeded
        return page(request, "bank/sheet.html", shown, status=200 if swapped else 422)
    return RedirectResponse(f"/tham-dinh/{assignment_id}?cho={anchor}#nhan-xet", status_code=303)


@router.post("/nhan-xet/{comment_id}/xu-li")
def resolve(comment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields) -> Response:
    about = threads.comment_by_id(db, comment_id)
    is_resolved = sent.get("resolved") == "1"
    comments.set_resolved(db, staff.actor, about, is_resolved=is_resolved, now=now)
    return RedirectResponse(f"/tham-dinh/{sent_sheet(sent)}#nhan-xet", status_code=303)


@router.get("/cau-hoi/{item_id}")
def author_threads(request: Request, item_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    """What reviewers wrote, for the author: to answer, and to take over at one press."""
    item = items.item_by_id(db, item_id)
    return page(request, "bank/threads.html", thread_views.author_threads(db, staff.actor, item))


@router.post("/nhan-xet/{comment_id}/tra-loi")
def answer(
    request: Request, comment_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Fields
) -> Response:
    about = threads.comment_by_id(db, comment_id)
    item = items.item_by_id(db, about.item_id)
    try:
        comments.answer(db, staff.actor, about, text=sent.get("text", ""), now=now)
    except Invalid as error:
        told = problems_for(request, error)
        shown = thread_views.author_threads(db, staff.actor, item, problems=told)
        return page(request, "bank/threads.html", shown, status=422)
    return RedirectResponse(f"/tham-dinh/cau-hoi/{item.id}#nx-{about.id}", status_code=303)


@router.post("/nhan-xet/{comment_id}/lay")
def take(comment_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    about = threads.comment_by_id(db, comment_id)
    comments.take_suggestion(db, staff.actor, about, now=now)
    return RedirectResponse(f"/tham-dinh/cau-hoi/{about.item_id}#nx-{about.id}", status_code=303)

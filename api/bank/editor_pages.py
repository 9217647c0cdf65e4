"""Pages of an author at work: a new item, the editor, and the item's way into appraisal."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS, topics
from itembank.errors import Invalid, NotFound, problem
from itembank.items import repository, service
from itembank.items.content import KIND_NAMES, WRITTEN_HERE
from itembank.items.models import Item, ItemDraft
from itembank.items.rules import can_edit
from itembank.permissions import Actor, Role, needs_role, require
from itembank.review import service as review

from ..i18n import language, translate
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from .author_views import reasons_of_return
from .editor_api import drawn
from .editor_views import GRADES, Names, edit_page, new_item_page

router = APIRouter(prefix="/ngan-hang/cau-hoi")
Text = Annotated[str, Form()]


@router.get("/moi")
def new_item(
    request: Request, staff: Staff, mon: str = "", dang: str = "choice", lop: str = "12"
) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    typed = {"subject": mon, "kind": dang, "grade": lop, "topic": ""}
    return page(request, "bank/new.html", new_item_page(staff.actor, typed))


@router.post("/moi")
def create_item(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    subject: Text = "",
    kind: Text = "",
    grade: Text = "",
    topic: Text = "",
) -> Response:
    typed = {"subject": subject, "kind": kind, "grade": grade, "topic": topic}
    try:
        _check_choices(typed)
        item = service.create_item(
            db,
            staff.actor,
            kind=kind,
            subject=subject,
            grade=int(grade),
            topic=topic,
            now=now,
        )
    except Invalid as error:
        shown = problems_for(request, error) or [{"where": "subject", "what": str(error)}]
        return page(request, "bank/new.html", new_item_page(staff.actor, typed, shown), status=422)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item.id}/soan", status_code=303)


def _check_choices(typed: dict[str, str]) -> None:
    """The form offers only these; a request from elsewhere may hold anything."""
    found = []
    if typed["kind"] not in WRITTEN_HERE:
        found.append(problem("kind", "Chọn dạng câu hỏi."))
    if typed["grade"] not in {str(grade) for grade in GRADES}:
        found.append(problem("grade", "Chọn lớp của câu hỏi."))
    known = {topic.code for topic in topics(typed["subject"])}
    if typed["topic"] and typed["topic"] not in known:
        found.append(problem("topic", "Chủ đề không thuộc môn đã chọn; chọn lại."))
    if found:
        raise Invalid("Chưa tạo được câu hỏi.", problems=found)


@router.get("/{item_id}/soan")
def edit(request: Request, item_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    item = repository.item_by_id(db, item_id)
    require(can_edit(staff.actor, item))
    return show_editor(request, db, staff.actor, item)


def show_editor(
    request: Request,
    db: Session,
    actor: Actor,
    item: Item,
    problems: list[dict[str, str]] | None = None,
    *,
    status: int = 200,
) -> Response:
    draft = _draft(db, item)
    shown = edit_page(
        db,
        actor,
        item,
        draft,
        shown=drawn(request, db, service.draft_content(draft)),
        names=_names(request, item),
        problems=problems or (),
        returned_because=reasons_of_return(db, item) if item.state == "returned" else (),
    )
    return page(request, "bank/edit.html", shown, status=status)


def _names(request: Request, item: Item) -> Names:
    lang = language(request)
    subject = SUBJECTS.get(item.subject, item.subject)
    return Names(translate(subject, lang), translate(KIND_NAMES[item.kind], lang))


def _draft(db: Session, item: Item) -> ItemDraft:
    draft = repository.draft_of(db, item)
    if draft is None:
        raise NotFound("Câu hỏi này không có bản nháp. Mở bản sửa mới ở trang câu hỏi.")
    return draft


@router.post("/{item_id}/rut")
def withdraw(
    item_id: uuid.UUID, staff: Staff, db: Db, now: Now, reason: Text = ""
) -> RedirectResponse:
    item = repository.item_by_id(db, item_id)
    review.withdraw(db, staff.actor, item, reason=reason.strip(), now=now)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item.id}", status_code=303)


@router.post("/{item_id}/sua-moi")
def revise(item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> RedirectResponse:
    item = repository.item_by_id(db, item_id)
    service.revise(db, staff.actor, item, now=now)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item.id}/soan", status_code=303)

"""A teacher's practice: choose items, keep a set, give it to a class, see how it went."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.practice import repository, rules, service
from delivery.practice.models import PracticeSet, PracticeTask
from delivery.practice.service import Terms
from itembank.errors import Invalid
from itembank.people.classes import repository as classes
from itembank.permissions import Actor, require

from ..auth import passwords
from ..bank.preview import preview_html
from ..formats import parse_local
from ..i18n import words
from ..pages import page, refused_page
from ..stock.board_pages import whole
from ..stock.files import Kind, file_response
from ..web import Config, Db, Now, ReadDb, Staff
from .charts import class_map, item_bars, mark_css
from .device import new_class_code, new_pin
from .staff_views import (
    Filters,
    GiveForm,
    choose_page,
    practice_home,
    results_page,
    results_report,
    set_page,
)

router = APIRouter(prefix="/luyen-tap")
Line = Annotated[str, Query(max_length=80)]
Text = Annotated[str, Form(max_length=300)]


@router.get("")
def home(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    require(rules.can_practise(staff.actor))
    return page(request, "practice/home.html", practice_home(db, staff.actor, now=now))


@router.get("/chon")
def choose(
    request: Request, staff: Staff, db: ReadDb, mon: Line = "", lop: Line = "", chu_de: Line = "",
    cap: Line = "", dang: Line = "",
) -> Response:  # fmt: skip
    require(rules.can_practise(staff.actor))
    filters = Filters(mon, whole(lop) or None, chu_de, cap, dang)
    shown = choose_page(db, staff.actor, filters)
    return page(request, "practice/choose.html", shown, problems=[])


@router.post("/bo")
def keep_set(
    request: Request, staff: Staff, db: Db, now: Now, title: Text = "", mon: Text = "",
    item: Annotated[list[uuid.UUID] | None, Form()] = None,
) -> Response:  # fmt: skip
    chosen = item or []
    try:
        kept = service.keep_set(db, staff.actor, title=title, item_ids=chosen, now=now)
    except Invalid as error:
        told = [str(one) for one in chosen]
        shown = choose_page(db, staff.actor, Filters(mon), chosen=told, title=title)
        return refused_page(request, "practice/choose.html", shown, error)
    return RedirectResponse(f"/luyen-tap/bo/{kept.id}", status_code=303)


def _own_set(db: Session, actor: Actor, set_id: uuid.UUID) -> PracticeSet:
    kept = repository.set_of(db, set_id)
    require(rules.can_use_set(actor, kept))
    return kept


@router.get("/bo/{set_id}")
def one_set(request: Request, set_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    """The items with their keys: looking at a colleague's is on record."""
    kept = _own_set(db, staff.actor, set_id)
    shown = set_page(db, staff.actor, kept, None, now=now)
    return page(request, "practice/set.html", shown, problems=[], preview=preview_html)


@router.post("/bo/{set_id}")
def change_set(
    set_id: uuid.UUID, staff: Staff, db: Db, now: Now, title: Text = "",
    item: Annotated[list[uuid.UUID] | None, Form()] = None,
) -> Response:  # fmt: skip
    kept = _own_set(db, staff.actor, set_id)
    service.change_set(db, staff.actor, kept, title=title, item_ids=item or [], now=now)
    return RedirectResponse(f"/luyen-tap/bo/{kept.id}", status_code=303)


@router.post("/bo/{set_id}/giao")
def give(
    request: Request, set_id: uuid.UUID, staff: Staff, db: Db, now: Now, class_id: Text = "",
    title: Text = "", kind: Text = "", feedback: Text = "", minutes: Text = "",
    opens_day: Text = "", opens_time: Text = "", closes_day: Text = "", closes_time: Text = "",
) -> Response:  # fmt: skip
    kept = _own_set(db, staff.actor, set_id)
    form = GiveForm(class_id, title, kind, feedback, minutes.strip(), opens_day, opens_time,
                    closes_day, closes_time)  # fmt: skip
    try:
        group = service.class_of(db, _uuid(class_id))
        task = service.give(
            db, staff.actor, kept, group, _terms(form), new_code=new_class_code, now=now
        )
    except Invalid as error:
        shown = set_page(db, staff.actor, kept, form, now=now)
        return refused_page(request, "practice/set.html", shown, error, preview=preview_html)
    return RedirectResponse(f"/luyen-tap/bai/{task.id}", status_code=303)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Invalid("Chọn lớp để giao bài.", problems=service.NO_CLASS) from error


def _terms(form: GiveForm) -> Terms:
    return Terms(
        title=form.title,
        kind=form.kind,
        feedback=form.feedback,
        minutes=(whole(form.minutes) or 0) if form.minutes else None,
        opens_at=parse_local(form.opens_day, form.opens_time),
        closes_at=parse_local(form.closes_day, form.closes_time),
    )


def _seen_task(db: Session, actor: Actor, task_id: uuid.UUID, now: Now) -> PracticeTask:
    task = repository.task_of(db, task_id)
    teaches = classes.teaches(db, actor.person_id, task.class_id, on=now.date())
    require(rules.can_see_task(actor, task, teaches=teaches))
    return task


@router.get("/bai/{task_id}")
def results(request: Request, task_id: uuid.UUID, staff: Staff, db: ReadDb, now: Now) -> Response:
    shown = results_page(db, _seen_task(db, staff.actor, task_id, now), now=now)
    t = words(request)
    return page(
        request, "practice/results.html", shown, map=class_map(shown.results, t),
        bars=item_bars(shown.results, t), mark_css=mark_css,
    )  # fmt: skip


@router.get("/bai/{task_id}/tep")
def results_file(
    request: Request, task_id: uuid.UUID, staff: Staff, db: ReadDb, now: Now, kieu: Kind = "xlsx"
) -> Response:
    shown = results_page(db, _seen_task(db, staff.actor, task_id, now), now=now)
    made = results_report(shown, staff.actor.unit_name, words(request), now)
    return file_response(made, kieu, f"ket-qua-{shown.group.code}")


@router.post("/bai/{task_id}/dong")
def end(task_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    service.end_task(db, staff.actor, _seen_task(db, staff.actor, task_id, now), now=now)
    return RedirectResponse(f"/luyen-tap/bai/{task_id}", status_code=303)


@router.post("/lop/{class_id}/pin")
def pins(
    request: Request, class_id: uuid.UUID, staff: Staff, db: Db, now: Now, settings: Config,
    lai: Text = "",
) -> Response:  # fmt: skip
    """PIN slips, shown once; `lai` gives everybody a new one."""
    group = service.class_of(db, class_id)
    everybody = {p.id for p in classes.pupils_in(db, group.id, on=now.date())} if lai else None
    issued = service.issue_pins(
        db, staff.actor, group, pupil_ids=everybody, new_pin=new_pin,
        hash_pin=passwords.hash_code, now=now,
    )  # fmt: skip
    code = service.ensure_code(db, group, new_code=new_class_code, now=now)
    address = f"{settings.public_origin or str(request.base_url).rstrip('/')}/lop"
    return page(request, "practice/pins.html", issued, group=group, code=code, address=address)

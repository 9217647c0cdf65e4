"""Re-scoring after a key change: propose with a reason, see who is affected, a second person decides."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from delivery.results.rescoring import repository, rules, service
from delivery.results.rescoring.effect import Effect
from delivery.results.rescoring.models import KeyChange
from delivery.results.rescoring.report import xlsx_report
from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from itembank import audit
from itembank.errors import Invalid, Message, NotFound, Refused
from itembank.forms import repository as forms
from itembank.forms.models import FormItem
from itembank.permissions import require

from ..formats import moment
from ..i18n import language, translate
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import rescoring_proposal as proposal
from . import rescoring_views as views
from .key_words import KeyTold
from .rescoring_chart import changes_svg, signed
from .rescoring_proposal import Chosen, chosen_in_form, chosen_in_query
from .results_pages import XLSX

router = APIRouter(prefix="/ca-thi/{sitting_id}/cham-lai")
LAST_START = 1_000_000


def _closed(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(rules.can_look(staff.actor, sitting))
    return sitting


def _place(db: Session, staff: SignedIn, sitting: Sitting, place_id: uuid.UUID) -> FormItem:
    """The key of an item is shown only to whoever may ask for another one."""
    place = views.place_of(db, sitting, place_id)
    require(rules.can_ask(staff.actor, forms.form_of(db, place.form_id)))
    return place


def _change(
    db: Session, staff: SignedIn, sitting_id: uuid.UUID, change_id: uuid.UUID
) -> tuple[Sitting, KeyChange]:
    sitting = _closed(db, staff, sitting_id)
    change = repository.change_of(db, change_id)
    _place(db, staff, sitting, change.form_item_id)
    return sitting, change


def _picture(request: Request, effect: Effect | None) -> Markup | None:
    if effect is None or not effect.affected:
        return None
    return Markup(changes_svg(effect.everybody, lambda text: translate(text, language(request))))


@router.get("")
def rescoring_page(request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    sitting = _closed(db, staff, sitting_id)
    require(rules.can_ask(staff.actor, forms.form_of(db, sitting.form_id)))
    return page(request, "exams/rescoring.html", views.rescoring_page(db, sitting))


@router.get("/vong")
def rounds_page(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb, tu: int = 0
) -> Response:
    sitting = _closed(db, staff, sitting_id)
    model = views.rounds_page(db, sitting, min(max(0, tu), LAST_START))
    return page(request, "exams/rescoring_rounds.html", model)


@router.get("/cau/{place_id}")
def place_page(
    request: Request, sitting_id: uuid.UUID, place_id: uuid.UUID, staff: Staff, db: ReadDb,
    chosen: Annotated[Chosen, Depends(chosen_in_query)],
) -> Response:  # fmt: skip
    sitting = _closed(db, staff, sitting_id)
    place = _place(db, staff, sitting, place_id)
    return _place_page(request, proposal.place_page(db, sitting, place, chosen))


def _place_page(
    request: Request, model: proposal.PlacePage, error: Invalid | None = None
) -> Response:  # fmt: skip
    return page(
        request, "exams/rescoring_item.html", model, status=422 if error else 200,
        picture=_picture(request, model.effect), message=error.message if error else None,
        problems=problems_for(request, error) if error else [], signed=signed,
    )  # fmt: skip


@router.post("/cau/{place_id}/de-nghi")
def ask(
    request: Request, sitting_id: uuid.UUID, place_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    chosen: Annotated[Chosen, Depends(chosen_in_form)], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    sitting = _closed(db, staff, sitting_id)
    place = _place(db, staff, sitting, place_id)
    try:
        version, wider = proposal.asked_for(db, place, chosen)
        change = service.ask_key_change(
            db, staff.actor, place, version_hash=version, wider=wider, reason=reason[:4000], now=now
        )
    except Invalid as error:
        model = proposal.place_page(db, sitting, place, chosen, reason[:4000])
        return _place_page(request, model, error)
    return RedirectResponse(f"/ca-thi/{sitting_id}/cham-lai/{change.id}", status_code=303)


@router.get("/{change_id}")
def change_page(
    request: Request, sitting_id: uuid.UUID, change_id: uuid.UUID, staff: Staff, db: ReadDb
) -> Response:
    sitting, change = _change(db, staff, sitting_id, change_id)
    return _change_page(request, views.change_page(db, staff.actor, sitting, change))


def _change_page(
    request: Request, model: views.ChangePage, error: Invalid | None = None, reason: str = ""
) -> Response:
    return page(
        request, "exams/rescoring_change.html", model, status=422 if error else 200,
        picture=_picture(request, model.effect), message=error.message if error else None,
        problems=problems_for(request, error) if error else [], signed=signed, reason=reason,
    )  # fmt: skip


@router.post("/{change_id}/quyet-dinh")
def decide(
    request: Request, sitting_id: uuid.UUID, change_id: uuid.UUID, staff: Staff, db: Db, now: Now,
    y_kien: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    sitting, change = _change(db, staff, sitting_id, change_id)
    if y_kien not in ("dong-y", "khong"):
        raise Refused("Chọn đồng ý hoặc không đồng ý.", code="decision_missing")
    try:
        service.decide_key_change(
            db, staff.actor, change, grant=y_kien == "dong-y", reason=reason[:4000], now=now
        )
    except Invalid as error:
        model = views.change_page(db, staff.actor, sitting, change)
        return _change_page(request, model, error, reason)
    return RedirectResponse(f"/ca-thi/{sitting_id}/cham-lai/{change_id}", status_code=303)


@router.get("/{change_id}/bao-cao.xlsx")
def report(
    request: Request, sitting_id: uuid.UUID, change_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    """Names and points leave the system: that is recorded."""
    sitting, change = _change(db, staff, sitting_id, change_id)
    model = views.change_page(db, staff.actor, sitting, change)
    if model.effect is None:
        raise NotFound("Đề nghị này không được đồng ý, nên không có ai bị ảnh hưởng.")

    def words(text: str | Message) -> str:
        return translate(text, language(request))

    made = xlsx_report(model.effect, _about(model, words), words)
    after = {"change": str(change.id), "lines": len(model.effect.everybody)}
    audit.record(
        db, staff.actor, "key_change.exported", "test_form", model.line.place.form_id, now=now,
        after=after,
    )  # fmt: skip
    name = f'attachment; filename="cham-lai-{change.id}.xlsx"'
    return Response(made, media_type=XLSX, headers={"Content-Disposition": name})


def _about(model: views.ChangePage, words: views.Words) -> list[tuple[str, str]]:
    line = model.line
    told = [
        (words("Ca thi"), model.sitting.title),
        (words("Câu"), f"{line.place.part}.{line.place.number} ({model.item.code})"),
        (words("Đáp án trong đề"), _key(model.planned_key, words)),
        (words("Đáp án mới"), _key(model.new_key, words)),
        (words("Người đề nghị"), f"{line.asked_by}, {moment(line.change.asked_at)}"),
        (words("Lí do"), line.change.reason),
    ]
    if line.decision:
        told.append((words("Người quyết định"), f"{line.decided_by}, {moment(line.decision.at)}"))
    return told


def _key(key: KeyTold, words: views.Words) -> str:
    if key.is_full_marks:
        return words("Mọi thí sinh được điểm tối đa")
    return "; ".join([*key.lines, *([words(key.further)] if key.further else [])])

"""The route of appraisal: looked at, redrawn step by step, put into force."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid, problem
from itembank.permissions import require
from itembank.review.routes.rules import can_see_routes
from itembank.review.routes.service import set_route

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff
from . import council_route_views as views
from .review_pages import Fields

router = APIRouter(prefix="/hoi-dong/quy-trinh")


@router.get("")
def show(
    request: Request, staff: Staff, db: ReadDb, now: Now, mon: str = "", xong: str = ""
) -> Response:
    require(can_see_routes(staff.actor))
    sent = {"subject": mon, "saved": xong}
    return page(request, "bank/route.html", views.route_page(db, staff.actor, now=now, sent=sent))


@router.post("")
def change(request: Request, staff: Staff, db: Db, now: Now, sent: Fields) -> Response:
    """One press of a button: a stage added, removed, moved; or the whole put into force."""
    require(can_see_routes(staff.actor))
    stages = views.stages_from(sent)
    act = sent.get("act", "")
    if act != "luu":
        shown = views.route_page(
            db, staff.actor, now=now, sent=sent, stages=views.changed(stages, act)
        )
        return page(request, "bank/route.html", shown)
    try:
        set_route(
            db,
            staff.actor,
            stages,
            name=sent.get("name", ""),
            unit_id=staff.actor.unit_id,
            subject=sent.get("subject") or None,
            valid_from=_day(sent.get("valid_from", "")),
            reason=sent.get("reason", "")[:2_000],
            now=now,
        )
    except Invalid as error:
        told = problems_for(request, error)
        shown = views.route_page(db, staff.actor, now=now, sent=sent, stages=stages, problems=told)
        return page(request, "bank/route.html", shown, status=422)
    return RedirectResponse(
        f"/hoi-dong/quy-trinh?mon={sent.get('subject', '')}&xong=1", status_code=303
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        found = [problem("valid_from", "Ghi ngày bắt đầu áp dụng.")]
        raise Invalid("Quy trình chưa dùng được.", problems=found) from error

"""Who opened which item: per item, per form, per person."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.errors import Invalid

from ..exporting import MEDIA_TYPES
from ..pages import page, problems_for
from ..web import Config, Now, ReadDb, Staff
from . import openings_views as views

router = APIRouter(prefix="/luot-mo")


@router.get("")
def register(request: Request, staff: Staff, db: ReadDb) -> Response:
    sent = dict(request.query_params)
    try:
        shown = views.openings_page(db, staff.actor, sent)
    except Invalid as error:
        told = problems_for(request, error)
        shown = views.openings_page(db, staff.actor, sent, problems=told)
        return page(request, "bank/openings.html", shown, status=422)
    return page(request, "bank/openings.html", shown)


@router.get("/tep")
def register_file(
    request: Request, staff: Staff, db: ReadDb, settings: Config, now: Now
) -> Response:
    sent, issuer = dict(request.query_params), settings.department_name
    body = views.openings_xlsx(db, staff.actor, sent, issuer=issuer, now=now)
    headers = {"Content-Disposition": 'attachment; filename="luot-mo.xlsx"'}
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=headers)

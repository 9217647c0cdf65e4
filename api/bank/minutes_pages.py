"""Minutes of appraisal: the list, drawing up, reading, the Word document."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid
from itembank.handover import service
from itembank.handover.minutes import Minutes
from itembank.handover.minutes_docx import minutes_docx
from itembank.permissions import Role, needs_role, require

from ..exporting import MEDIA_TYPES
from ..i18n import language, translate
from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, Staff
from . import minutes_views as views
from .handover_quota_pages import Posted
from .handover_views import meeting_from

router = APIRouter(prefix="/bien-ban")


@router.get("")
def list_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    return page(request, "bank/minutes_list.html", views.list_page(db, staff.actor))


@router.get("/moi")
def new_page(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    require(needs_role(staff.actor, Role.SECRETARY))
    return page(request, "bank/minutes_new.html", views.new_page(db, staff.actor, now=now))


@router.post("/moi")
def draw_up(
    request: Request, staff: Staff, db: Db, settings: Config, now: Now, sent: Posted
) -> Response:
    typed = {name: str(value) for name, value in sent.items()}
    matter = views.matter_from(db, typed, department=settings.department_name, now=now)
    try:
        made = service.draw_up(db, staff.actor, matter, meeting_from(typed, now), now=now)
    except Invalid as error:
        problems = problems_for(request, error)
        message = "" if problems else translate(error.message, language(request))
        model = views.new_page(
            db, staff.actor, now=now, typed=typed, problems=problems, message=message
        )
        return page(request, "bank/minutes_new.html", model, status=422)
    return RedirectResponse(f"/bien-ban/{made.id}", status_code=303)


@router.get("/{minutes_id}")
def minutes_page(request: Request, minutes_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    return page(request, "bank/minutes.html", views.minutes_page(db, staff.actor, minutes_id))


@router.get("/{minutes_id}/tep")
def minutes_file(minutes_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    """Codes, hashes and words of the council; no content of any item."""
    found = views.minutes_page(db, staff.actor, minutes_id)
    body = minutes_docx(Minutes.model_validate(found.minutes.told))
    name = f"bien-ban-{found.minutes.subject}-{found.told.meeting.began_at:%Y%m%d}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=headers)

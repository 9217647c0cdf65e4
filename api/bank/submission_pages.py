"""A draft on its way to its reviewers: sent, or held by what is missing or what is there already."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid, problem
from itembank.items import repository
from itembank.review.duplicates import service
from itembank.review.duplicates.service import NearDuplicates

from ..i18n import words
from ..pages import page, problems_for
from ..web import Config, Db, Now, Staff
from .editor_pages import show_editor
from .likeness_views import submission_page

router = APIRouter(prefix="/ngan-hang/cau-hoi")


@router.post("/{item_id}/gui")
def submit(
    request: Request,
    item_id: uuid.UUID,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    why_needed: Annotated[str, Form()] = "",
    da_xem: Annotated[bool, Form()] = False,
) -> Response:
    """`da_xem` is sent by the page that shows what is like the item."""
    item = repository.item_by_id(db, item_id)
    try:
        service.submit(
            db,
            staff.actor,
            item,
            now=now,
            why_needed=why_needed,
            same_school_ok=settings.same_school_reviewers,
        )
    except NearDuplicates as held:
        shown = submission_page(db, staff.actor, item, held.look, say=words(request), now=now)
        missing = Invalid("Chưa gửi được.", problems=[_WHY]) if da_xem else None
        told = problems_for(request, missing) if missing else []
        return page(request, "bank/submission.html", shown, status=409, problems=told)
    except Invalid as error:
        found = problems_for(request, error) or [{"where": "editor", "what": str(error)}]
        return show_editor(request, db, staff.actor, item, found, status=422)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item.id}", status_code=303)


_WHY = problem("why_needed", "Ghi vì sao ngân hàng vẫn cần câu này, hoặc quay lại sửa.")

"""A frozen form on paper: PDF and Word under several test codes, and the keys beside them."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from itembank.errors import Conflict
from itembank.forms import repository, rules, service, states
from itembank.forms.models import TestForm
from itembank.openings.states import PRINTED
from itembank.permissions import require

from ..exporting import MEDIA_TYPES, SUFFIXES, PrintOrder, form_papers, papers_file, read_codes
from ..pages import page
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from .forms_views import subject_name

router = APIRouter(prefix="/de")
Line = Annotated[str, Query(max_length=200)]


@router.get("/{form_id}/in")
def print_page(request: Request, form_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    """What to put on the paper, and what to print."""
    return page(request, "exams/print.html", _frozen(db, staff, form_id))


def _frozen(db: Session, staff: SignedIn, form_id: uuid.UUID) -> TestForm:
    form = repository.form_of(db, form_id)
    require(rules.can_view(staff.actor, form))
    if form.state != states.FROZEN:
        raise Conflict("Chốt đề trước khi in: đề chưa chốt còn đổi câu được.")
    return form


@router.get("/{form_id}/ban-in")
def print_file(
    form_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    settings: Config,
    kieu: Literal["pdf", "docx", "keys"] = "pdf",
    ma: Line = "",
    truong: Line = "",
    ki_thi: Line = "",
) -> Response:
    """The files. Whoever takes them sees the whole paper, so it is recorded as such."""
    form = _frozen(db, staff, form_id)
    order = PrintOrder(settings.department_name, truong, ki_thi, read_codes(ma))
    service.open_with_keys(db, staff.actor, form, now=now, purpose=PRINTED)
    papers = form_papers(db, form, subject_name(form.subject), order)
    body, kind = papers_file(db, papers, kieu, form.code)
    name = f"{form.code}{'-dap-an' if kieu == 'keys' else ''}{SUFFIXES[kind]}"
    return Response(body, media_type=MEDIA_TYPES[kind], headers=attachment(name))


def attachment(name: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)
    return {"Content-Disposition": f'attachment; filename="{plain}"'}

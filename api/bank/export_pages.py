"""Items out of the bank as files: what a search found, or what an import has just saved."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, Problem, TooLarge, msg
from itembank.exchange.exported import ExportedFile
from itembank.imports import repository as imports
from itembank.items import repository
from itembank.items.models import Item
from itembank.items.rules import can_view_content
from itembank.items.search import items_found
from itembank.permissions import Actor

from ..exporting import FORMATS, MEDIA_TYPES, SUFFIXES, export_items, opened
from ..web import Db, Now, Staff
from .search_views import query_from

router = APIRouter(prefix="/ngan-hang")
MOST_ITEMS = 500


@router.get("/tai-ve")
def export_search(request: Request, staff: Staff, db: Db, now: Now, kieu: str = "docx") -> Response:
    """Everything a search finds that this person may read, as one file."""
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    items = [item for item in _found(db, staff.actor, sent) if can_view_content(staff.actor, item)]
    return as_file(db, staff.actor, items, kieu, "cau-hoi", now)


def _found(db: Session, actor: Actor, sent: dict[str, list[str]]) -> list[Item]:
    query = query_from(sent)
    items, n = items_found(db, actor, query, most=MOST_ITEMS)
    if n > MOST_ITEMS:
        raise TooLarge(
            msg("Có {n} câu khớp; lọc còn nhiều nhất {most} câu rồi tải.", n=n, most=MOST_ITEMS)
        )
    return items


@router.get("/nhap/{batch_id}/ban-in.pdf")
def export_import(batch_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    """The drafts an import made, to be printed and looked through."""
    batch = imports.batch_of(db, staff.actor, batch_id)
    names = [row.item_id for row in imports.items_of(db, batch) if row.item_id]
    items = [repository.item_by_id(db, name) for name in names]
    return as_file(db, staff.actor, items, "pdf", "ban-nhap", now)


def as_file(
    db: Session, actor: Actor, items: Sequence[Item], kind: str, name: str, now: datetime
) -> Response:
    """These items as one file of this kind; each of them is opened by it."""
    if kind not in FORMATS:
        raise Invalid("Chọn kiểu tệp muốn tải.")
    made = export_items(db, opened(db, actor, items, now=now), kind)
    if not made.written:
        raise Invalid("Không câu nào xuất được sang kiểu tệp này.", problems=_untold(made))
    if made.untold:
        return _attached(_with_losses(made, f"{name}{SUFFIXES[kind]}"), f"{name}.zip", "zip")
    return _attached(made.body, f"{name}{SUFFIXES[kind]}", kind)


def _attached(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)


def _with_losses(made: ExportedFile, name: str) -> bytes:
    """The file, and beside it what the format could not hold: nothing is lost in silence."""
    told = "\r\n".join(f"{part.where}: {part.why}" for part in made.untold)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, made.body)
        archive.writestr("khong-giu-duoc.txt", "\ufeff" + told)
    return out.getvalue()


def _untold(made: ExportedFile) -> list[Problem]:
    return [Problem(part.where, part.why) for part in made.untold]

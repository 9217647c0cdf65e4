"""Pages of an item's versions: all of them, one of them, two side by side."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.items import repository

from ..i18n import words
from ..pages import page
from ..web import Db, Now, Staff
from .difference_views import version_page, versions_page

router = APIRouter(prefix="/ngan-hang/cau-hoi/{item_id}/phien-ban")


@router.get("")
def versions(
    request: Request,
    item_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    cu: int | None = None,
    moi: int | None = None,
) -> Response:
    """`cu` and `moi` are the numbers of the versions to compare."""
    item = repository.item_by_id(db, item_id)
    shown = versions_page(db, staff.actor, item, old=cu, new=moi, say=words(request), now=now)
    return page(request, "bank/versions.html", shown)


@router.get("/{number}")
def version(
    request: Request, item_id: uuid.UUID, number: int, staff: Staff, db: Db, now: Now
) -> Response:
    item = repository.item_by_id(db, item_id)
    shown = version_page(db, staff.actor, item, number, now=now)
    return page(request, "bank/version.html", shown)

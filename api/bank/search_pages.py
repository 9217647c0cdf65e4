"""Looking things up in the bank: the search, and one item in full."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.items import repository
from itembank.permissions import Actor, Role, needs_role, require

from ..lab.charts.difficulty import difficulty_axis
from ..lab.charts.icc import icc
from ..pages import page
from ..web import Db, Now, ReadDb, Staff
from .item_views import item_page
from .search_views import query_from, search_page

router = APIRouter(prefix="/ngan-hang")
READERS = (Role.TEACHER, Role.SECRETARY, Role.EXAM_OFFICER, Role.PSYCHOMETRICIAN)


@router.get("")
def search(request: Request, staff: Staff, db: ReadDb) -> Response:
    _require_reader(staff.actor)
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    shown = search_page(db, staff.actor, query_from(sent))
    return page(request, "bank/search.html", shown, axis=difficulty_axis())


@router.get("/cau-hoi/{item_id}")
def item(request: Request, item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    _require_reader(staff.actor)
    found = repository.item_by_id(db, item_id)
    return page(request, "bank/item.html", item_page(db, staff.actor, found, now=now), icc=icc)


def _require_reader(actor: Actor) -> None:
    """The bank is for those who write, decide, examine or measure; reviewers have their sheets."""
    if not any(actor.has(role) for role in READERS):
        require(needs_role(actor, Role.TEACHER))

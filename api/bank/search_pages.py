"""Looking things up in the bank: the search, and one item in full."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.finding import saved
from itembank.items import repository
from itembank.openings import service as openings
from itembank.openings.service import Opened
from itembank.openings.states import LISTED
from itembank.permissions import Actor, require

from ..charts.difficulty import difficulty_axis
from ..charts.icc import icc
from ..db import Database
from ..pages import page
from ..web import Db, Now, ReadDb, Staff, get_database
from .item_views import item_page
from .search_rules import may_search
from .search_views import SearchPage, plain_address, query_from, search_page
from .selection_views import selection_bar

router = APIRouter(prefix="/ngan-hang")
Base = Annotated[Database, Depends(get_database)]


@router.get("")
def search(request: Request, staff: Staff, db: ReadDb, database: Base, now: Now) -> Response:
    require(may_search(staff.actor))
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    shown = search_page(db, staff.actor, query_from(sent))
    _note_listed(database, db, staff.actor, shown, now)
    bar = selection_bar(db, staff.actor, request.query_params)
    return page(request, "bank/search.html", shown, axis=difficulty_axis(), bar=bar)


@router.post("/bo-loc")
def save_search(
    staff: Staff,
    db: Db,
    now: Now,
    ten: Annotated[str, Form()] = "",
    dia_chi: Annotated[str, Form(alias="dia-chi")] = "",
) -> Response:
    require(may_search(staff.actor))
    kept = saved.save(db, staff.actor, name=ten, address=plain_address(dia_chi), now=now)
    return RedirectResponse(f"/ngan-hang?{kept.address}", status_code=303)


@router.post("/bo-loc/{search_id}/xoa")
def forget_search(search_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    saved.forget(db, staff.actor, search_id, now=now)
    return RedirectResponse("/ngan-hang", status_code=303)


@router.get("/cau-hoi/{item_id}")
def item(request: Request, item_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    require(may_search(staff.actor))
    found = repository.item_by_id(db, item_id)
    return page(request, "bank/item.html", item_page(db, staff.actor, found, now=now), icc=icc)


def _note_listed(
    database: Database, db: Session, actor: Actor, shown: SearchPage, now: datetime
) -> None:
    """Stems read in the list are openings too. The write lock is taken only where there is news."""
    read = [row.item for row in shown.rows if row.stem]
    seen = [Opened(item, item.approved_version or item.current_version) for item in read]
    fresh = openings.unrecorded(db, actor, seen, LISTED, now=now)
    if fresh:
        with database.write() as writing:
            openings.record(writing, actor, fresh, LISTED, now=now)

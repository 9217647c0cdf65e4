"""The stock of a subject: the board, its files, an item that leaked."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.items import repository as items
from itembank.permissions import Actor, require
from itembank.stock import rules, service

from ..i18n import words
from ..pages import page
from ..web import Config, Db, Now, ReadDb, Staff
from .board_views import Choice, board_page, chosen, read_board
from .charts import cell_boxes, forecast_bars
from .files import Kind, file_response
from .reports import board_report

router = APIRouter(prefix="/kho")
Line = Annotated[str, Query(max_length=200)]
Number = Annotated[str, Query(max_length=10)]


def whole(text: str) -> int:
    """The number that was written; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() else 0


def unit_named(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def choice_of(
    db: Session, actor: Actor, now: Now, mon: str, lop: str, nam: str, unit: str = ""
) -> Choice:
    found = chosen(
        db, actor, now, subject=mon, grade=whole(lop), year=whole(nam), unit=unit_named(unit)
    )
    require(rules.can_see(actor, found.subject))
    return found


@router.get("")
def board(
    request: Request,
    staff: Staff,
    db: ReadDb,
    now: Now,
    mon: Line = "",
    lop: Number = "",
    nam: Number = "",
    o: Line = "",
    don_vi: Annotated[str, Query(alias="don-vi", max_length=40)] = "",
) -> Response:
    choice = choice_of(db, staff.actor, now, mon, lop, nam, don_vi)
    shown = board_page(db, staff.actor, choice, o, now=now)
    t = words(request)
    return page(
        request,
        "stock/board.html",
        shown,
        boxes=cell_boxes(shown.open.holding, t) if shown.open else None,
        needs=forecast_bars(shown.forecast, t) if shown.forecast else None,
    )


@router.get("/tep")
def board_file(
    request: Request,
    staff: Staff,
    db: ReadDb,
    now: Now,
    settings: Config,
    mon: Line = "",
    lop: Number = "",
    nam: Number = "",
    kieu: Kind = "xlsx",
    don_vi: Annotated[str, Query(alias="don-vi", max_length=40)] = "",
) -> Response:
    """The same numbers as on the page, with a sheet that has a line a cell."""
    choice = choice_of(db, staff.actor, now, mon, lop, nam, don_vi)
    made = board_report(
        choice, read_board(db, choice, now), settings.department_name, words(request), now
    )
    return file_response(made, kieu, f"kho-{choice.subject}-{choice.grade}")


@router.post("/lo")
def mark_leaked(
    staff: Staff,
    db: Db,
    now: Now,
    item_id: Annotated[uuid.UUID, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
    back: Annotated[Literal["kho"], Form()] = "kho",
) -> Response:
    item = items.item_by_id(db, item_id)
    service.mark_leaked(db, staff.actor, item, reason=reason, now=now)
    place = f"{item.topic}|{item.kind}|{item.level or ''}"
    address = Choice(item.subject, item.grade or 12, 0).address(f"/{back}", o=place)
    return RedirectResponse(address, status_code=303)

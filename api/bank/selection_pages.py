"""What is done with many items of the list at once: tags, a reviewer, a form, a file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, TooLarge, msg
from itembank.finding import tags
from itembank.items.models import Item
from itembank.items.rules import can_view_content
from itembank.items.search import items_chosen, items_found
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role, require
from itembank.review.many import REVIEWING, assign_many, offer_many

from ..pages import page
from ..web import Db, Now, Staff
from .export_pages import as_file
from .placing_views import placed_page
from .search_rules import may_search
from .search_views import address_here, query_from
from .selection_views import TO_GROUP, AssignedPage

router = APIRouter(prefix="/ngan-hang/chon")
Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows marked, or all that match the search of this address."""

    ids: Sequence[uuid.UUID]
    everything: bool
    address: str


def chosen(
    cau: Annotated[list[uuid.UUID] | None, Form()] = None,
    tat_ca: Annotated[str, Form(alias="tat-ca")] = "",
    dia_chi: Annotated[str, Form(alias="dia-chi", max_length=8_000)] = "",
) -> Chosen:
    return Chosen(list(dict.fromkeys(cau or ())), bool(tat_ca), address_here(dia_chi))


Selected = Annotated[Chosen, Depends(chosen)]


def _items(db: Session, actor: Actor, selected: Chosen) -> list[Item]:
    require(may_search(actor))
    if not selected.everything:
        if len(selected.ids) > tags.MOST_AT_ONCE:
            raise _too_many(len(selected.ids))
        return items_chosen(db, actor, selected.ids)
    query = query_from(parse_qs(selected.address))
    items, n = items_found(db, actor, query, most=tags.MOST_AT_ONCE)
    if n > tags.MOST_AT_ONCE:
        raise _too_many(n)
    return items


def _too_many(n: int) -> TooLarge:
    return TooLarge(
        msg(
            "Có {n} câu; mỗi lần nhiều nhất {most} câu. Lọc bớt rồi làm lại.",
            n=n, most=tags.MOST_AT_ONCE,
        )
    )  # fmt: skip


@router.post("/gan-nhan")
def put_tag(staff: Staff, db: Db, now: Now, selected: Selected, nhan: Text = "") -> Response:
    items = _items(db, staff.actor, selected)
    put = tags.put_tag(db, staff.actor, items, nhan, now=now)
    left = put.had + put.closed + put.full
    return _back(selected.address, {"dot": str(put.id), "de-nguyen": str(left)})


@router.post("/bo-nhan")
def take_tag(staff: Staff, db: Db, now: Now, selected: Selected, nhan: Text = "") -> Response:
    tags.take_tag(db, staff.actor, _items(db, staff.actor, selected), nhan, now=now)
    return _back(selected.address, {"da-bo": "1"})


@router.post("/hoan-tac/{act_id}")
def undo(act_id: uuid.UUID, staff: Staff, db: Db, now: Now, selected: Selected) -> Response:
    require(may_search(staff.actor))
    tags.undo(db, staff.actor, act_id, now=now)
    return _back(selected.address, {"da-bo": "1"})


@router.post("/phan-cong")
def assign(
    request: Request, staff: Staff, db: Db, now: Now, selected: Selected, nguoi: Text = ""
) -> Response:
    """To one person, or to a group of whom one will take it."""
    role, who = _reviewer(db, nguoi)
    items = _items(db, staff.actor, selected)
    back = f"/ngan-hang?{selected.address}"
    if isinstance(who, Unit):
        offered = offer_many(db, staff.actor, items, role, who, now=now)
        shown = AssignedPage(offered, role, who.name, back, to_group=True)
    else:
        assigned = assign_many(db, staff.actor, items, role, who, now=now)
        shown = AssignedPage(assigned, role, who.full_name, back)
    return page(request, "bank/assigned.html", shown)


def _reviewer(db: Session, written: str) -> tuple[Role, Person | Unit]:
    """Written as role and person, or as role, «to» and unit."""
    role, _, name = written.partition(":")
    try:
        found = _person_or_group(db, name)
    except ValueError:
        found = None
    if found is None or role not in REVIEWING:
        raise Invalid("Chọn người được giao rồi làm lại.", code="reviewer_missing")
    return Role(role), found


def _person_or_group(db: Session, name: str) -> Person | Unit | None:
    if name.startswith(TO_GROUP):
        return db.get(Unit, uuid.UUID(name.removeprefix(TO_GROUP)))
    return db.get(Person, uuid.UUID(name))


@router.post("/vao-de")
def put_into(
    request: Request, staff: Staff, db: Db, now: Now, selected: Selected, noi: Text = ""
) -> Response:
    """Into a form being assembled, or into a set for a class; what stays out is told item by item."""
    items = _items(db, staff.actor, selected)
    shown = placed_page(db, staff.actor, items, noi, back=f"/ngan-hang?{selected.address}", now=now)
    return page(request, "bank/placed.html", shown)


@router.post("/tai-ve/{kind}")
def export(kind: str, staff: Staff, db: Db, now: Now, selected: Selected) -> Response:
    """Those of the chosen items that the person may read, as one file."""
    found = _items(db, staff.actor, selected)
    items = [item for item in found if can_view_content(staff.actor, item)]
    if not items:
        raise Invalid("Chưa chọn câu nào. Đánh dấu ở đầu hàng rồi làm lại.", code="none_chosen")
    return as_file(db, staff.actor, items, kind, "cau-hoi-da-chon", now)


def _back(address: str, told: dict[str, str]) -> Response:
    where = "&".join(filter(None, (address, urlencode(told))))
    return RedirectResponse(f"/ngan-hang?{where}", status_code=303)

"""Items chosen by hand into a form being assembled: each by the rules of one, the rest not lost."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Conflict, Invalid, Message, msg
from ..items.models import Item
from ..likeness.repository import enemies_of
from ..permissions import Actor, Decision, require
from ..review.repository import writers_of
from ..stock.repository import locked_among, releases_of
from ..stock.reuse import months_later, reuse_rule
from . import assembly, repository, rules
from .assembly import Usable
from .models import FormItem, TestForm
from .service import lock, place_of, usable_pool
from .structures import ExamStructure, Part


@dataclass(frozen=True, slots=True)
class Left:
    """An item that did not go into the form, and why."""

    item: Item
    why: Message


@dataclass(frozen=True, slots=True)
class Placed:
    done: Sequence[tuple[Item, FormItem]]
    left: Sequence[Left]


@dataclass
class _Table:
    """The form as it fills up, and what is known of the items held against it."""

    structure: ExamStructure
    pool: dict[uuid.UUID, Usable]
    released: Set[uuid.UUID]
    locked: Set[uuid.UUID]
    places: list[FormItem]
    codes: dict[uuid.UUID, str]
    levels: Counter[tuple[str, str | None]]

    def add(self, place: FormItem, item: Item, level: str | None) -> None:
        self.places.append(place)
        self.codes[item.id] = item.code
        self.levels[place.part, level] += 1


def place_items(
    db: Session,
    actor: Actor,
    form: TestForm,
    items: Sequence[Item],
    *,
    now: datetime,
    sat: Select[Any] | None = None,
) -> Placed:
    """Those that may go take the next free places of their parts; the others are told with why.

    `sat` names the days on which forms were sat, as the stock board takes them.
    """
    lock(db, form)
    require(rules.can_change(actor, form))
    if not items:
        raise Invalid("Chưa chọn câu nào. Đánh dấu ở đầu hàng rồi làm lại.", code="none_chosen")
    table = _table(db, actor, form, items, sat, now)
    done: list[tuple[Item, FormItem]] = []
    left: list[Left] = []
    for item in sorted(items, key=lambda one: one.code):
        refusal = _refusal(db, actor, form, item, table)
        part = None if refusal else _part_with_room(table, table.pool[item.id])
        if part is None:
            left.append(Left(item, refusal or _no_room(table, item)))
        else:
            done.append((item, _put(db, actor, form, item, part, table)))
    if done:
        db.flush()
        after = {"items": [place.version_hash for _, place in done]}
        audit.record(db, actor, "form.items_placed", "test_form", form.id, now=now, after=after)
    return Placed(done, left)


def _table(
    db: Session,
    actor: Actor,
    form: TestForm,
    items: Sequence[Item],
    sat: Select[Any] | None,
    now: datetime,
) -> _Table:
    ids = [item.id for item in items]
    since = months_later(now, -reuse_rule(now.date()).months)
    entries = repository.entries(db, form.id)
    return _Table(
        structure=repository.structure_of(form),
        pool={usable.item_id: usable for usable in usable_pool(db, actor, form)},
        released=releases_of(db, ids),
        locked=locked_among(db, form.subject, ids, since=since, sat=sat),
        places=[entry.place for entry in entries],
        codes={entry.item.id: entry.item.code for entry in entries},
        levels=Counter((entry.place.part, entry.content.level) for entry in entries),
    )


def _refusal(
    db: Session, actor: Actor, form: TestForm, item: Item, table: _Table
) -> Message | None:
    """Why this item stays out, whatever room the form has."""
    if item.subject != form.subject:
        return msg("Câu này của môn khác, không vào đề này được.")
    if item.id in table.codes:
        return msg("Câu này đã có trong đề.")
    if item.approved_version is None or item.state == "retired":
        return msg("Câu này chưa được duyệt, hoặc đã thôi dùng.")
    own = rules.can_use_item(actor, writers_of(db, item))
    if not own:
        return _said(own)
    if item.id in table.released:
        return msg("Câu này đã lộ (đã giao cho lớp hoặc lọt ra ngoài), không ra đề được nữa.")
    if item.id in table.locked:
        return msg("Câu này đang khoá vì mới ra đề thi; chưa hết thời gian không dùng lại.")
    if item.id not in table.pool:
        return msg("Câu này không dùng để lập đề được.")
    met = sorted(table.codes[one] for one in enemies_of(db, item.id) if one in table.codes)
    return msg("Câu này kị câu {code} đã có trong đề.", code=met[0]) if met else None


def _said(decision: Decision) -> Message:
    return decision.reason or msg("Câu này không dùng để lập đề được.")


def _no_room(table: _Table, item: Item) -> Message:
    usable = table.pool[item.id]
    if any(usable.suits(part) for part in table.structure.parts):
        return msg("Các chỗ của dạng và cấp độ này trong ma trận đề đã đủ câu.")
    return msg("Ma trận đề không có phần nào nhận dạng câu và số điểm của câu này.")


def _part_with_room(table: _Table, usable: Usable) -> Part | None:
    fitting = (part for part in table.structure.parts if usable.suits(part))
    return next((p for p in fitting if assembly.has_room(p, usable.level, _by_level(table, p))), None)  # fmt: skip


def _by_level(table: _Table, part: Part) -> Counter[str | None]:
    return Counter({level: n for (code, level), n in table.levels.items() if code == part.code})


def _put(
    db: Session, actor: Actor, form: TestForm, item: Item, part: Part, table: _Table
) -> FormItem:
    usable = table.pool[item.id]
    taken = {place.number for place in table.places if place.part == part.code}
    number = next(n for n in range(1, part.count + 1) if n not in taken)
    position = _before(table.structure, part) + number
    if any(place.position == position for place in table.places):
        raise Conflict("Thứ tự câu của đề này khác cấu trúc; thay từng câu ở trang đề.")
    place = place_of(db, actor, form, position, assembly.Chosen(part, number, usable))
    db.add(place)
    table.add(place, item, usable.level)
    return place


def _before(structure: ExamStructure, part: Part) -> int:
    """How many places the parts before this one have."""
    codes = [one.code for one in structure.parts]
    return sum(one.count for one in structure.parts[: codes.index(part.code)])

"""«Đưa vào đề»: where the chosen items may go, and what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.practice import adding
from delivery.practice import repository as practice
from delivery.practice.rules import can_practise
from delivery.sittings.days_of_use import days_of_use
from itembank.errors import Invalid, Message
from itembank.forms import repository as forms
from itembank.forms import rules
from itembank.forms.placing import place_items
from itembank.items.models import Item
from itembank.permissions import Actor, require

from ..formats import local

FORM, CLASS_SET, NEW = "de", "bo", "moi"


@dataclass(frozen=True, slots=True)
class Places:
    """Forms being assembled and sets for a class, each with the value that names it."""

    forms: Sequence[tuple[str, str]]
    sets: Sequence[tuple[str, str]]
    gives: bool

    def __bool__(self) -> bool:
        return bool(self.forms or self.gives)


@dataclass(frozen=True, slots=True)
class PlacedItem:
    item: Item
    where: str


@dataclass(frozen=True, slots=True)
class LeftItem:
    item: Item
    why: Message


@dataclass(frozen=True, slots=True)
class PlacedPage:
    name: str
    address: str
    is_form: bool
    done: Sequence[PlacedItem]
    left: Sequence[LeftItem]
    back: str


def places_for(db: Session, actor: Actor) -> Places:
    gives = bool(can_practise(actor))
    sets = practice.sets_of(db, actor) if gives else ()
    return Places(
        forms=[
            (f"{FORM}:{form.id}", f"{form.code} · {form.title}")
            for form in forms.visible_forms(db, actor)
            if rules.can_change(actor, form)
        ],
        sets=[(f"{CLASS_SET}:{kept.id}", kept.title) for kept in sets],
        gives=gives,
    )


def placed_page(
    db: Session, actor: Actor, items: Sequence[Item], written: str, *, back: str, now: datetime
) -> PlacedPage:
    kind, _, name = written.partition(":")
    if kind == FORM:
        return _into_form(db, actor, items, _named(name), back, now)
    if kind == CLASS_SET:
        return _into_set(db, actor, items, name, back, now)
    raise _no_place()


def _into_form(
    db: Session, actor: Actor, items: Sequence[Item], form_id: uuid.UUID, back: str, now: datetime
) -> PlacedPage:
    form = forms.form_of(db, form_id)
    require(rules.can_view(actor, form))
    result = place_items(db, actor, form, items, now=now, sat=days_of_use())
    return PlacedPage(
        name=f"{form.code} · {form.title}",
        address=f"/de/{form.id}",
        is_form=True,
        done=[PlacedItem(item, place.label) for item, place in result.done],
        left=[LeftItem(one.item, one.why) for one in result.left],
        back=back,
    )


def _into_set(
    db: Session, actor: Actor, items: Sequence[Item], name: str, back: str, now: datetime
) -> PlacedPage:
    kept = None if name == NEW else practice.set_of(db, _named(name))
    title = f"Bộ câu {local(now):%d/%m/%Y %H:%M}"
    result = adding.add_items(db, actor, kept, items, title=title, now=now)
    return PlacedPage(
        name=result.kept.title if result.kept else title,
        address=f"/luyen-tap/bo/{result.kept.id}" if result.kept else "",
        is_form=False,
        done=[PlacedItem(item, "") for item in result.done],
        left=[LeftItem(one.item, one.why) for one in result.left],
        back=back,
    )


def _named(written: str) -> uuid.UUID:
    try:
        return uuid.UUID(written)
    except ValueError as error:
        raise _no_place() from error


def _no_place() -> Invalid:
    return Invalid("Chọn đề hoặc bộ câu rồi làm lại.", code="place_missing")

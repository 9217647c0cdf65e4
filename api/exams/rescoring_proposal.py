"""The page where a new key is chosen for one item, and what the choice would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Query
from pydantic import ValidationError
from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.results.keyed_items import KeyedItem
from delivery.results.rescoring import service
from delivery.results.rescoring.effect import Affected, Effect, effect_of
from delivery.results.rescoring.models import KeyChange
from delivery.results.service import scoring_key
from delivery.sittings.models import Sitting
from itembank.errors import Invalid, Message, problem
from itembank.forms import repository as forms
from itembank.forms.models import FormItem, TestForm
from itembank.items import repository as items
from itembank.items.content import Choice, ItemContent, TrueFalseCluster
from itembank.items.interactions import MultipleChoice
from itembank.items.models import Item, ItemVersion
from itembank.scoring.wider_keys import WiderKey

from .key_words import KeyTold, key_told, letters, set_told, shown_key

MOST_SHOWN = 200
MOST_TICKED = 60
FULL_MARKS_CHOICE = "tron-diem"
WIDER_CHOICE = "tinh-them"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form says: which key counts, and what is ticked beside it, by identifier.

    `ticked` are options, statements, or together one more set; `sets` are whole sets kept.
    `base` is the version whose key was shown when it was ticked.
    """

    key: str = ""
    ticked: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    base: str = ""


def chosen_in_query(
    dap_an: str = "",
    them: Annotated[list[str] | None, Query()] = None,
    bo: Annotated[list[str] | None, Query()] = None,
) -> Chosen:
    return _chosen(dap_an, them, bo, "")


def chosen_in_form(
    dap_an: Annotated[str, Form()] = "",
    them: Annotated[list[str] | None, Form()] = None,
    bo: Annotated[list[str] | None, Form()] = None,
    goc: Annotated[str, Form()] = "",
) -> Chosen:
    return _chosen(dap_an, them, bo, goc)


def _chosen(key: str, ticked: list[str] | None, sets: list[str] | None, base: str) -> Chosen:
    return Chosen(
        key[:64], tuple(ticked or ())[:MOST_TICKED], tuple(sets or ())[:MOST_TICKED], base[:64]
    )


def wider_key(held: KeyedItem, chosen: Chosen) -> WiderKey:
    """The ruling that what is ticked counts as well. Raises Invalid."""
    base = chosen.base or held.version_hash
    try:
        match held.content.interaction:
            case MultipleChoice():
                named = [*(tuple(one.split()) for one in chosen.sets), chosen.ticked]
                return WiderKey(version=base, sets=tuple(one for one in named if one))
            case TrueFalseCluster():
                return WiderKey(version=base, statements=chosen.ticked)
            case _:
                return WiderKey(version=base, options=chosen.ticked)
    except ValidationError as error:
        what = "Phương án đã đánh dấu không phải của câu này; mở lại trang rồi chọn lại."
        raise Invalid("Chưa đổi được đáp án.", problems=[problem("wider", what)]) from error


def held_key(db: Session, place: FormItem) -> KeyedItem:
    (held,) = (key for key in scoring_key(db, place.form_id) if key.form_item_id == place.id)
    return held


@dataclass(frozen=True, slots=True)
class OtherVersion:
    version: ItemVersion
    key: Sequence[str]
    why_not: Message | None


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that may count beside the key: `label` as candidates saw it, `name` what it is."""

    name: str
    label: str
    body: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One item: its key, the keys it could have, and what the chosen one would do."""

    sitting: Sitting
    place: FormItem
    item: Item
    content: ItemContent
    letters: Mapping[str, str]
    key: KeyTold
    base: str
    ticks: Sequence[Tick]
    sets: Sequence[Tick]
    others: Sequence[OtherVersion]
    elsewhere: Sequence[tuple[TestForm, FormItem]]
    chosen: Chosen
    wrong: Message | None
    effect: Effect | None
    reason: str = ""

    @property
    def shown(self) -> Sequence[Affected]:
        return self.effect.affected[:MOST_SHOWN] if self.effect else ()


def place_page(
    db: Session, sitting: Sitting, place: FormItem, chosen: Chosen, reason: str = ""
) -> PlacePage:
    held = held_key(db, place)
    seen = items.read_version(db, place.version_hash or "")
    others = [
        _other(db, place, seen, version)
        for version in items.versions_of(db, db.get_one(Item, place.item_id))
        if version.hash != place.version_hash
    ]
    change, wrong = _imagined(db, place, held, chosen, others)
    return PlacePage(
        sitting=sitting,
        place=place,
        item=db.get_one(Item, place.item_id),
        content=seen,
        letters=letters(seen),
        key=key_told(seen, held),
        base=held.version_hash,
        ticks=list(_ticks(seen, held, chosen)),
        sets=list(_sets(seen, held, chosen)),
        others=others,
        elsewhere=list(_elsewhere(db, sitting, place)),
        chosen=chosen if change or wrong else Chosen(),
        wrong=wrong,
        effect=effect_of(db, change) if change else None,
        reason=reason,
    )


def _other(
    db: Session, place: FormItem, seen: ItemContent, version: ItemVersion
) -> OtherVersion:  # fmt: skip
    try:
        service.check_version(db, place, version.hash)
        why_not = None
    except Invalid as error:
        why_not = error.problems[0].what
    return OtherVersion(version, shown_key(seen, items.read_version(db, version.hash)), why_not)


def _imagined(
    db: Session, place: FormItem, held: KeyedItem, chosen: Chosen, others: Sequence[OtherVersion]
) -> tuple[KeyChange | None, Message | None]:
    """A change nobody has asked for: looked at, never stored; or why what is ticked is none."""
    if chosen.key == FULL_MARKS_CHOICE:
        return service.proposed(place), None
    if chosen.key == WIDER_CHOICE:
        try:
            wider = wider_key(held, chosen)
            service.check_wider(db, place, wider)
        except Invalid as error:
            return None, error.problems[0].what
        return service.proposed(place, wider=wider), None
    allowed = {one.version.hash for one in others if one.why_not is None}
    return (service.proposed(place, chosen.key), None) if chosen.key in allowed else (None, None)


def _ticks(seen: ItemContent, held: KeyedItem, chosen: Chosen) -> Iterator[Tick]:
    """Options and statements in the candidates' order; those that count beside the key are ticked."""
    wider, part = held.wider, held.content.interaction
    is_chosen = chosen.key == WIDER_CHOICE
    match seen.interaction:
        case Choice(options=options) | MultipleChoice(options=options):
            shown, key = letters(seen), getattr(part, "key", None)
            counts = wider.options if wider else ()
            rows = [(o.id, shown.get(o.id, o.id), o.body) for o in options if o.id != key]
        case TrueFalseCluster(statements=statements):
            counts = wider.statements if wider else ()
            rows = [(s.id, f"{s.id})", s.body) for s in statements]
        case _:
            return
    ticked = chosen.ticked if is_chosen else counts
    for name, label, body in rows:
        yield Tick(name, label, body, name in ticked)


def _sets(seen: ItemContent, held: KeyedItem, chosen: Chosen) -> Iterator[Tick]:
    """Sets that count already beside the key of a multiple choice: kept unless the tick goes."""
    shown, is_chosen = letters(seen), chosen.key == WIDER_CHOICE
    for names in held.wider.sets if held.wider else ():
        name = " ".join(names)
        yield Tick(name, set_told(names, shown), "", not is_chosen or name in chosen.sets)


def _elsewhere(
    db: Session, sitting: Sitting, place: FormItem
) -> Iterator[tuple[TestForm, FormItem]]:  # fmt: skip
    """The same item in the other forms of the sitting: each form has a key of its own."""
    for form_id in allocation.delivered_forms(db, sitting):
        for other in forms.form_items(db, form_id):
            if other.item_id == place.item_id and other.id != place.id:
                yield forms.form_of(db, form_id), other


def asked_for(
    db: Session, place: FormItem, chosen: Chosen
) -> tuple[str | None, WiderKey | None]:  # fmt: skip
    """The version and the wider key that the form names. Raises Invalid."""
    if chosen.key == WIDER_CHOICE:
        return None, wider_key(held_key(db, place), chosen)
    return (None if chosen.key == FULL_MARKS_CHOICE else chosen.key), None

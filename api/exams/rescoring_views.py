"""What the pages of re-scoring show: items with their keys, a proposal with its effect, rounds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.results.keyed_items import KeyedItem
from delivery.results.repository import Score, newest_scores, sat
from delivery.results.rescoring import repository, rules, service
from delivery.results.rescoring.effect import Affected, Effect, effect_of, effect_told, total
from delivery.results.rescoring.models import KeyChange, KeyChangeDecision
from delivery.results.service import scoring_key
from delivery.sittings.models import Sitting
from itembank.errors import Message, NotFound
from itembank.forms import repository as forms
from itembank.forms.models import FormItem, TestForm
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.people.models import Person
from itembank.permissions import Actor

from .key_words import KeyTold, key_told, letters, ruling_told, shown_key
from .rescoring_proposal import MOST_SHOWN, held_key

Words = Callable[[str | Message], str]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One place of a form: its key now, and how the room did."""

    place: FormItem
    code: str
    stem: str
    key: KeyTold
    is_changed: bool
    n_scored: int
    share: float | None  # mean points as a share of the maximum


@dataclass(frozen=True, slots=True)
class FormItems:
    form: TestForm
    lines: Sequence[ItemLine]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    change: KeyChange
    decision: KeyChangeDecision | None
    place: FormItem
    asked_by: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class RescoringPage:
    sitting: Sitting
    forms: Sequence[FormItems]
    changes: Sequence[ChangeLine]
    n_scored: int


def rescoring_page(db: Session, sitting: Sitting) -> RescoringPage:
    scores = newest_scores(db, sitting.id)
    of = allocation.delivered_forms(db, sitting)
    return RescoringPage(
        sitting=sitting,
        forms=[_form_items(db, form_id, list(scores.values())) for form_id in of],
        changes=[line for form_id in of for line in _changes(db, form_id)],
        n_scored=len(scores),
    )


def _form_items(
    db: Session, form_id: uuid.UUID, scores: Sequence[Sequence[Score]]
) -> FormItems:  # fmt: skip
    keys = {item.form_item_id: item for item in scoring_key(db, form_id)}
    changed = repository.in_force(db, form_id)
    points: dict[uuid.UUID, list[Decimal]] = {}
    for attempt in scores:
        for score in attempt:
            if score.points is not None:
                points.setdefault(score.form_item_id, []).append(score.points)
    lines = [
        _item_line(entry, keys[entry.place.id], entry.place.id in changed, points)
        for entry in forms.entries(db, form_id)
    ]
    return FormItems(forms.form_of(db, form_id), lines)


def _item_line(
    entry: forms.FormEntry, key: KeyedItem, is_changed: bool, points: dict[uuid.UUID, list[Decimal]]
) -> ItemLine:
    given = points.get(entry.place.id, [])
    most = key.weight.maximum * len(given)
    return ItemLine(
        place=entry.place,
        code=entry.item.code,
        stem=entry.content.stem,
        key=key_told(entry.content, key),
        is_changed=is_changed,
        n_scored=len(given),
        share=float(sum(given, Decimal(0)) / most) if most else None,
    )


def _changes(db: Session, form_id: uuid.UUID) -> list[ChangeLine]:
    return [
        ChangeLine(
            change, decision, db.get_one(FormItem, change.form_item_id), _name(db, change.asked_by),
            _name(db, decision.by) if decision else "",
        )
        for change, decision in repository.changes_of(db, form_id)
    ]  # fmt: skip


def _name(db: Session, person_id: uuid.UUID) -> str:
    return db.get_one(Person, person_id).full_name


def place_of(db: Session, sitting: Sitting, place_id: uuid.UUID) -> FormItem:
    """A place of a form this sitting delivered; of other sittings nothing is told."""
    place = db.get(FormItem, place_id)
    if place is None or place.form_id not in allocation.delivered_forms(db, sitting):
        raise NotFound("Ca thi này không có câu hỏi đó.")
    return place


# --- deciding ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What is asked for, whom it touches, and who may say yes."""

    sitting: Sitting
    line: ChangeLine
    item: Item
    content: ItemContent
    letters: Mapping[str, str]
    planned_key: KeyTold
    held_key: KeyTold
    new_key: KeyTold
    effect: Effect | None
    n_elsewhere: int  # people of other sittings with the same form
    may_decide: bool
    why_not: Message | None

    @property
    def shown(self) -> Sequence[Affected]:
        return self.effect.affected[:MOST_SHOWN] if self.effect else ()


def change_page(db: Session, actor: Actor, sitting: Sitting, change: KeyChange) -> ChangePage:
    place = place_of(db, sitting, change.form_item_id)
    decision = repository.decision_on(db, change.id)
    may = rules.can_decide(actor, forms.form_of(db, place.form_id), change, decision)
    effect = effect_now(db, change, decision)
    here = {one.attempt.id for one in sat(db, sitting.id) if one.attempt}
    decided_by = _name(db, decision.by) if decision else ""
    planned = items.read_version(db, place.version_hash or "")
    return ChangePage(
        sitting=sitting,
        line=ChangeLine(change, decision, place, _name(db, change.asked_by), decided_by),
        item=db.get_one(Item, place.item_id),
        content=planned,
        letters=letters(planned),
        planned_key=KeyTold(shown_key(planned, planned)),
        held_key=key_told(planned, held_key(db, place)),
        new_key=ruling_told(db, place, change),
        effect=effect,
        n_elsewhere=sum(one.attempt_id not in here for one in effect.everybody) if effect else 0,
        may_decide=bool(may),
        why_not=may.reason,
    )  # fmt: skip


def effect_now(db: Session, change: KeyChange, decision: KeyChangeDecision | None) -> Effect | None:
    """Before the decision what it would do, after a granted one what it did; refused: nothing."""
    if decision is None:
        return effect_of(db, change)
    return effect_told(db, change, decision) if decision.is_granted else None


# --- rounds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundsLine:
    number: str
    full_name: str
    totals: Sequence[Decimal | None]
    is_reproduced: bool


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """Every round of everybody, each computed again from the rule and the key it names."""

    sitting: Sitting
    lines: Sequence[RoundsLine]
    n_rounds: int
    start: int
    n_people: int

    @property
    def next_start(self) -> int | None:
        after = self.start + len(self.lines)
        return after if after < self.n_people else None

    @property
    def n_wrong(self) -> int:
        return sum(not line.is_reproduced for line in self.lines)


AT_ONCE = 50


def rounds_page(db: Session, sitting: Sitting, start: int) -> RoundsPage:
    rounds = repository.totals_by_round(db, sitting.id)
    people = [one for one in sat(db, sitting.id) if one.attempt and one.attempt.id in rounds]
    n_rounds = max((max(of) for of in rounds.values()), default=0)
    shown = people[start : start + AT_ONCE]
    return RoundsPage(
        sitting=sitting,
        lines=[
            _rounds_line(db, one.candidate.number, one.candidate.full_name, one.attempt.id, rounds)
            for one in shown
            if one.attempt
        ],
        n_rounds=n_rounds,
        start=start,
        n_people=len(people),
    )


def _rounds_line(
    db: Session, number: str, name: str, attempt: uuid.UUID,
    rounds: dict[uuid.UUID, dict[int, list[Decimal | None]]],
) -> RoundsLine:  # fmt: skip
    of = rounds[attempt]
    return RoundsLine(
        number, name, [total(of[n]) for n in sorted(of)],
        all(not service.reproduce(db, attempt, n) for n in of),
    )  # fmt: skip

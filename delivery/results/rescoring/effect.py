"""What a key change does to everybody at the form: before it is decided, and told again afterwards."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from delivery.results.keyed_items import KeyedItem
from delivery.results.models import ScoreFact
from delivery.results.service import scoring_key
from itembank.forms.models import FormItem
from itembank.scoring.rules import ItemScore

from . import repository
from .keys import keyed_by
from .models import KeyChange, KeyChangeDecision


@dataclass(frozen=True, slots=True)
class Affected:
    """One candidate's points at the place and in all; None where a person has still to mark."""

    attempt_id: uuid.UUID
    number: str
    full_name: str
    before: Decimal | None
    after: Decimal | None
    total_before: Decimal | None
    total_after: Decimal | None

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Effect:
    """What a key change does to everybody who has scores at the form."""

    everybody: tuple[Affected, ...]

    @property
    def affected(self) -> tuple[Affected, ...]:
        return tuple(one for one in self.everybody if one.changes)

    @property
    def n_up(self) -> int:
        return sum(one.difference > 0 for one in self.affected)

    @property
    def n_down(self) -> int:
        return len(self.affected) - self.n_up


def effect_of(db: Session, change: KeyChange) -> Effect:
    """Who would be affected, computed as the decision would compute it. Writes nothing."""
    place = db.get_one(FormItem, change.form_item_id)
    key = changed_key(db, place, change)
    facts = repository.newest_facts(db, place.form_id)
    return Effect(
        tuple(
            _would_be(facts[attempt.id], key, attempt.id, candidate.number, candidate.full_name)
            for attempt, candidate in repository.scored(db, place.form_id)
        )
    )


def changed_key(db: Session, place: FormItem, change: KeyChange) -> KeyedItem:
    (held,) = (k for k in scoring_key(db, place.form_id) if k.form_item_id == place.id)
    return keyed_by(db, held, change)


def rescored(key: KeyedItem, fact: ScoreFact) -> ItemScore:
    return key.score(json.loads(fact.response))


def _would_be(
    facts: Sequence[ScoreFact], key: KeyedItem, attempt_id: uuid.UUID, number: str, name: str
) -> Affected:
    (mine,) = (fact for fact in facts if fact.form_item_id == key.form_item_id)
    after = rescored(key, mine).points
    others = [fact.points for fact in facts if fact is not mine]
    return Affected(
        attempt_id, number, name, mine.points, after,
        total([*others, mine.points]), total([*others, after]),
    )  # fmt: skip


def total(points: Sequence[Decimal | None]) -> Decimal | None:
    known = [p for p in points if p is not None]
    return sum(known, Decimal(0)) if len(known) == len(points) else None


def effect_told(db: Session, change: KeyChange, decision: KeyChangeDecision) -> Effect:
    """What a granted change did, read from the round it made and the round before."""
    place = db.get_one(FormItem, change.form_item_id)
    people = {attempt.id: c for attempt, c in repository.scored(db, place.form_id)}
    return Effect(
        tuple(
            _was(
                before, after, place.id, attempt, people[attempt].number, people[attempt].full_name
            )
            for attempt, (before, after) in repository.rounds_made_at(
                db, place.form_id, decision.at
            ).items()
        )
    )


def _was(
    before: Sequence[ScoreFact], after: Sequence[ScoreFact], place: uuid.UUID,
    attempt: uuid.UUID, number: str, name: str,
) -> Affected:  # fmt: skip
    (old,) = (fact.points for fact in before if fact.form_item_id == place)
    (new,) = (fact.points for fact in after if fact.form_item_id == place)
    return Affected(
        attempt, number, name, old, new,
        total([f.points for f in before]), total([f.points for f in after]),
    )  # fmt: skip

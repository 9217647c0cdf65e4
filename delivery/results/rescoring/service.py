"""A key that was wrong: asked for by one, decided by another; who is affected; new scores beside old."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from delivery.attempts.reasons import checked_reason
from delivery.results.keyed_items import KeyedItem
from delivery.results.models import ScoreFact
from delivery.results.repository import facts_of
from delivery.results.service import scoring_key
from itembank import audit
from itembank.errors import Invalid, problem
from itembank.forms import repository as forms
from itembank.forms.models import FormItem
from itembank.items import repository as items
from itembank.items.content import read_item
from itembank.permissions import Actor, require
from itembank.scoring.rules import ItemScore, Weight, categories
from itembank.scoring.versions import score_by

from . import repository, rules
from .keys import FULL_MARKS_RULING, OTHER_KEY, keyed_by
from .models import KeyChange, KeyChangeDecision


def ask_key_change(
    db: Session, actor: Actor, place: FormItem, *,
    version_hash: str | None, reason: str, now: datetime,
) -> KeyChange:  # fmt: skip
    """Ask that this place be scored by another version's key, or (without one) as full marks."""
    require(rules.can_ask(actor, forms.form_of(db, place.form_id)))
    if version_hash is not None:
        _check_version(db, place, version_hash)
    change = KeyChange(
        form_item_id=place.id,
        ruling=OTHER_KEY if version_hash else FULL_MARKS_RULING,
        version_hash=version_hash,
        reason=checked_reason(reason),
        asked_by=actor.person_id,
        asked_at=now,
    )
    db.add(change)
    db.flush()
    after = {"place": str(place.id), "ruling": change.ruling, "version": version_hash}
    audit.record(
        db, actor, "key_change.asked", "test_form", place.form_id, now=now, after=after,
        reason=change.reason,
    )  # fmt: skip
    return change


def _check_version(db: Session, place: FormItem, version_hash: str) -> None:
    """Another version of the same item, to which the same responses can be given."""
    other = items.version(db, version_hash)
    own = items.version(db, place.version_hash or "")
    what = "Chọn một phiên bản khác của chính câu hỏi này."
    if other is None or own is None or other.item_id != place.item_id or other.hash == own.hash:
        raise Invalid("Chưa đổi được đáp án.", problems=[problem("version", what)])
    one, two = read_item(own.stored), read_item(other.stored)
    if one.kind != two.kind or categories(one) != categories(two):
        what = "Phiên bản này khác dạng hoặc khác số mức điểm, nên bài đã làm không chấm theo được."
        raise Invalid("Chưa đổi được đáp án.", problems=[problem("version", what)])


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


@dataclass(frozen=True, slots=True)
class Effect:
    """What a key change does to everybody who has scores at the form."""

    everybody: tuple[Affected, ...]

    @property
    def affected(self) -> tuple[Affected, ...]:
        return tuple(one for one in self.everybody if one.changes)

    @property
    def n_up(self) -> int:
        return sum((one.after or 0) > (one.before or 0) for one in self.affected)

    @property
    def n_down(self) -> int:
        return len(self.affected) - self.n_up


def effect_of(db: Session, change: KeyChange) -> Effect:
    """Who would be affected, computed as the decision would compute it. Writes nothing."""
    place = db.get_one(FormItem, change.form_item_id)
    key = _changed_key(db, place, change)
    return Effect(
        tuple(
            _affected(facts_of(db, attempt.id), key, attempt.id, candidate.number, candidate.full_name)
            for attempt, candidate in repository.scored(db, place.form_id)
        )
    )  # fmt: skip


def _changed_key(db: Session, place: FormItem, change: KeyChange) -> KeyedItem:
    (held,) = (k for k in scoring_key(db, place.form_id) if k.form_item_id == place.id)
    return keyed_by(db, held, change)


def _affected(
    facts: Sequence[ScoreFact], key: KeyedItem, attempt_id: uuid.UUID, number: str, name: str
) -> Affected:
    (mine,) = (fact for fact in facts if fact.form_item_id == key.form_item_id)
    after = _score(key, mine).points
    others = [fact.points for fact in facts if fact is not mine]
    return Affected(
        attempt_id, number, name, mine.points, after,
        _total([*others, mine.points]), _total([*others, after]),
    )  # fmt: skip


def _score(key: KeyedItem, fact: ScoreFact) -> ItemScore:
    return score_by(key.rule, key.content, json.loads(fact.response), key.weight)


def _total(points: Sequence[Decimal | None]) -> Decimal | None:
    known = [p for p in points if p is not None]
    return sum(known, Decimal(0)) if len(known) == len(points) else None


def decide_key_change(
    db: Session, actor: Actor, change: KeyChange, *, grant: bool, reason: str = "", now: datetime
) -> KeyChangeDecision:
    """The second person's word. Granted, everybody at the form gets a further round of scores."""
    place = db.get_one(FormItem, change.form_item_id)
    form = forms.form_of(db, place.form_id)
    held = repository.decision_on(db, change.id)
    require(rules.can_decide(actor, form, change, held))
    n_affected = len(effect_of(db, change).affected) if grant else 0
    decision = KeyChangeDecision(
        change_id=change.id, is_granted=grant, by=actor.person_id, at=now, n_affected=n_affected,
        reason=reason.strip() if grant else checked_reason(reason),
    )  # fmt: skip
    db.add(decision)
    db.flush()
    if grant:
        _further_round(db, place, _changed_key(db, place, change), now)
    verb = "granted" if grant else "refused"
    audit.record(
        db, actor, f"key_change.{verb}", "test_form", form.id, now=now,
        after={"place": str(place.id), "affected": n_affected},
        reason=decision.reason or change.reason,
    )  # fmt: skip
    return decision


def _further_round(db: Session, place: FormItem, key: KeyedItem, now: datetime) -> None:
    """A whole new round: the place by its new key, everything else as it stood."""
    for attempt, _ in repository.scored(db, place.form_id):
        for fact in facts_of(db, attempt.id):
            db.add(_again(fact, key, now))
    db.flush()


def _again(fact: ScoreFact, key: KeyedItem, now: datetime) -> ScoreFact:
    if fact.form_item_id != key.form_item_id:
        return _copied(fact, now, fact.version_hash, fact.rule, fact.category, fact.points)
    given = _score(key, fact)
    return _copied(fact, now, key.version_hash, given.rule, given.category, given.points)


def _copied(
    fact: ScoreFact, now: datetime, version_hash: str, rule: str,
    category: int | None, points: Decimal | None,
) -> ScoreFact:  # fmt: skip
    return ScoreFact(
        attempt_id=fact.attempt_id,
        form_item_id=fact.form_item_id,
        round=fact.round + 1,
        version_hash=version_hash,
        rule=rule,
        answered=fact.answered,
        category=category,
        points=points,
        response=fact.response,
        at=now,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored score that its own rule and key do not give again."""

    form_item_id: uuid.UUID
    stored: Decimal | None
    computed: Decimal | None


def reproduce(db: Session, attempt_id: uuid.UUID, round_: int) -> list[Difference]:
    """Compute a round again from what it names: version, rule, response. Empty: all as stored."""
    facts = repository.facts_of_round(db, attempt_id, round_)
    contents = forms.contents(db, {fact.version_hash for fact in facts})
    found = []
    for fact in facts:
        place = db.get_one(FormItem, fact.form_item_id)
        weight = Weight(tuple(Decimal(points) for points in place.weights))
        content = contents[fact.version_hash]
        again = score_by(fact.rule, content, json.loads(fact.response), weight)
        if fact.points is None and again.points is None:
            continue
        if (again.category, again.points) != (fact.category, fact.points):
            found.append(Difference(fact.form_item_id, fact.points, again.points))
    return found

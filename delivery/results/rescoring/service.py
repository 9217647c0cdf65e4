"""A key that was wrong: asked for by one, decided by another; who is affected; new scores beside old."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from delivery.attempts.reasons import checked_reason
from delivery.results.keyed_items import KeyedItem
from delivery.results.models import ScoreFact
from itembank import audit
from itembank.errors import Invalid, problem
from itembank.forms import repository as forms
from itembank.forms.models import FormItem
from itembank.items import repository as items
from itembank.items.content import read_item
from itembank.permissions import Actor, require
from itembank.scoring.rules import Weight, categories
from itembank.scoring.versions import score_by

from . import repository, rules
from .effect import changed_key, effect_of, rescored
from .keys import FULL_MARKS_RULING, OTHER_KEY
from .models import KeyChange, KeyChangeDecision
from .rounds import next_round


def ask_key_change(
    db: Session, actor: Actor, place: FormItem, *,
    version_hash: str | None, reason: str, now: datetime,
) -> KeyChange:  # fmt: skip
    """Ask that this place be scored by another version's key, or (without one) as full marks."""
    require(rules.can_ask(actor, forms.form_of(db, place.form_id)))
    if version_hash is not None:
        check_version(db, place, version_hash)
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


def check_version(db: Session, place: FormItem, version_hash: str) -> None:
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
        _further_round(db, place, changed_key(db, place, change), now)
    verb = "granted" if grant else "refused"
    audit.record(
        db, actor, f"key_change.{verb}", "test_form", form.id, now=now,
        after={"place": str(place.id), "affected": n_affected},
        reason=decision.reason or change.reason,
    )  # fmt: skip
    return decision


def _further_round(db: Session, place: FormItem, key: KeyedItem, now: datetime) -> None:
    """A whole new round: the place by its new key, everything else as it stood."""
    held = repository.newest_facts(db, place.form_id)
    db.add_all(_again(fact, key, now) for facts in held.values() for fact in facts)
    db.flush()


def _again(fact: ScoreFact, key: KeyedItem, now: datetime) -> ScoreFact:
    if fact.form_item_id != key.form_item_id:
        return next_round(fact, now)
    given = rescored(key, fact)
    return next_round(
        fact, now, version_hash=key.version_hash, rule=given.rule, category=given.category,
        points=given.points,
    )  # fmt: skip


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

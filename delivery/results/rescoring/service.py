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
from delivery.results.service import scoring_key
from itembank import audit
from itembank.errors import Invalid, Message, problem
from itembank.forms import repository as forms
from itembank.forms.models import FormItem
from itembank.items import repository as items
from itembank.items.content import ItemContent, read_item
from itembank.permissions import Actor, require
from itembank.scoring.rules import ItemScore, Weight, categories
from itembank.scoring.versions import UnknownRule, score_by
from itembank.scoring.wider_keys import WiderKey, why_unfit, wider_key_name

from . import repository, rules
from .effect import changed_key, effect_of, rescored
from .keys import FULL_MARKS_RULING, OTHER_KEY, WIDER_KEY_RULING, wider_key_of
from .models import KeyChange, KeyChangeDecision
from .rounds import next_round


def ask_key_change(
    db: Session, actor: Actor, place: FormItem, *, version_hash: str | None = None,
    wider: WiderKey | None = None, reason: str, now: datetime,
) -> KeyChange:  # fmt: skip
    """Ask that this place be scored by another version's key, by a wider one, or as full marks."""
    require(rules.can_ask(actor, forms.form_of(db, place.form_id)))
    if wider is not None:
        check_wider(db, place, wider)
    elif version_hash is not None:
        check_version(db, place, version_hash)
    change = proposed(place, version_hash, wider)
    change.reason = checked_reason(reason)
    change.asked_by, change.asked_at = actor.person_id, now
    db.add(change)
    db.flush()
    after = {"place": str(place.id), "ruling": change.ruling, "version": change.version_hash}
    if wider is not None:
        after["wider_key"] = change.wider_key_hash
    audit.record(
        db, actor, "key_change.asked", "test_form", place.form_id, now=now, after=after,
        reason=change.reason,
    )  # fmt: skip
    return change


def proposed(
    place: FormItem, version_hash: str | None = None, wider: WiderKey | None = None
) -> KeyChange:
    """A change nobody has asked for yet: to be looked at, or signed and stored."""
    if wider is not None:
        return KeyChange(
            form_item_id=place.id, ruling=WIDER_KEY_RULING, version_hash=wider.version,
            wider_key=wider.stored, wider_key_hash=wider_key_name(wider.stored),
        )  # fmt: skip
    ruling = OTHER_KEY if version_hash else FULL_MARKS_RULING
    return KeyChange(form_item_id=place.id, ruling=ruling, version_hash=version_hash)


def check_wider(db: Session, place: FormItem, wider: WiderKey) -> None:
    """It widens the key in force, with what this item has, and it says something new."""
    (held,) = (k for k in scoring_key(db, place.form_id) if k.form_item_id == place.id)
    what: Message | str | None = why_unfit(held.content, wider)
    if held.version_hash != wider.version:
        what = "Đáp án của câu vừa được đổi; xem lại đáp án đang dùng rồi chọn lại."
    elif held.wider == wider:
        what = "Những phương án này đang được tính đúng rồi."
    if what is not None:
        raise Invalid("Chưa đổi được đáp án.", problems=[problem("wider", what)])


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
    """The second person's word. Granted, everybody at the form gets a further round of scores.

    A key that was to be widened and has been changed since is not widened any more.
    """
    place = db.get_one(FormItem, change.form_item_id)
    form = forms.form_of(db, place.form_id)
    held = repository.decision_on(db, change.id)
    require(rules.can_decide(actor, form, change, held))
    wider = wider_key_of(change)
    if grant and wider is not None:
        check_wider(db, place, wider)
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
        fact, now, version_hash=key.version_hash, rule=given.rule,
        wider_key_hash=key.wider_key_hash, category=given.category, points=given.points,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored score that its own rule and key do not give again."""

    form_item_id: uuid.UUID
    stored: Decimal | None
    computed: Decimal | None


def reproduce(db: Session, attempt_id: uuid.UUID, round_: int) -> list[Difference]:
    """Compute a round again from what it names: version, rule, wider key, response.

    Empty: all as stored.
    """
    facts = repository.facts_of_round(db, attempt_id, round_)
    wider = repository.wider_keys(db, {fact.wider_key_hash for fact in facts})
    contents = forms.contents(db, {fact.version_hash for fact in facts})
    again = [
        _again_by_its_name(db, fact, contents[fact.version_hash], wider.get(fact.wider_key_hash))
        for fact in facts
    ]
    return [
        Difference(fact.form_item_id, fact.points, given.points if given else None)
        for fact, given in zip(facts, again, strict=True)
        if given is None or not _is_same(fact, given)
    ]


def _again_by_its_name(
    db: Session, fact: ScoreFact, content: ItemContent, wider: WiderKey | None
) -> ItemScore | None:
    """None: the rule or the wider key it names is not there as it was."""
    if fact.wider_key_hash is not None and wider is None:
        return None
    place = db.get_one(FormItem, fact.form_item_id)
    weight = Weight(tuple(Decimal(points) for points in place.weights))
    try:
        return score_by(fact.rule, content, json.loads(fact.response), weight, wider)
    except UnknownRule:
        return None


def _is_same(fact: ScoreFact, given: ItemScore) -> bool:
    if fact.points is None and given.points is None:
        return True
    return (given.category, given.points) == (fact.category, fact.points)

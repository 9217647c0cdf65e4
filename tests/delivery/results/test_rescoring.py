"""A key that turns out wrong after the examination."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from delivery.attempts import service as attempts
from delivery.results.models import ScoreFact
from delivery.results.repository import facts_of
from delivery.results.rescoring import repository, service
from delivery.results.service import score_sitting
from itembank.errors import Invalid, Refused
from itembank.forms.models import FormItem
from itembank.items.content import canonical_bytes, read_item, version_name
from itembank.items.models import Item, ItemVersion
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.scoring.versions import FULL_MARKS, RULES, UnknownRule, score_by
from tests.factories.attempts import answer, held, make_candidate, make_room, sign_in_device
from tests.factories.forms import make_actor

WHY = "Đáp án in sai: phương án B mới đúng"


@pytest.fixture
def room(db, now):
    """Four candidates: two chose A (the key), one B, one nothing. All scored."""
    made = make_room(db, now=now)
    people = [made.candidate]
    people += [make_candidate(db, made.sitting, now=now, number=f"0300600{n}") for n in range(3)]
    for n, (candidate, value) in enumerate(zip(people, ["A", "A", "B", None], strict=True)):
        attempts.start(db, sign_in_device(db, candidate, f"m{n}", now=now), now=now)
        changes = [answer(1, made.short, "3,5")]
        changes += [answer(2, made.choice, value)] if value else []
        attempts.save_events(db, held(db, f"m{n}"), changes, now=now)
        attempts.submit(db, held(db, f"m{n}"), last_seq=len(changes), now=now)
    score_sitting(db, None, made.sitting, now=now)
    return made


@pytest.fixture
def second(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    return make_actor(db, unit, "totchuc2", Role.EXAM_OFFICER, now=now)


def place_of(db, room):
    return db.get_one(FormItem, room.choice)


def version_with_key(db, room, key, now):
    """A later version of the same item with this key."""
    place = place_of(db, room)
    item = db.get_one(Item, place.item_id)
    old = db.scalars(select(ItemVersion).where(ItemVersion.hash == place.version_hash)).one()
    content = read_item(old.stored)
    changed = content.model_copy(
        update={"interaction": content.interaction.model_copy(update={"key": key})}
    )
    stored = canonical_bytes(changed)
    version = ItemVersion(
        hash=version_name(stored), item_id=item.id, number=2, schema=old.schema, stored=stored,
        author_id=old.author_id, created_at=now,
    )  # fmt: skip
    db.add(version)
    db.flush()
    return version.hash


def points(db, room):
    found = {}
    for attempt, candidate in repository.scored(db, room.sitting.form_id):
        (mine,) = (f for f in facts_of(db, attempt.id) if f.form_item_id == room.choice)
        found[candidate.number[-4:]] = mine.points
    return list(found.values())


def count(db):
    return db.scalar(select(func.count()).select_from(ScoreFact))


def test_a_key_change_takes_two_people_and_tells_who_is_affected_first(db, room, second, now):
    other = version_with_key(db, room, "B", now)
    before = count(db)
    change = service.ask_key_change(
        db, room.officer, place_of(db, room), version_hash=other, reason=WHY, now=now
    )
    effect = service.effect_of(db, change)
    assert (len(effect.everybody), len(effect.affected), effect.n_up, effect.n_down) == (4, 3, 1, 2)
    assert count(db) == before
    with pytest.raises(Refused, match="hai người"):
        service.decide_key_change(db, room.officer, change, grant=True, now=now)
    decision = service.decide_key_change(db, second, change, grant=True, now=now)
    assert decision.n_affected == 3
    assert sorted(points(db, room)) == [Decimal(0), Decimal(0), Decimal(0), Decimal("0.25")]
    with pytest.raises(Refused, match="đã được quyết định"):
        service.decide_key_change(db, second, change, grant=False, reason=WHY, now=now)


def test_old_scores_stay_and_every_round_can_be_computed_again(db, room, second, now):
    later = now + timedelta(days=1)
    for version in (version_with_key(db, room, "B", now), None):
        change = service.ask_key_change(
            db, room.officer, place_of(db, room), version_hash=version, reason=WHY, now=later
        )
        service.decide_key_change(db, second, change, grant=True, now=later)
    for attempt, _ in repository.scored(db, room.sitting.form_id):
        for round_ in (1, 2, 3):
            assert len(repository.facts_of_round(db, attempt.id, round_)) == 3
            assert service.reproduce(db, attempt.id, round_) == []
    rules = {fact.rule for fact in db.scalars(select(ScoreFact).where(ScoreFact.round == 3))}
    assert rules == {"2026.1", FULL_MARKS}
    assert set(points(db, room)) == {Decimal("0.25")}


def test_a_stored_score_that_its_rule_does_not_give_is_found(db, room):
    attempt, _ = repository.scored(db, room.sitting.form_id)[0]
    fact = repository.facts_of_round(db, attempt.id, 1)[0]
    wrong = (fact.category or 0) ^ 1
    db.expunge(fact)
    db.add(
        ScoreFact(
            attempt_id=attempt.id, form_item_id=fact.form_item_id, round=2, at=fact.at,
            version_hash=fact.version_hash, rule=fact.rule, answered=fact.answered,
            category=wrong, points=Decimal("0.1"), response=fact.response,
        )
    )  # fmt: skip
    db.flush()
    assert [d.form_item_id for d in service.reproduce(db, attempt.id, 2)] == [fact.form_item_id]


def test_a_refused_change_changes_nothing_and_needs_a_reason(db, room, second, now):
    change = service.ask_key_change(
        db, room.officer, place_of(db, room), version_hash=None, reason=WHY, now=now
    )
    before = points(db, room), count(db)
    with pytest.raises(Invalid):
        service.decide_key_change(db, second, change, grant=False, reason="", now=now)
    service.decide_key_change(db, second, change, grant=False, reason="Đáp án gốc là đúng", now=now)
    assert (points(db, room), count(db)) == before
    assert repository.in_force(db, room.sitting.form_id) == {}


def test_whoever_hands_in_after_the_change_is_scored_by_the_new_key(db, room, second, now):
    other = version_with_key(db, room, "B", now)
    change = service.ask_key_change(
        db, room.officer, place_of(db, room), version_hash=other, reason=WHY, now=now
    )
    service.decide_key_change(db, second, change, grant=True, now=now)
    late = make_candidate(db, room.sitting, now=now, number="03006009")
    attempts.start(db, sign_in_device(db, late, "m9", now=now), now=now)
    attempts.save_events(db, held(db, "m9"), [answer(1, room.choice, "B")], now=now)
    attempts.submit(db, held(db, "m9"), last_seq=1, now=now)
    score_sitting(db, None, room.sitting, now=now)
    assert points(db, room)[-1] == Decimal("0.25")


def test_only_another_version_of_the_same_item_can_give_the_key(db, room, now):
    place = place_of(db, room)
    foreign = db.get_one(FormItem, room.short).version_hash
    for version in (place.version_hash, foreign, "0" * 64):
        with pytest.raises(Invalid):
            service.ask_key_change(
                db, room.officer, place, version_hash=version, reason=WHY, now=now
            )


def test_an_invigilator_changes_no_key(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    invigilator = make_actor(db, unit, "giamthi9", Role.INVIGILATOR, now=now)
    with pytest.raises(Refused):
        service.ask_key_change(
            db, invigilator, place_of(db, room), version_hash=None, reason=WHY, now=now
        )


def test_a_rule_nobody_ever_had_is_an_error_not_a_guess(db, room):
    assert set(RULES) == {"2026.1", FULL_MARKS}
    with pytest.raises(UnknownRule):
        score_by("2025.9", None, None, None)

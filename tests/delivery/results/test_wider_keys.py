"""A ruling that more counts than the key: two people, further rounds, old scores as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from delivery.attempts import service as attempts
from delivery.results.models import ScoreFact
from delivery.results.repository import facts_of
from delivery.results.rescoring import repository, service
from delivery.results.rescoring.effect import effect_told
from delivery.results.rescoring.models import KeyChange
from delivery.results.service import score_sitting
from itembank.errors import Invalid, Refused
from itembank.forms.models import FormItem
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.scoring.wider_keys import WIDER_KEY, WiderKey
from tests.factories.attempts import answer, held, make_candidate, make_room, sign_in_device
from tests.factories.forms import make_actor

from .test_rescoring import version_with_key

WHY = "Hội đồng ra đề xác nhận phương án B cũng đúng"
GIVEN = ["A", "B", "C", None]
QUARTER, NOTHING = Decimal("0.25"), Decimal(0)


@pytest.fixture
def room(db, now):
    """Four candidates chose A (the key), B, C and nothing; b) of the cluster against its key."""
    made = make_room(db, now=now)
    people = [made.candidate]
    people += [make_candidate(db, made.sitting, now=now, number=f"0300600{n}") for n in range(3)]
    people.sort(key=lambda one: one.number)
    for n, (candidate, value) in enumerate(zip(people, GIVEN, strict=True)):
        sat(db, made, candidate, f"m{n}", value, now)
    score_sitting(db, None, made.sitting, now=now)
    return made


def sat(db, room, candidate, device, value, now):
    attempts.start(db, sign_in_device(db, candidate, device, now=now), now=now)
    judged = {"a": True, "b": True, "c": True, "d": False}
    changes = [answer(1, room.cluster, judged)]
    changes += [answer(2, room.choice, value)] if value else []
    attempts.save_events(db, held(db, device), changes, now=now)
    attempts.submit(db, held(db, device), last_seq=len(changes), now=now)


@pytest.fixture
def second(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    return make_actor(db, unit, "totchuc2", Role.EXAM_OFFICER, now=now)


def wider_of(db, place_id, **says):
    return WiderKey(version=db.get_one(FormItem, place_id).version_hash, **says)


def asked(db, room, now, place_id=None, **says):
    place = db.get_one(FormItem, place_id or room.choice)
    return service.ask_key_change(
        db, room.officer, place, wider=wider_of(db, place.id, **says), reason=WHY, now=now
    )


def points(db, room, place_id=None):
    return [
        next(
            f.points
            for f in facts_of(db, attempt.id)
            if f.form_item_id == (place_id or room.choice)
        )
        for attempt, _ in repository.scored(db, room.sitting.form_id)
    ]


def test_b_counts_as_a_once_a_second_person_agrees(db, room, second, now):
    assert points(db, room) == [QUARTER, NOTHING, NOTHING, NOTHING]
    change = asked(db, room, now, options=["B"])
    effect = service.effect_of(db, change)
    assert [one.difference for one in effect.everybody] == [0, QUARTER, 0, 0]
    assert points(db, room) == [QUARTER, NOTHING, NOTHING, NOTHING]
    with pytest.raises(Refused, match="hai người"):
        service.decide_key_change(db, room.officer, change, grant=True, now=now)
    decision = service.decide_key_change(db, second, change, grant=True, now=now)
    assert decision.n_affected == 1
    assert points(db, room) == [QUARTER, QUARTER, NOTHING, NOTHING]
    assert effect_told(db, change, decision) == effect


def test_both_answers_to_a_statement_count(db, room, second, now):
    before = points(db, room, room.cluster)
    change = asked(db, room, now, room.cluster, statements=["b"])
    service.decide_key_change(db, second, change, grant=True, now=now)
    after = points(db, room, room.cluster)
    assert before == [Decimal("0.5")] * 4 and after == [Decimal(1)] * 4


def test_every_round_is_computed_again_under_the_rule_it_names(db, room, second, now):
    old = {f.attempt_id: f.points for f in _round(db, room, 1)}
    for says in ({"options": ["B"]}, {"options": ["B", "C"]}):
        change = asked(db, room, now, **says)
        service.decide_key_change(db, second, change, grant=True, now=now)
    for attempt, _ in repository.scored(db, room.sitting.form_id):
        assert [service.reproduce(db, attempt.id, n) for n in (1, 2, 3)] == [[], [], []]
    assert {f.attempt_id: f.points for f in _round(db, room, 1)} == old
    assert {f.rule for f in _round(db, room, 1)} == {"2026.1"}
    names = [{f.wider_key_hash for f in _round(db, room, n)} for n in (1, 2, 3)]
    assert names[0] == {None} and len(names[1] | names[2]) == 2
    assert {f.rule for f in _round(db, room, 3)} == {WIDER_KEY}


def _round(db, room, n):
    return [
        fact
        for attempt, _ in repository.scored(db, room.sitting.form_id)
        for fact in repository.facts_of_round(db, attempt.id, n)
        if fact.form_item_id == room.choice
    ]


def test_another_place_keeps_the_name_of_its_wider_key_in_later_rounds(db, room, second, now):
    first = asked(db, room, now, options=["B"])
    service.decide_key_change(db, second, first, grant=True, now=now)
    later = asked(db, room, now, room.cluster, statements=["b"])
    service.decide_key_change(db, second, later, grant=True, now=now)
    assert {f.wider_key_hash for f in _round(db, room, 3)} == {first.wider_key_hash}
    assert points(db, room) == [QUARTER, QUARTER, NOTHING, NOTHING]


def test_whoever_hands_in_later_is_scored_by_the_wider_key(db, room, second, now):
    service.decide_key_change(db, second, asked(db, room, now, options=["B"]), grant=True, now=now)
    late = make_candidate(db, room.sitting, now=now, number="03006999")
    sat(db, room, late, "m9", "B", now)
    score_sitting(db, None, room.sitting, now=now)
    assert points(db, room)[-1] == QUARTER


def test_a_ruling_replaces_the_one_before_whatever_that_was(db, room, second, now):
    """Full marks, then B as well: what is previewed is what newcomers get, and what all get."""
    everybody = service.ask_key_change(
        db, room.officer, db.get_one(FormItem, room.choice), reason=WHY, now=now
    )
    service.decide_key_change(db, second, everybody, grant=True, now=now)
    assert points(db, room) == [QUARTER] * 4
    service.decide_key_change(db, second, asked(db, room, now, options=["B"]), grant=True, now=now)
    assert points(db, room) == [QUARTER, QUARTER, NOTHING, NOTHING]
    other = version_with_key(db, room, "C", now)
    change = service.ask_key_change(
        db, room.officer, db.get_one(FormItem, room.choice), version_hash=other, reason=WHY, now=now
    )
    service.decide_key_change(db, second, change, grant=True, now=now)
    assert points(db, room) == [NOTHING, NOTHING, QUARTER, NOTHING]
    assert {f.wider_key_hash for f in _round(db, room, 4)} == {None}


def test_another_version_takes_the_place_of_full_marks(db, room, second, now):
    place = db.get_one(FormItem, room.choice)
    for version in (None, version_with_key(db, room, "C", now)):
        change = service.ask_key_change(
            db, room.officer, place, version_hash=version, reason=WHY, now=now
        )
        service.decide_key_change(db, second, change, grant=True, now=now)
    assert points(db, room) == [NOTHING, NOTHING, QUARTER, NOTHING]


def test_what_widens_nothing_or_another_key_is_refused(db, room, second, now):
    for says in ({}, {"options": ["A"]}, {"options": ["Z"]}, {"statements": ["a"]}):
        with pytest.raises(Invalid):
            asked(db, room, now, **says)
    service.decide_key_change(db, second, asked(db, room, now, options=["B"]), grant=True, now=now)
    with pytest.raises(Invalid) as same:
        asked(db, room, now, options=["B"])
    assert "đang được tính" in str(same.value.problems[0].what)
    elsewhere = WiderKey(version=version_with_key(db, room, "C", now), options=["D"])
    with pytest.raises(Invalid) as stale:
        service.ask_key_change(
            db,
            room.officer,
            db.get_one(FormItem, room.choice),
            wider=elsewhere,
            reason=WHY,
            now=now,
        )
    assert "vừa được đổi" in str(stale.value.problems[0].what)


def test_a_key_changed_since_it_was_asked_to_be_widened_is_not_widened(db, room, second, now):
    """B was to count beside A; meanwhile C became the key. Nobody loses points unseen."""
    waiting = asked(db, room, now, options=["B"])
    other = service.ask_key_change(
        db, room.officer, db.get_one(FormItem, room.choice),
        version_hash=version_with_key(db, room, "C", now), reason=WHY, now=now,
    )  # fmt: skip
    service.decide_key_change(db, second, other, grant=True, now=now)
    held_points = points(db, room)
    with pytest.raises(Invalid):
        service.decide_key_change(db, second, waiting, grant=True, now=now)
    assert points(db, room) == held_points
    service.decide_key_change(db, second, waiting, grant=False, reason=WHY, now=now)
    assert points(db, room) == held_points


@pytest.mark.parametrize(
    ("rule", "name"),
    [(WIDER_KEY, "f" * 64), (WIDER_KEY, None), ("2026.1", "f" * 64), ("1999", None)],
)
def test_a_score_whose_rule_or_ruling_is_lost_is_told_not_guessed(db, room, now, rule, name):
    attempt, _ = repository.scored(db, room.sitting.form_id)[0]
    fact = next(iter(_round(db, room, 1)))
    db.add(
        ScoreFact(
            attempt_id=attempt.id, form_item_id=room.choice, round=3, at=now,
            version_hash=fact.version_hash, rule=rule, wider_key_hash=name, answered=True,
            category=1, points=QUARTER, response='"A"',
        )
    )  # fmt: skip
    db.flush()
    (lost,) = service.reproduce(db, attempt.id, 3)
    assert lost.form_item_id == room.choice and lost.computed is None


def test_a_ruling_cannot_be_edited(db, room, now):
    asked(db, room, now, options=["B"])
    with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
        db.execute(update(KeyChange).values(wider_key="{}"))

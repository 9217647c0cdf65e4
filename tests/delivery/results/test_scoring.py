"""Scores of attempts: official points by hand, facts appended once, the long table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from delivery.results import repository, service
from delivery.results.export import score_matrix
from delivery.results.models import ScoreFact
from delivery.results.summary import result_lines
from itembank.errors import Conflict
from itembank.forms import repository as forms
from itembank.permissions import Role
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_actor,
    make_frozen_form,
    make_person,
    make_unit,
    short_content,
)
from tests.factories.results import make_attempt
from tests.factories.sittings import make_sitting

CLUSTER = {"a": True, "b": False, "c": True, "d": False}  # the key ĐSĐS


def _first_right(n: int) -> dict[str, bool]:
    return {i: key if rank < n else not key for rank, (i, key) in enumerate(CLUSTER.items())}


@pytest.fixture
def room(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    form = make_frozen_form(
        db,
        officer,
        author,
        now=now,
        contents=[choice_content("C"), cluster_content("ĐSĐS"), short_content("3,5")],
    )
    sitting, people = make_sitting(db, officer, form, unit, now=now, n=8, opened=True)
    return sitting, people, officer


def _points(facts):
    return [fact.points for fact in facts]


@pytest.mark.parametrize(
    ("right", "points"), [(0, "0"), (1, "0.1"), (2, "0.25"), (3, "0.5"), (4, "1")]
)
def test_cluster_is_worth_the_official_table(db, room, now, right, points) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"II.1": _first_right(right)}, now=now)
    fact = service.score_attempt(db, attempt, now=now)[1]
    assert (fact.category, fact.points) == (right, Decimal(points))


def test_unanswered_statements_count_as_wrong(db, room, now) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"II.1": {"a": True}}, now=now)
    fact = service.score_attempt(db, attempt, now=now)[1]
    assert (fact.category, fact.points, fact.answered) == (1, Decimal("0.1"), True)


@pytest.mark.parametrize(
    ("given", "points"),
    [("3,5", "0.5"), ("3.5", "0.5"), ("3,50", "0.5"), ("-3,5", "0"), ("35", "0"), ("", "0")],
)
def test_short_answer_is_compared_as_a_number(db, room, now, given, points) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"III.1": given}, now=now)
    assert service.score_attempt(db, attempt, now=now)[2].points == Decimal(points)


def test_omitted_items_get_category_zero_and_are_not_answered(db, room, now) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {}, now=now)
    facts = service.score_attempt(db, attempt, now=now)
    assert [(f.category, f.points, f.answered) for f in facts] == [(0, Decimal(0), False)] * 3


def test_the_last_response_counts(db, room, now) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"I.1": "C"}, now=now)
    assert service.score_attempt(db, attempt, now=now)[0].points == Decimal("0.25")
    assert service.score_attempt(db, attempt, now=now)[0].response == '"C"'


def test_scoring_again_adds_nothing(db, room, now) -> None:
    sitting, people, officer = room
    make_attempt(db, sitting, people[0], {"I.1": "C"}, now=now)
    assert service.score_sitting(db, officer, sitting, now=now) == 1
    assert service.score_sitting(db, officer, sitting, now=now) == 0
    assert len(db.scalars(select(ScoreFact)).all()) == 3


def test_running_attempt_is_not_scored(db, room, now) -> None:
    sitting, people, officer = room
    attempt = make_attempt(db, sitting, people[0], {"I.1": "C"}, now=now, submitted=False)
    with pytest.raises(Conflict):
        service.score_attempt(db, attempt, now=now)
    assert service.score_sitting(db, officer, sitting, now=now) == 0


def test_facts_cannot_be_edited(db, room, now) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"I.1": "C"}, now=now)
    service.score_attempt(db, attempt, now=now)
    with pytest.raises(DatabaseError):
        db.execute(text("UPDATE score_fact SET category = 1"))
    db.rollback()


def test_result_lines_tell_parts_total_and_who_was_absent(db, room, now) -> None:
    sitting, people, officer = room
    whole = {"I.1": "C", "II.1": _first_right(3), "III.1": "3,5"}
    make_attempt(db, sitting, people[0], whole, now=now)
    make_attempt(db, sitting, people[1], {"I.1": "A"}, now=now, submitted=False)
    service.score_sitting(db, officer, sitting, now=now)
    part_of = {place.id: place.part for place in forms.form_items(db, sitting.form_id)}
    lines = result_lines(repository.sat(db, sitting.id), part_of, ["I", "II", "III"])
    first, second, third = lines[:3]
    assert [p.points for p in first.parts] == [Decimal("0.25"), Decimal("0.5"), Decimal("0.5")]
    assert (first.total, first.answered, first.status) == (Decimal("1.25"), 3, "scored")
    assert (second.total, second.status) == (None, "running")
    assert (third.total, third.status) == (None, "absent")


def test_long_table_has_categories_by_position(db, room, now) -> None:
    sitting, people, officer = room
    make_attempt(db, sitting, people[0], {"I.1": "C", "II.1": _first_right(3)}, now=now)
    make_attempt(db, sitting, people[1], {"III.1": "3.5"}, now=now)
    make_attempt(db, sitting, people[2], {"III.1": "3.5"}, now=now, submitted=False)
    service.score_sitting(db, officer, sitting, now=now)
    table = score_matrix(db, sitting.form_id)
    assert table.persons == (people[0].number, people[1].number)
    assert table.rows == ((1, 3, 0), (0, 0, 1))
    assert table.form_item_ids == tuple(p.id for p in forms.form_items(db, sitting.form_id))


def test_long_table_of_a_form_nobody_sat_is_empty(db, room) -> None:
    table = score_matrix(db, room[0].form_id)
    assert (table.persons, table.rows) == ((), ())


def test_newer_round_wins(db, room, now) -> None:
    sitting, people, _ = room
    attempt = make_attempt(db, sitting, people[0], {"I.1": "A"}, now=now)
    for old in service.score_attempt(db, attempt, now=now):
        db.add(
            ScoreFact(
                attempt_id=old.attempt_id,
                form_item_id=old.form_item_id,
                round=2,
                version_hash=old.version_hash,
                rule="later",
                answered=old.answered,
                category=1,
                points=Decimal("1"),
                response=old.response,
                at=now,
            )
        )
    db.flush()
    assert _points(repository.facts_of(db, attempt.id)) == [Decimal(1)] * 3
    assert score_matrix(db, sitting.form_id).rows == ((1, 1, 1),)

"""One reviewer for many items: the rules of one item hold for each; a refusal stops no other."""

from __future__ import annotations

import pytest

from itembank.errors import Invalid, TooLarge
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.review import repository
from itembank.review.many import MOST_AT_ONCE, assign_many
from tests.factories.council import make_council, make_draft, make_submitted
from tests.factories.forms import choice_content, make_person


@pytest.fixture
def council(db, now):
    return make_council(db, now)


@pytest.fixture
def items(db, council, now):
    stems = ("<p>Câu một</p>", "<p>Câu hai</p>")
    return [make_submitted(db, council, choice_content(stem=stem), now=now) for stem in stems]


@pytest.fixture
def newcomer(db, council, now):
    department = db.get_one(Unit, council.secretary.unit_id)
    return make_person(db, department, "moi", Role.APPRAISER, now=now)


def seats(db, item):
    round_ = repository.open_round(db, item)
    tasks = repository.tasks_of_round(db, round_.id)
    return {task.assignment.role: task.assignment.reviewer_id for task in tasks}


def assigned(db, council, items, person, now, role=Role.APPRAISER, who="secretary"):
    return assign_many(db, council.actor(db, who), items, role, person, now=now)


def test_the_reviewer_takes_the_seat_of_every_item(db, council, items, newcomer, now):
    result = assigned(db, council, items, newcomer, now)
    assert {item.id for item in result.done} == {item.id for item in items}
    assert all(seats(db, item)[Role.APPRAISER] == newcomer.id for item in items)
    assert all(seats(db, item)[Role.COUNTER_REVIEWER] == council.counter.id for item in items)


def test_an_item_that_may_not_is_left_with_its_reason(db, council, items, newcomer, now):
    draft = make_draft(db, council, choice_content(), now=now)
    result = assigned(db, council, [draft, *items], newcomer, now)
    assert [(left.item.id, "vòng" in str(left.why)) for left in result.left] == [(draft.id, True)]
    assert len(result.done) == len(items)


@pytest.mark.parametrize("who", ["author", "officer", "appraiser"])
def test_only_the_secretary_assigns(db, council, items, newcomer, now, who):
    before = [seats(db, item) for item in items]
    result = assigned(db, council, items, newcomer, now, who=who)
    assert not result.done
    assert [seats(db, item) for item in items] == before


@pytest.mark.parametrize("person", ["author", "counter", "colleague"])
def test_whom_the_rules_keep_away_is_seated_nowhere(db, council, items, now, person):
    """The author, who already sits in the round, who has no such role."""
    before = [seats(db, item) for item in items]
    result = assigned(db, council, items, getattr(council, person), now)
    assert not result.done
    assert all(str(left.why) for left in result.left)
    assert [seats(db, item) for item in items] == before


def test_bounded_and_only_for_the_two_reviewing_roles(db, council, items, newcomer, now):
    with pytest.raises(TooLarge):
        assigned(db, council, items * MOST_AT_ONCE, newcomer, now)
    with pytest.raises(Invalid):
        assigned(db, council, [], newcomer, now)
    with pytest.raises(Invalid):
        assigned(db, council, items, newcomer, now, role=Role.SECRETARY)

"""Work offered to a group: all who may do it see it, one takes it, the others see who has it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, Refused
from itembank.notices.models import Notice
from itembank.people import repository as people
from itembank.people.models import Person, Unit
from itembank.permissions import Role
from itembank.review import groups, repository, service
from itembank.review.checklists import MET
from itembank.review.many import offer_many
from itembank.review.models import ReviewOfferTaken
from tests.factories.council import make_council, make_draft, make_submitted
from tests.factories.forms import choice_content, make_person


@pytest.fixture
def council(db, now):
    return make_council(db, now)


@pytest.fixture
def item(db, council, now):
    return make_submitted(db, council, choice_content(), now=now)


@pytest.fixture
def group(db, council, now):
    """Two more appraisers, both of the department."""
    unit = db.get_one(Unit, council.secretary.unit_id)
    return [make_person(db, unit, name, Role.APPRAISER, now=now) for name in ("to1", "to2")]


def given(db, council, items, now, who="secretary", role=Role.APPRAISER):
    unit = db.get_one(Unit, council.secretary.unit_id)
    return offer_many(db, council.actor(db, who), items, role, unit, now=now)


def seen(db, person, now):
    return groups.offers_for(db, people.load_actor(db, person), now=now)


def took(db, person, offer_id, now):
    return groups.take(db, people.load_actor(db, person), offer_id, now=now)


def holder(db, item):
    tasks = repository.tasks_of_round(db, repository.open_round(db, item).id)
    return next(t.assignment.reviewer_id for t in tasks if t.assignment.role == Role.APPRAISER)


def test_everyone_sees_it_one_takes_it_and_the_other_sees_who_has_it(db, council, item, group, now):
    before = holder(db, item)
    assert not given(db, council, [item], now).left
    one, other = group
    (offered,) = seen(db, one, now)
    assert offered.item.id == item.id and offered.holder is None
    assert len(seen(db, other, now)) == 1
    assert holder(db, item) == before  # nobody is without a reviewer meanwhile
    told = select(Notice.person_id).where(Notice.kind == "offered_to_group")
    assert {person.id for person in group} <= set(db.scalars(told))
    taken = took(db, one, offered.offer.id, now)
    assert taken.taken_by == holder(db, item) == one.id
    (left,) = seen(db, other, now)
    assert left.holder.id == one.id
    with pytest.raises(Conflict, match="đã nhận việc này"):
        took(db, other, offered.offer.id, now)
    actions = db.scalars(select(AuditEvent.action)).all()
    assert actions.count("review.offered") == actions.count("review.offer_taken") == 1


def test_offered_twice_is_one_offer(db, council, item, group, now):
    for _ in range(2):
        given(db, council, [item], now)
    assert len(seen(db, group[0], now)) == 1


def test_another_group_and_whoever_may_not_judge_take_nothing(db, council, item, group, now):
    given(db, council, [item], now)
    (offered,) = seen(db, group[0], now)
    school = db.get_one(Unit, council.appraiser.unit_id)
    outsider = make_person(db, school, "khac", Role.APPRAISER, now=now)
    for person in (outsider, council.author, council.officer):
        assert seen(db, person, now) == []
        with pytest.raises(Refused):
            took(db, person, offered.offer.id, now)


def test_a_colleague_who_wrote_the_item_is_neither_told_nor_let_in(db, council, item, group, now):
    given(db, council, [item], now)
    (offered,) = seen(db, group[0], now)
    item.author_id = group[1].id
    db.flush()
    assert seen(db, group[1], now) == []
    with pytest.raises(Refused):
        took(db, group[1], offered.offer.id, now)


def test_nothing_is_taken_once_the_seat_has_spoken_or_the_round_is_closed(
    db, council, item, group, now
):
    given(db, council, [item], now)
    (offered,) = seen(db, group[0], now)
    round_ = repository.open_round(db, item)
    task = next(t for t in repository.tasks_of_round(db, round_.id) if t.assignment.role == "appraiser")  # fmt: skip
    reviewer = people.load_actor(db, db.get_one(Person, task.assignment.reviewer_id))
    met = {one.code: MET for one in service.criteria_of(db, task)}
    service.give_verdict(
        db, reviewer, task.assignment, verdict="accept", checklist=met, comment="", now=now
    )
    with pytest.raises(Conflict):
        took(db, group[0], offered.offer.id, now)
    service.withdraw(db, council.actor(db, "author"), item, reason="", now=now)
    assert seen(db, group[0], now) == []
    with pytest.raises(Conflict):
        took(db, group[0], offered.offer.id, now)


def test_what_cannot_be_offered_is_left_with_its_reason(db, council, item, group, now):
    draft = make_draft(db, council, choice_content(stem="<p>Nháp</p>"), now=now)
    result = given(db, council, [draft, item], now)
    assert [one.item.id for one in result.left] == [draft.id]
    nobody = given(db, council, [item], now, role=Role.COUNTER_REVIEWER)
    assert [str(one.why) for one in nobody.left] == [
        "Không ai trong tổ này thẩm định được câu này."
    ]
    with pytest.raises(Invalid):
        given(db, council, [], now)


@pytest.mark.parametrize("who", ["author", "officer", "appraiser"])
def test_only_the_secretary_offers(db, council, item, group, now, who):
    assert given(db, council, [item], now, who=who).done == []


def test_who_took_the_work_is_never_rewritten(db, council, item, group, now):
    given(db, council, [item], now)
    took(db, group[0], seen(db, group[0], now)[0].offer.id, now)
    for change in (delete(ReviewOfferTaken), update(ReviewOfferTaken).values(at=now)):
        with pytest.raises(DBAPIError), db.begin_nested():
            db.execute(change)

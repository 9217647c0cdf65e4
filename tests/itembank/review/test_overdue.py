"""Late appraisal: told to those who follow it, never to the author; reminded once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from itembank.errors import Conflict, NotFound, Refused
from itembank.notices.models import Notice
from itembank.people import service as people
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.checklists import MET
from itembank.review.overdue import late_people, overdue_of, remind
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content, make_actor


@pytest.fixture
def council(db, now):
    return make_council(db, now)


@pytest.fixture
def item(db, council, now):
    return make_submitted(db, council, choice_content(), now=now)


def task_of(db, item, role):
    tasks = repository.tasks_of_round(db, repository.open_round(db, item).id)
    return next(task for task in tasks if task.assignment.role == role)


def after_deadline(db, item):
    return task_of(db, item, "appraiser").assignment.due_at + timedelta(days=3)


def names(db, actor, now):
    return {late.reviewer.username for late in late_people(db, actor, now=now)}


def test_nobody_is_late_before_the_deadline_and_both_are_after_it(db, council, item, now):
    secretary = council.actor(db, "secretary")
    assert late_people(db, secretary, now=now) == []
    later = after_deadline(db, item)
    assert names(db, secretary, later) == {"appraiser", "counter"}
    assert overdue_of(db, council.appraiser.id, now=later) == 1
    assert overdue_of(db, council.author.id, now=later) == 0


def test_who_has_spoken_is_not_late(db, council, item, now):
    task = task_of(db, item, "appraiser")
    met = {criterion.code: MET for criterion in service.criteria_of(db, task)}
    service.give_verdict(
        db, council.actor(db, "appraiser"), task.assignment, verdict="accept", checklist=met,
        comment="", now=now,
    )  # fmt: skip
    later = after_deadline(db, item)
    assert names(db, council.actor(db, "secretary"), later) == {"counter"}
    assert overdue_of(db, council.appraiser.id, now=later) == 0


def test_who_left_the_seat_or_whose_round_is_closed_is_not_late(db, council, item, now):
    later = after_deadline(db, item)
    service.withdraw(db, council.actor(db, "author"), item, reason="", now=now)
    assert names(db, council.actor(db, "secretary"), later) == set()


@pytest.mark.parametrize("who", ["author", "appraiser", "officer"])
def test_others_do_not_see_who_is_late(db, council, item, now, who):
    with pytest.raises(Refused):
        late_people(db, council.actor(db, who), now=after_deadline(db, item))


def test_a_group_lead_sees_the_school_s_stage_and_not_the_council_s(db, council, item, now):
    school = db.get_one(Unit, council.author.unit_id)
    lead = make_actor(db, school, "totruong", Role.GROUP_LEAD, now=now)
    assert late_people(db, lead, now=after_deadline(db, item)) == []
    checked = make_submitted(db, council, choice_content(stem="<p>Câu khác</p>"), now=now)
    tasks = repository.tasks_of_round(db, repository.open_round(db, checked).id)
    later = tasks[0].assignment.due_at + timedelta(days=1)
    assert names(db, lead, later) == {"totruong"}


def test_a_secretary_who_wrote_the_item_does_not_learn_its_reviewers(db, council, item, now):
    department = db.get_one(Unit, council.secretary.unit_id)
    people.grant_role(db, None, council.author, Role.SECRETARY, department, now=now)
    assert names(db, council.actor(db, "author"), after_deadline(db, item)) == set()


def test_reminded_once_a_day_with_a_notice(db, council, item, now):
    secretary, later = council.actor(db, "secretary"), after_deadline(db, item)
    remind(db, secretary, council.appraiser.id, now=later)
    query = select(Notice).where(Notice.kind == "review_overdue")
    (notice,) = db.scalars(query).all()
    assert (notice.person_id, notice.params) == (
        council.appraiser.id, {"n": "1", "code": item.code}
    )  # fmt: skip
    with pytest.raises(Conflict):
        remind(db, secretary, council.appraiser.id, now=later + timedelta(hours=23))
    remind(db, secretary, council.appraiser.id, now=later + timedelta(days=1))
    assert len(db.scalars(query).all()) == 2
    with pytest.raises(NotFound):
        remind(db, secretary, council.author.id, now=later)

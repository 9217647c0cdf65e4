"""An author's revision: its deadline is of the stage that sent it back; who is late is told and reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.items import service as items
from itembank.notices.models import Notice
from itembank.people import service as people
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.checklists import NOT_MET
from itembank.review.revisions import REMINDER, due_of_item, late_authors, remind_author
from itembank.review.routes.service import set_route
from itembank.review.routes.stages import DEFAULT_STAGES
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content, make_actor

DAY = timedelta(days=1)


@pytest.fixture
def council(db, now):
    return make_council(db, now)


def returned(db, council, now):
    """An item that came back: one reviewer asks for a change, the secretary returns it."""
    item = make_submitted(db, council, choice_content(), now=now)
    round_ = repository.open_round(db, item)
    for task in repository.tasks_of_round(db, round_.id):
        marks = {criterion.code: NOT_MET for criterion in service.criteria_of(db, task)}
        who = "appraiser" if task.assignment.role == "appraiser" else "counter"
        service.give_verdict(
            db, council.actor(db, who), task.assignment, verdict="revise", checklist=marks,
            comment="Sửa lời dẫn cho rõ.", now=now,
        )  # fmt: skip
    secretary = council.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="return", reason="Sửa lời dẫn.", now=now)
    return item


def late(db, council, who, now):
    return [one.author.username for one in late_authors(db, council.actor(db, who), now=now)]


def test_the_shipped_deadline_is_a_week_after_the_return(db, council, now):
    item = returned(db, council, now)
    assert due_of_item(db, item) == now + 7 * DAY


def test_the_deadline_is_that_of_the_route_the_round_ran_on(db, council, now):
    secretary = council.actor(db, "secretary")
    stages = [replace(stage, author_days=2) for stage in DEFAULT_STAGES]
    set_route(
        db, secretary, stages, name="Nhanh", unit_id=secretary.unit_id, subject="toan",
        valid_from=now.date() - DAY, reason="Thi gấp", now=now,
    )  # fmt: skip
    assert due_of_item(db, returned(db, council, now)) == now + 2 * DAY


@pytest.mark.parametrize("days", [0, 91])
def test_a_route_with_an_impossible_deadline_is_refused(db, council, now, days):
    secretary = council.actor(db, "secretary")
    stages = [replace(stage, author_days=days) for stage in DEFAULT_STAGES]
    with pytest.raises(Invalid) as refusal:
        set_route(
            db, secretary, stages, name="X", unit_id=secretary.unit_id, subject="toan",
            valid_from=now.date(), reason="thử", now=now,
        )  # fmt: skip
    assert {str(found.where) for found in refusal.value.problems} == {"1.author_days", "2.author_days"}  # fmt: skip


def test_late_only_after_the_deadline_and_not_once_sent_again(db, council, now):
    item = returned(db, council, now)
    assert late(db, council, "secretary", now + 7 * DAY) == []
    assert late(db, council, "secretary", now + 8 * DAY) == ["author"]
    author, better = council.actor(db, "author"), choice_content(stem="<p>Lời dẫn rõ</p>")
    items.save_draft(db, author, item, better, expected_revision=2, now=now + 9 * DAY)
    service.submit(db, author, item, now=now + 9 * DAY)
    assert due_of_item(db, item) is None
    assert late(db, council, "secretary", now + 30 * DAY) == []


@pytest.mark.parametrize("who", ["author", "appraiser", "officer"])
def test_others_do_not_see_who_is_late(db, council, now, who):
    returned(db, council, now)
    with pytest.raises(Refused):
        late(db, council, who, now + 8 * DAY)


def test_a_group_lead_follows_the_authors_of_the_school_alone(db, council, now):
    returned(db, council, now)
    for unit_id, seen in ((council.author.unit_id, 1), (council.appraiser.unit_id, 0)):
        unit = db.get_one(Unit, unit_id)
        lead = make_actor(db, unit, f"tt{seen}", Role.GROUP_LEAD, now=now)
        assert len(late_authors(db, lead, now=now + 8 * DAY)) == seen


def test_a_secretary_does_not_follow_what_they_wrote(db, council, now):
    returned(db, council, now)
    unit = db.get_one(Unit, council.secretary.unit_id)
    people.grant_role(db, None, council.author, Role.SECRETARY, unit, now=now)
    assert late(db, council, "author", now + 8 * DAY) == []


def test_an_author_is_reminded_once_a_day_with_a_notice_and_one_event(db, council, now):
    item, later = returned(db, council, now), now + 8 * DAY
    secretary = council.actor(db, "secretary")
    with pytest.raises(NotFound):
        remind_author(db, secretary, council.author.id, now=now)
    remind_author(db, secretary, council.author.id, now=later)
    with pytest.raises(Conflict):
        remind_author(db, secretary, council.author.id, now=later)
    (notice,) = db.scalars(select(Notice).where(Notice.kind == REMINDER)).all()
    assert (notice.person_id, notice.params["code"]) == (council.author.id, item.code)
    events = db.scalars(select(AuditEvent).where(AuditEvent.action == "revision.reminded")).all()
    assert len(events) == 1
    remind_author(db, secretary, council.author.id, now=later + DAY)

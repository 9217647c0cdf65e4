"""Late appraisal on the pages: a number beside the inbox, the list by person, the reminder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from itembank.review import repository, service
from itembank.review.checklists import NOT_MET
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content
from tests.factories.web import Desk

OVERDUE = "/hoi-dong/qua-han"


@pytest.fixture
def council(database, now):
    with database.write() as db:
        return make_council(db, now)


@pytest.fixture
def late_item(database, council, clock, now):
    with database.write() as db:
        item = make_submitted(db, council, choice_content(), now=now - timedelta(days=60))
        assert repository.overdue_tasks(db, now)
        return item


@pytest.fixture
def desk(database, clock, council):
    return lambda who: Desk(database, clock, who)


def test_the_reviewer_sees_a_number_beside_the_inbox(desk, late_item):
    assert 'class="count late" title="1 phiếu quá hạn"' in desk("appraiser").get("/thong-bao").text
    assert "count late" not in desk("secretary").get("/thong-bao").text


def test_the_secretary_reads_who_is_late_and_reminds_them(desk, council, late_item):
    secretary = desk("secretary")
    assert OVERDUE in secretary.get("/hoi-dong").text
    page = secretary.get(OVERDUE).text
    assert council.appraiser.full_name in page
    assert late_item.code in page
    sent = secretary.post(f"{OVERDUE}/{council.appraiser.id}/nhac")
    told = secretary.get(sent.headers["location"]).text
    assert f"Đã nhắc {council.appraiser.full_name}" in told
    assert f"{OVERDUE}/{council.appraiser.id}/nhac" not in told
    assert late_item.code in desk("appraiser").get("/thong-bao").text
    assert secretary.post(f"{OVERDUE}/{council.appraiser.id}/nhac").status_code == 409


@pytest.mark.parametrize("who", ["author", "appraiser", "officer"])
def test_the_list_is_not_for_others(desk, council, late_item, who):
    person = desk(who)
    assert person.get(OVERDUE).status_code == 403
    assert person.post(f"{OVERDUE}/{council.counter.id}/nhac").status_code == 403


@pytest.fixture
def sent_back(database, council, now):
    """An item its author has had to revise since eight days."""
    then = now - timedelta(days=8)
    with database.write() as db:
        item = make_submitted(db, council, choice_content(), now=then)
        round_ = repository.open_round(db, item)
        seats = {"appraiser": "appraiser", "counter_reviewer": "counter"}
        for task in repository.tasks_of_round(db, round_.id):
            marks = {one.code: NOT_MET for one in service.criteria_of(db, task)}
            service.give_verdict(
                db, council.actor(db, seats[task.assignment.role]), task.assignment,
                verdict="revise", checklist=marks, comment="Sửa lời dẫn.", now=then,
            )  # fmt: skip
        secretary = council.actor(db, "secretary")
        service.decide(db, secretary, round_, decision="return", reason="Sửa.", now=then)
        return item


def test_the_author_reads_the_deadline_and_the_secretary_who_is_late(desk, council, sent_back):
    assert "Quá hạn 1 ngày" in desk("author").get("/viec-cua-toi").text
    secretary = desk("secretary")
    assert f"{OVERDUE}#tac-gia" in secretary.get("/hoi-dong").text
    page = secretary.get(OVERDUE).text
    assert "Tác giả sửa quá hạn" in page and sent_back.code in page
    where = f"{OVERDUE}/{council.author.id}/nhac-sua"
    told = secretary.get(secretary.post(where).headers["location"]).text
    assert f"Đã nhắc {council.author.full_name}" in told and where not in told
    assert sent_back.code in desk("author").get("/thong-bao").text
    assert secretary.post(where).status_code == 409
    assert desk("officer").post(where).status_code == 403


def test_the_route_shows_the_author_s_deadline(desk, council):
    secretary = desk("secretary")
    page = secretary.get("/hoi-dong/quy-trinh").text
    assert 'name="2.author_days" type="number" min="1" max="90" value="7"' in page

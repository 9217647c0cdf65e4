"""Late appraisal on the pages: a number beside the inbox, the list by person, the reminder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from itembank.review import repository
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

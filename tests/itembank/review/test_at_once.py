"""Two people acting on one item at the same moment: one of them is told, nothing is overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from itembank.errors import Conflict, KhaothiError
from itembank.items import repository as items
from itembank.items import service as item_service
from itembank.items.models import Item
from itembank.notices.models import Notice
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.checklists import checklist_for
from itembank.review.models import ReviewDecision, ReviewRound
from tests.factories.bank import complete_choice, make_draft, make_province

ALL_MET = {criterion.code: "dat" for criterion in checklist_for("choice")}


def at_once(database, *tasks):
    """Run each task in a transaction of its own; what each returned or was refused with."""
    start = Barrier(len(tasks))

    def run(task):
        start.wait()
        try:
            with database.write() as db:
                return task(db)
        except KhaothiError as refusal:
            return refusal

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def province(database, now):
    with database.write() as db:
        return make_province(db, now=now)


@pytest.fixture
def item_id(database, province, now):
    with database.write() as db:
        return make_draft(db, province.actor(db, "author"), now=now).id


@pytest.fixture
def round_id(database, province, item_id, now):
    with database.write() as db:
        item = db.get_one(Item, item_id)
        service.submit(db, province.actor(db, "author"), item, now=now)
        round_ = repository.open_round(db, item)
        secretary = province.actor(db, "secretary")
        for role, name in ((Role.APPRAISER, "appraiser"), (Role.COUNTER_REVIEWER, "counter")):
            service.assign(db, secretary, round_, role, province.people[name], now=now)
        return round_.id


def _verdict(province, round_id, name, now):
    def task(db):
        actor = province.actor(db, name)
        tasks = repository.tasks_of_round(db, round_id)
        own = next(t for t in tasks if t.assignment.reviewer_id == actor.person_id)
        return service.give_verdict(
            db, actor, own.assignment, verdict="accept", checklist=ALL_MET, comment="", now=now
        )

    return task


def _decision(province, round_id, decision, now):
    def task(db):
        round_ = repository.round_by_id(db, round_id)
        secretary = province.actor(db, "secretary")
        return service.decide(db, secretary, round_, decision=decision, reason="lí do", now=now)

    return task


def _saving(province, item_id, stem, now):
    def task(db):
        item = db.get_one(Item, item_id)
        author = province.actor(db, "author")
        content = complete_choice(f"<p>{stem}</p>")
        item_service.save_draft(db, author, item, content, expected_revision=2, now=now)
        return stem

    return task


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_saves_of_one_revision_one_wins_and_the_other_is_told(
    database, province, item_id, now, attempt
):
    words = ("một", "hai", "ba")
    told = at_once(database, *(_saving(province, item_id, word, now) for word in words))
    winners = [answer for answer in told if answer in words]
    refused = [answer.code for answer in told if isinstance(answer, Conflict)]
    assert (len(winners), refused) == (1, ["draft_conflict"] * 2)
    with database.read() as db:
        draft = items.draft_of(db, db.get_one(Item, item_id))
        assert (draft.revision, draft.content["stem"]) == (3, f"<p>{winners[0]}</p>")


@pytest.mark.parametrize("attempt", range(3))
def test_a_decision_and_a_withdrawal_exclude_each_other(
    database, province, item_id, round_id, now, attempt
):
    for name in ("appraiser", "counter"):
        with database.write() as db:
            _verdict(province, round_id, name, now)(db)

    def withdraw(db):
        author = province.actor(db, "author")
        service.withdraw(db, author, db.get_one(Item, item_id), reason="Đổi ý", now=now)

    told = at_once(database, withdraw, _decision(province, round_id, "approve", now))
    assert sum(isinstance(answer, KhaothiError) for answer in told) == 1
    with database.read() as db:
        item, round_ = db.get_one(Item, item_id), db.get_one(ReviewRound, round_id)
        decided = db.get(ReviewDecision, round_id) is not None
        assert item.state == round_.outcome
        assert decided == (item.state == "approved") == (item.approved_version is not None)


def test_of_two_decisions_one_stands_and_the_other_is_told(database, province, round_id, now):
    for name in ("appraiser", "counter"):
        with database.write() as db:
            _verdict(province, round_id, name, now)(db)
    told = at_once(
        database, *(_decision(province, round_id, word, now) for word in ("approve", "return"))
    )
    assert [a.code for a in told if isinstance(a, KhaothiError)] == ["round_closed"]


def test_the_secretary_hears_once_when_both_verdicts_come_together(
    database, province, round_id, now
):
    at_once(
        database, *(_verdict(province, round_id, name, now) for name in ("appraiser", "counter"))
    )
    with database.read() as db:
        heard = db.scalars(select(Notice.person_id).where(Notice.kind == "to_decide")).all()
        assert heard == [province.people["secretary"].id]


def test_items_created_together_get_codes_of_their_own(database, province, now):
    def create(db):
        author = province.actor(db, "author")
        made = item_service.create_item(
            db, author, kind="short", subject="toan", grade=12, topic="toan.12.dao-ham", now=now
        )
        return made.code

    codes = at_once(database, *[create] * 4)
    assert len(set(codes)) == 4

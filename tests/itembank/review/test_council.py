"""The council: called when reviewers disagree or an item did badly, votes in secret, counts once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from itembank.errors import Conflict, Invalid, Refused
from itembank.notices.models import Notice
from itembank.review import repository, service
from itembank.review.council import repository as council
from itembank.review.council import service as council_service
from itembank.review.council.states import outcome_of
from tests.factories.appraisal import (
    make_council_province,
    name_of,
    seat_of,
    speak,
    submitted,
)


@pytest.fixture
def province(db, now):
    return make_council_province(db, now=now)


@pytest.fixture
def divided(db, province, now):
    """An item on which its two reviewers disagree, its round, and the case before the council."""
    item, round_ = submitted(db, province, now=now)
    speak(db, province, round_, "appraiser", now=now)
    speak(db, province, round_, "counter_reviewer", "revise", now=now)
    return item, round_, council.open_case_of_round(db, round_.id)


def _vote(db, province, case, name, choice, now):
    actor = province.actor(db, name)
    council_service.vote(db, actor, case, choice=choice, reason="Lí do", now=now)


def _count(db, province, case, now, who="secretary"):
    actor = province.actor(db, who)
    return council_service.close_vote(db, actor, case, reason="", now=now)


@pytest.mark.parametrize(
    ("kind", "counts", "tie", "expected"),
    [
        ("disagreement", {"approve": 2, "return": 1}, "return", "approve"),
        ("disagreement", {"approve": 2, "return": 2}, "reject", "return"),
        ("disagreement", {"approve": 2, "return": 1, "reject": 1}, "reject", "reject"),
        ("disagreement", {"approve": 2, "return": 1, "reject": 1}, "return", "return"),
        ("disagreement", {"approve": 1, "return": 1, "reject": 2}, "return", "reject"),
        ("disagreement", {"reject": 3}, "return", "reject"),
        ("statistics", {"keep": 2, "retire": 1}, "return", "keep"),
        ("statistics", {"keep": 1, "retire": 1, "recall": 1}, "return", "recall"),
        ("statistics", {"keep": 2, "retire": 2}, "return", "recall"),
        ("statistics", {"retire": 3, "keep": 1}, "return", "retire"),
    ],
)
def test_more_than_half_carries_and_nothing_is_approved_without(kind, counts, tie, expected):
    assert outcome_of(kind, counts, tie) == expected


def test_disagreement_calls_the_members_who_may_vote(db, province, divided, now):
    called = db.scalars(select(Notice.person_id).where(Notice.kind == "to_vote")).all()
    names = {name_of(province, person) for person in called}
    assert names == {"member1", "member2", "member3", "member4", "secretary"}


def test_the_secretary_cannot_decide_while_the_council_votes(db, province, divided, now):
    _, round_, _ = divided
    secretary = province.actor(db, "secretary")
    for word in ("approve", "return", "reject"):
        with pytest.raises(Conflict) as caught:
            service.decide(db, secretary, round_, decision=word, reason="x", now=now)
        assert caught.value.code == "vote_open"


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        (("approve", "approve", "return"), "approved"),
        (("return", "return", "approve"), "returned"),
        (("reject", "reject", "reject"), "rejected"),
    ],
)
def test_what_the_votes_come_to_is_what_happens(db, province, divided, now, choices, state):
    item, round_, case = divided
    for n, choice in enumerate(choices, start=1):
        _vote(db, province, case, f"member{n}", choice, now)
    outcome = _count(db, province, case, now)
    assert (item.state, round_.outcome) == (state, state)
    assert outcome.counts == {c: choices.count(c) for c in set(choices)}
    with pytest.raises(Refused) as caught:
        _vote(db, province, case, "member4", "approve", now)
    assert caught.value.code == "vote_closed"


def test_votes_are_not_counted_below_the_quorum(db, province, divided, now):
    _, _, case = divided
    for n in (1, 2):
        _vote(db, province, case, f"member{n}", "approve", now)
    with pytest.raises(Refused) as caught:
        _count(db, province, case, now)
    assert caught.value.code == "quorum"


def test_one_member_one_vote(db, province, divided, now):
    _, _, case = divided
    _vote(db, province, case, "member1", "approve", now)
    with pytest.raises(Conflict) as caught:
        _vote(db, province, case, "member1", "return", now)
    assert caught.value.code == "has_voted"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("author", "author_cannot_review"),
        ("schoolmate", "same_school"),
        ("officer", "role_missing"),
        ("reviewer", "reviewer_cannot_vote"),
    ],
)
def test_who_may_not_vote_is_told_why(db, province, divided, now, name, code):
    _, round_, case = divided
    if name == "reviewer":
        name = name_of(province, seat_of(db, round_, "appraiser").reviewer_id)
    with pytest.raises(Refused) as caught:
        _vote(db, province, case, name, "approve", now)
    assert caught.value.code == code


@pytest.mark.parametrize("who", ["author", "member1", "officer"])
def test_only_a_secretary_who_did_not_write_it_counts(db, province, divided, now, who):
    _, _, case = divided
    for n in (1, 2, 3):
        _vote(db, province, case, f"member{n}", "return", now)
    with pytest.raises(Refused):
        _count(db, province, case, now, who)


def test_a_refusing_vote_needs_a_reason(db, province, divided, now):
    _, _, case = divided
    actor = province.actor(db, "member1")
    for choice, where in (("return", "reason"), ("perhaps", "choice")):
        with pytest.raises(Invalid) as caught:
            council_service.vote(db, actor, case, choice=choice, reason=" ", now=now)
        assert [str(p.where) for p in caught.value.problems] == [where]


def test_without_enough_members_the_item_can_still_go_back_but_never_in(db, now):
    province = make_council_province(db, now=now)
    for n in (1, 2, 3):
        province.people[f"member{n}"].is_active = False
    db.flush()
    item, round_ = submitted(db, province, now=now)
    speak(db, province, round_, "appraiser", now=now)
    speak(db, province, round_, "counter_reviewer", "revise", now=now)
    secretary = province.actor(db, "secretary")
    with pytest.raises(Conflict):
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    service.decide(db, secretary, round_, decision="return", reason="Sửa lời dẫn", now=now)
    assert item.state == "returned"


def _approved(db, province, now):
    item, round_ = submitted(db, province, now=now)
    speak(db, province, round_, "appraiser", now=now)
    speak(db, province, round_, "counter_reviewer", now=now)
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    return item


@pytest.mark.parametrize(
    ("choice", "state", "in_use"),
    [("keep", "approved", True), ("recall", "returned", False), ("retire", "retired", False)],
)
def test_an_item_that_did_badly_is_judged_again(db, province, now, choice, state, in_use):
    item = _approved(db, province, now)
    detail = {"flags": ["correlation_low"], "statistics": {"point_biserial": 0.04}}
    case = council_service.open_statistics(db, item, detail, now=now)
    assert council_service.open_statistics(db, item, detail, now=now) is None
    for n in (1, 2, 3):
        _vote(db, province, case, f"member{n}", choice, now)
    _count(db, province, case, now)
    assert (item.state, item.approved_version is not None) == (state, in_use)
    if state == "returned":
        assert repository.open_round(db, item) is None


def test_a_reviewer_who_leaves_is_replaced_by_itself(db, province, now):
    _, round_ = submitted(db, province, now=now)
    seat = seat_of(db, round_, "counter_reviewer")
    leaver = province.actor(db, name_of(province, seat.reviewer_id))
    with pytest.raises(Invalid):
        service.decline(db, leaver, seat, is_recusal=True, reason=" ", now=now)
    service.decline(db, leaver, seat, is_recusal=True, reason="Có con dự thi", now=now)
    assert seat_of(db, round_, "counter_reviewer").reviewer_id != seat.reviewer_id
    with pytest.raises(Refused) as caught:
        service.give_verdict(db, leaver, seat, verdict="accept", checklist={}, comment="", now=now)
    assert caught.value.code == "not_seated"
    secretary = province.actor(db, "secretary")
    person = province.people[name_of(province, seat.reviewer_id)]
    with pytest.raises(Refused) as again:
        service.assign(db, secretary, round_, seat.role, person, now=now)
    assert again.value.code == "two_roles"

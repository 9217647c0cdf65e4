"""The services refuse what the databases refuse, in words, before a row is written."""

from __future__ import annotations

from datetime import date

import pytest

from itembank.errors import Conflict, KhaothiError, Refused
from itembank.forms import service as forms
from itembank.people import service as people
from itembank.people.register import service as records
from itembank.people.register.states import ConflictKind, Post
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.council import repository as council
from itembank.review.council import service as council_service
from tests.factories.appraisal import (
    ALL_MET,
    make_council_province,
    name_of,
    seat_of,
    speak,
    submitted,
)
from tests.factories.forms import small_structure

ONE, OTHER = "appraiser", "counter_reviewer"


@pytest.fixture
def province(db, now):
    return make_council_province(db, now=now)


def _conflict(db, province, name, now):
    person = province.people[name]
    records.declare_conflict(
        db, province.actor(db, name), person, kind=ConflictKind.CHILD_SITS_EXAM,
        valid_from=date(2026, 9, 1), subject="toan", grade=12, now=now,
    )  # fmt: skip


def _term_over(db, province, name, now):
    """Appointed to every post of a reviewer or member once; all of it is over."""
    officer = province.people["officer"]
    people.grant_role(db, None, officer, Role.UNIT_ADMIN, province.department, now=now)
    for post in (Post.APPRAISER, Post.COUNTER_REVIEWER, Post.MEMBER):
        records.appoint(
            db, province.actor(db, "officer"), province.people[name], council="Hội đồng", post=post,
            unit=province.department, decision_number="12/QĐ", valid_from=date(2024, 1, 1),
            valid_to=date(2025, 1, 1), now=now,
        )  # fmt: skip


def _to_authors_school(db, province, name, now):
    province.people[name].unit_id = province.people["author"].unit_id
    db.flush()


CHANGES = {
    "conflict_of_interest": _conflict,
    "term_over": _term_over,
    "same_school": _to_authors_school,
}


@pytest.mark.parametrize("code", CHANGES)
def test_what_came_up_after_seating_stops_the_verdict(db, province, now, code):
    _, round_ = submitted(db, province, now=now)
    seat = seat_of(db, round_, ONE)
    name = name_of(province, seat.reviewer_id)
    CHANGES[code](db, province, name, now)
    with pytest.raises(Refused) as refusal:
        service.give_verdict(
            db, province.actor(db, name), seat, verdict="accept", checklist=ALL_MET, comment="",
            now=now,
        )  # fmt: skip
    assert refusal.value.code == code


@pytest.mark.parametrize("code", CHANGES)
def test_it_stops_the_vote_too(db, province, now, code):
    case = _divided(db, province, now)
    CHANGES[code](db, province, "member1", now)
    with pytest.raises(Refused) as refusal:
        _vote(db, province, case, "member1", now)
    assert refusal.value.code == code


def _divided(db, province, now):
    _, round_ = submitted(db, province, now=now)
    speak(db, province, round_, ONE, now=now)
    speak(db, province, round_, OTHER, "revise", now=now)
    return council.open_case_of_round(db, round_.id)


def _vote(db, province, case, name, now):
    actor = province.actor(db, name)
    council_service.vote(db, actor, case, choice="approve", reason="", now=now)


def _make_secretary(db, province, name, now):
    person = province.people[name]
    people.grant_role(db, None, person, Role.SECRETARY, province.department, now=now)
    return province.actor(db, name)


def test_a_reviewer_does_not_decide_nor_count_the_votes(db, province, now):
    case = _divided(db, province, now)
    round_ = repository.round_by_id(db, case.round_id)
    reviewer = name_of(province, seat_of(db, round_, ONE).reviewer_id)
    actor = _make_secretary(db, province, reviewer, now)
    for name in ("member1", "member2", "member3"):
        _vote(db, province, case, name, now)
    with pytest.raises(Refused) as decided:
        service.decide(db, actor, round_, decision="return", reason="x", now=now)
    with pytest.raises(Refused) as counted:
        council_service.close_vote(db, actor, case, reason="", now=now)
    assert {decided.value.code, counted.value.code} == {"reviewer_cannot_decide"}


def test_a_closed_round_takes_neither_people_nor_words(db, province, now):
    item, round_ = submitted(db, province, now=now)
    seat = seat_of(db, round_, ONE)
    reviewer = province.actor(db, name_of(province, seat.reviewer_id))
    secretary = province.actor(db, "secretary")
    service.withdraw(db, province.actor(db, "author"), item, reason="", now=now)
    person = province.people["both"]
    with pytest.raises(Conflict) as seated:
        service.assign(db, secretary, round_, Role(ONE), person, now=now)
    with pytest.raises(Refused) as spoken:
        service.give_verdict(
            db, reviewer, seat, verdict="accept", checklist=ALL_MET, comment="", now=now
        )
    with pytest.raises(KhaothiError):
        service.decide(db, secretary, round_, decision="return", reason="x", now=now)
    assert {seated.value.code, spoken.value.code} == {"round_closed"}


def test_who_has_spoken_is_neither_replaced_nor_leaves(db, province, now):
    _, round_ = submitted(db, province, now=now)
    speak(db, province, round_, ONE, now=now)
    seat = seat_of(db, round_, ONE)
    spoke = name_of(province, seat.reviewer_id)
    other = next(n for n in ("appraiser", "both", "colleague") if n != spoke)
    with pytest.raises(Conflict) as replaced:
        service.assign(
            db, province.actor(db, "secretary"), round_, Role(ONE), province.people[other], now=now
        )
    with pytest.raises(Conflict) as left:
        service.decline(
            db, province.actor(db, spoke), seat, is_recusal=False, reason="Bận", now=now
        )
    assert {replaced.value.code, left.value.code} == {"has_verdict"}


def test_an_author_does_not_freeze_a_form_with_their_item(db, province, now):
    """Filled by one officer, frozen by another who wrote what stands in it."""
    item, round_ = submitted(db, province, now=now)
    for role in (ONE, OTHER):
        speak(db, province, round_, role, now=now)
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    paper = small_structure(choice=1)
    officer = province.actor(db, "officer")
    form = forms.create_form_from(db, officer, paper, code="D", title="Đề", now=now)
    (place,) = forms.fill_form(db, officer, form, seed=1, now=now)
    assert (place.item_id, place.placed_by) == (item.id, officer.person_id)
    person = province.people["author"]
    people.grant_role(db, None, person, Role.EXAM_OFFICER, province.department, now=now)
    author = province.actor(db, "author")
    assert forms.usable_pool(db, author, form) == []
    with pytest.raises(Refused) as frozen:
        forms.freeze_form(db, author, form, now=now)
    assert frozen.value.code == "own_item"

"""People of one family: neither judges what the other wrote, whoever of the two told it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from itembank.errors import Conflict, Invalid, Refused
from itembank.people import service as people
from itembank.people.register import repository as register
from itembank.people.register import service as records
from itembank.people.register.states import TieKind
from itembank.permissions import Role
from itembank.review import eligibility, service
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

ONE, OTHER = "appraiser", "counter_reviewer"


@pytest.fixture
def province(db, now):
    return make_council_province(db, now=now)


def _tie(db, province, one, other, now, kind=TieKind.SIBLING):
    people = province.people
    actor = province.actor(db, one)
    return records.declare_tie(db, actor, people[one], people[other], kind=kind, now=now)


@pytest.mark.parametrize("told_by", ["author", "appraiser"])
def test_a_relative_is_not_seated(db, province, now, told_by):
    other = {"author": "appraiser", "appraiser": "author"}[told_by]
    _tie(db, province, told_by, other, now)
    _, round_ = submitted(db, province, now=now)
    assert name_of(province, seat_of(db, round_, ONE).reviewer_id) != "appraiser"
    with pytest.raises(Refused) as refusal:
        service.assign(
            db, province.actor(db, "secretary"), round_, Role(ONE), province.people["appraiser"],
            now=now,
        )  # fmt: skip
    assert refusal.value.code == "family_tie"


def test_a_tie_told_later_stops_the_verdict(db, province, now):
    _, round_ = submitted(db, province, now=now)
    holder = name_of(province, seat_of(db, round_, ONE).reviewer_id)
    _tie(db, province, holder, "author", now)
    with pytest.raises(Refused) as refusal:
        service.give_verdict(
            db, province.actor(db, holder), seat_of(db, round_, ONE), verdict="accept",
            checklist=ALL_MET, comment="", now=now,
        )  # fmt: skip
    assert refusal.value.code == "family_tie"


def test_a_relative_of_the_author_decides_and_votes_nothing(db, province, now):
    item, round_ = submitted(db, province, now=now)
    _tie(db, province, "secretary", "author", now)
    _tie(db, province, "member1", "author", now, TieKind.SPOUSE)
    speak(db, province, round_, ONE, now=now)
    speak(db, province, round_, OTHER, "revise", now=now)
    case = council.open_case_of_round(db, round_.id)
    member = province.actor(db, "member1")
    with pytest.raises(Refused) as refusal:
        council_service.vote(db, member, case, choice="approve", reason="", now=now)
    assert refusal.value.code == "family_tie"
    for name in ("member2", "member3", "member4"):
        actor = province.actor(db, name)
        council_service.vote(db, actor, case, choice="approve", reason="", now=now)
    secretary = province.actor(db, "secretary")
    for verb in (
        lambda: council_service.close_vote(db, secretary, case, reason="", now=now),
        lambda: service.decide(db, secretary, round_, decision="return", reason="x", now=now),
    ):
        with pytest.raises(Refused) as refusal:
            verb()
        assert refusal.value.code == "family_tie"
    assert item.approved_version is None


def test_an_ended_tie_bars_nobody_and_only_others_end_it(db, province, now):
    tie = _tie(db, province, "appraiser", "author", now)
    own = province.actor(db, "appraiser")
    on = eligibility.day_of(now)
    ended = {"ended_on": on, "reason": "Ghi nhầm", "now": now}
    with pytest.raises(Refused):
        records.end_record(db, own, "family_tie", tie.id, **ended)
    author = province.people["author"].id
    assert register.relatives_of(db, [author], on=on) == {province.people["appraiser"].id}
    admin = _administrator(db, province, now)
    records.end_record(db, admin, "family_tie", tie.id, **ended)
    assert register.relatives_of(db, [author], on=on) == frozenset()


def _administrator(db, province, now):
    person = province.people["officer"]
    people.grant_role(db, None, person, Role.UNIT_ADMIN, province.department, now=now)
    return province.actor(db, "officer")


def test_a_tie_is_told_once_and_not_with_oneself(db, province, now):
    _tie(db, province, "appraiser", "author", now)
    with pytest.raises(Conflict):
        _tie(db, province, "author", "appraiser", now)
    with pytest.raises(Invalid):
        _tie(db, province, "author", "author", now)
    (tie,) = register.ties_of(db, province.people["author"].id)
    assert tie.relative_id == province.people["appraiser"].id


def test_what_was_told_is_not_taken_back(database, now):
    with database.write() as db:
        _tie(db, make_council_province(db, now=now), "appraiser", "author", now)
    for change in ("DELETE FROM family_tie", "UPDATE family_tie SET kind = kind"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
            db.execute(text(change))

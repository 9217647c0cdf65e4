"""A route is data: stages follow each other, people are eligible on the day, rounds keep their route."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.people import service as people
from itembank.people.register.models import Appointment, ConflictOfInterest
from itembank.permissions import Role
from itembank.review import eligibility, repository, seating, service
from itembank.review.checklists import Criterion
from itembank.review.routes import repository as routes
from itembank.review.routes.service import set_route
from itembank.review.routes.stages import DEFAULT_STAGES, problems_of
from tests.factories.appraisal import make_council_province, seat_of, speak, submitted
from tests.factories.bank import make_draft

SCHOOL, DEPARTMENT = DEFAULT_STAGES


def _admin(db, province, now):
    people.grant_role(
        db, None, province.people["secretary"], Role.UNIT_ADMIN, province.department, now=now
    )
    return province.actor(db, "secretary")


def _set(db, province, stages, now, **about):
    chosen = {
        "name": "Quy trình năm 2026",
        "unit_id": province.department.id,
        "subject": None,
        "valid_from": date(2026, 9, 1),
        "reason": "Theo kế hoạch năm học",
        **about,
    }
    return set_route(db, _admin(db, province, now), stages, now=now, **chosen)


def test_the_shipped_route_says_what_the_program_says(db):
    route = routes.in_force(db, None, "toan", date(2026, 1, 1))
    assert routes.stages_of(db, route.id) == DEFAULT_STAGES
    assert problems_of(DEFAULT_STAGES) == []


def test_a_school_without_a_group_lead_is_passed_over_on_record(db, now):
    province = make_council_province(db, now=now)
    _, round_ = submitted(db, province, now=now)
    assert round_.stage == 2
    told = [(e.stage, e.kind) for e in repository.stage_events(db, round_.id)]
    assert told == [(1, "skipped"), (2, "entered")]


def test_the_school_screens_before_the_department_sees_the_item(db, now):
    province = make_council_province(db, now=now, group_lead=True)
    item, round_ = submitted(db, province, now=now)
    assert [t.assignment.role for t in repository.tasks_of_round(db, round_.id)] == ["group_lead"]
    speak(db, province, round_, "group_lead", now=now)
    assert round_.stage == 2
    roles = [t.assignment.role for t in repository.tasks_of_stage(db, round_)]
    assert roles == ["appraiser", "counter_reviewer"]
    for role in roles:
        speak(db, province, round_, role, now=now)
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    assert item.state == "approved"


def test_an_item_that_does_not_pass_the_screening_comes_back_with_the_remarks(db, now):
    province = make_council_province(db, now=now, group_lead=True)
    item, round_ = submitted(db, province, now=now)
    speak(db, province, round_, "group_lead", "revise", now=now)
    assert (item.state, round_.outcome) == ("returned", "returned")
    db.flush()
    actions = db.scalars(select(AuditEvent.action).where(AuditEvent.object_id == str(item.id)))
    assert "item.returned" in set(actions)


def test_the_nearest_units_newest_route_is_in_force(db, now):
    province = make_council_province(db, now=now)
    one = (replace(DEPARTMENT, name="Một bước"),)
    own = _set(db, province, one, now, unit_id=province.school.id)
    later = _set(db, province, one, now, valid_from=date(2027, 1, 1))
    toan = _set(db, province, one, now, subject="toan")
    day = date(2026, 11, 23)
    found = {
        "school": routes.in_force(db, province.school.id, "toan", day),
        "other": routes.in_force(db, province.other_school.id, "toan", day),
        "other subject": routes.in_force(db, province.other_school.id, "ngu-van", day),
        "next year": routes.in_force(db, province.other_school.id, "ngu-van", date(2027, 2, 1)),
    }
    assert found["school"].id == own.id
    assert found["other"].id == toan.id
    assert found["other subject"].name == "Quy trình mặc định"
    assert found["next year"].id == later.id


def test_a_round_keeps_the_route_it_began_on(db, now):
    province = make_council_province(db, now=now)
    _, round_ = submitted(db, province, now=now)
    three = (DEPARTMENT, replace(DEPARTMENT, name="Lần hai"), replace(DEPARTMENT, name="Lần ba"))
    _set(db, province, three, now)
    assert seating.is_last_stage(db, round_)
    speak(db, province, round_, "appraiser", now=now)
    speak(db, province, round_, "counter_reviewer", now=now)
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="approve", reason="", now=now)


@pytest.mark.parametrize(
    ("stages", "place"),
    [
        ((), "stages"),
        ((SCHOOL,), "stages"),
        ((DEPARTMENT, SCHOOL), "stages"),
        ((replace(SCHOOL, counts=True), DEPARTMENT), "1.counts"),
        ((replace(DEPARTMENT, roles=(Role.APPRAISER,)),), "stages"),
        ((replace(DEPARTMENT, roles=()),), "1.roles"),
        ((replace(DEPARTMENT, roles=(Role.APPRAISER, "vua")),), "1.roles"),
        ((replace(DEPARTMENT, days=0),), "1.days"),
        ((replace(DEPARTMENT, quorum=1),), "1.quorum"),
        ((replace(DEPARTMENT, tie="coin"),), "1.tie"),
        ((replace(DEPARTMENT, skip_if_nobody=True),), "1.skip_if_nobody"),
        ((replace(DEPARTMENT, name=" "),), "1.name"),
        ((DEPARTMENT,) * 7, "stages"),
    ],
)
def test_an_unsound_route_is_refused_with_the_place(db, now, stages, place):
    province = make_council_province(db, now=now)
    with pytest.raises(Invalid) as caught:
        _set(db, province, stages, now)
    assert place in {str(p.where) for p in caught.value.problems}


def test_only_the_department_sets_its_route(db, now):
    province = make_council_province(db, now=now)
    with pytest.raises(Refused):
        set_route(
            db, province.actor(db, "author"), DEFAULT_STAGES, name="x", subject=None, reason="x",
            unit_id=province.department.id, valid_from=date(2026, 1, 1), now=now,
        )  # fmt: skip


def test_a_stage_asks_its_own_criteria_beside_the_shipped_ones(db, now):
    province = make_council_province(db, now=now)
    own = {"*": (Criterion("thuc_te", "Có bối cảnh thực tế"),)}
    _set(db, province, (replace(DEPARTMENT, checklists=own),), now)
    _, round_ = submitted(db, province, now=now)
    task = repository.tasks_of_round(db, round_.id)[0]
    assert "thuc_te" in {criterion.code for criterion in service.criteria_of(db, task)}
    with pytest.raises(Invalid) as caught:
        speak(db, province, round_, "appraiser", now=now)
    assert [str(p.where) for p in caught.value.problems] == ["checklist.thuc_te"]


def _appoint(db, province, name, now, *, until, post="appraiser"):
    db.add(
        Appointment(
            person_id=province.people[name].id,
            council="Hội đồng",
            post=post,
            unit_id=province.department.id,
            decision_number="45/QĐ-SGDĐT",
            valid_from=date(2026, 1, 1),
            valid_to=until,
            recorded_at=now,
        )
    )
    db.flush()


def test_somebody_whose_term_is_over_is_not_asked_any_more(db, now):
    province = make_council_province(db, now=now)
    _appoint(db, province, "appraiser", now, until=date(2026, 11, 22))
    _, round_ = submitted(db, province, now=now)
    assert seat_of(db, round_, "appraiser").reviewer_id == province.people["both"].id


def test_where_the_stage_says_so_only_the_appointed_sit(db, now):
    province = make_council_province(db, now=now)
    _set(db, province, (replace(DEPARTMENT, needs_appointment=True),), now)
    _appoint(db, province, "both", now, until=None)
    _, round_ = submitted(db, province, now=now)
    seated = {t.assignment.reviewer_id for t in repository.tasks_of_round(db, round_.id)}
    assert seated == {province.people["both"].id}


@pytest.mark.parametrize(
    ("subject", "grade", "is_free"),
    [("toan", 12, False), (None, None, False), ("toan", 9, True), ("ngu-van", None, True)],
)
def test_a_declared_conflict_keeps_its_person_away(db, now, subject, grade, is_free):
    province = make_council_province(db, now=now)
    both = province.people["both"].id
    for name in ("appraiser", "both"):
        db.add(
            ConflictOfInterest(
                person_id=province.people[name].id,
                kind="child_sits_exam",
                subject=subject if name == "both" else None,
                grade=grade if name == "both" else None,
                valid_from=date(2026, 9, 1),
                note="",
                recorded_at=now,
            )
        )
    db.flush()
    item = make_draft(db, province.actor(db, "author"), now=now)
    service.submit(db, province.actor(db, "author"), item, now=now)
    round_ = repository.open_round(db, item)
    matter = eligibility.matter_of(db, round_, item, now=now)
    answers = dict(
        (p.id, answer) for p, answer in eligibility.answers_for(db, matter, Role.APPRAISER)
    )
    sits = {t.assignment.reviewer_id for t in repository.tasks_of_round(db, round_.id)}
    assert (both in sits) == is_free
    if not is_free:
        assert answers[both].code == "conflict_of_interest"

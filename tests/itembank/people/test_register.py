"""Records of staff: what holds on a day, who may record and end them, and that they are facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from itembank.audit import AuditEvent
from itembank.db import new_id
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.people.register import repository, service
from itembank.people.register.states import (
    Conflict as Declared,
)
from itembank.people.register.states import (
    ConflictKind,
    Degree,
    Post,
    Term,
    conflicts_touching,
    validity,
)
from tests.factories.staff import make_staffed

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_term_holds_between_its_days_and_never_from_its_end_on(start, last, ended, on):
    holds = Term(start, last, ended).holds_on(on)
    assert holds == (start <= on and (last is None or on <= last) and (ended is None or on < ended))


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_what_is_told_of_validity_agrees_with_the_term(start, last, ended, on):
    told = validity(Term(start, last, ended), on)
    if start <= on:
        assert (told in {"valid", "soon"}) == Term(start, last, ended).holds_on(on)


def _declared(**narrowed):
    given_ = {"subject": None, "grade": None, "exam_year": None, **narrowed}
    return Declared(
        new_id(), new_id(), ConflictKind.CHILD_SITS_EXAM, term=Term(date(2026, 9, 1)), **given_
    )


@pytest.mark.parametrize(
    ("conflict", "asked", "touches"),
    [
        (_declared(), ("toan", 12), True),
        (_declared(subject="toan"), ("toan", 12), True),
        (_declared(subject="toan"), ("vat-li", 12), False),
        (_declared(grade=9), ("toan", 12), False),
        (_declared(subject="toan", grade=12), (None, 12), True),
        (_declared(subject="toan", grade=12), ("toan", None), True),
    ],
)
def test_a_conflict_touches_its_subject_and_grade_and_whatever_is_not_told(
    conflict, asked, touches
):
    assert bool(conflicts_touching([conflict], *asked, TODAY)) is touches


def test_a_conflict_of_another_exam_year_does_not_touch():
    of_2027 = _declared(exam_year=2027)
    assert of_2027.touches("toan", 12, TODAY, exam_year=2027)
    assert not of_2027.touches("toan", 12, TODAY, exam_year=2028)
    assert of_2027.touches("toan", 12, TODAY)


def test_a_declared_conflict_keeps_away_until_an_administrator_ends_it(db, now):
    made = make_staffed(db, now=now)
    teacher = made.people["teacher"]
    own = made.actor(db, "teacher")
    row = service.declare_conflict(
        db, own, teacher, kind=ConflictKind.CHILD_SITS_EXAM, valid_from=TODAY, now=now,
        grade=12, exam_year=2027, note="Con học lớp 12",
    )  # fmt: skip
    asked = {"subject": "toan", "grade": 12, "on": TODAY}
    assert [c.id for c in repository.conflicts_on(db, teacher.id, **asked)] == [row.id]
    assert set(
        repository.people_in_conflict(db, [p.id for p in made.people.values()], **asked)
    ) == {teacher.id}
    with pytest.raises(Refused):
        service.end_record(
            db, own, "conflict_of_interest", row.id, ended_on=TODAY, reason="x", now=now
        )
    admin = made.actor(db, "admin")
    service.end_record(
        db, admin, "conflict_of_interest", row.id, ended_on=TODAY, reason="Con đã thi xong", now=now
    )
    assert repository.conflicts_on(db, teacher.id, **asked) == ()
    assert repository.conflicts_of(db, [teacher.id])[0].term.ended_on == TODAY
    with pytest.raises(Conflict):
        service.end_record(
            db, admin, "conflict_of_interest", row.id, ended_on=TODAY, reason="x", now=now
        )


def test_an_appointment_holds_for_its_term_subject_and_post(db, now):
    made = make_staffed(db, now=now)
    reviewer = made.people["reviewer"]
    service.appoint(
        db, made.actor(db, "admin"), reviewer, council="Hội đồng thẩm định Toán",
        post=Post.APPRAISER, unit=made.units["SO"], decision_number="125/QĐ-SGDĐT",
        valid_from=TODAY, valid_to=TODAY + timedelta(days=30), subject="toan", now=now,
    )  # fmt: skip
    asked = {"post": Post.APPRAISER, "subject": "toan"}
    assert repository.is_appointed(db, reviewer.id, **asked, on=TODAY)
    assert not repository.is_appointed(db, reviewer.id, **asked, on=TODAY + timedelta(days=31))
    assert not repository.is_appointed(db, reviewer.id, **{**asked, "subject": "vat-li"}, on=TODAY)
    assert not repository.is_appointed(db, reviewer.id, **{**asked, "post": Post.CHAIR}, on=TODAY)
    found = repository.appointed_on(db, on=TODAY, unit_id=made.units["SO"].id, **asked)
    assert [one.person_id for one in found] == [reviewer.id]


def test_nobody_appoints_themself_nor_outside_what_they_administer(db, now):
    made = make_staffed(db, now=now)
    told = {
        "council": "Hội đồng", "post": Post.CHAIR, "decision_number": "1", "valid_from": TODAY,
        "unit": made.units["SO"], "now": now,
    }  # fmt: skip
    with pytest.raises(Refused):
        service.appoint(db, made.actor(db, "admin"), made.people["admin"], **told)
    with pytest.raises(Refused):
        service.appoint(db, made.actor(db, "school.admin"), made.people["teacher"], **told)
    with pytest.raises(Refused):
        service.appoint(db, made.actor(db, "teacher"), made.people["reviewer"], **told)


def test_qualifications_and_certificates_are_recorded_by_the_person_or_their_administrator(db, now):
    made = make_staffed(db, now=now)
    teacher = made.people["teacher"]
    for who in ("teacher", "school.admin", "admin"):
        actor = made.actor(db, who)
        service.add_qualification(
            db, actor, teacher, degree=Degree.MASTER, field="Toán giải tích", year=2015, now=now
        )
        service.add_certificate(
            db, actor, teacher, title="Tập huấn ra đề", issuer="Bộ GDĐT", issued_on=TODAY, now=now
        )
    with pytest.raises(Refused):
        service.add_qualification(
            db, made.actor(db, "reviewer"), teacher, degree=Degree.MASTER, field="Toán", now=now
        )
    assert len(repository.qualifications_of(db, teacher.id)) == 3
    assert len(repository.certificates_of(db, [teacher.id])) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"issuer": ""},
        {"valid_until": TODAY - timedelta(days=1)},
    ],
)
def test_a_certificate_that_says_nothing_is_refused(db, now, wrong):
    made = make_staffed(db, now=now)
    told = {"title": "Tập huấn", "issuer": "Bộ GDĐT", "issued_on": TODAY, **wrong}
    with pytest.raises(Invalid):
        service.add_certificate(
            db, made.actor(db, "teacher"), made.people["teacher"], now=now, **told
        )


def test_a_record_that_is_not_there_cannot_be_ended(db, now):
    made = make_staffed(db, now=now)
    for table in ("certificate", "person"):
        with pytest.raises(NotFound):
            service.end_record(
                db, made.actor(db, "admin"), table, new_id(), ended_on=TODAY, reason="x", now=now
            )


def test_every_verb_leaves_one_event_and_the_database_refuses_to_edit_what_was_recorded(
    database, now
):
    with database.write() as db:
        made = make_staffed(db, now=now)
        admin, teacher = made.actor(db, "admin"), made.people["teacher"]
        before = set(db.scalars(select(AuditEvent.seq)))
        service.declare_conflict(
            db, admin, teacher, kind=ConflictKind.OTHER, valid_from=TODAY, now=now
        )
        service.add_qualification(
            db, admin, teacher, degree=Degree.DOCTOR, field="Vật lí", now=now
        )  # fmt: skip
        row = service.add_certificate(
            db, admin, teacher, title="Tập huấn", issuer="Sở", issued_on=TODAY, now=now
        )
        service.appoint(
            db, admin, teacher, council="Tổ ra đề", post=Post.AUTHOR, unit=made.units["SO"],
            decision_number="9/QĐ", valid_from=TODAY, now=now,
        )  # fmt: skip
        service.end_record(
            db, admin, "certificate", row.id, ended_on=TODAY, reason="Ghi nhầm", now=now
        )
        after = db.scalars(select(AuditEvent).where(AuditEvent.seq.not_in(before))).all()
        assert sorted(e.action for e in after) == [
            "appointment.recorded", "certificate.ended", "certificate.recorded",
            "conflict.declared", "qualification.recorded",
        ]  # fmt: skip
    for table in (
        "appointment", "conflict_of_interest", "qualification", "certificate", "person_record_end",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
            db.execute(text(f"DELETE FROM {table}"))

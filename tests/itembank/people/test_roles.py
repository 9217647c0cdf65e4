"""Roles given and taken back, and profiles changed, within what one administers."""

from __future__ import annotations

import pytest

from itembank.errors import Conflict, Invalid, Refused
from itembank.people import repository, rules, service
from itembank.permissions import Role
from tests.factories.staff import make_staffed


def _grant(db, made, who, whom, unit, now, **more):
    return service.grant_role(
        db, made.actor(db, who), made.people[whom], Role.TEACHER, made.units[unit], now=now, **more
    )


def test_a_role_is_taken_back_with_a_reason_and_once(db, now):
    made = make_staffed(db, now=now)
    admin = made.actor(db, "admin")
    grant = repository.active_grants(db, made.people["reviewer"].id)[0]
    with pytest.raises(Invalid):
        service.take_back_role(db, admin, grant, reason="  ", now=now)
    service.take_back_role(db, admin, grant, reason="Chuyển công tác", now=now)
    assert not made.actor(db, "reviewer").has(Role.APPRAISER)
    with pytest.raises(Conflict):
        service.take_back_role(db, admin, grant, reason="Lần nữa", now=now)


@pytest.mark.parametrize(
    ("who", "whom", "unit"),
    [
        ("school.admin", "teacher", "SO"),
        ("school.admin", "teacher", "THCS-A"),
        ("teacher", "reviewer", "THPT-C"),
        ("admin", "admin", "SO"),
    ],
)
def test_roles_are_not_given_beyond_ones_reach_nor_to_oneself(db, now, who, whom, unit):
    made = make_staffed(db, now=now)
    with pytest.raises(Refused):
        _grant(db, made, who, whom, unit, now)


def test_an_administrator_of_one_subject_gives_that_subject_only(db, now):
    made = make_staffed(db, now=now)
    service.grant_role(
        db, made.actor(db, "admin"), made.people["teacher"], Role.UNIT_ADMIN,
        made.units["PGD-AD"], now=now, subject="toan",
    )  # fmt: skip
    assert _grant(db, made, "teacher", "reviewer", "THCS-A", now, subject="toan").subject == "toan"
    for subject in (None, "vat-li"):
        with pytest.raises(Refused):
            _grant(db, made, "teacher", "reviewer", "THCS-A", now, subject=subject)


def test_a_password_is_reset_only_by_those_who_administer_every_role_of_its_owner(db, now):
    made = make_staffed(db, now=now)
    teacher, school = made.people["teacher"], made.actor(db, "school.admin")
    service.set_password(db, school, teacher, "hash", now=now, must_change=True)
    service.grant_role(
        db, made.actor(db, "admin"), teacher, Role.APPRAISER, made.units["SO"], now=now
    )
    with pytest.raises(Refused) as refused:
        service.set_password(db, school, teacher, "other", now=now, must_change=True)
    assert refused.value.code == "wider_role"
    service.set_password(db, made.actor(db, "admin"), teacher, "x", now=now, must_change=True)
    own = rules.can_reset_password(made.actor(db, "teacher"), teacher, ())
    assert not own and own.code == "own_password"


def test_nobody_takes_their_own_administration_away(db, now):
    made = make_staffed(db, now=now)
    own = repository.active_grants(db, made.people["admin"].id)[0]
    with pytest.raises(Refused):
        service.take_back_role(db, made.actor(db, "admin"), own, reason="x", now=now)
    service.take_back_role(db, made.actor(db, "admin2"), own, reason="Nghỉ hưu", now=now)


def test_a_person_moves_only_between_units_of_the_same_administrator(db, now):
    made = make_staffed(db, now=now)
    told = {"full_name": "Nguyễn Thu Hà", "subjects": ["toan"], "levels": ["thpt"], "now": now}
    teacher = made.people["teacher"]
    with pytest.raises(Refused):
        service.change_profile(
            db, made.actor(db, "school.admin"), teacher, unit=made.units["THCS-A"], **told
        )
    service.change_profile(
        db, made.actor(db, "admin"), teacher, unit=made.units["THCS-A"], **told
    )  # fmt: skip
    assert (teacher.unit_id, teacher.subjects, teacher.levels) == (
        made.units["THCS-A"].id, "toan", "thpt",
    )  # fmt: skip

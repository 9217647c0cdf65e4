"""Classes: who may keep them, who is in them on a day, who teaches them."""

from __future__ import annotations

from datetime import date

import pytest

from itembank.errors import Invalid, Refused
from itembank.people.classes import repository, service
from tests.factories.staff import make_staffed


def _group(db, made, who, now, **changes):
    told = {
        "unit_id": made.units["THPT-C"].id, "school_year": 2026, "code": "12A1", "name": "12A1",
        "grade": 12, "now": now, **changes,
    }  # fmt: skip
    return service.add_class(db, made.actor(db, who), **told)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026), (date(2027, 5, 31), 2026)]
)
def test_the_school_year_turns_on_the_first_of_august(on, year):
    assert repository.school_year_of(on) == year


def test_a_teacher_keeps_a_class_of_their_school_and_sees_who_is_in_it_on_a_day(db, now):
    made = make_staffed(db, now=now)
    teacher = made.actor(db, "teacher")
    group = _group(db, made, "teacher", now)
    an = service.enrol(db, teacher, group, code="HS01", full_name="Nguyễn Văn An", now=now)
    service.enrol(
        db, teacher, group, code="HS02", full_name="Lê Thị Bích", now=now,
        joined_on=date(2027, 1, 4),
    )  # fmt: skip
    service.take_out(db, teacher, group, an, left_on=date(2027, 2, 1), now=now)

    def names(on):
        return [p.full_name for p in repository.pupils_in(db, group.id, on=on)]

    assert names(date(2026, 9, 5)) == ["Nguyễn Văn An"]
    assert names(date(2027, 1, 10)) == ["Nguyễn Văn An", "Lê Thị Bích"]
    assert names(date(2027, 2, 1)) == ["Lê Thị Bích"]
    assert repository.class_sizes(db, [group.id], on=date(2027, 1, 10)) == {group.id: 2}
    mine = repository.classes_of_teacher(db, teacher.person_id, on=date(2027, 1, 10))
    assert [g.id for g in mine] == [group.id]
    assert not repository.classes_of_teacher(db, teacher.person_id, on=date(2027, 9, 10))


def test_a_pupil_enrolled_again_stands_once(db, now):
    made = make_staffed(db, now=now)
    teacher, group = made.actor(db, "teacher"), _group(db, made, "teacher", now)
    for name in ("Nguyen Van An", "Nguyễn Văn An"):
        service.enrol(db, teacher, group, code="HS01", full_name=name, now=now)
    found = repository.pupils_in(db, group.id, on=now.date())
    assert [p.full_name for p in found] == ["Nguyễn Văn An"]


def test_strangers_keep_no_classes_and_change_none(db, now):
    made = make_staffed(db, now=now)
    with pytest.raises(Refused):
        _group(db, made, "reviewer", now)
    group = _group(db, made, "school.admin", now)
    for who in ("reviewer", "teacher"):
        with pytest.raises(Refused):
            service.enrol(db, made.actor(db, who), group, code="1", full_name="A", now=now)
    admin = made.actor(db, "school.admin")
    service.assign_teacher(db, admin, group, made.people["teacher"], now=now)
    service.enrol(db, made.actor(db, "teacher"), group, code="1", full_name="A", now=now)


def test_the_same_code_twice_in_a_year_is_refused_and_another_year_is_not(db, now):
    made = make_staffed(db, now=now)
    _group(db, made, "teacher", now)
    with pytest.raises(Invalid):
        _group(db, made, "teacher", now)
    assert _group(db, made, "teacher", now, school_year=2027).code == "12A1"

"""Lists on both databases: the plan shown is the change made; reach, interruption, other files."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from itembank.audit import AuditEvent
from itembank.errors import Conflict, Refused
from itembank.people import repository as people
from itembank.people.classes import repository as classes
from itembank.people.classes.models import ClassTeacher, Enrolment, Pupil, SchoolClass
from itembank.people.intake import repository, service
from itembank.people.intake.known import states_of
from itembank.people.models import Person, RoleGrant, Unit
from itembank.people.service import change_profile
from itembank.people.units import repository as unit_rows
from tests.factories.staff import make_staffed
from tests.itembank.exchange.test_oneroster import package

HEAD = "ten_dang_nhap,ho_ten,ma_don_vi,vai_tro,mon,cap_day\n"
UNITS = "ma_don_vi,ten,loai,ma_cap_tren,ma_chuyen_mon,tu_ngay,den_ngay\n"


def _planned(db, made, who, raw, now, kind="people", name="ds.csv"):
    actor = made.actor(db, who)
    source = raw if isinstance(raw, bytes) else raw.encode()
    intake = service.open_intake(db, actor, kind=kind, file_name=name, source=source, now=now)
    service.store_plan(db, intake, service.make_plan(db, actor, intake))
    db.flush()
    return intake


def _applied(db, made, who, intake, now):
    actor = made.actor(db, who)
    service.begin_applying(db, actor, intake, sha256=intake.sha256, now=now)
    while service.apply_some(db, made.actor(db, who), intake, now=now):
        pass
    service.close_applying(db, actor, intake, now=now)


def _rows(db, intake):
    return repository.rows_of(db, intake.id, action=None, start=0, most=10_000)


def _everything(db):
    return {
        thing: states_of(db, thing, list(keys))
        for thing, keys in (
            ("unit", db.scalars(select(Unit.code)).all()),
            ("person", db.scalars(select(Person.username)).all()),
        )
    }


@pytest.mark.parametrize("seed", range(2))
def test_the_plan_shown_is_the_change_made(db, now, seed):
    made, rng = make_staffed(db, now=now), random.Random(seed)
    lines = [HEAD]
    for number in range(40):
        known = rng.choice([*made.people, f"moi{number}", f"moi{rng.randrange(40)}"])
        lines.append(
            f"{known},Người {rng.randrange(5)},{rng.choice(['SO', 'THPT-C', 'THCS-A', 'KHONG-CO'])},"
            f"{rng.choice(['Giáo viên', 'teacher|secretary', 'vua'])},"
            f"{rng.choice(['', 'toan', 'Toán|vat-li', 'thien-van'])},{rng.choice(['', 'THPT'])}\n"
        )
    intake = _planned(db, made, "admin", "".join(lines), now)
    before = _everything(db)
    expected = {thing: {k: dict(v) for k, v in states.items()} for thing, states in before.items()}
    for row in _rows(db, intake):
        assert (row.action == "refuse") == bool(row.problems)
        if row.action == "create":
            blank = {"subjects": [], "levels": [], "is_active": True}
            told = {k: v for k, v in row.after.items() if v is not None}
            expected["person"][row.key] = {**blank, **told}
        elif row.action == "change":
            expected["person"][row.key] |= row.after
    assert _everything(db) == before, "a dry run changes nothing"
    _applied(db, made, "admin", intake, now)
    assert _everything(db) == expected
    again = _planned(db, made, "admin", "".join(lines), now)
    assert not {row.action for row in _rows(db, again)} & {"create", "change"}


def test_units_of_a_list_are_added_below_each_other_renamed_and_moved_with_history(db, now):
    made = make_staffed(db, now=now)
    text = UNITS + (
        "TH-1,Tiểu học Một,truong,XA-MOI,CUM-1,05/09/2020,\n"
        "XA-MOI,Xã Mới,xa,SO,,01/07/2025,\n"
        "QUAN-CU,Phòng GDĐT cũ,phong_gddt,SO,,,30/06/2025\n"
        "THCS-A,THCS Hải Hoà 1,truong,XA-HAI,CUM-1,,\n"
        "THCS-B,THCS Bắc Sơn,truong,PGD-AD,,,\n"
        "SO,Sở GDĐT,so,,,,\n"
    )
    intake = _planned(db, made, "admin", text, now, kind="units")
    told = {row.key: row.action for row in _rows(db, intake)}
    assert told == {
        "TH-1": "create", "XA-MOI": "create", "QUAN-CU": "create", "THCS-A": "change",
        "THCS-B": "leave", "SO": "leave",
    }  # fmt: skip
    _applied(db, made, "admin", intake, now)
    unit = people.unit_by_code(db, "TH-1")
    assert unit.admin_parent_id == people.unit_by_code(db, "XA-MOI").id
    assert unit_rows.name_on(db, made.units["THCS-A"].id, now.date()) == "THCS Hải Hoà 1"
    past = now.date().replace(year=now.year - 2)
    assert unit_rows.name_on(db, made.units["THCS-A"].id, past) == "THCS An Dương"
    assert "QUAN-CU" not in {u.code for u in unit_rows.units_on(db, now.date())}


REFUSED_UNITS = (
    ("THCS-A,THCS An Dương,xa,PGD-AD,,,\n", "Loại đơn vị"),
    ("THCS-B,THCS Bắc Sơn,truong,PGD-AD,,,01/01/2026\n", "Đóng hoặc sáp nhập"),
    ("M1,Mới,truong,,,,\n", "cấp trên"),
    ("M2,Mới,truong,M2,,,\n", "vòng"),
    ("M3,Mới,truong,KHONG,,,\n", "KHONG"),
    ("M4,Mới,truong,SO,,2026-13-01,\n", "31/12/2026"),
    ("M5,Mới,truong,M3,,,\n", "M3"),
)


def test_lines_of_units_that_cannot_be_are_refused_with_their_reasons(db, now):
    made = make_staffed(db, now=now)
    text = UNITS + "".join(line for line, _ in REFUSED_UNITS)
    rows = {r.line: r for r in _rows(db, _planned(db, made, "admin", text, now, kind="units"))}
    for number, (line, words) in enumerate(REFUSED_UNITS, start=2):
        assert rows[number].action == "refuse", line
        told = service.planned_of(rows[number]).problems
        assert words in " ".join(str(p.what) for p in told), line


def test_a_school_administrator_changes_neither_other_schools_nor_roles_of_their_own(db, now):
    made = make_staffed(db, now=now)
    text = HEAD + (
        "reviewer,Phạm Quốc Bảo,THPT-C,teacher,,\n"
        "school.admin,Đỗ Thị Hiền,THPT-C,secretary,,\n"
        "moi.1,Người Mới,THCS-A,teacher,,\n"
        "moi.2,Người Mới,THPT-C,teacher,,\n"
    )
    intake = _planned(db, made, "school.admin", text, now)
    assert [row.action for row in _rows(db, intake)] == ["refuse", "refuse", "refuse", "create"]
    with pytest.raises(Refused):
        _planned(db, made, "teacher", text, now)


def test_rows_whose_ground_has_moved_are_left_alone_and_told(db, now):
    made = make_staffed(db, now=now)
    text = HEAD + "teacher,Tên Mới,THPT-C,teacher,,\nmoi.1,Người Mới,THPT-C,teacher,,\n"
    intake = _planned(db, made, "admin", text, now)
    change_profile(
        db, made.actor(db, "admin2"), made.people["teacher"], full_name="Tên Khác Nữa",
        unit=made.units["THPT-C"], subjects=(), levels=(), now=now,
    )  # fmt: skip
    _applied(db, made, "admin", intake, now)
    assert [row.outcome for row in _rows(db, intake)] == ["overtaken", "applied"]
    assert made.people["teacher"].full_name == "Tên Khác Nữa"
    assert intake.counts["overtaken"] == 1


def test_another_file_or_a_second_yes_is_refused_and_the_file_is_not_kept(db, now):
    made = make_staffed(db, now=now)
    admin = made.actor(db, "admin")
    intake = _planned(db, made, "admin", HEAD + "moi.1,Người Mới,THPT-C,teacher,,\n", now)
    with pytest.raises(Conflict):
        service.begin_applying(db, admin, intake, sha256="0" * 64, now=now)
    kept, intake.source = intake.source, b"another"
    with pytest.raises(Conflict):
        service.begin_applying(db, admin, intake, sha256=intake.sha256, now=now)
    intake.source = kept
    _applied(db, made, "admin", intake, now)
    with pytest.raises(Conflict):
        service.begin_applying(db, admin, intake, sha256=intake.sha256, now=now)
    assert intake.source is None
    events = db.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "intake")).all()
    assert events == ["intake.opened", "intake.confirmed", "intake.applied"]


def test_of_two_who_say_yes_at_once_one_is_refused(database, now):
    with database.write() as db:
        made = make_staffed(db, now=now)
        text = HEAD + "moi.1,Người Mới,THPT-C,teacher,,\n"
        intake_id = _planned(db, made, "admin", text, now).id
        actor = made.actor(db, "admin")

    def confirm(_):
        try:
            with database.write() as db:
                intake = repository.held(db, intake_id)
                service.begin_applying(db, actor, intake, sha256=intake.sha256, now=now)
            return "yes"
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(confirm, range(4))) == ["refused"] * 3 + ["yes"]


def test_a_run_that_broke_off_goes_on_where_it_stopped(db, now, monkeypatch):
    made = make_staffed(db, now=now)
    lines = "".join(f"moi{n},Người {n},THPT-C,teacher,,\n" for n in range(7))
    intake = _planned(db, made, "admin", HEAD + lines, now)
    admin = made.actor(db, "admin")
    monkeypatch.setattr(service, "AT_ONCE", 3)
    service.begin_applying(db, admin, intake, sha256=intake.sha256, now=now)
    left = [service.apply_some(db, admin, intake, now=now) for _ in range(4)]
    assert left == [4, 1, 0, 0]
    made_now = db.scalar(select(func.count()).where(Person.username.like("moi%")))
    granted = db.scalar(
        select(func.count()).select_from(RoleGrant).join(Person, Person.id == RoleGrant.person_id)
        .where(Person.username.like("moi%"))
    )  # fmt: skip
    assert (made_now, granted) == (7, 7)


def _counted(db):
    tables = (SchoolClass, Pupil, Enrolment, ClassTeacher)
    return [db.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_oneroster_package_brings_units_teachers_classes_and_pupils_once(db, now):
    made = make_staffed(db, now=now)
    for _ in range(2):
        intake = _planned(db, made, "admin", package(), now, kind="oneroster", name="g.zip")
        assert intake.state == service.PLANNED
        assert not [row.label for row in _rows(db, intake) if row.action == "refuse"]
        _applied(db, made, "admin", intake, now)
        assert _counted(db) == [1, 2, 2, 1]
    assert not {row.action for row in _rows(db, intake)} & {"create", "change"}
    teacher = people.person_by_username(db, "an.nv")
    (group,) = classes.classes_of_teacher(db, teacher.id, on=now.date())
    assert (group.name, group.grade, group.school_year) == ("12A1", 12, 2026)
    names = {p.full_name for p in classes.pupils_in(db, group.id, on=now.date())}
    assert names == {"Trần Thị Bình", "Lê Chi"}
    assert teacher.password_hash is None


def test_a_package_of_another_school_is_refused_line_by_line(db, now):
    made = make_staffed(db, now=now)
    intake = _planned(db, made, "school.admin", package(), now, kind="oneroster", name="g.zip")
    assert {row.action for row in _rows(db, intake)} <= {"refuse", "leave"}
    _applied(db, made, "school.admin", intake, now)
    assert _counted(db) == [0, 0, 0, 0]

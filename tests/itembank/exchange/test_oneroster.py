"""OneRoster 1.2: packages read and checked, the difference shown, carried out, written again."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.cli import main
from api.db import Database
from delivery.sittings.roster import read_roster as read_candidates
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused, TooLarge
from itembank.exchange.guards import Limits
from itembank.exchange.oneroster import Record, Roster, read_roster, write_roster
from itembank.exchange.oneroster.apply import applied, plan_for, roster_of
from itembank.exchange.oneroster.plan import candidates_csv
from itembank.exchange.oneroster.tables import full_name, name_parts
from itembank.people import repository
from itembank.permissions import Actor, Role

FILES = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "o2,,,THPT Lê Quý Đôn,school,LQD,o1\no1,,,Sở GD&ĐT,state,SO,\n",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear\ns1,,,Năm học 2026-2027,schoolYear,2026-09-05,2027-05-31,,2027\n",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes\nc1,,,s1,Toán 12,T12,12,o2,Toán,\n",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "l1,,,12A1,12,c1,12A1,homeroom,,o2,s1,,,\n",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,primaryOrgSourcedId\n"
    "u1,,,true,an.nv,,An,Nguyễn,Văn,,,,,,,bí mật,o2\n"
    "u2,,,true,binh,,Bình,Trần,Thị,,,,,,12,,o2\nu3,,,true,chi,,Chi,Lê,,,,,,,12,,o2\n",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId\nr1,,,u1,primary,teacher,,,o2,\nr2,,,u1,secondary,"
    "siteAdministrator,,,o2,\nr3,,,u2,primary,student,,,o2,\nr4,,,u3,primary,student,,,o2,\n",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate\ne1,,,l1,o2,u3,student,,,\n"
    "e2,,,l1,o2,u2,student,,,\ne3,,,l1,o2,u1,teacher,true,,\n",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex\nu2,,,2008-03-05,female\n"
    "u3,,,2008-11-20,female\n",
}


def package(mode: str = "bulk", version: str = "1.2", **changes: str | bytes | None) -> bytes:
    files: dict[str, str | bytes | None] = {**FILES, **changes}
    told = [
        f"file.{n},{'absent' if v is None else mode}" for n, v in files.items() if n != "manifest"
    ]
    manifest = files.pop("manifest", None) or "\n".join(
        ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}", *told]
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.csv", manifest)
        for name, body in files.items():
            if body is not None:
                archive.writestr(f"{name}.csv", body)
    return out.getvalue()


def told(error: Invalid) -> dict[str, str]:
    return {str(p.where): str(p.what) for p in error.problems}


def test_a_package_is_read() -> None:
    roster = read_roster(package())
    assert {name: len(roster.rows(name)) for name in roster.tables} == {
        "orgs": 2, "academicSessions": 1, "courses": 1, "classes": 1, "users": 3, "roles": 4,
        "enrollments": 3, "demographics": 2,
    }  # fmt: skip
    assert [full_name(user) for user in roster.rows("users")] == [
        "Nguyễn Văn An", "Trần Thị Bình", "Lê Chi",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "old", "new", "where"),
    [
        ("orgs", ",school,", ",truong,", "orgs.csv, dòng 2, cột type"),
        ("orgs", "THPT Lê Quý Đôn", "", "orgs.csv, dòng 2, cột name"),
        ("orgs", "LQD,o1", "LQD,o9", "orgs.csv, dòng 2, cột parentSourcedId"),
        ("orgs", "o1,,,Sở", "o2,,,Sở", "orgs.csv, dòng 3, cột sourcedId"),
        (
            "academicSessions",
            "2026-09-05",
            "05/09/2026",
            "academicSessions.csv, dòng 2, cột startDate",
        ),
        ("academicSessions", ",2027\n", ",27\n", "academicSessions.csv, dòng 2, cột schoolYear"),
        ("classes", ",s1,,", ',"s1,s9",,', "classes.csv, dòng 2, cột termSourcedIds"),
        ("users", "u2,,,true", "u2,,,có", "users.csv, dòng 3, cột enabledUser"),
        ("users", "u2,,", "u2,gone,", "users.csv, dòng 3, cột status"),
        (
            "roles",
            "u1,primary,teacher",
            "u9,primary,teacher",
            "roles.csv, dòng 2, cột userSourcedId",
        ),
        ("enrollments", "l1,o2,u3", "l9,o2,u3", "enrollments.csv, dòng 2, cột classSourcedId"),
        ("demographics", "2008-03-05", "2008-02-30", "demographics.csv, dòng 2, cột birthDate"),
        ("users", ",username,", ",tên,", "users.csv, dòng 1"),
    ],
)
def test_a_fault_names_file_line_and_column(table: str, old: str, new: str, where: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_roster(package(**{table: FILES[table].replace(old, new, 1)}))
    assert where in told(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"sourcedId,name\n",
        package(version="1.1"),
        package(manifest="propertyName,value\noneroster.version,1.2\nfile.orgs,maybe\n"),
        package(manifest="propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\n", orgs=None),
        package(users=FILES["users"].encode("utf-16")),
        package(users=FILES["users"] + '"unclosed'),
        package(users=FILES["users"] + "a" * 200_000),
        package()[:-40],
    ],
)
def test_a_package_that_is_none_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_roster(raw)


def test_a_bomb_is_refused() -> None:
    limits = Limits(most_total_bytes=1_000)
    with pytest.raises(TooLarge):
        read_roster(package(), limits=limits)


cell = st.text("abĐườngỂ 0=+-@',;\"\n", min_size=1, max_size=12).map(str.strip).filter(
    lambda t: bool(t) and not t.startswith("'")
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(cell, cell, cell), max_size=5, unique_by=lambda row: row[0]))
def test_a_roster_comes_back_the_same(rows: list[tuple[str, str, str]]) -> None:
    orgs = tuple(
        Record({"sourcedId": a, "name": b, "type": "school", "identifier": c}) for a, b, c in rows
    )
    roster = Roster({"orgs": orgs})
    raw = write_roster(roster)
    assert read_roster(raw) == roster
    assert write_roster(read_roster(raw)) == raw
    text = zipfile.ZipFile(io.BytesIO(raw)).read("orgs.csv").decode()
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(field.startswith(("=", "+", "-", "@", "\t", "\r")) for field in row)


def test_passwords_are_never_written() -> None:
    assert "bí mật".encode() not in write_roster(read_roster(package()))


@pytest.mark.parametrize("name", ["Nguyễn Văn An", "Lê Chi", "Trần Thị Ngọc Ánh", "H'Hen Niê"])
def test_vietnamese_names_keep_their_order(name: str) -> None:
    assert full_name(Record(name_parts(name))) == name


def test_the_difference_is_shown_then_carried_out(db: Session, now: datetime) -> None:
    roster = read_roster(package())
    plan = plan_for(db, roster)
    new = [(unit.code, unit.parent) for unit in plan.units]
    assert new == [("SO", ""), ("LQD", "SO")]
    assert [(p.username, p.unit, p.add_roles) for p in plan.people] == [
        ("an.nv", "LQD", ((Role.TEACHER, "LQD"),))
    ]
    notes = " ".join(str(note) for note in plan.notes)
    assert "quản trị" in notes and "Mật khẩu" in notes and "2 học sinh" in notes
    applied(db, None, plan, now=now)
    db.flush()
    person = repository.person_by_username(db, "an.nv")
    assert person is not None and person.full_name == "Nguyễn Văn An"
    assert person.password_hash is None
    assert [Role(g.role) for g in repository.active_grants(db, person.id)] == [Role.TEACHER]
    again = plan_for(db, roster)
    assert again.is_empty and again.unchanged == 3
    actions = {event.action for event in db.query(AuditEvent)}
    assert {"unit.added", "person.created", "role.granted"} <= actions


def test_a_later_package_changes_what_differs(db: Session, now: datetime) -> None:
    applied(db, None, plan_for(db, read_roster(package())), now=now)
    db.flush()
    users = FILES["users"].replace("u1,,,true", "u1,tobedeleted,,true")
    orgs = FILES["orgs"].replace("THPT Lê Quý Đôn", "THPT chuyên Lê Quý Đôn")
    plan = plan_for(db, read_roster(package(users=users, orgs=orgs)))
    assert [(u.code, u.is_new) for u in plan.units] == [("LQD", False)]
    applied(db, None, plan, now=now)
    db.flush()
    person = repository.person_by_username(db, "an.nv")
    unit = repository.unit_by_code(db, "LQD")
    assert person is not None and not person.is_active  # locked, never deleted
    assert unit is not None and unit.name == "THPT chuyên Lê Quý Đôn"


@pytest.mark.parametrize("name", ["an nv", "Ân", "x", "binh"])
def test_user_names_that_cannot_be_are_told(db: Session, name: str) -> None:
    users = FILES["users"].replace("an.nv", name)
    roles = FILES["roles"].replace("u2,primary,student", "u2,primary,teacher")
    with pytest.raises(Invalid) as caught:
        plan_for(db, read_roster(package(users=users, roles=roles)))
    assert any("users.csv" in where for where in told(caught.value))


def test_the_bank_goes_out_and_comes_back_without_a_difference(db: Session, now: datetime) -> None:
    applied(db, None, plan_for(db, read_roster(package())), now=now)
    db.flush()
    roster = read_roster(write_roster(roster_of(db)))
    assert {row["sourcedId"] for row in roster.rows("users")} == {"an.nv"}
    assert plan_for(db, roster).is_empty


def test_a_class_becomes_the_candidate_list_of_a_sitting() -> None:
    roster = read_roster(package())
    rows = read_candidates(candidates_csv(roster, "l1"), today=date(2026, 11, 22))
    assert [(r.full_name, r.date_of_birth, r.school) for r in rows] == [
        ("Lê Chi", date(2008, 11, 20), "THPT Lê Quý Đôn"),
        ("Trần Thị Bình", date(2008, 3, 5), "THPT Lê Quý Đôn"),
    ]
    with pytest.raises(Invalid):
        candidates_csv(roster, "l2")
    without = read_roster(package(demographics=None))
    with pytest.raises(Invalid) as caught:
        candidates_csv(without, "l1")
    assert len(caught.value.problems) == 2


def test_nobody_carries_out_a_plan_beyond_their_unit(db: Session, now: datetime) -> None:
    plan = plan_for(db, read_roster(package()))
    teacher = Actor(uuid.uuid4(), "Lê Chi", uuid.uuid4(), "THPT", (), ())
    with pytest.raises(Refused):
        applied(db, teacher, plan, now=now)


def test_the_command_shows_first_and_stores_after(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", str(database.engine.url.render_as_string(False)))
    file = tmp_path / "goi.zip"
    file.write_bytes(package())
    assert main(["roster", "import", str(file), "--dry-run"]) == 0
    assert "Chưa ghi gì" in capsys.readouterr().out
    assert main(["roster", "import", str(file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["units"]) == 2
    assert main(["roster", "export", str(tmp_path / "ra.zip")]) == 0
    assert read_roster(tmp_path / "ra.zip").rows("orgs")
    told = ["roster", "candidates", str(file), "--class", "l1", "--out", str(tmp_path / "ts.csv")]
    assert main(told) == 0
    assert (tmp_path / "ts.csv").read_text("utf-8-sig").startswith("ho_ten")

"""What a package would change in the bank: looked at first, done after. Pure.

Organisations are units (by `identifier`, else `sourcedId`), users with a role of staff are people
(by user name). Pupils, classes, courses and sessions have no table of their own in the bank: they
are checked and can be turned into the candidate list of a sitting (`candidates_csv`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...errors import Invalid, Message, Problem, msg
from ...permissions import Role
from .tables import Record, Roster, full_name
from .writer import neutral

STAFF_ROLES: dict[str, Role] = {"teacher": Role.TEACHER, "proctor": Role.INVIGILATOR}
NOT_GRANTED = frozenset({"districtAdministrator", "siteAdministrator", "systemAdministrator",
                         "principal"})  # fmt: skip
UNIT_KINDS = {"school": "truong", "district": "xa", "local": "xa", "state": "so",
              "national": "so", "department": "cum"}  # fmt: skip
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    name: str
    parent: str  # code of the administrative parent, or nothing


@dataclass(frozen=True, slots=True)
class KnownPerson:
    full_name: str
    unit: str
    is_active: bool
    roles: frozenset[tuple[Role, str]]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit to be added, or (`is_new` false) renamed or moved."""

    code: str
    name: str
    kind: str
    parent: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class PersonChange:
    """An account to be added or changed; `add_roles` are roles it does not hold yet."""

    username: str
    full_name: str
    unit: str
    is_active: bool
    add_roles: tuple[tuple[Role, str], ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class RosterPlan:
    units: tuple[UnitChange, ...]
    people: tuple[PersonChange, ...]
    unchanged: int
    notes: tuple[Message, ...]

    @property
    def is_empty(self) -> bool:
        return not self.units and not self.people


def planned(
    roster: Roster, units: Mapping[str, KnownUnit], people: Mapping[str, KnownPerson]
) -> RosterPlan:
    """The difference between a package and what the bank knows.

    Raises Invalid where a line cannot become a unit or an account.
    """
    problems: list[Problem] = []
    codes = codes_of(roster, problems)
    unit_changes = list(_units(roster, codes, units))
    staff = dict(staff_of(roster, codes, problems))
    reachable = {change.code for change in unit_changes} | set(units)
    problems += _without_unit(staff, reachable)
    if problems:
        raise Invalid(
            msg("Gói danh sách có {n} chỗ cần sửa; chưa ghi gì.", n=len(problems)),
            code="roster_invalid",
            problems=problems,
        )
    changes = [c for c in (_change(row, people) for row in staff.values()) if c is not None]
    total = len(roster.rows("orgs")) + len(staff)
    return RosterPlan(
        tuple(unit_changes),
        tuple(changes),
        total - len(unit_changes) - len(changes),
        tuple(notes_of(roster)),
    )


def codes_of(roster: Roster, problems: list[Problem]) -> dict[str, str]:
    """Code of the unit that each organisation is."""
    found: dict[str, str] = {}
    for org in roster.rows("orgs"):
        code = org["identifier"] or org["sourcedId"]
        if len(code) > 40 or len(org["name"]) > 200:
            problems.append(
                _at("orgs", org, "identifier", msg("Mã dài quá 40 hoặc tên dài quá 200 chữ."))
            )
        found[org["sourcedId"]] = code
    return found


def _at(table: str, row: Record, column: str, what: Message) -> Problem:
    where = msg("{file}, dòng {line}, cột {column}", file=f"{table}.csv", line=row.line,
                column=column)  # fmt: skip
    return Problem(where, what)


def _units(
    roster: Roster, codes: Mapping[str, str], known: Mapping[str, KnownUnit]
) -> Iterator[UnitChange]:
    """Parents before children, so that they can be added in this order."""
    waiting = {row["sourcedId"]: row for row in roster.rows("orgs") if not row.is_to_be_deleted}
    placed: set[str] = set()
    while waiting:
        ready = [r for r in waiting.values() if r["parentSourcedId"] not in waiting
                 or r["parentSourcedId"] == r["sourcedId"]]  # fmt: skip
        for row in ready or list(waiting.values()):  # a ring of parents: as it comes
            del waiting[row["sourcedId"]]
            placed.add(row["sourcedId"])
            change = _unit(row, codes, known)
            if change is not None:
                yield change


def _unit(
    row: Record, codes: Mapping[str, str], known: Mapping[str, KnownUnit]
) -> UnitChange | None:
    code = codes[row["sourcedId"]]
    parent = codes.get(row["parentSourcedId"], "")
    parent = "" if parent == code else parent
    have = known.get(code)
    if have is not None and have == KnownUnit(row["name"], parent or have.parent):
        return None
    kind = UNIT_KINDS.get(row["type"], "truong")
    return UnitChange(code, row["name"], kind, parent, have is None)


@dataclass(frozen=True, slots=True)
class StaffUser:
    row: Record
    username: str
    unit: str
    roles: frozenset[tuple[Role, str]]
    is_active: bool


def staff_of(
    roster: Roster, codes: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, StaffUser]]:
    roles = _roles(roster, codes)
    seen: set[str] = set()
    for user in roster.rows("users"):
        held = roles.get(user["sourcedId"], [])
        if not held:
            continue
        username = user["username"].lower()
        if not _USERNAME.fullmatch(username) or username in seen:
            what = msg("Tên đăng nhập trùng hoặc có dấu, dấu cách: «{name}».", name=username[:80])
            problems.append(_at("users", user, "username", what))
        seen.add(username)
        unit = codes.get(user["primaryOrgSourcedId"], held[0][1])
        is_active = user["enabledUser"] != "false" and not user.is_to_be_deleted
        yield username, StaffUser(user, username, unit, frozenset(held), is_active)


def _roles(roster: Roster, codes: Mapping[str, str]) -> dict[str, list[tuple[Role, str]]]:
    found: dict[str, list[tuple[Role, str]]] = {}
    for row in roster.rows("roles"):
        role = STAFF_ROLES.get(row["role"])
        if role is not None and not row.is_to_be_deleted:
            unit = codes.get(row["orgSourcedId"], row["orgSourcedId"])
            found.setdefault(row["userSourcedId"], []).append((role, unit))
    return found


def _without_unit(staff: Mapping[str, StaffUser], reachable: set[str]) -> Iterator[Problem]:
    for person in staff.values():
        for unit in {person.unit, *(unit for _, unit in person.roles)} - reachable:
            what = msg("Không có đơn vị «{code}» trong gói lẫn trong ngân hàng.", code=unit[:80])
            yield _at("users", person.row, "primaryOrgSourcedId", what)


def _change(person: StaffUser, known: Mapping[str, KnownPerson]) -> PersonChange | None:
    have = known.get(person.username)
    name = full_name(person.row)
    held = have.roles if have is not None else frozenset()
    add = tuple(sorted(person.roles - held))
    same = have is not None and (have.full_name, have.unit, have.is_active) == (
        name, person.unit, person.is_active,
    )  # fmt: skip
    if same and not add:
        return None
    return PersonChange(person.username, name, person.unit, person.is_active, add, have is None)


def notes_of(roster: Roster, *, stores_pupils: bool = False) -> Iterator[Message]:
    """What is told about the package as a whole."""
    refused = sum(row["role"] in NOT_GRANTED for row in roster.rows("roles"))
    if refused:
        yield msg(
            "{n} vai trò quản trị trong gói không được cấp; quản trị đơn vị tự cấp.", n=refused
        )
    if any(row["password"] for row in roster.rows("users")):
        yield msg("Mật khẩu trong gói không được dùng; quản trị đơn vị đặt mật khẩu lần đầu.")
    gone = sum(row.is_to_be_deleted for row in roster.rows("orgs"))
    if gone:
        yield msg(
            "{n} đơn vị ghi «tobedeleted» được giữ nguyên; đơn vị không bao giờ bị xoá.", n=gone
        )
    pupils = sum(row["role"] == "student" for row in roster.rows("roles"))
    if pupils and not stores_pupils:
        yield msg("{n} học sinh không có tài khoản trong ngân hàng; lấy danh sách thí sinh theo lớp.",
                  n=pupils)  # fmt: skip


def candidates_csv(roster: Roster, class_id: str) -> bytes:
    """The pupils of a class as the candidate list that a sitting takes.

    Raises Invalid where there is no such class, or a pupil has no date of birth.
    """
    classes = roster.by_id("classes")
    if class_id not in classes:
        raise Invalid(msg("Gói không có lớp «{id}».", id=class_id[:80]), code="no_class")
    school = roster.by_id("orgs").get(classes[class_id]["schoolSourcedId"])
    births = {row["sourcedId"]: row["birthDate"] for row in roster.rows("demographics")}
    pupils = list(roster.students_of(class_id))
    missing = [_at("users", p, "sourcedId", msg("Thiếu ngày sinh trong demographics.csv."))
               for p in pupils if not births.get(p["sourcedId"])]  # fmt: skip
    if missing:
        raise Invalid(msg("Có {n} học sinh chưa có ngày sinh.", n=len(missing)),
                      code="no_birth_date", problems=missing)  # fmt: skip
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["ho_ten", "ngay_sinh", "truong"])
    for pupil in pupils:
        year, month, day = births[pupil["sourcedId"]].split("-")
        told = [full_name(pupil), f"{day}/{month}/{year}", school["name"] if school else ""]
        writer.writerow([neutral(cell) for cell in told])
    return b"\xef\xbb\xbf" + text.getvalue().encode()

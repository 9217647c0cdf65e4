"""A package as wanted units, people, classes, pupils and enrolments. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ...curriculum import SUBJECTS
from ...errors import Message, Problem, msg
from ...people.intake.known import key_of
from ...people.intake.rows import Wanted
from ...people.intake.staff_list import role_words
from ...people.intake.unit_list import parents_first
from .plan import UNIT_KINDS, codes_of, notes_of, staff_of
from .tables import Record, Roster, full_name

LONGEST_CODE = 80
_SUBJECTS = {name.casefold(): code for code, name in SUBJECTS.items()} | {c: c for c in SUBJECTS}


def roster_wanted(roster: Roster) -> list[Wanted]:
    """Every line of the package that the bank has a place for, in an order that can be applied."""
    problems: list[Problem] = []
    codes = codes_of(roster, problems)
    people = list(staff_of(roster, codes, problems))
    names = {person.row["sourcedId"]: person.username for _, person in people}
    pupils = dict(_pupils(roster, codes))
    classes = dict(_classes(roster, codes))
    return [
        *parents_first(list(_units(roster, codes))),
        *(_person(person.row, person.username, person.unit, person.is_active, person.roles)
          for _, person in people),
        *classes.values(),
        *pupils.values(),
        *_enrolments(roster, classes, pupils, names),
    ]  # fmt: skip


def roster_notes(roster: Roster) -> Iterator[Message]:
    return notes_of(roster, stores_pupils=True)


def _at(table: str, row: Record, column: str) -> Message:
    return msg("{file}, dòng {line}, cột {column}", file=f"{table}.csv", line=row.line, column=column)  # fmt: skip


def _units(roster: Roster, codes: Mapping[str, str]) -> Iterator[Wanted]:
    for org in roster.rows("orgs"):
        if org.is_to_be_deleted:
            continue
        code = codes[org["sourcedId"]]
        parent = codes.get(org["parentSourcedId"]) or None
        fields = {
            "code": code, "name": org["name"], "kind": UNIT_KINDS.get(org["type"], "truong"),
            "parent": parent if parent != code else None, "professional_parent": None,
            "valid_from": None, "valid_to": None,
        }  # fmt: skip
        row = Wanted(
            org.line, "unit", code, f"{org['name']} ({code})", fields,
            at_creation=frozenset({"kind"}),
        )  # fmt: skip
        if len(code) > 40 or len(org["name"]) > 200:
            row = row.refused(
                _at("orgs", org, "identifier"), msg("Mã dài quá 40 hoặc tên dài quá 200 chữ.")
            )
        yield row


def _person(
    user: Record, username: str, unit: str, is_active: bool, roles: frozenset[tuple[object, str]]
) -> Wanted:
    name = full_name(user)
    words = sorted(role_words(role, code, None) for role, code in roles)  # type: ignore[arg-type]
    fields = {
        "username": username, "full_name": name, "unit": unit, "subjects": None, "levels": None,
        "is_active": is_active, "roles": words,
    }  # fmt: skip
    return Wanted(user.line, "person", username, f"{name} ({username})", fields)


def _code_of(row: Record, column: str) -> str:
    return row[column] or row["sourcedId"]


def _begins(roster: Roster, group: Record) -> int | None:
    """The year in which the class's school year begins; OneRoster names the year it ends in."""
    terms = roster.by_id("academicSessions")
    for term in (one.strip() for one in group["termSourcedIds"].split(",")):
        if term in terms and terms[term]["schoolYear"].isdigit():
            return int(terms[term]["schoolYear"]) - 1
    return None


def _grade(text: str) -> int | None:
    first = text.split(",")[0].strip()
    return int(first) if first.isdigit() and 1 <= int(first) <= 12 else None


def _subject(group: Record) -> str | None:
    first = group["subjects"].split(",")[0].strip().casefold()
    return None if group["classType"] == "homeroom" else _SUBJECTS.get(first)


def _classes(roster: Roster, codes: Mapping[str, str]) -> Iterator[tuple[str, Wanted]]:
    for group in roster.rows("classes"):
        unit = codes.get(group["schoolSourcedId"], group["schoolSourcedId"])
        code, year = _code_of(group, "classCode"), _begins(roster, group)
        fields = {
            "unit": unit, "school_year": year, "code": code, "name": group["title"],
            "grade": _grade(group["grades"]), "subject": _subject(group),
            "is_active": not group.is_to_be_deleted,
        }  # fmt: skip
        label = f"{group['title']}, {unit}"
        row = Wanted(group.line, "class", key_of(unit, year or 0, code), label, fields)
        if year is None:
            row = row.refused(
                _at("classes", group, "termSourcedIds"), msg("Không biết lớp thuộc năm học nào.")
            )
        if max(len(code), len(group["title"])) > LONGEST_CODE:
            row = row.refused(
                _at("classes", group, "title"), msg("Mã hoặc tên lớp dài quá 80 chữ.")
            )
        yield group["sourcedId"], row


def _pupils(roster: Roster, codes: Mapping[str, str]) -> Iterator[tuple[str, Wanted]]:
    """Users with the role of a student, at the school of that role."""
    users = roster.by_id("users")
    births = {row["sourcedId"]: row["birthDate"] for row in roster.rows("demographics")}
    for role in roster.rows("roles"):
        user = users.get(role["userSourcedId"])
        if role["role"] != "student" or user is None or role.is_to_be_deleted:
            continue
        unit = codes.get(role["orgSourcedId"], role["orgSourcedId"])
        code, name = _code_of(user, "identifier"), full_name(user)
        fields = {
            "unit": unit, "code": code, "full_name": name,
            "birth_date": births.get(user["sourcedId"]) or None,
            "is_active": user["enabledUser"] != "false" and not user.is_to_be_deleted,
        }  # fmt: skip
        row = Wanted(user.line, "pupil", key_of(unit, code), f"{name}, {unit}", fields)
        if len(code) > LONGEST_CODE or len(name) > 200:
            row = row.refused(_at("users", user, "identifier"), msg("Mã dài quá 80 hoặc tên dài quá 200 chữ."))  # fmt: skip
        yield user["sourcedId"], row


def _enrolments(
    roster: Roster,
    classes: Mapping[str, Wanted],
    pupils: Mapping[str, Wanted],
    usernames: Mapping[str, str],
) -> Iterator[Wanted]:
    for row in roster.rows("enrollments"):
        group = classes.get(row["classSourcedId"])
        if group is None:
            continue
        pupil, teacher = pupils.get(row["userSourcedId"]), usernames.get(row["userSourcedId"])
        if row["role"] == "student" and pupil is not None:
            yield _checked(row, _enrolled(row, group, pupil))
        if row["role"] == "teacher" and teacher is not None:
            yield _checked(row, _teaching(row, group, teacher))


def _left_on(row: Record) -> str | None:
    """The first day out of the class: the day after `endDate`; without one, when taken out."""
    if row["endDate"]:
        return (date.fromisoformat(row["endDate"]) + timedelta(days=1)).isoformat()
    return _modified_on(row) if row.is_to_be_deleted else None


def _modified_on(row: Record) -> str | None:
    text = row["dateLastModified"][:10]
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _checked(row: Record, wanted: Wanted) -> Wanted:
    if row.is_to_be_deleted and wanted.fields["left_on"] is None:
        what = msg("Dòng «tobedeleted» cần endDate để biết rời lớp từ ngày nào.")
        return wanted.refused(_at("enrollments", row, "endDate"), what)
    return wanted


def _enrolled(row: Record, group: Wanted, pupil: Wanted) -> Wanted:
    key = key_of(*_parts(group), pupil.fields["code"])
    fields = {
        "class": group.key, "pupil": pupil.key, "joined_on": row["beginDate"] or None,
        "left_on": _left_on(row),
    }  # fmt: skip
    wanted = Wanted(
        row.line, "enrolment", key, f"{pupil.fields['full_name']} – {group.label}", fields
    )
    if group.fields["unit"] != pupil.fields["unit"]:
        what = msg("Học sinh không thuộc trường của lớp.")
        return wanted.refused(_at("enrollments", row, "userSourcedId"), what)
    return wanted


def _teaching(row: Record, group: Wanted, username: str) -> Wanted:
    fields = {"class": group.key, "person": username, "left_on": _left_on(row)}
    return Wanted(row.line, "teacher", key_of(*_parts(group), username), f"{username} – {group.label}", fields)  # fmt: skip


def _parts(group: Wanted) -> tuple[str, int, str]:
    return group.fields["unit"], group.fields["school_year"] or 0, group.fields["code"]

"""The tables of a OneRoster 1.2 package that are read and written, column by column.

Source: 1EdTech, OneRoster 1.2 CSV Binding, tables of orgs, users, roles, classes, courses,
enrollments, academicSessions and demographics. Other tables of the standard are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Check = Literal["text", "date", "year", "true_false", "status", "choice"]
COMMON = ("sourcedId", "status", "dateLastModified")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
ORG_TYPES = ("department", "school", "district", "local", "state", "national")
ROLES = (
    "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor",
    "relative", "siteAdministrator", "student", "systemAdministrator", "teacher",
)  # fmt: skip
ENROLMENT_ROLES = ("administrator", "proctor", "student", "teacher")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: whether it must be filled, what it may hold, which table it points to."""

    name: str
    is_needed: bool = False
    check: Check = "text"
    choices: tuple[str, ...] = ()
    table: str = ""
    is_list: bool = False


def _needed(name: str, check: Check = "text", **more: object) -> Field:
    return Field(name, True, check, **more)  # type: ignore[arg-type]


_COMMON_FIELDS = (
    Field("sourcedId", True), Field("status", check="status"), Field("dateLastModified"),
)  # fmt: skip
TABLES: dict[str, tuple[Field, ...]] = {
    "orgs": (
        *_COMMON_FIELDS, Field("name", True), _needed("type", "choice", choices=ORG_TYPES),
        Field("identifier"), Field("parentSourcedId", table="orgs"),
    ),
    "academicSessions": (
        *_COMMON_FIELDS, Field("title", True), _needed("type", "choice", choices=SESSION_TYPES),
        _needed("startDate", "date"), _needed("endDate", "date"),
        Field("parentSourcedId", table="academicSessions"), _needed("schoolYear", "year"),
    ),
    "courses": (
        *_COMMON_FIELDS, Field("schoolYearSourcedId", table="academicSessions"),
        Field("title", True), Field("courseCode"), Field("grades"),
        Field("orgSourcedId", True, table="orgs"), Field("subjects"), Field("subjectCodes"),
    ),
    "classes": (
        *_COMMON_FIELDS, Field("title", True), Field("grades"),
        Field("courseSourcedId", True, table="courses"), Field("classCode"),
        _needed("classType", "choice", choices=("homeroom", "scheduled")), Field("location"),
        Field("schoolSourcedId", True, table="orgs"),
        Field("termSourcedIds", True, table="academicSessions", is_list=True),
        Field("subjects"), Field("subjectCodes"), Field("periods"),
    ),
    "users": (
        *_COMMON_FIELDS, _needed("enabledUser", "true_false"), Field("username", True),
        Field("userIds"), Field("givenName", True), Field("familyName", True),
        Field("middleName"), Field("identifier"), Field("email"), Field("sms"), Field("phone"),
        Field("agentSourcedIds"), Field("grades"), Field("password"),
        Field("userMasterIdentifier"), Field("resourceSourcedIds"), Field("preferredGivenName"),
        Field("preferredMiddleName"), Field("preferredFamilyName"),
        Field("primaryOrgSourcedId", table="orgs"), Field("pronouns"),
    ),
    "roles": (
        *_COMMON_FIELDS, Field("userSourcedId", True, table="users"),
        _needed("roleType", "choice", choices=("primary", "secondary")),
        _needed("role", "choice", choices=ROLES), Field("beginDate", check="date"),
        Field("endDate", check="date"), Field("orgSourcedId", True, table="orgs"),
        Field("userProfileSourcedId"),
    ),
    "enrollments": (
        *_COMMON_FIELDS, Field("classSourcedId", True, table="classes"),
        Field("schoolSourcedId", True, table="orgs"), Field("userSourcedId", True, table="users"),
        _needed("role", "choice", choices=ENROLMENT_ROLES), Field("primary", check="true_false"),
        Field("beginDate", check="date"), Field("endDate", check="date"),
    ),
    "demographics": (
        *_COMMON_FIELDS, Field("birthDate", check="date"), Field("sex"),
    ),
}  # fmt: skip
NEVER_WRITTEN = frozenset({"password"})
OTHER_TABLES = (
    "categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "scoreScales", "userProfiles", "userResources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table; `line` as a text editor counts, 0 where it comes from the bank."""

    cells: Mapping[str, str]
    line: int = field(default=0, compare=False)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def is_to_be_deleted(self) -> bool:
        return self["status"] == "tobedeleted"


@dataclass(frozen=True, slots=True)
class Roster:
    """Tables by name; `delta` names those that hold changes only."""

    tables: Mapping[str, tuple[Record, ...]]
    delta: frozenset[str] = frozenset()

    def rows(self, table: str) -> tuple[Record, ...]:
        return self.tables.get(table, ())

    def by_id(self, table: str) -> dict[str, Record]:
        return {row["sourcedId"]: row for row in self.rows(table)}

    def students_of(self, class_id: str) -> Iterator[Record]:
        """Users enrolled as students of a class, in the order of the file."""
        users = self.by_id("users")
        for row in self.rows("enrollments"):
            is_student = row["classSourcedId"] == class_id and row["role"] == "student"
            if is_student and not row.is_to_be_deleted and row["userSourcedId"] in users:
                yield users[row["userSourcedId"]]


def full_name(user: Record) -> str:
    """Family, middle, given: the order in which Vietnamese names are said."""
    parts = (user["familyName"], user["middleName"], user["givenName"])
    return " ".join(" ".join(parts).split())


def name_parts(name: str) -> dict[str, str]:
    """A full name as OneRoster parts: first word family, last word given, the rest middle."""
    words = name.split()
    given = words[-1] if words else ""
    family = words[0] if len(words) > 1 else given
    return {"familyName": family, "middleName": " ".join(words[1:-1]), "givenName": given}

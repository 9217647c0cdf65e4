"""Classes of a plan: classes, pupils, who is in which class and who teaches it."""

from __future__ import annotations

import json
import uuid

from ... import audit
from ..classes import service as classes
from ..classes.models import Pupil, SchoolClass
from ..classes.repository import class_by_code, pupil_by_code
from .known import states_of
from .rows import PlannedRow, State
from .work import Work, day_of


def create_class(work: Work, after: State) -> uuid.UUID:
    group = classes.new_class(
        work.db, work.actor, unit_id=work.unit(after["unit"]).id,
        school_year=after["school_year"], code=after["code"], name=after["name"],
        grade=after["grade"], subject=after["subject"], now=work.now,
    )  # fmt: skip
    return group.id


def create_pupil(work: Work, after: State) -> uuid.UUID:
    pupil = classes.new_pupil(
        work.db, work.actor, unit_id=work.unit(after["unit"]).id, code=after["code"],
        full_name=after["full_name"], birth_date=day_of(after["birth_date"]), now=work.now,
    )  # fmt: skip
    return pupil.id


def change_class(work: Work, row: PlannedRow) -> uuid.UUID:
    return _changed(work, "school_class", _class(work, row.key), row)


def change_pupil(work: Work, row: PlannedRow) -> uuid.UUID:
    return _changed(work, "pupil", _pupil(work, row.key), row)


def _changed(work: Work, table: str, found: SchoolClass | Pupil, row: PlannedRow) -> uuid.UUID:
    for name, value in (row.after or {}).items():
        setattr(found, name, day_of(value) if name == "birth_date" else value)
    audit.record(
        work.db, work.actor, f"{table}.changed", table, found.id, now=work.now,
        before=dict(row.before or {}), after=dict(row.after or {}), reason=work.reason,
    )  # fmt: skip
    return found.id


def create_enrolment(work: Work, after: State) -> uuid.UUID:
    group, pupil = _class(work, after["class"]), _pupil(work, after["pupil"])
    enrolment = classes.place(
        work.db, group, pupil, joined_on=day_of(after["joined_on"]),
        left_on=day_of(after["left_on"]),
    )  # fmt: skip
    audit.record(
        work.db, work.actor, "class.pupil_enrolled", "school_class", group.id, now=work.now,
        after={"pupil": pupil.code}, reason=work.reason,
    )  # fmt: skip
    return enrolment.id


def change_enrolment(work: Work, row: PlannedRow) -> uuid.UUID:
    have = states_of(work.db, "enrolment", [row.key])[row.key]
    return create_enrolment(work, {**have, **(row.after or {})})


def create_teacher(work: Work, after: State) -> uuid.UUID:
    group, person = _class(work, after["class"]), work.person(after["person"])
    link = classes.link_teacher(work.db, group, person, left_on=day_of(after["left_on"]))
    audit.record(
        work.db, work.actor, "class.teacher_assigned", "school_class", group.id, now=work.now,
        after={"person": str(person.id)}, reason=work.reason,
    )  # fmt: skip
    return link.id


def change_teacher(work: Work, row: PlannedRow) -> uuid.UUID:
    have = states_of(work.db, "teacher", [row.key])[row.key]
    return create_teacher(work, {**have, **(row.after or {})})


def _class(work: Work, key: str) -> SchoolClass:
    unit, year, code = json.loads(key)
    found = class_by_code(work.db, work.unit(unit).id, year, code)
    assert found is not None, key
    return found


def _pupil(work: Work, key: str) -> Pupil:
    unit, code = json.loads(key)
    found = pupil_by_code(work.db, work.unit(unit).id, code)
    assert found is not None, key
    return found

"""The rows of a plan carried out, through the same verbs a person at a page uses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Literal

from .apply_classes import (
    change_class,
    change_enrolment,
    change_pupil,
    change_teacher,
    create_class,
    create_enrolment,
    create_pupil,
    create_teacher,
)
from .apply_people import change_person, create_person
from .apply_units import change_unit, create_unit
from .known import States, states_of
from .rows import PlannedRow, State, Thing, is_overtaken
from .work import Work

Outcome = Literal["applied", "overtaken"]
_CREATE: dict[Thing, Callable[[Work, State], uuid.UUID]] = {
    "unit": create_unit,
    "person": create_person,
    "class": create_class,
    "pupil": create_pupil,
    "enrolment": create_enrolment,
    "teacher": create_teacher,
}
_CHANGE: dict[Thing, Callable[[Work, PlannedRow], uuid.UUID]] = {
    "unit": change_unit,
    "person": change_person,
    "class": change_class,
    "pupil": change_pupil,
    "enrolment": change_enrolment,
    "teacher": change_teacher,
}


def carry_out(work: Work, rows: Iterable[PlannedRow]) -> list[tuple[Outcome, uuid.UUID | None]]:
    """Do what the rows say, in their order; a row whose ground has moved is left alone."""
    told: list[tuple[Outcome, uuid.UUID | None]] = []
    for thing, group in groupby(rows, key=lambda row: row.thing):
        these = list(group)
        have = states_of(work.db, thing, [row.key for row in these])
        if thing == "person":
            work.look_up([row.key for row in these])
        told += [_one(work, row, have) for row in these]
        work.db.flush()
    return told


def _one(work: Work, row: PlannedRow, have: States) -> tuple[Outcome, uuid.UUID | None]:
    if is_overtaken(row, have.get(row.key)):
        return "overtaken", None
    if row.action == "create":
        return "applied", _CREATE[row.thing](work, row.after or {})
    return "applied", _CHANGE[row.thing](work, row)

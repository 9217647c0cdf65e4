"""From a file to the plan that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ...errors import Message
from ...exchange.oneroster.reader import read_roster
from ...exchange.oneroster.wanted import roster_notes, roster_wanted
from ...permissions import Actor
from . import staff_list, unit_list
from .known import states_of
from .reach import Checking, grounds, reach_of
from .rows import THINGS, PlannedRow, State, Thing, Wanted, once_each, planned_row
from .table import read_table

KINDS: dict[str, str] = {
    "people": "Danh sách cán bộ",
    "units": "Danh sách đơn vị",
    "oneroster": "Gói OneRoster 1.2",
}


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a file, and what is told about it as a whole."""

    wanted: list[Wanted]
    notes: tuple[Message, ...] = ()


def read_file(kind: str, raw: bytes, file_name: str) -> Read:
    """Raises Invalid or TooLarge where the file cannot be read as a whole."""
    if kind == "people":
        return Read(staff_list.staff_wanted(read_table(raw, file_name, staff_list.COLUMNS)))
    if kind == "units":
        return Read(unit_list.units_wanted(read_table(raw, file_name, unit_list.COLUMNS)))
    roster = read_roster(raw)
    return Read(roster_wanted(roster), tuple(roster_notes(roster)))


def planned_rows(db: Session, actor: Actor | None, wanted: Iterable[Wanted]) -> list[PlannedRow]:
    """What would be done about every line, in the order of doing it."""
    rows = once_each(wanted)
    have = _standing(db, rows)
    checking = Checking(reach_of(db, actor) if actor else None, have)
    return [planned_row(row, have.get((row.thing, row.key))) for row in checking.checked(rows)]


def _standing(db: Session, rows: list[Wanted]) -> dict[tuple[Thing, str], State]:
    keys: dict[Thing, set[str]] = {thing: set() for thing in THINGS}
    for row in rows:
        if not row.problems:
            keys[row.thing].add(row.key)
            for thing, key in grounds(row):
                keys[thing].add(key)
    return {
        (thing, key): state
        for thing in THINGS
        for key, state in states_of(db, thing, keys[thing]).items()
    }

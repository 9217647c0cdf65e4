"""What the pages of units show: the tree as of a day, and one unit with its history."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from itembank.people import repository as people
from itembank.people.models import Unit
from itembank.people.rules import administered, can_add_below, can_change_unit
from itembank.people.units import repository
from itembank.people.units.models import UnitStanding, UnitSuccession
from itembank.people.units.states import UNIT_KINDS, UnitOn
from itembank.permissions import Actor

from .person_views import EventLine, events_about

DEEPEST = 12


@dataclass(frozen=True, slots=True)
class UnitNode:
    unit: UnitOn
    kind: str
    staff: int
    beside: str | None  # name of the professional parent, where it is another
    below: list[UnitNode]
    count: int  # of everything below


@dataclass(frozen=True, slots=True)
class UnitsPage:
    on: date
    is_today: bool
    tops: list[UnitNode]
    total: int
    kinds: list[tuple[str, int]]


def units_page(db: Session, actor: Actor, on: date, *, today: date) -> UnitsPage:
    """The units this person administers, and those that these succeeded, as of a day."""
    inside = administered(actor)
    every = repository.units_on(db, on)
    shown = {u.id: u for u in every if u.id in inside}
    names = {u.id: u.name for u in every}
    staff = repository.staff_counts(db) if on == today else {}
    children: dict[uuid.UUID | None, list[UnitOn]] = {}
    for unit in shown.values():
        above = unit.admin_parent_id or unit.professional_parent_id
        children.setdefault(above if above in shown else None, []).append(unit)
    tops = [_node(u, children, names, staff, 0) for u in children.get(None, [])]
    counted: dict[str, int] = {}
    for unit in shown.values():
        counted[unit.kind] = counted.get(unit.kind, 0) + 1
    kinds = [(name, counted[code]) for code, name in UNIT_KINDS.items() if code in counted]
    return UnitsPage(on, on == today, tops, len(shown), kinds)


def _node(
    unit: UnitOn,
    children: Mapping[uuid.UUID | None, list[UnitOn]],
    names: Mapping[uuid.UUID, str],
    staff: Mapping[uuid.UUID, int],
    depth: int,
) -> UnitNode:
    under = children.get(unit.id, []) if depth < DEEPEST else []
    below = [_node(one, children, names, staff, depth + 1) for one in under]
    beside = unit.professional_parent_id
    return UnitNode(
        unit=unit,
        kind=UNIT_KINDS.get(unit.kind, unit.kind),
        staff=staff.get(unit.id, 0),
        beside=names.get(beside) if beside and beside != unit.admin_parent_id else None,
        below=below,
        count=len(below) + sum(node.count for node in below),
    )


@dataclass(frozen=True, slots=True)
class StandingLine:
    since: date | None
    name: str
    parent: str
    professional_parent: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    unit: Unit
    kind: str
    parent: Unit | None
    professional_parent: Unit | None
    is_open: bool
    standings: list[StandingLine]
    successors: Sequence[tuple[UnitSuccession, Unit]]
    predecessors: Sequence[tuple[UnitSuccession, Unit]]
    children: Sequence[Unit]
    staff: int
    may_change: bool
    may_add: bool
    choices: list[Unit]
    kinds: dict[str, str]
    events: list[EventLine]
    today: date


def unit_page(db: Session, actor: Actor, unit: Unit, *, today: date) -> UnitPage:
    is_open = unit.valid_to is None
    return UnitPage(
        unit=unit,
        kind=UNIT_KINDS.get(unit.kind, unit.kind),
        parent=_unit(db, unit.admin_parent_id),
        professional_parent=_unit(db, unit.professional_parent_id),
        is_open=is_open,
        standings=_standings(db, unit),
        successors=repository.successors_of(db, unit.id),
        predecessors=repository.predecessors_of(db, unit.id),
        children=repository.open_children(db, unit.id, today),
        staff=repository.staff_counts(db).get(unit.id, 0),
        may_change=is_open and bool(can_change_unit(actor, unit)),
        may_add=is_open and unit.kind != "truong" and bool(can_add_below(actor, unit)),
        choices=list(repository.open_units(db, administered(actor) - {unit.id})),
        kinds=UNIT_KINDS,
        events=events_about(db, "unit", unit.id),
        today=today,
    )


def _unit(db: Session, unit_id: uuid.UUID | None) -> Unit | None:
    return db.get(Unit, unit_id) if unit_id else None


def _standings(db: Session, unit: Unit) -> list[StandingLine]:
    rows = repository.standings_of(db, unit.id)
    parents = {i for r in rows for i in (r.admin_parent_id, r.professional_parent_id) if i}
    names = people.unit_names(db, parents)
    return [_standing(row, unit, names) for row in rows]


def _standing(row: UnitStanding, unit: Unit, names: Mapping[uuid.UUID, str]) -> StandingLine:
    above, beside = (
        names.get(i, "") if i else "" for i in (row.admin_parent_id, row.professional_parent_id)
    )
    return StandingLine(row.valid_from or unit.valid_from, row.name, above, beside, row.reason)

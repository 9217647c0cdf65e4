"""All queries about units through time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..models import Person, RoleGrant, Unit
from .models import UnitStanding, UnitSuccession
from .states import Standing, UnitOn, standing_on


def units_on(db: Session, on: date) -> tuple[UnitOn, ...]:
    """Every unit that was open on this day, with the name and the parents it had then."""
    history = _history(db)
    found = (_as_of(unit, history.get(unit.id, []), on) for unit in _all(db))
    return tuple(unit for unit in found if unit.is_open_on(on))


def unit_on(db: Session, unit_id: uuid.UUID, on: date) -> UnitOn:
    """One unit as it stood on this day, open or not."""
    return _as_of(db.get_one(Unit, unit_id), _history(db, [unit_id]).get(unit_id, []), on)


def names_on(db: Session, unit_ids: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, str]:
    """What these units were called on this day."""
    history = _history(db, unit_ids)
    units = db.scalars(select(Unit).where(Unit.id.in_(unit_ids)))
    return {unit.id: _as_of(unit, history.get(unit.id, []), on).name for unit in units}


def name_on(db: Session, unit_id: uuid.UUID, on: date) -> str:
    return names_on(db, [unit_id], on)[unit_id]


def standings_of(db: Session, unit_id: uuid.UUID) -> Sequence[UnitStanding]:
    """How a unit changed, first to last."""
    query = select(UnitStanding).where(UnitStanding.unit_id == unit_id)
    return db.scalars(query.order_by(UnitStanding.number)).all()


def _all(db: Session) -> Sequence[Unit]:
    return db.scalars(select(Unit).order_by(Unit.name, Unit.code)).all()


def _history(
    db: Session, unit_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[Standing]]:
    query = select(UnitStanding)
    if unit_ids is not None:
        query = query.where(UnitStanding.unit_id.in_(unit_ids))
    found: dict[uuid.UUID, list[Standing]] = {}
    for row in db.scalars(query):
        found.setdefault(row.unit_id, []).append(_standing(row))
    return found


def _standing(row: UnitStanding) -> Standing:
    return Standing(
        row.unit_id, row.number, row.valid_from, row.name, row.admin_parent_id,
        row.professional_parent_id,
    )  # fmt: skip


def _as_of(unit: Unit, standings: list[Standing], on: date) -> UnitOn:
    then = standing_on(standings, on) or (standings[0] if standings else None)
    name = then.name if then else unit.name
    parents = (
        (then.admin_parent_id, then.professional_parent_id)
        if then
        else (unit.admin_parent_id, unit.professional_parent_id)
    )
    return UnitOn(unit.id, unit.code, unit.kind, name, *parents, unit.valid_from, unit.valid_to)


def parents_today(db: Session) -> tuple[dict[uuid.UUID, uuid.UUID | None], ...]:
    """Administrative and professional parent of every unit."""
    rows = db.execute(select(Unit.id, Unit.admin_parent_id, Unit.professional_parent_id)).all()
    return {r.id: r[1] for r in rows}, {r.id: r[2] for r in rows}


def open_children(db: Session, unit_id: uuid.UUID, on: date) -> Sequence[Unit]:
    is_child = or_(Unit.admin_parent_id == unit_id, Unit.professional_parent_id == unit_id)
    is_open = or_(Unit.valid_to.is_(None), Unit.valid_to >= on)
    return db.scalars(select(Unit).where(is_child, is_open).order_by(Unit.name)).all()


def open_units(db: Session, ids: Collection[uuid.UUID]) -> Sequence[Unit]:
    """Those of these units that nothing has closed, by name."""
    query = select(Unit).where(Unit.id.in_(ids), Unit.valid_to.is_(None))
    return db.scalars(query.order_by(Unit.name, Unit.code)).all()


def successors_of(db: Session, unit_id: uuid.UUID) -> Sequence[tuple[UnitSuccession, Unit]]:
    query = (
        select(UnitSuccession, Unit)
        .join(Unit, Unit.id == UnitSuccession.successor_id)
        .where(UnitSuccession.unit_id == unit_id)
        .order_by(Unit.name)
    )
    return [(row, unit) for row, unit in db.execute(query)]


def predecessors_of(db: Session, unit_id: uuid.UUID) -> Sequence[tuple[UnitSuccession, Unit]]:
    query = (
        select(UnitSuccession, Unit)
        .join(Unit, Unit.id == UnitSuccession.unit_id)
        .where(UnitSuccession.successor_id == unit_id)
        .order_by(UnitSuccession.on, Unit.name)
    )
    return [(row, unit) for row, unit in db.execute(query)]


def carried_on_by(db: Session, unit_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The units that carry this one's work on today: its successors, theirs, and so on."""
    links: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in db.scalars(select(UnitSuccession)):
        links.setdefault(row.unit_id, []).append(row.successor_id)
    ends: set[uuid.UUID] = set()
    edge, seen = [unit_id], {unit_id}
    while edge:
        one = edge.pop()
        following = [u for u in links.get(one, ()) if u not in seen]
        if one not in links:
            ends.add(one)
        seen.update(following)
        edge += following
    return frozenset(ends)


def staff_counts(db: Session) -> dict[uuid.UUID, int]:
    """Active people by unit."""
    rows = db.execute(
        select(Person.unit_id, func.count()).where(Person.is_active).group_by(Person.unit_id)
    )
    return {unit_id: count for unit_id, count in rows}


def staff_of(db: Session, unit_id: uuid.UUID) -> Sequence[Person]:
    return db.scalars(select(Person).where(Person.unit_id == unit_id)).all()


def grants_at(db: Session, unit_id: uuid.UUID) -> Sequence[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.unit_id == unit_id, RoleGrant.revoked_at.is_(None))
    return db.scalars(query).all()

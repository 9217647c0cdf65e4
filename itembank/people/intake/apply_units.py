"""Units of a plan: added, renamed, moved."""

from __future__ import annotations

import uuid
from typing import Any

from ... import audit
from .. import service as people
from ..models import Unit
from ..units import service as units
from .rows import PlannedRow, State
from .work import Work, day_of


def create_unit(work: Work, after: State) -> uuid.UUID:
    unit = _added(work, after)
    unit.valid_from, unit.valid_to = day_of(after["valid_from"]), day_of(after["valid_to"])
    work.remember(unit)
    return unit.id


def _added(work: Work, after: State) -> Unit:
    parent = work.unit_or_none(after["parent"])
    beside = work.unit_or_none(after["professional_parent"])
    told: dict[str, Any] = {name: after[name] for name in ("code", "name", "kind")}
    if work.actor is not None:
        return units.add_unit(
            work.db, work.actor, parent=parent, professional_parent=beside, now=work.now,
            reason=work.reason, **told,
        )  # fmt: skip
    unit = people.create_unit(work.db, admin_parent=parent, professional_parent=beside, **told)
    audit.record(
        work.db, None, "unit.added", "unit", unit.id, now=work.now, after=told, reason=work.reason
    )
    return unit


def change_unit(work: Work, row: PlannedRow) -> uuid.UUID:
    unit, after = work.unit(row.key), row.after or {}
    if "name" in after:
        units.rename_unit(
            work.db, work.actor, unit, after["name"], on=work.now.date(), reason=work.reason,
            now=work.now,
        )  # fmt: skip
    if {"parent", "professional_parent"} & after.keys():
        _move(work, unit, after)
    if "valid_from" in after:
        unit.valid_from = day_of(after["valid_from"])
    return unit.id


def _move(work: Work, unit: Unit, after: State) -> None:
    above = work.unit_or_none(after.get("parent")) or work.unit_by_id(unit.admin_parent_id)
    beside = work.unit_or_none(after.get("professional_parent"))
    units.move_unit(
        work.db, work.actor, unit, parent=above,
        professional_parent=beside or work.unit_by_id(unit.professional_parent_id),
        on=work.now.date(), reason=work.reason, now=work.now,
    )  # fmt: skip

"""The records to be sealed, made from the rows of a result file instead of from tables. Pure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from delivery.attempts.models import Attempt, AttemptAction, ResponseEvent
from delivery.incidents.models import Incident
from delivery.packages.rows import Row, row_in
from itembank.db import Base

from .models import AttemptSeal, Seal
from .records import SealedAction, SealedAttempt, SealedEvent, SealedIncident

Rows = Mapping[str, Sequence[Row]]


def records_in(
    tables: Rows, numbers: Mapping[uuid.UUID, str], form_hashes: Mapping[uuid.UUID, str]
) -> list[SealedAttempt]:
    """Every attempt of the file; candidate numbers and form hashes stand at the centre."""
    events, actions = (
        _by(tables, ResponseEvent, "attempt_id"),
        _by(tables, AttemptAction, "candidate_id"),
    )
    return [
        SealedAttempt(
            attempt_id=attempt["id"],
            number=numbers[attempt["candidate_id"]],
            form_hash=form_hashes.get(attempt["form_id"], ""),
            started_at=attempt["started_at"],
            submitted_at=attempt["submitted_at"],
            submitted_by=attempt["submitted_by"],
            receipt=attempt["receipt"],
            suspended_at=attempt["suspended_at"],
            events=tuple(SealedEvent(**_named(row, SealedEvent)) for row in events[attempt["id"]]),
            actions=tuple(
                SealedAction(**_named(row, SealedAction)) for row in actions[attempt["candidate_id"]]
            ),
        )
        for attempt in _typed(tables, Attempt)
    ]  # fmt: skip


def incidents_in(tables: Rows, until: datetime) -> list[SealedIncident]:
    rows = _typed(tables, Incident)
    return [
        SealedIncident(**_named(row, SealedIncident)) for row in rows if row["noted_at"] <= until
    ]


@dataclass(frozen=True, slots=True)
class SealInFile:
    """A seal as a file tells it; `heads`: attempt -> head."""

    root: str
    heads: dict[str, str]
    sealed_at: datetime


def newest_seal_in(tables: Rows) -> SealInFile | None:
    """The seal with the highest number; None: never sealed."""
    seals = sorted(_typed(tables, Seal), key=lambda row: int(row["number"]))
    if not seals:
        return None
    newest = seals[-1]
    heads = [row for row in _typed(tables, AttemptSeal) if row["seal_id"] == newest["id"]]
    told = {str(row["attempt_id"]): str(row["head"]) for row in heads}
    return SealInFile(str(newest["root"]), told, newest["sealed_at"])


def _typed(tables: Rows, model: type[Base]) -> list[dict[str, Any]]:
    table = Base.metadata.tables[model.__tablename__]
    return [row_in(table, row) for row in tables.get(table.name, ())]


def _by(tables: Rows, model: type[Base], column: str) -> dict[uuid.UUID, list[dict[str, Any]]]:
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in _typed(tables, model):
        found[row[column]].append(row)
    return found


def _named(row: Mapping[str, Any], record: type) -> dict[str, Any]:
    return {one.name: row[one.name] for one in fields(record)}

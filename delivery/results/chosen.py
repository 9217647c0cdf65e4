"""What persons chose at single-choice items, before any key: the raw material of distractors."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate

from .models import ImportedResponse, ScoreFact

Chosen = Mapping[uuid.UUID, str | None]  # form item -> option; None: left open


def of_sitting(
    db: Session, sitting_id: uuid.UUID, form_items: Collection[uuid.UUID]
) -> dict[str, dict[uuid.UUID, str | None]]:
    """Candidate number -> what was chosen, from the newest round of scores."""
    later = aliased(ScoreFact)
    newest = (
        select(func.max(later.round))
        .where(later.attempt_id == ScoreFact.attempt_id)
        .correlate(ScoreFact)
    )
    query = (
        select(Candidate.number, ScoreFact.form_item_id, ScoreFact.answered, ScoreFact.response)
        .join(Attempt, Attempt.id == ScoreFact.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(
            Attempt.sitting_id == sitting_id,
            ScoreFact.form_item_id.in_(form_items),
            ScoreFact.round == newest.scalar_subquery(),
        )
    )
    found: dict[str, dict[uuid.UUID, str | None]] = {}
    for number, form_item, answered, response in db.execute(query):
        found.setdefault(number, {})[form_item] = (
            _option(json.loads(response)) if answered else None
        )
    return found


def of_set(
    db: Session, set_id: uuid.UUID, form_items: Collection[uuid.UUID]
) -> dict[str, dict[uuid.UUID, str | None]]:
    """Person -> what was chosen; a set of scores keeps no choices and gives nothing."""
    query = select(ImportedResponse.person, ImportedResponse.cells)
    found: dict[str, dict[uuid.UUID, str | None]] = {}
    for person, cells in db.execute(query.where(ImportedResponse.set_id == set_id)):
        raw = {
            item: cells[str(item)] for item in form_items if isinstance(cells.get(str(item)), dict)
        }
        if raw:
            found[person] = {item: _letter(cell["given"]) for item, cell in raw.items()}
    return found


def _option(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _letter(given: str) -> str | None:
    letter = given.strip().upper()
    return letter if letter not in {"", "*", "-", "."} else None

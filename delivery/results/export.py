"""The scored long table of a form, and result files for offices."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from itembank.forms import repository as forms

from . import repository
from .repository import Score
from .score_table import ABSENT, GIVEN, OPEN, Category, ScoreTable, stacked


def score_matrix(
    db: Session, form_id: uuid.UUID, sitting_ids: Sequence[uuid.UUID] | None = None
) -> ScoreTable:
    """Categories of every scored attempt at the form, one column for each form item.

    Persons are candidate numbers, groups their schools. An omission is category 0; None marks an
    item that was not administered or that a person has still to mark. Without `sitting_ids` all
    sittings of the form are taken.
    """
    items = tuple(place.id for place in forms.form_items(db, form_id))
    chosen = sitting_ids or repository.sitting_ids_of_form(db, form_id)
    tables = [(str(i)[-6:], _table(db, i, form_id, items)) for i in chosen]
    return stacked(tables) if tables else ScoreTable(items, (), (), ())


def _table(
    db: Session, sitting_id: uuid.UUID, form_id: uuid.UUID, items: tuple[uuid.UUID, ...]
) -> ScoreTable:
    facts = repository.newest_scores(db, sitting_id)
    scored = [
        (a, c) for a, c in repository.scored_attempts(db, sitting_id, form_id) if a.id in facts
    ]
    return ScoreTable(
        form_item_ids=items,
        persons=tuple(candidate.number for _, candidate in scored),
        groups=tuple(candidate.school or None for _, candidate in scored),
        rows=tuple(_row(facts[attempt.id], items) for attempt, _ in scored),
        marks=tuple(_marks(facts[attempt.id], items) for attempt, _ in scored),
    )


def _row(facts: Sequence[Score], items: Sequence[uuid.UUID]) -> tuple[Category, ...]:
    found = {fact.form_item_id: fact.category for fact in facts}
    return tuple(found.get(item) for item in items)


def _marks(facts: Sequence[Score], items: Sequence[uuid.UUID]) -> str:
    found = {f.form_item_id: GIVEN if f.answered else OPEN for f in facts if f.category is not None}
    return "".join(found.get(item, ABSENT) for item in items)

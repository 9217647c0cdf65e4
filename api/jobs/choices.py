"""The choices behind a run, as distractor analysis takes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from delivery.results import chosen
from delivery.results.imports import display_name
from itembank.calibrations.models import CalibrationRun
from itembank.forms import repository as forms
from itembank.items.content import Choice

from .analyses.subject import Choices
from .calibrate import plan_of_run
from .calibration_data import Data


@dataclass(frozen=True, slots=True)
class _Keyed:
    form_item_id: uuid.UUID
    label: str
    key: str
    options: tuple[str, ...]


def choices_of(db: Session, run: CalibrationRun, data: Data) -> Choices:
    """What was chosen at every single-choice item by everybody the run counts."""
    keyed = _keyed_items(db, data.form.id)
    ids = [item.form_item_id for item in keyed]
    excluded = {p for entry in run.summary.get("excluded", ()) for p in entry["persons"]}
    rows = [
        row
        for source in plan_of_run(run).sources
        for person, row in _of_source(db, source, ids).items()
        if person not in excluded
    ]
    return Choices(
        items=tuple(item.label for item in keyed),
        keys=tuple(item.key for item in keyed),
        options=tuple(item.options for item in keyed),
        given=tuple(tuple(row.get(i) for i in ids) for row in rows),
        administered=tuple(tuple(i in row for i in ids) for row in rows),
    )


def _of_source(
    db: Session, source: str, ids: list[uuid.UUID]
) -> dict[str, dict[uuid.UUID, str | None]]:
    kind, _, name = source.partition(":")
    read = chosen.of_sitting if kind == "sitting" else chosen.of_set
    return read(db, uuid.UUID(name), ids)


def _keyed_items(db: Session, form_id: uuid.UUID) -> list[_Keyed]:
    found = []
    for entry in forms.entries(db, form_id):
        part = entry.content.interaction
        if isinstance(part, Choice) and part.key is not None:
            label = display_name(entry.place, entry.item)
            options = tuple(option.id for option in part.options)
            found.append(_Keyed(entry.place.id, label, part.key, options))
    return found

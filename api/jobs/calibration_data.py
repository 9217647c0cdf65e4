"""The responses a plan names, as one table, and that table as a response matrix."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

import psychometrics as pm
from delivery.results import response_sets
from delivery.results.export import score_matrix
from delivery.results.imports import display_name
from delivery.results.score_table import ABSENT, GIVEN, ScoreTable, stacked
from delivery.results.scored_attempts import Standing, standings
from delivery.sittings.models import Sitting
from itembank.errors import Invalid, msg, problem
from itembank.forms.models import TestForm
from itembank.forms.repository import form_of
from psychometrics.classical import kinds_from_blanks
from psychometrics.responses.missing import MissingTreatment

from .calibration_plan import CalibrationPlan, PlannedItem, refused
from .estimates import Place

FEWEST_PERSONS = 30
BY_INVIGILATOR = "invigilator"


@dataclass(frozen=True, slots=True)
class Data:
    """The responses of a plan, and the place of each column in the form.

    `excluded` says who was left out and why, in the order of the plan's options.
    """

    form: TestForm
    places: tuple[Place, ...]
    items: tuple[PlannedItem, ...]
    table: ScoreTable
    sources: tuple[dict[str, Any], ...]
    excluded: tuple[dict[str, Any], ...] = ()

    @property
    def n_categories(self) -> tuple[int, ...]:
        return tuple(item.n_categories for item in self.items)


@dataclass(frozen=True, slots=True)
class _Source:
    key: str
    title: str
    table: ScoreTable
    standings: dict[str, Standing]


def read_data(db: Session, plan: CalibrationPlan) -> Data:
    """Everything the plan names, stacked into one table of the form's items."""
    form = form_of(db, plan.form_id)
    rows = response_sets.items_of_form(db, form.id)
    ids = tuple(form_item.id for form_item, _, _ in rows)
    named = [_grouped(_source(db, form, source, ids), plan.grouping) for source in plan.sources]
    _check_excluded(plan, named)
    kept, left = _without_excluded(named, plan)
    return Data(
        form=form,
        places=tuple(
            Place(item.id, fi.version_hash, fi.position, display_name(fi, item))
            for fi, item, _ in rows
        ),
        items=tuple(planned_items(db, form.id)),
        table=stacked([(source.title, source.table) for source in kept]),
        sources=tuple(
            {"source": s.key, "title": s.title, "n_persons": s.table.n_persons} for s in kept
        ),
        excluded=tuple(left),
    )


def planned_items(db: Session, form_id: uuid.UUID) -> list[PlannedItem]:
    """The items of a form as the choice of a model needs them, in the form's order."""
    return [
        PlannedItem(display_name(fi, item), item.kind, item.n_categories)
        for fi, item, _ in response_sets.items_of_form(db, form_id)
    ]


def _source(db: Session, form: TestForm, source: str, ids: tuple[uuid.UUID, ...]) -> _Source:
    kind, _, name = source.partition(":")
    found = uuid.UUID(name)
    if kind == "sitting":
        sitting = db.get_one(Sitting, found)
        _same_form(form, sitting.form_id)
        table = score_matrix(db, form.id, [found])
        return _Source(source, sitting.title, table, standings(db, found))
    stored = response_sets.set_by_id(db, found)
    _same_form(form, stored.form_id)
    return _Source(source, stored.title, response_sets.score_table(db, found, ids), {})


def _same_form(form: TestForm, form_id: uuid.UUID) -> None:
    if form_id != form.id:
        raise refused([problem("sources", "Tập bài làm này thuộc đề khác; bỏ chọn.")])


# --- groups -------------------------------------------------------------------------------------


def _grouped(source: _Source, grouping: str) -> _Source:
    table = source.table
    if grouping == "group":
        return source
    groups: tuple[str | None, ...]
    if grouping == "room":
        groups = tuple(_room(source, person) for person in table.persons)
    elif grouping == "source":
        groups = (source.title,) * table.n_persons
    else:
        groups = (None,) * table.n_persons
    return replace(source, table=replace(table, groups=groups))


def _room(source: _Source, person: str) -> str | None:
    standing = source.standings.get(person)
    return standing.room or None if standing else None


def group_labels(table: ScoreTable, grouping: str) -> list[str] | None:
    """The group of every person; None while there is one population.

    Raises
    ------
    Invalid
        Persons without a group, a single group, or a group too small to have a mean of its own.
    """
    if grouping == "none":
        return None
    missing = [p for p, group in zip(table.persons, table.groups, strict=True) if not group]
    if missing:
        what = msg(
            "{n} thí sinh không có nhóm (ví dụ {person}); chọn cách chia nhóm khác.",
            n=len(missing),
            person=missing[0],
        )
        raise refused([problem("grouping", what)])
    labels = [str(group) for group in table.groups]
    for label in sorted(set(labels)):
        if labels.count(label) < FEWEST_PERSONS:
            what = msg(
                "Nhóm «{group}» chỉ có {n} thí sinh; cần ít nhất {fewest} thí sinh một nhóm.",
                group=label,
                n=labels.count(label),
                fewest=FEWEST_PERSONS,
            )
            raise refused([problem("grouping", what)])
    if len(set(labels)) < 2:
        raise refused([problem("grouping", "Dữ liệu chỉ có một nhóm; chọn một tổng thể chung.")])
    return labels


# --- persons left out ---------------------------------------------------------------------------


def _check_excluded(plan: CalibrationPlan, sources: Sequence[_Source]) -> None:
    known = {person for source in sources for person in source.table.persons}
    for person in plan.excluded:
        if person not in known:
            what = msg("Không có thí sinh {person} trong bài làm đã chọn.", person=person[:40])
            raise refused([problem("excluded", what)])


def _without_excluded(
    sources: Sequence[_Source], plan: CalibrationPlan
) -> tuple[list[_Source], list[dict[str, Any]]]:
    kept: list[_Source] = []
    left: dict[str, list[str]] = {}
    for source in sources:
        rows = []
        for i, person in enumerate(source.table.persons):
            why = _why_excluded(source, i, plan)
            if why is None:
                rows.append(i)
            else:
                left.setdefault(why, []).append(person)
        kept.append(replace(source, table=source.table.only(rows)))
    return kept, [{"why": why, "persons": persons} for why, persons in left.items()]


def _why_excluded(source: _Source, row: int, plan: CalibrationPlan) -> str | None:
    person = source.table.persons[row]
    standing = source.standings.get(person)
    if person in plan.excluded:
        return "listed"
    if plan.exclude_handed_in and standing and standing.handed_in_by == BY_INVIGILATOR:
        return "handed_in"
    if plan.exclude_blank and GIVEN not in source.table.marked[row]:
        return "blank"
    return None


# --- the matrix ---------------------------------------------------------------------------------


def treatment_of(plan: CalibrationPlan) -> MissingTreatment:
    made = {name: getattr(plan, name) for name in ("omitted", "not_reached", "invalid")}
    return MissingTreatment(**made)


@dataclass(frozen=True, slots=True)
class Usable:
    """Columns that say something, and the others with the reason."""

    columns: tuple[int, ...]
    left_out: tuple[dict[str, str], ...]
    responses: pm.ResponseMatrix  # kinds untreated, only the usable columns


def usable(data: Data, plan: CalibrationPlan) -> Usable:
    """The matrix of the items that can be calibrated.

    Raises
    ------
    Invalid
        Too few persons or items are left.
    """
    whole = _matrix(data, plan)
    treated = whole.treat(treatment_of(plan))
    kept: list[int] = []
    left_out: list[dict[str, str]] = []
    for i, place in enumerate(data.places):
        seen = np.unique(treated.scores[treated.observed[:, i], i])
        if place.label in plan.dropped:
            reason = plan.dropped[place.label]
            left_out.append({"label": place.label, "why": "dropped", "reason": reason})
        elif len(seen) > 1:
            kept.append(i)
        else:
            why = "constant" if len(seen) else "no_responses"
            left_out.append({"label": place.label, "why": why})
    _refuse_too_few(data, kept)
    return Usable(tuple(kept), tuple(left_out), _columns(whole, kept))


def _refuse_too_few(data: Data, kept: Sequence[int]) -> None:
    if data.table.n_persons >= FEWEST_PERSONS and len(kept) >= 2:
        return
    raise Invalid(
        msg(
            "Chưa đủ bài làm để hiệu chuẩn: có {persons} thí sinh và {items} câu dùng được; cần ít nhất {fewest} thí sinh và 2 câu.",
            persons=data.table.n_persons,
            items=len(kept),
            fewest=FEWEST_PERSONS,
        ),
        code="too_few_responses",
    )


def _matrix(data: Data, plan: CalibrationPlan) -> pm.ResponseMatrix:
    """Every column of the form, each blank of a kind of its own."""
    table = data.table
    cells = np.array(
        [[np.nan if c is None else c for c in row] for row in table.rows], dtype=np.float64
    ).reshape(table.n_persons, len(data.places))
    signs = np.array([list(marks) for marks in table.marked]).reshape(cells.shape)
    kinds = kinds_from_blanks(signs == GIVEN, signs != ABSENT)
    try:
        return pm.ResponseMatrix.from_arrays(
            cells,
            kinds=kinds,
            items=[place.label for place in data.places],
            persons=table.persons,
            groups=group_labels(table, plan.grouping),
        )
    except pm.PsychometricsError as error:
        raise Invalid(error.message, code=error.code) from error


def _columns(whole: pm.ResponseMatrix, kept: Sequence[int]) -> pm.ResponseMatrix:
    chosen = list(kept)
    return replace(
        whole,
        scores=np.ascontiguousarray(whole.scores[:, chosen]),
        observed=np.ascontiguousarray(whole.observed[:, chosen]),
        items=tuple(whole.items[i] for i in chosen),
        kinds=None if whole.kinds is None else np.ascontiguousarray(whole.kinds[:, chosen]),
    )

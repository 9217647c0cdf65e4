"""All queries about calibration runs and their estimates."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from ..errors import NotFound
from ..forms.models import TestForm
from ..items.models import Item
from .models import (
    AbilityEstimate,
    CalibrationRun,
    ItemDecision,
    ItemParameters,
    RunAnalysis,
    RunDeclaration,
)


def run_by_id(db: Session, run_id: uuid.UUID) -> CalibrationRun:
    run = db.get(CalibrationRun, run_id)
    if run is None:
        raise NotFound("Không có lần hiệu chuẩn này. Về trang Hiệu chuẩn để chọn lại.")
    return run


def runs(db: Session, *, subject: str | None = None) -> Sequence[tuple[CalibrationRun, TestForm]]:
    """Every run with its form, newest first."""
    query = select(CalibrationRun, TestForm).join(TestForm, TestForm.id == CalibrationRun.form_id)
    if subject is not None:
        query = query.where(TestForm.subject == subject)
    query = query.order_by(CalibrationRun.created_at.desc(), CalibrationRun.id.desc())
    return [(run, form) for run, form in db.execute(query)]


def number_of_run(db: Session, run: CalibrationRun) -> int:
    """The how-manieth run of its form this is: «Hiệu chuẩn lần 3»."""
    earlier = select(func.count()).where(
        CalibrationRun.form_id == run.form_id,
        (CalibrationRun.created_at < run.created_at)
        | ((CalibrationRun.created_at == run.created_at) & (CalibrationRun.id <= run.id)),
    )
    return db.scalar(earlier) or 1


def items_of_run(db: Session, run_id: uuid.UUID) -> Sequence[ItemParameters]:
    query = (
        select(ItemParameters)
        .where(ItemParameters.run_id == run_id)
        .order_by(ItemParameters.position)
    )
    return db.scalars(query).all()


def abilities_of_run(
    db: Session, run_id: uuid.UUID, *, limit: int | None = None, offset: int = 0
) -> Sequence[AbilityEstimate]:
    """Abilities from the highest to the lowest."""
    query = (
        select(AbilityEstimate)
        .where(AbilityEstimate.run_id == run_id)
        .order_by(AbilityEstimate.theta.desc(), AbilityEstimate.person)
        .limit(limit)
        .offset(offset)
    )
    return db.scalars(query).all()


def operational_for_item(db: Session, item_id: uuid.UUID) -> ItemParameters | None:
    """The estimates in force for one item, or None while no run that has it is operational."""
    return operational_for_items(db, [item_id]).get(item_id)


def operational_for_items(
    db: Session, item_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ItemParameters]:
    """The estimates in force of each of these items; items without any are left out.

    Only runs declared operational count. An item on several forms has the estimates of the form
    declared last.
    """
    if not item_ids:
        return {}
    newest_first = (
        select(ItemParameters)
        .join(RunDeclaration, RunDeclaration.run_id == ItemParameters.run_id)
        .where(ItemParameters.item_id.in_(item_ids), _in_force())
        .order_by(RunDeclaration.at.desc(), RunDeclaration.id.desc())
    )
    found: dict[uuid.UUID, ItemParameters] = {}
    for row in db.scalars(newest_first):
        found.setdefault(row.item_id, row)
    return found


def _in_force() -> ColumnElement[bool]:
    """The newest declaration of its form."""
    later = aliased(RunDeclaration)
    return ~(
        select(later.id)
        .where(later.form_id == RunDeclaration.form_id, later.number > RunDeclaration.number)
        .exists()
    )


def declarations_in_force(
    db: Session,
) -> Sequence[tuple[RunDeclaration, CalibrationRun, TestForm]]:
    """The operational run of every form that has one, newest first."""
    query = (
        select(RunDeclaration, CalibrationRun, TestForm)
        .join(CalibrationRun, CalibrationRun.id == RunDeclaration.run_id)
        .join(TestForm, TestForm.id == RunDeclaration.form_id)
        .where(_in_force())
        .order_by(RunDeclaration.at.desc(), RunDeclaration.id.desc())
    )
    return [(declared, run, form) for declared, run, form in db.execute(query)]


def declaration_of_form(db: Session, form_id: uuid.UUID) -> RunDeclaration | None:
    """The declaration in force for a form."""
    return next(iter(declarations_of_form(db, form_id)), None)


def declaration_of_run(db: Session, run_id: uuid.UUID) -> RunDeclaration | None:
    """The declaration by which this run is in force; None for every other run."""
    query = select(RunDeclaration).where(RunDeclaration.run_id == run_id, _in_force())
    return db.scalars(query).first()


def declarations_of_form(db: Session, form_id: uuid.UUID) -> Sequence[RunDeclaration]:
    """Every declaration about a form, newest first."""
    query = select(RunDeclaration).where(RunDeclaration.form_id == form_id)
    return db.scalars(query.order_by(RunDeclaration.number.desc())).all()


def decisions_of_run(db: Session, run_id: uuid.UUID) -> dict[uuid.UUID, ItemDecision]:
    """Item -> the newest decision about it."""
    query = select(ItemDecision).where(ItemDecision.run_id == run_id)
    in_order = db.scalars(query.order_by(ItemDecision.at, ItemDecision.id))
    return {decision.item_id: decision for decision in in_order}


def undecided_of_run(db: Session, run_id: uuid.UUID) -> list[ItemParameters]:
    """Items with a flag that nobody has decided of, in the order of the form."""
    decided = decisions_of_run(db, run_id)
    return [row for row in items_of_run(db, run_id) if row.flags and row.item_id not in decided]


def authors_of_run(db: Session, run_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Those who wrote an item of the run."""
    query = (
        select(Item.author_id)
        .join(ItemParameters, ItemParameters.item_id == Item.id)
        .where(ItemParameters.run_id == run_id, Item.author_id.is_not(None))
    )
    return frozenset(author for author in db.scalars(query) if author is not None)


def newest_analysis(db: Session, run_id: uuid.UUID, kind: str) -> RunAnalysis | None:
    return next(iter(analyses_of_run(db, run_id, kind)), None)


def analyses_of_run(db: Session, run_id: uuid.UUID, kind: str) -> Sequence[RunAnalysis]:
    """Analyses of one kind, newest first."""
    query = select(RunAnalysis).where(RunAnalysis.run_id == run_id, RunAnalysis.kind == kind)
    return db.scalars(query.order_by(RunAnalysis.at.desc(), RunAnalysis.id.desc())).all()


def runs_of_form(db: Session, form_id: uuid.UUID) -> Sequence[CalibrationRun]:
    """The runs of one form, oldest first: their place is their number."""
    query = select(CalibrationRun).where(CalibrationRun.form_id == form_id)
    return db.scalars(query.order_by(CalibrationRun.created_at, CalibrationRun.id)).all()


def runs_of_item(
    db: Session, item_id: uuid.UUID
) -> Sequence[tuple[ItemParameters, CalibrationRun]]:
    """The item's history of calibrations, newest first."""
    query = (
        select(ItemParameters, CalibrationRun)
        .join(CalibrationRun, CalibrationRun.id == ItemParameters.run_id)
        .where(ItemParameters.item_id == item_id)
        .order_by(CalibrationRun.created_at.desc())
    )
    return [(row, run) for row, run in db.execute(query)]


def flagged_counts(db: Session, run_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many items of each run have a flag; runs without any are left out."""
    if not run_ids:
        return {}
    query = select(ItemParameters.run_id, ItemParameters.flags)
    counts: dict[uuid.UUID, int] = {}
    for run_id, flags in db.execute(query.where(ItemParameters.run_id.in_(run_ids))):
        if flags:
            counts[run_id] = counts.get(run_id, 0) + 1
    return counts


def run_counts(db: Session) -> dict[uuid.UUID, int]:
    """Form -> number of its runs."""
    query = select(CalibrationRun.form_id, func.count()).group_by(CalibrationRun.form_id)
    return {form_id: n for form_id, n in db.execute(query)}


def statistics_by_version(db: Session, item_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """Version -> its statistics in the newest run that calibrated it."""
    query = select(ItemParameters.version_hash, ItemParameters.statistics)
    rows = db.execute(
        query.where(ItemParameters.item_id == item_id).order_by(ItemParameters.run_id)
    )
    return {name: dict(told) for name, told in rows if name}

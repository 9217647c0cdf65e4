"""All queries about calibration runs and their estimates."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..forms.models import TestForm
from .models import AbilityEstimate, CalibrationRun, ItemParameters


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


def latest_for_item(db: Session, item_id: uuid.UUID) -> ItemParameters | None:
    """The newest estimates of one item, or None while it has never been calibrated."""
    return parameters_for_items(db, [item_id]).get(item_id)


def parameters_for_items(
    db: Session, item_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ItemParameters]:
    """The newest estimates of each of these items; items never calibrated are left out."""
    if not item_ids:
        return {}
    newest_first = (
        select(ItemParameters)
        .join(CalibrationRun, CalibrationRun.id == ItemParameters.run_id)
        .where(ItemParameters.item_id.in_(item_ids))
        .order_by(CalibrationRun.created_at.desc(), CalibrationRun.id.desc())
    )
    found: dict[uuid.UUID, ItemParameters] = {}
    for row in db.scalars(newest_first):
        found.setdefault(row.item_id, row)
    return found


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

"""Calibrated parameters as stored facts: values in, values out. Rows are appended, never edited."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class CalibrationRun(Base):
    __tablename__ = "calibration_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(20))
    options: Mapped[dict[str, Any]]
    data_hash: Mapped[str] = mapped_column(String(64))
    software: Mapped[str] = mapped_column(String(60))
    converged: Mapped[bool]
    log_likelihood: Mapped[float]
    cycles: Mapped[int]
    gradient_norm: Mapped[float | None]
    n_persons: Mapped[int]
    n_items: Mapped[int]
    population: Mapped[dict[str, Any]]
    trace: Mapped[list[Any]]  # log-likelihood per cycle
    summary: Mapped[dict[str, Any]]  # reliability, alpha, warnings, test information curve
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class ItemParameters(Base):
    """One item's estimates in one run, with what the plots need (`curve`)."""

    __tablename__ = "item_parameters"

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calibration_run.id"), primary_key=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    version_hash: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(20))
    estimates: Mapped[dict[str, Any]]  # a, b | steps, c
    standard_errors: Mapped[dict[str, Any]]
    statistics: Mapped[dict[str, Any]]  # n, p, point_biserial, infit, outfit, rmsd, category counts
    curve: Mapped[dict[str, Any]]  # observed proportions by ability group with intervals
    flags: Mapped[list[Any]]


class AbilityEstimate(Base):
    __tablename__ = "ability_estimate"

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calibration_run.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(80), primary_key=True)
    theta: Mapped[float]
    se: Mapped[float]
    raw_score: Mapped[float | None]


class RunDeclaration(Base):
    """A named person says: this run speaks for the form. The highest number of a form is in force.

    `scale` names the scale of the parameters: the form's own, or that of the run it is anchored to.
    """

    __tablename__ = "run_declaration"
    __table_args__ = (UniqueConstraint("form_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"))
    number: Mapped[int]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calibration_run.id"), index=True)
    scale: Mapped[str] = mapped_column(String(80))
    supersedes: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("run_declaration.id"))
    reason: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ItemDecision(Base):
    """What a named person decided of an item after looking at its fit; the newest one counts."""

    __tablename__ = "item_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id", "item_id"], ["item_parameters.run_id", "item_parameters.item_id"]
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[uuid.UUID] = mapped_column(index=True)
    item_id: Mapped[uuid.UUID]
    decision: Mapped[str] = mapped_column(String(20))  # keep, watch, do_not_score
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class RunAnalysis(Base):
    """Something computed about a finished run: fit, DIF, a link, a second program's estimates."""

    __tablename__ = "run_analysis"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calibration_run.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    options: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    software: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

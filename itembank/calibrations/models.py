"""Calibrated parameters as stored facts: values in, values out. Rows are appended, never edited."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
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

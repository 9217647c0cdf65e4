"""The job `calibrate`: delivery's scores -> response matrix -> calibration -> facts of the bank.

The only place that knows delivery, psychometrics and the bank's calibrations.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

import psychometrics as pm
from delivery.results import response_sets
from delivery.results.export import score_matrix
from delivery.results.imports import display_name
from delivery.results.score_table import ScoreTable, stacked
from delivery.sittings.models import Sitting
from itembank.calibrations import service as calibrations
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.values import RunValues
from itembank.errors import Invalid, msg, problem
from itembank.forms.models import TestForm
from itembank.forms.repository import form_of
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor
from psychometrics.version import __version__

from ..calibration_messages import explain
from ..web import system_clock
from . import estimates
from .calibration_plan import CalibrationPlan, check, check_categories
from .estimates import Place
from .worker import Context

SOFTWARE = f"khaothi psychometrics {__version__}"
FEWEST_PERSONS = 30
ESTIMATION_SHARE = 0.9  # of the progress bar; the rest is fit and storing
USUAL_CYCLES = 25
ReportCycle = Callable[[pm.Progress], None]


@dataclass(frozen=True, slots=True)
class Data:
    """The responses of a plan, and the place of each column in the form."""

    form: TestForm
    places: tuple[Place, ...]
    n_categories: tuple[int, ...]
    table: ScoreTable
    sources: tuple[dict[str, Any], ...]


def calibrate_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Run a plan and keep what it found. The run has the job's id, so a second run adds nothing."""
    plan = CalibrationPlan.from_inputs(inputs)
    check(plan)
    context.report(0.02, "Đọc bài làm")
    with context.database.read() as db:
        if db.get(CalibrationRun, context.job_id) is not None:
            return {"link": f"/hieu-chuan/{context.job_id}"}
        data = read_data(db, plan)
    values = calibrate_data(data, plan, lambda cycle: _report_cycle(context, cycle))
    context.report(ESTIMATION_SHARE, "Ghi kết quả")
    with context.database.write() as db:
        run = calibrations.store_run(
            db,
            _actor(db, context.asked_by),
            form_of(db, plan.form_id),
            values,
            now=system_clock(),
            run_id=context.job_id,
        )
    return {"link": f"/hieu-chuan/{run.id}", "run_id": str(run.id)}


def _actor(db: Session, person_id: uuid.UUID | None) -> Actor | None:
    return people.load_actor(db, db.get_one(Person, person_id)) if person_id else None


def _report_cycle(context: Context, at: pm.Progress) -> None:
    done = 1.0 - 0.5 ** (at.cycle / (USUAL_CYCLES / 4))
    value = f"{at.log_likelihood:,.2f}".replace(",", "\u202f").replace(".", ",").replace("-", "−")
    context.report(0.05 + (ESTIMATION_SHARE - 0.05) * done, f"Vòng {at.cycle}, log hợp lí {value}")


# --- reading ------------------------------------------------------------------------------------


def read_data(db: Session, plan: CalibrationPlan) -> Data:
    """Everything the plan names, stacked into one table of the form's items."""
    form = form_of(db, plan.form_id)
    rows = response_sets.items_of_form(db, form.id)
    ids = tuple(form_item.id for form_item, _, _ in rows)
    named = [_source(db, form, source, ids) for source in plan.sources]
    return Data(
        form=form,
        places=tuple(
            Place(item.id, fi.version_hash, fi.position, display_name(fi, item))
            for fi, item, _ in rows
        ),
        n_categories=tuple(item.n_categories for _, item, _ in rows),
        table=stacked([(name, table) for name, table in named]),
        sources=tuple(
            {"source": source, "title": name, "n_persons": table.n_persons}
            for source, (name, table) in zip(plan.sources, named, strict=True)
        ),
    )


def _source(
    db: Session, form: TestForm, source: str, ids: tuple[uuid.UUID, ...]
) -> tuple[str, ScoreTable]:
    kind, _, name = source.partition(":")
    found = uuid.UUID(name)
    if kind == "sitting":
        sitting = db.get_one(Sitting, found)
        _same_form(form, sitting.form_id)
        return sitting.title, score_matrix(db, form.id, [found])
    stored = response_sets.set_by_id(db, found)
    _same_form(form, stored.form_id)
    return stored.title, response_sets.score_table(db, found, ids)


def _same_form(form: TestForm, form_id: uuid.UUID) -> None:
    if form_id != form.id:
        what = "Tập bài làm này thuộc đề khác; bỏ chọn."
        raise Invalid(
            "Chưa chạy được hiệu chuẩn.", code="plan_invalid", problems=[problem("sources", what)]
        )


# --- computing ----------------------------------------------------------------------------------


def calibrate_data(
    data: Data, plan: CalibrationPlan, report: ReportCycle | None = None
) -> RunValues:
    """The run as values. Items nobody answered, or all answered alike, are left out and listed."""
    kept, left_out = _usable_columns(data)
    check_categories(plan, [data.n_categories[i] for i in kept])
    places = [data.places[i] for i in kept]
    responses = _matrix(data.table, kept, [place.label for place in places])
    calibration = _calibrate(responses, plan, report)
    classical = pm.classical_statistics(responses)
    abilities = estimates.ability_values(responses, pm.score(responses, calibration, "eap"))
    summary = estimates.summary_of(calibration, classical, abilities)
    return RunValues(
        title=plan.title or data.form.title,
        model=plan.model,
        options={
            **plan.as_inputs(),
            "sources": list(data.sources),
            "priors": list(calibration.priors),
        },
        data_hash=data.table.data_hash,
        software=SOFTWARE,
        converged=calibration.converged,
        log_likelihood=calibration.log_likelihood,
        cycles=calibration.cycles,
        gradient_norm=calibration.gradient_norm,
        n_persons=calibration.n_persons,
        population=estimates.population_of(calibration),
        trace=[round(value, 4) for value in calibration.trace],
        summary={**summary, "left_out": left_out},
        items=estimates.item_values(places, responses, calibration, classical),
        abilities=abilities,
    )


def _usable_columns(data: Data) -> tuple[list[int], list[dict[str, str]]]:
    """Columns that say something, and the others with the reason."""
    kept: list[int] = []
    left_out: list[dict[str, str]] = []
    for i, place in enumerate(data.places):
        seen = {row[i] for row in data.table.rows} - {None}
        if len(seen) > 1:
            kept.append(i)
        else:
            left_out.append({"label": place.label, "why": "constant" if seen else "no_responses"})
    if data.table.n_persons < FEWEST_PERSONS or len(kept) < 2:
        raise Invalid(
            msg(
                "Chưa đủ bài làm để hiệu chuẩn: có {persons} thí sinh và {items} câu dùng được; cần ít nhất {fewest} thí sinh và 2 câu.",
                persons=data.table.n_persons,
                items=len(kept),
                fewest=FEWEST_PERSONS,
            ),
            code="too_few_responses",
        )
    return kept, left_out


def _matrix(table: ScoreTable, columns: list[int], labels: list[str]) -> pm.ResponseMatrix:
    cells = np.array(
        [[np.nan if row[i] is None else row[i] for i in columns] for row in table.rows],
        dtype=np.float64,
    )
    return pm.ResponseMatrix.from_arrays(cells, items=labels, persons=table.persons)


def _calibrate(
    responses: pm.ResponseMatrix, plan: CalibrationPlan, report: ReportCycle | None
) -> pm.Calibration:
    with warnings.catch_warnings():
        # Not converging is a fact of the run, shown on its page; nobody reads a job's stderr.
        warnings.simplefilter("ignore", pm.ConvergenceWarning)
        try:
            return pm.calibrate(
                responses,
                plan.model,
                quadrature=pm.Quadrature(plan.nodes, plan.limit),
                priors=plan.priors,
                progress=report,
            )
        except pm.PsychometricsError as error:
            raise Invalid(
                msg("Chương trình hiệu chuẩn không nhận dữ liệu này: {why}", why=explain(error)),
                code=error.code,
            ) from error

"""The job `calibrate`: delivery's scores -> response matrix -> calibration -> facts of the bank.

With `calibration_data` the only place that knows delivery, psychometrics and the bank's calibrations.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

import psychometrics as pm
from itembank.calibrations import repository
from itembank.calibrations import service as calibrations
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.values import RunValues
from itembank.errors import Invalid, msg, problem
from itembank.forms.repository import form_of
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor
from psychometrics.priors import parse_prior
from psychometrics.responses.missing import FOR_SCORING
from psychometrics.version import __version__

from ..calibration_messages import explain
from ..i18n import Bilingual
from ..web import system_clock
from . import estimates
from .anchoring import Anchoring, anchoring_of
from .calibration_data import Data, read_data, treatment_of, usable
from .calibration_plan import CalibrationPlan, check, check_items, models_of, refused
from .worker import Context

__all__ = ["Data", "calibrate_data", "calibrate_job", "read_data"]

SOFTWARE = f"khaothi psychometrics {__version__}"
ESTIMATION_SHARE = 0.9  # of the progress bar; the rest is fit and storing
USUAL_CYCLES = 25
ReportCycle = Callable[[pm.Progress], None]


def calibrate_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Run a plan and keep what it found. The run has the job's id, so a second run adds nothing."""
    plan = CalibrationPlan.from_inputs(inputs)
    check(plan)
    context.report(0.02, msg("Đọc bài làm"))
    with context.database.read() as db:
        if db.get(CalibrationRun, context.job_id) is not None:
            return {"link": f"/hieu-chuan/{context.job_id}"}
        data = read_data(db, plan)
        anchoring = anchoring_of(db, plan, data)
    values = calibrate_data(data, plan, lambda cycle: _report_cycle(context, cycle), anchoring)
    context.report(ESTIMATION_SHARE, msg("Ghi kết quả"))
    with context.database.write() as db:
        run = calibrations.store_run(
            db,
            acting(db, context.asked_by),
            form_of(db, plan.form_id),
            values,
            now=system_clock(),
            run_id=context.job_id,
        )
    return {"link": f"/hieu-chuan/{run.id}", "run_id": str(run.id)}


def rehearse(db: Session, plan: CalibrationPlan) -> None:
    """Refuse, before anything is queued, what reading the data or the options would refuse.

    Raises
    ------
    Invalid
        With the form's field of every problem.
    """
    check(plan)
    _check_priors(plan)
    data = read_data(db, plan)
    check_items(plan, data.items)
    usable(data, plan)
    anchoring_of(db, plan, data)


def _check_priors(plan: CalibrationPlan) -> None:
    for text in plan.priors:
        try:
            parse_prior(text)
        except pm.PsychometricsError as error:
            what = Bilingual(explain(error), english=error.message)
            raise refused([problem("prior", what)]) from error


def acting(db: Session, person_id: uuid.UUID | None) -> Actor | None:
    return people.load_actor(db, db.get_one(Person, person_id)) if person_id else None


def _report_cycle(context: Context, at: pm.Progress) -> None:
    done = 1.0 - 0.5 ** (at.cycle / (USUAL_CYCLES / 4))
    value = f"{at.log_likelihood:,.2f}".replace(",", "\u202f").replace(".", ",").replace("-", "−")
    words = msg("Vòng {cycle}, log hợp lí {value}", cycle=at.cycle, value=value)
    context.report(0.05 + (ESTIMATION_SHARE - 0.05) * done, words)


def calibrate_data(
    data: Data,
    plan: CalibrationPlan,
    report: ReportCycle | None = None,
    anchoring: Anchoring | None = None,
) -> RunValues:
    """The run as values. Items nobody answered, or all answered alike, are left out and listed."""
    chosen = usable(data, plan)
    planned = [data.items[i] for i in chosen.columns]
    check_items(plan, data.items)
    models = models_of(plan, planned)
    anchored = _present(anchoring, chosen.responses)
    calibration = _calibrate(chosen.responses, plan, models, anchored, report)
    treated = chosen.responses.treat(treatment_of(plan))
    scored = chosen.responses.treat(FOR_SCORING)
    classical = pm.classical_statistics(scored)
    abilities = estimates.ability_values(scored, pm.score(scored, calibration, "eap"))
    summary = estimates.summary_of(calibration, classical, abilities)
    places = [data.places[i] for i in chosen.columns]
    return RunValues(
        title=plan.title or data.form.title,
        model=plan.model,
        options=_options(data, plan, calibration, anchored, models),
        data_hash=data.table.data_hash,
        software=SOFTWARE,
        converged=calibration.converged,
        log_likelihood=calibration.log_likelihood,
        cycles=calibration.cycles,
        gradient_norm=calibration.gradient_norm,
        n_persons=calibration.n_persons,
        population=estimates.population_of(calibration),
        trace=[round(value, 4) for value in calibration.trace],
        summary={
            **summary,
            "left_out": list(chosen.left_out),
            "excluded": list(data.excluded),
            "calibration": calibration.to_dict(),
            "parameters_hash": parameters_hash(calibration),
        },
        items=estimates.item_values(places, treated, calibration, classical),
        abilities=abilities,
    )


def _options(
    data: Data,
    plan: CalibrationPlan,
    calibration: pm.Calibration,
    anchored: Anchoring | None,
    models: Mapping[str, str],
) -> dict[str, Any]:
    """Everything that was chosen, and what it came to; `plan` is enough to run it again."""
    inputs = plan.as_inputs()
    return {
        **inputs,
        "plan": inputs,
        "sources": list(data.sources),
        "priors": list(calibration.priors),
        "models": dict(models),
        "scale": anchored.scale if anchored else data.form.code,
        "anchors": sorted(anchored.items) if anchored else [],
    }


def parameters_hash(calibration: pm.Calibration) -> str:
    """SHA-256 of every estimate and standard error in full precision: equal bytes, equal numbers."""
    values = calibration.to_dict()
    named = {"items": values["items"], "population": values["population"]}
    text = json.dumps(named, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def calibration_of(run: CalibrationRun) -> pm.Calibration:
    """The stored calibration in full precision.

    Raises
    ------
    Invalid
        The run was stored before calibrations were kept whole.
    """
    stored = run.summary.get("calibration")
    if stored is None:
        raise Invalid(
            "Lần hiệu chuẩn này được lưu bằng phiên bản cũ, thiếu số liệu để phân tích tiếp. Hãy chạy lại với cùng lựa chọn.",
            code="run_without_calibration",
        )
    return pm.Calibration.from_dict(stored)


def responses_of_run(db: Session, run: CalibrationRun) -> tuple[Data, pm.ResponseMatrix]:
    """The very data of a run again, kinds of blanks untreated, only its items.

    Raises
    ------
    Invalid
        The responses have changed since (a re-score, a late import), so they are not the run's.
    """
    plan = plan_of_run(run)
    data = read_data(db, plan)
    if data.table.data_hash != run.data_hash:
        raise Invalid(
            "Bài làm đã thay đổi sau lần hiệu chuẩn này (chấm lại hoặc nhập thêm), nên không phân tích tiếp được. Hãy hiệu chuẩn lại.",
            code="data_changed",
        )
    return data, usable(data, plan).responses


def plan_of_run(run: CalibrationRun) -> CalibrationPlan:
    """The plan a run carried out."""
    options = dict(run.options)
    inputs = options.get("plan") or {
        **options,
        "sources": [s["source"] for s in options["sources"]],
    }
    return CalibrationPlan.from_inputs(inputs)


def labels_of_run(db: Session, run: CalibrationRun) -> dict[str, uuid.UUID]:
    return {row.label: row.item_id for row in repository.items_of_run(db, run.id)}


def _present(anchoring: Anchoring | None, responses: pm.ResponseMatrix) -> Anchoring | None:
    """The anchors among the usable columns."""
    if anchoring is None:
        return None
    here = {label: e for label, e in anchoring.items.items() if label in responses.items}
    return replace(anchoring, items=here)


def _calibrate(
    responses: pm.ResponseMatrix,
    plan: CalibrationPlan,
    models: Mapping[str, str],
    anchored: Anchoring | None,
    report: ReportCycle | None,
) -> pm.Calibration:
    chosen = dict(models)
    if anchored:
        chosen |= {label: estimate.model for label, estimate in anchored.items.items()}
    with warnings.catch_warnings():
        # Not converging is a fact of the run, shown on its page; nobody reads a job's stderr.
        warnings.simplefilter("ignore", pm.ConvergenceWarning)
        try:
            return pm.calibrate(
                responses,
                chosen,
                quadrature=pm.Quadrature(plan.nodes, plan.limit),
                priors=plan.priors,
                anchors=anchored.items if anchored else None,
                missing=treatment_of(plan),
                progress=report,
            )
        except pm.PsychometricsError as error:
            raise not_taken(error) from error


def not_taken(error: pm.PsychometricsError) -> Invalid:
    """What the numbers refuse, in the words of both languages."""
    why = Bilingual(explain(error), english=error.message)
    return Invalid(
        msg("Chương trình hiệu chuẩn không nhận dữ liệu này: {why}", why=why), code=error.code
    )

"""The job `analyse_run`: a finished run, its very data, and one analysis kept as a fact."""

from __future__ import annotations

import importlib
import uuid
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

import psychometrics as pm
from itembank.calibrations import repository, states
from itembank.calibrations.models import CalibrationRun, RunAnalysis
from itembank.calibrations.operational import store_analysis
from itembank.errors import Invalid, Message, msg
from itembank.permissions import Actor
from psychometrics.responses.missing import FOR_SCORING

from ..web import system_clock
from . import queue
from .analyses.subject import Analyse, Base, Subject
from .anchoring import common_items
from .calibrate import SOFTWARE, acting, calibration_of, not_taken, plan_of_run, responses_of_run
from .calibration_data import Data, read_data, treatment_of
from .choices import choices_of
from .models import Job
from .worker import Context

KIND = "analyse_run"
# Modules, not functions: the second program is an extra package, loaded only when it is asked.
MODULES: Mapping[str, str] = {
    states.FIT: "fit",
    states.DIF: "dif",
    states.PERSONS: "persons",
    states.LINK: "link",
    states.DISTRACTORS: "distractors",
    states.SECOND_OPINION: "second_opinion",
}
TITLES: Mapping[str, str] = {
    states.FIT: "Tính độ khớp của {title}",
    states.DIF: "Phân tích DIF của {title}",
    states.PERSONS: "Tìm bài làm bất thường của {title}",
    states.LINK: "Liên kết {title} với kết quả chính thức",
    states.DISTRACTORS: "Phân tích phương án của {title}",
    states.SECOND_OPINION: "Đối chiếu {title} bằng chương trình thứ hai",
}
PAGES: Mapping[str, str] = {
    states.FIT: "/do-khop",
    states.DIF: "/dif",
    states.PERSONS: "/bat-thuong",
    states.LINK: "/lien-ket",
    states.DISTRACTORS: "",
    states.SECOND_OPINION: "/doi-chieu",
}


def ask_for_analysis(
    db: Session,
    actor: Actor,
    run: CalibrationRun,
    kind: str,
    options: Mapping[str, Any],
    *,
    now: Any,
) -> Job:
    """Queue one analysis, in the caller's transaction."""
    inputs = {"run_id": str(run.id), "kind": kind, "options": dict(options)}
    return queue.ask(db, actor, KIND, msg(TITLES[kind], title=run.title), inputs, now=now)


def analyse_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Analyse and keep the result. The fact has the job's id, so a second run adds nothing."""
    run_id, kind = uuid.UUID(inputs["run_id"]), str(inputs["kind"])
    options: Mapping[str, Any] = inputs["options"]
    link = {"link": f"/hieu-chuan/{run_id}{PAGES[kind]}"}
    context.report(0.02, msg("Đọc bài làm"))
    with context.database.read() as db:
        if db.get(RunAnalysis, context.job_id) is not None:
            return link
        subject = subject_of(db, repository.run_by_id(db, run_id), kind, options)
    result = carry_out(subject, kind, options, context.report)
    context.report(0.95, msg("Ghi kết quả"))
    with context.database.write() as db:
        store_analysis(
            db,
            acting(db, context.asked_by),
            repository.run_by_id(db, run_id),
            kind,
            options=options,
            result=result,
            software=SOFTWARE,
            now=system_clock(),
            analysis_id=context.job_id,
        )
    return link


def carry_out(
    subject: Subject, kind: str, options: Mapping[str, Any], report: Any = lambda *_: None
) -> dict[str, Any]:
    """The result as plain values.

    Raises
    ------
    Invalid
        What the numbers refuse, in words; or the second program is not installed.
    """
    try:
        module = importlib.import_module(f".analyses.{MODULES[kind]}", __package__)
    except ModuleNotFoundError as error:
        raise Invalid(
            msg("Máy chủ chưa cài gói {name} nên chưa làm được việc này.", name=error.name or ""),
            code="package_missing",
        ) from error
    analyse: Analyse = module.analyse
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.ConvergenceWarning)
        try:
            return analyse(subject, options, report)
        except pm.PsychometricsError as error:
            raise not_taken(error) from error


def subject_of(db: Session, run: CalibrationRun, kind: str, options: Mapping[str, Any]) -> Subject:
    """Everything an analysis reads from the database."""
    data, untreated = responses_of_run(db, run)
    return Subject(
        options=run.options,
        calibration=calibration_of(run),
        responses=untreated.treat(treatment_of(plan_of_run(run))),
        scored=untreated.treat(FOR_SCORING),
        table=data.table,
        groups=_groups(db, run, options) if kind == states.DIF else (),
        base=_base(db, data, options) if kind == states.LINK else None,
        choices=choices_of(db, run, data) if kind == states.DISTRACTORS else None,
    )


def _groups(db: Session, run: CalibrationRun, options: Mapping[str, Any]) -> tuple[str | None, ...]:
    """The persons of the run divided as the analysis asks, whatever the run itself did."""
    plan = replace(plan_of_run(run), grouping=str(options["grouping"]))
    return read_data(db, plan).table.groups


def _base(db: Session, data: Data, options: Mapping[str, Any]) -> Base:
    run = repository.run_by_id(db, uuid.UUID(options["base_run"]))
    labels = common_items(db, data.places, run)
    if not labels:
        raise Invalid(_NO_COMMON, code="no_common_items")
    return Base(run.id, calibration_of(run), labels)


_NO_COMMON: Message = msg("Hai lần hiệu chuẩn không có câu chung nên không liên kết được.")

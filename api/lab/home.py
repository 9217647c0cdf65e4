"""The psychometrician's first page: responses waiting to be calibrated, and the runs so far."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.results import response_sets, scored_attempts
from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.rules import can_see_runs
from itembank.forms.models import TestForm
from itembank.permissions import Actor

from ..jobs.calibration_plan import MODELS_BY_CODE
from ..jobs.models import Job
from ..jobs.queue import under_way
from .publication import STATE_WORDS, state_of

SHOWN_KINDS = ("calibrate", "analyse_run", "demo_cohort", "demo_declaration")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Responses that can be calibrated: a sitting's, or an imported set."""

    key: str
    title: str
    is_sitting: bool
    n_persons: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FormSources:
    form: TestForm
    sources: Sequence[SourceLine]
    runs: int

    @property
    def n_persons(self) -> int:
        return sum(source.n_persons for source in self.sources)


@dataclass(frozen=True, slots=True)
class RunLine:
    run: CalibrationRun
    form: TestForm
    model_name: str
    n_flagged: int
    state_words: tuple[str, str]


@dataclass(frozen=True, slots=True)
class HomePage:
    forms: Sequence[FormSources]
    runs: Sequence[RunLine]
    running: Sequence[Job]


def home_page(db: Session, actor: Actor) -> HomePage:
    runs = [(r, f) for r, f in repository.runs(db) if can_see_runs(actor, f.subject)]
    flags = repository.flagged_counts(db, [run.id for run, _ in runs])
    return HomePage(
        forms=forms_with_sources(db, actor),
        runs=[
            RunLine(
                run,
                form,
                _model_name(run.model),
                flags.get(run.id, 0),
                STATE_WORDS[state_of(db, run)],
            )
            for run, form in runs
        ],
        running=_running(db, actor),
    )


def _model_name(code: str) -> str:
    return MODELS_BY_CODE[code].name if code in MODELS_BY_CODE else code.upper()


def _running(db: Session, actor: Actor) -> Sequence[Job]:
    """Work under way that ends on this page: one's own, and what the system itself does."""
    own = (actor.person_id, None)
    return [job for job in under_way(db, SHOWN_KINDS) if job.asked_by in own]


def forms_with_sources(db: Session, actor: Actor) -> list[FormSources]:
    """Forms this person may calibrate that have scored responses, the newest responses first."""
    found: dict[uuid.UUID, tuple[TestForm, list[SourceLine]]] = {}
    for form, line in [*_sittings(db), *_sets(db)]:
        if can_see_runs(actor, form.subject):
            found.setdefault(form.id, (form, []))[1].append(line)
    runs = repository.run_counts(db)
    forms = [FormSources(form, lines, runs.get(form.id, 0)) for form, lines in found.values()]
    return sorted(forms, key=lambda f: max(s.at for s in f.sources), reverse=True)


def _sittings(db: Session) -> list[tuple[TestForm, SourceLine]]:
    return [
        (
            db.get_one(TestForm, scored.sitting.form_id),
            SourceLine(
                key=f"sitting:{scored.sitting.id}",
                title=scored.sitting.title,
                is_sitting=True,
                n_persons=scored.n_persons,
                at=scored.sitting.starts_at,
            ),
        )
        for scored in scored_attempts.scored_sittings(db)
    ]


def _sets(db: Session) -> list[tuple[TestForm, SourceLine]]:
    return [
        (
            form,
            SourceLine(f"set:{found.id}", found.title, False, found.n_persons, found.imported_at),
        )
        for found, form in response_sets.all_sets(db)
    ]

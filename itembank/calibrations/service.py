"""The one verb: keep what a calibration found. Nothing here can change it afterwards."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from .. import audit
from ..db import new_id
from ..errors import Invalid, msg, problem
from ..forms.models import TestForm
from ..permissions import Actor, require
from .flags import DEFAULT_RULES, FlagRule, flags_of
from .models import AbilityEstimate, CalibrationRun, ItemParameters
from .rules import can_calibrate
from .values import AbilityValue, ItemValues, RunValues


def store_run(
    db: Session,
    actor: Actor | None,
    form: TestForm,
    values: RunValues,
    *,
    now: datetime,
    run_id: uuid.UUID | None = None,
    rules: Sequence[FlagRule] = DEFAULT_RULES,
) -> CalibrationRun:
    """Append a run, its item parameters and its abilities. `actor` is None for the system.

    A caller that may be repeated gives the run's id, so that repeating cannot add a second run.
    """
    if actor is not None:
        require(can_calibrate(actor, form.subject))
    _refuse_doubles(values)
    run = _run_row(form, values, actor, now)
    run.id = run_id or new_id()
    db.add(run)
    db.flush()
    db.add_all(_item_row(run.id, item, rules) for item in values.items)
    db.flush()
    _insert_abilities(db, run.id, values.abilities)
    audit.record(
        db,
        actor,
        "calibration_run.stored",
        "calibration_run",
        run.id,
        now=now,
        after={
            "form": form.code,
            "model": values.model,
            "converged": values.converged,
            "data_hash": values.data_hash,
        },
    )
    return run


def _refuse_doubles(values: RunValues) -> None:
    """A person or an item twice would make the picture of the run ambiguous."""
    persons = Counter(ability.person for ability in values.abilities)
    items = Counter(item.item_id for item in values.items)
    doubles = [name for name, times in persons.items() if times > 1]
    if doubles or any(times > 1 for times in items.values()):
        raise Invalid(
            "Kết quả hiệu chuẩn có thí sinh hoặc câu bị lặp; dữ liệu vào phải được rà lại.",
            code="calibration_has_doubles",
            problems=[
                problem(msg("thí sinh {person}", person=name), "Mỗi thí sinh chỉ có một dòng.")
                for name in doubles[:20]
            ],
        )


def _run_row(
    form: TestForm, values: RunValues, actor: Actor | None, now: datetime
) -> CalibrationRun:
    return CalibrationRun(
        form_id=form.id,
        title=values.title,
        model=values.model,
        options=dict(values.options),
        data_hash=values.data_hash,
        software=values.software,
        converged=values.converged,
        log_likelihood=values.log_likelihood,
        cycles=values.cycles,
        gradient_norm=values.gradient_norm,
        n_persons=values.n_persons,
        n_items=len(values.items),
        population=dict(values.population),
        trace=list(values.trace),
        summary=dict(values.summary),
        created_by=actor.person_id if actor else None,
        created_at=now,
    )


def _item_row(run_id: uuid.UUID, item: ItemValues, rules: Sequence[FlagRule]) -> ItemParameters:
    return ItemParameters(
        run_id=run_id,
        item_id=item.item_id,
        version_hash=item.version_hash,
        position=item.position,
        label=item.label,
        model=item.model,
        estimates=dict(item.estimates),
        standard_errors=dict(item.standard_errors),
        statistics=dict(item.statistics),
        curve=dict(item.curve),
        flags=flags_of(item.estimates, item.standard_errors, item.statistics, rules),
    )


def _insert_abilities(db: Session, run_id: uuid.UUID, abilities: Sequence[AbilityValue]) -> None:
    if not abilities:
        return
    rows = [
        {
            "run_id": run_id,
            "person": ability.person,
            "theta": ability.theta,
            "se": ability.se,
            "raw_score": ability.raw_score,
        }
        for ability in abilities
    ]
    db.execute(insert(AbilityEstimate), rows)

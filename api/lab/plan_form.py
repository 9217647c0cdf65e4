"""«Hiệu chuẩn mới»: what was typed, and the plan it makes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from itembank.calibrations.rules import can_calibrate
from itembank.errors import NotFound
from itembank.permissions import Actor, require

from ..jobs.calibration_plan import MODELS, USUAL_GUESSING_PRIOR, CalibrationPlan, ModelChoice
from .home import FormSources, forms_with_sources

UNREADABLE = -1


@dataclass(frozen=True, slots=True)
class PlanFormPage:
    """`chosen` is None while no form has been picked yet."""

    forms: Sequence[FormSources]
    chosen: FormSources | None
    typed: Mapping[str, Any]
    models: Sequence[ModelChoice] = MODELS
    problems: Sequence[Mapping[str, str]] = field(default=())


def plan_form_page(
    db: Session,
    actor: Actor,
    form_id: uuid.UUID | None,
    typed: Mapping[str, Any] | None = None,
    problems: Sequence[Mapping[str, str]] = (),
) -> PlanFormPage:
    forms = forms_with_sources(db, actor)
    chosen = next((f for f in forms if f.form.id == form_id), None)
    if form_id is not None and chosen is None:
        raise NotFound("Đề này chưa có bài làm nào đã chấm để hiệu chuẩn.")
    if chosen is not None:
        require(can_calibrate(actor, chosen.form.subject))
    start = typed if typed is not None else (_usual(chosen) if chosen else {})
    return PlanFormPage(forms, chosen, start, problems=problems)


def _usual(chosen: FormSources) -> dict[str, Any]:
    """Everything there is, with the options most people want."""
    return {
        "title": chosen.form.title,
        "sources": [source.key for source in chosen.sources],
        "model": "gpcm",
        "nodes": "61",
        "limit": "6",
        "prior": USUAL_GUESSING_PRIOR,
    }


def plan_of(form_id: uuid.UUID, typed: Mapping[str, Any]) -> CalibrationPlan:
    """The plan behind a filled form; numbers that cannot be read fail the plan's own check."""
    prior = typed["prior"].strip()
    return CalibrationPlan(
        form_id=form_id,
        sources=tuple(typed["sources"]),
        model=typed["model"],
        nodes=int(_number(typed["nodes"])),
        limit=_number(typed["limit"]),
        priors=(prior,) if prior and typed["model"] == "3pl" else (),
        title=typed["title"].strip()[:200],
    )


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return UNREADABLE

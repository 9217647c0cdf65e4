"""«Hiệu chuẩn mới»: what was typed, and the plan it makes."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Form
from pydantic import BaseModel
from sqlalchemy.orm import Session

from delivery.results import response_sets
from delivery.results.imports import display_name
from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.rules import can_calibrate, can_see_runs
from itembank.errors import NotFound, problem
from itembank.forms.repository import form_of
from itembank.items.content import KIND_NAMES
from itembank.permissions import Actor, require

from ..jobs.anchoring import common_items
from ..jobs.calibrate import plan_of_run
from ..jobs.calibration_plan import (
    GROUPINGS,
    MODELS,
    TREATMENTS,
    USUAL_GUESSING_PRIOR,
    WITH_GUESSING,
    CalibrationPlan,
    ModelChoice,
    PlannedItem,
    models_of,
    refused,
)
from ..jobs.estimates import Place
from .home import FormSources, forms_with_sources

UNREADABLE = -1  # fails the plan's own check of the field
NO_ANCHORS = ""


class TypedPlan(BaseModel):
    """What the browser sends, as it was typed. Lists about items run in the order of the form."""

    form_id: uuid.UUID
    sources: list[str] = []
    title: str = ""
    model: str = ""
    nodes: str = ""
    limit: str = ""
    prior: str = ""
    item: list[str] = []
    item_model: list[str] = []
    drop: list[str] = []
    drop_reason: list[str] = []
    omitted: str = "wrong"
    not_reached: str = "missing"
    invalid: str = "wrong"
    exclude_blank: str = ""
    exclude_handed_in: str = ""
    excluded: str = ""
    exclusion_reason: str = ""
    grouping: str = "none"
    anchor_run: str = NO_ANCHORS
    anchors: str = ""
    csrf_token: str = ""


Typed = Annotated[TypedPlan, Form()]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the form with the models it can follow."""

    place: int
    label: str
    name: str
    kind: str
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnchorChoice:
    """An operational run whose parameters could be held fixed."""

    run: CalibrationRun
    scale: str
    n_common: int


@dataclass(frozen=True, slots=True)
class PlanFormPage:
    """`chosen` is None while no form has been picked yet."""

    forms: Sequence[FormSources]
    chosen: FormSources | None
    typed: TypedPlan | None
    items: Sequence[ItemLine] = ()
    anchors: Sequence[AnchorChoice] = ()
    models: Sequence[ModelChoice] = MODELS
    groupings: Mapping[str, str] = field(default_factory=lambda: GROUPINGS)
    treatments: Mapping[str, str] = field(default_factory=lambda: TREATMENTS)
    problems: Sequence[Mapping[str, str]] = field(default=())

    def wrong(self, *names: str) -> bool:
        """Whether one of these fields, or a field of an item (`model-3`), has a problem."""
        return any(p["where"].rstrip("0123456789") in names for p in self.problems)

    def model_of(self, label: str) -> str:
        """The model typed for this item; empty where it follows the form's."""
        return _at(self.typed, label, self.typed.item_model) if self.typed else ""

    def reason_of(self, label: str) -> str:
        return _at(self.typed, label, self.typed.drop_reason) if self.typed else ""


def _at(typed: TypedPlan, label: str, beside: Sequence[str]) -> str:
    """The entry of an item in one of the lists that run beside `item`."""
    return dict(zip(typed.item, beside, strict=False)).get(label, "")


def plan_form_page(
    db: Session,
    actor: Actor,
    form_id: uuid.UUID | None,
    typed: TypedPlan | None = None,
    problems: Sequence[Mapping[str, str]] = (),
) -> PlanFormPage:
    forms = forms_with_sources(db, actor)
    if form_id is None:
        return PlanFormPage(forms, None, None)
    chosen = next((f for f in forms if f.form.id == form_id), None)
    if chosen is None:
        raise NotFound("Đề này chưa có bài làm nào đã chấm để hiệu chuẩn.")
    require(can_calibrate(actor, chosen.form.subject))
    return PlanFormPage(
        forms=forms,
        chosen=chosen,
        typed=typed or typed_of(_usual(chosen)),
        items=_items(db, form_id),
        anchors=_anchor_choices(db, actor, chosen),
        problems=problems,
    )


def _usual(chosen: FormSources) -> CalibrationPlan:
    """Everything there is, with the options most people want."""
    return CalibrationPlan(
        form_id=chosen.form.id,
        sources=tuple(source.key for source in chosen.sources),
        title=chosen.form.title,
        priors=(USUAL_GUESSING_PRIOR,),
    )


def typed_from_run(db: Session, actor: Actor, run_id: uuid.UUID) -> TypedPlan:
    """The form filled as an earlier run was asked for."""
    run = repository.run_by_id(db, run_id)
    plan = plan_of_run(run)
    require(can_see_runs(actor, form_of(db, plan.form_id).subject))
    return typed_of(plan)


def typed_of(plan: CalibrationPlan) -> TypedPlan:
    """A plan as the browser would have sent it."""
    labels = list(dict.fromkeys([*plan.item_models, *plan.dropped]))
    return TypedPlan(
        form_id=plan.form_id,
        sources=list(plan.sources),
        title=plan.title,
        model=plan.model,
        nodes=str(plan.nodes),
        limit=f"{plan.limit:g}".replace(".", ","),
        prior="\n".join(plan.priors) or USUAL_GUESSING_PRIOR,
        item=labels,
        item_model=[plan.item_models.get(label, "") for label in labels],
        drop=list(plan.dropped),
        drop_reason=[plan.dropped.get(label, "") for label in labels],
        omitted=plan.omitted,
        not_reached=plan.not_reached,
        invalid=plan.invalid,
        exclude_blank="1" if plan.exclude_blank else "",
        exclude_handed_in="1" if plan.exclude_handed_in else "",
        excluded=", ".join(plan.excluded),
        exclusion_reason=plan.exclusion_reason,
        grouping=plan.grouping,
        anchor_run=str(plan.anchor_run) if plan.anchor_run else NO_ANCHORS,
        anchors=", ".join(plan.anchors),
    )


def _items(db: Session, form_id: uuid.UUID) -> list[ItemLine]:
    lines = []
    for place, (fi, item, _) in enumerate(response_sets.items_of_form(db, form_id), start=1):
        planned = PlannedItem(display_name(fi, item), item.kind, item.n_categories)
        name = "" if item.kind == "external" else item.label
        kind = KIND_NAMES.get(item.kind, "câu ngoài ngân hàng")
        lines.append(ItemLine(place, planned.label, name, kind, planned.models))
    return lines


def _anchor_choices(db: Session, actor: Actor, chosen: FormSources) -> list[AnchorChoice]:
    """Operational runs of this subject that have an item in common with the form."""
    places = [
        Place(item.id, fi.version_hash, fi.position, display_name(fi, item))
        for fi, item, _ in response_sets.items_of_form(db, chosen.form.id)
    ]
    return [
        AnchorChoice(run, declared.scale, n)
        for declared, run, form in repository.declarations_in_force(db)
        if form.subject == chosen.form.subject and can_see_runs(actor, form.subject)
        if (n := len(common_items(db, places, run)))
    ]


def plan_of(typed: TypedPlan, items: Sequence[PlannedItem]) -> CalibrationPlan:
    """The plan behind a filled form; numbers that cannot be read fail the plan's own check."""
    models = zip(typed.item, typed.item_model, strict=False)
    reasons = dict(zip(typed.item, typed.drop_reason, strict=False))
    plan = CalibrationPlan(
        form_id=typed.form_id,
        sources=tuple(typed.sources),
        model=typed.model,
        nodes=int(_number(typed.nodes)),
        limit=_number(typed.limit),
        title=typed.title.strip()[:200],
        item_models={label: model for label, model in models if model},
        dropped={label: reasons.get(label, "").strip()[:500] for label in typed.drop},
        omitted=typed.omitted,
        not_reached=typed.not_reached,
        invalid=typed.invalid,
        exclude_blank=bool(typed.exclude_blank),
        exclude_handed_in=bool(typed.exclude_handed_in),
        excluded=_listed(typed.excluded),
        exclusion_reason=typed.exclusion_reason.strip()[:500],
        grouping=typed.grouping,
        anchor_run=_run_id(typed.anchor_run),
        anchors=_listed(typed.anchors),
    )
    return replace(plan, priors=_priors(typed.prior, models_of(plan, items)))


def _priors(text: str, models: Mapping[str, str]) -> tuple[str, ...]:
    """One a line; a prior on guessing is left out where no item guesses."""
    guesses = not WITH_GUESSING.isdisjoint(models.values())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(line for line in lines if guesses or not line.startswith("g"))


def _listed(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.replace("\n", ",").replace(";", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _run_id(text: str) -> uuid.UUID | None:
    if text == NO_ANCHORS:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise refused(
            [problem("anchor_run", "Chọn một lần hiệu chuẩn trong danh sách.")]
        ) from error


def _number(text: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return UNREADABLE
    return value if math.isfinite(value) else UNREADABLE

"""One item in full: content, key, versions, appraisal, statistics, where it was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository as calibrations
from itembank.calibrations.flags import RULES_BY_CODE, FlagRule
from itembank.calibrations.models import CalibrationRun, ItemParameters
from itembank.calibrations.states import DECISION_NAMES
from itembank.curriculum import SUBJECTS, outcome_text, topic_name
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.items import repository
from itembank.items.content import ItemContent
from itembank.items.models import Item, ItemVersion
from itembank.items.rules import can_revise, can_view_content, can_withdraw
from itembank.items.service import open_content
from itembank.items.states import EDITABLE, TRANSITIONS
from itembank.permissions import Actor, Decision, Role
from itembank.review import repository as rounds
from itembank.review.models import ReviewRound

from ..charts.icc import IccData
from ..lab.curves import icc_data
from .author_views import Reason, reasons_of_round
from .key_rulings import KeyRuling, key_rulings
from .preview import preview_html
from .review_views import stimulus_of
from .review_words import OUTCOME_WORDS, Step, steps_of


@dataclass(frozen=True, slots=True)
class VersionRow:
    """`round` told without names; the reasons only once it has ended."""

    version: ItemVersion
    is_approved: bool
    outcome: str | None
    closed_at: datetime | None
    reasons: list[Reason]
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Statistics:
    """From the operational run alone; `decision` is what was decided of the item there."""

    run: CalibrationRun
    model: str
    parameters: list[tuple[str, float, float | None]]
    values: Mapping[str, Any]
    icc: IccData | None
    flags: list[FlagRule]
    decision: str | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    item: Item
    subject: str
    topic: str
    outcome: str
    may_view: Decision
    content: ItemContent | None
    preview: Markup | None
    versions: list[VersionRow]
    statistics: Statistics | None
    key_rulings: Sequence[KeyRuling]
    forms: Sequence[TestForm]
    sees_forms: bool
    may_edit: bool
    may_withdraw: bool
    may_revise: bool


def item_page(db: Session, actor: Actor, item: Item, *, now: datetime) -> ItemPage:
    may_view = can_view_content(actor, item)
    content = open_content(db, actor, item, now=now) if may_view else None
    own = item.author_id == actor.person_id
    return ItemPage(
        item=item,
        subject=SUBJECTS.get(item.subject, item.subject),
        topic=topic_name(item.topic),
        outcome=outcome_text(content.outcome) if content else "",
        may_view=may_view,
        content=content,
        preview=preview_html(content, stimulus=stimulus_of(db, content)) if content else None,
        versions=_versions(db, item) if _may_read_history(db, actor, item, may_view) else [],
        statistics=_statistics(db, item) if may_view else None,
        key_rulings=key_rulings(db, item.id) if may_view else [],
        forms=forms.forms_with_item(db, item.id) if _sees_forms(actor) else [],
        sees_forms=_sees_forms(actor),
        may_edit=own and item.state in EDITABLE,
        may_withdraw=bool(can_withdraw(actor, item)) and item.state in TRANSITIONS["withdraw"][0],
        may_revise=bool(can_revise(actor, item)) and item.state in TRANSITIONS["revise"][0],
    )


def _may_read_history(db: Session, actor: Actor, item: Item, may_view: Decision) -> bool:
    """A reviewer whose verdict is due is not told what others said of earlier versions here."""
    return bool(may_view) and not rounds.is_reviewer(db, item, actor.person_id)


def _sees_forms(actor: Actor) -> bool:
    """An author who knew which paper holds the item would know part of a paper to come."""
    return actor.has(Role.EXAM_OFFICER) or actor.has(Role.PSYCHOMETRICIAN)


def _versions(db: Session, item: Item) -> list[VersionRow]:
    by_version: dict[str, ReviewRound] = {}
    for round_ in rounds.rounds_of_item(db, item):
        by_version[round_.version_hash] = round_
    return [
        _version_row(db, item, version, by_version.get(version.hash))
        for version in reversed(repository.versions_of(db, item))
    ]


def _version_row(
    db: Session, item: Item, version: ItemVersion, round_: ReviewRound | None
) -> VersionRow:
    is_open = round_ is not None and round_.closed_at is None
    is_closed = round_ is not None and not is_open
    return VersionRow(
        version=version,
        is_approved=version.hash == item.approved_version,
        outcome=OUTCOME_WORDS[round_.outcome] if round_ and round_.outcome else None,
        closed_at=round_.closed_at if round_ else None,
        reasons=reasons_of_round(db, round_) if round_ and is_closed else [],
        steps=steps_of(rounds.tasks_of_round(db, round_.id)) if round_ and is_open else [],
    )


def _statistics(db: Session, item: Item) -> Statistics | None:
    row = calibrations.operational_for_item(db, item.id)
    if row is None:
        return None
    decided = calibrations.decisions_of_run(db, row.run_id).get(item.id)
    return Statistics(
        run=calibrations.run_by_id(db, row.run_id),
        model=row.model.upper(),
        parameters=_parameters(row),
        values=row.statistics,
        icc=icc_data(row) if row.curve.get("groups") else None,
        flags=[RULES_BY_CODE[code] for code in row.flags if code in RULES_BY_CODE],
        decision=DECISION_NAMES[decided.decision] if decided else None,
    )


def _parameters(row: ItemParameters) -> list[tuple[str, float, float | None]]:
    """Name, estimate, standard error; the steps of a graded item one by one."""
    found: list[tuple[str, float, float | None]] = []
    for name, value in row.estimates.items():
        errors = row.standard_errors.get(name)
        if isinstance(value, list):
            se = errors if isinstance(errors, list) else [None] * len(value)
            found += [(f"b{i}", v, e) for i, (v, e) in enumerate(zip(value, se, strict=True), 1)]
        else:
            found.append((name, value, errors))
    return found

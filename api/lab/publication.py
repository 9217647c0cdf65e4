"""Whether a run is operational, what still bars it, and what was decided of its items."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun, ItemDecision, RunDeclaration
from itembank.calibrations.operational import bar_of
from itembank.calibrations.rules import can_decide_item, can_declare
from itembank.calibrations.states import DECISION_NAMES
from itembank.errors import Message
from itembank.forms.models import TestForm
from itembank.items.models import Item
from itembank.people import repository as people
from itembank.permissions import Actor, Decision

State = Literal["draft", "operational", "superseded"]
STATE_WORDS: Mapping[State, tuple[str, str]] = {
    "draft": ("Nháp, chưa công bố", "muted"),
    "operational": ("Kết quả chính thức", "ok"),
    "superseded": ("Đã được thay", "muted"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration with the name of who made it and the number of its run."""

    declaration: RunDeclaration
    who: str
    run_number: int


@dataclass(frozen=True, slots=True)
class Publication:
    """`own` is this run's newest declaration, `in_force` the one the form has now."""

    state: State
    own: Declared | None
    in_force: Declared | None
    undecided: Sequence[str]
    bar: Message | None
    may: Decision

    @property
    def words(self) -> tuple[str, str]:
        """The state in words, and the tone of its tag."""
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    decision: str
    words: str
    who: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What was decided of the open item, and whether this person may decide."""

    line: DecisionLine | None
    may: Decision
    choices: Mapping[str, str]


def state_of(db: Session, run: CalibrationRun) -> State:
    declared = repository.declarations_of_form(db, run.form_id)
    if declared and declared[0].run_id == run.id:
        return "operational"
    return "superseded" if any(d.run_id == run.id for d in declared) else "draft"


def publication_of(db: Session, actor: Actor, run: CalibrationRun, form: TestForm) -> Publication:
    declared = repository.declarations_of_form(db, form.id)
    own = next((d for d in declared if d.run_id == run.id), None)
    return Publication(
        state=state_of(db, run),
        own=_declared(db, own),
        in_force=_declared(db, next(iter(declared), None)),
        undecided=[row.label for row in repository.undecided_of_run(db, run.id)],
        bar=bar_of(db, run),
        may=can_declare(actor, form.subject, repository.authors_of_run(db, run.id)),
    )


def _declared(db: Session, declaration: RunDeclaration | None) -> Declared | None:
    if declaration is None:
        return None
    who = people.names(db, {declaration.declared_by}).get(declaration.declared_by, "")
    run = repository.run_by_id(db, declaration.run_id)
    return Declared(declaration, who, repository.number_of_run(db, run))


def decisions_of(db: Session, run_id: uuid.UUID) -> dict[uuid.UUID, DecisionLine]:
    """Item -> what was decided of it last."""
    found = repository.decisions_of_run(db, run_id)
    names = people.names(db, {decision.decided_by for decision in found.values()})
    return {item_id: _line(decision, names) for item_id, decision in found.items()}


def _line(decision: ItemDecision, names: Mapping[uuid.UUID, str]) -> DecisionLine:
    return DecisionLine(
        decision=decision.decision,
        words=DECISION_NAMES[decision.decision],
        who=names.get(decision.decided_by, ""),
        reason=decision.reason,
        at=decision.at,
    )


def verdict_of(
    db: Session, actor: Actor, form: TestForm, item_id: uuid.UUID, line: DecisionLine | None
) -> ItemVerdict:
    item = db.get_one(Item, item_id)
    return ItemVerdict(line, can_decide_item(actor, form.subject, item), DECISION_NAMES)

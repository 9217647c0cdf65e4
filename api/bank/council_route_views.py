"""The editor of the route of appraisal: the route in force, the one being drawn, who could do it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.items.models import Item
from itembank.permissions import ROLE_NAMES, Actor, Decision, Role
from itembank.review import eligibility
from itembank.review.checklists import Criterion
from itembank.review.routes import repository, rules
from itembank.review.routes.models import ReviewRoute
from itembank.review.routes.stages import (
    EVERY_KIND,
    LEVEL_NAMES,
    MOST_SEATS,
    MOST_STAGES,
    SEAT_ROLES,
    TIE_NAMES,
    Stage,
)
from itembank.review.rules import Matter

NEW_STAGE = Stage(name="", level="so", roles=(Role.APPRAISER,), counts=True)
FLAGS = ("counts", "is_blind", "same_school_ok", "skip_if_nobody", "needs_appointment")
MOST_CRITERIA = 20


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many people could take a seat of this role, and why the others could not."""

    role: str
    n_able: int
    barred: list[tuple[str, Decision]]


@dataclass(frozen=True, slots=True)
class StageRow:
    number: int
    stage: Stage
    roles: list[RoleCount]
    criteria: str


@dataclass(frozen=True, slots=True)
class PastRoute:
    route: ReviewRoute
    is_in_force: bool
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True)
class RoutePage:
    stages: list[StageRow]
    typed: Mapping[str, str]
    subjects: Mapping[str, str]
    may_set: Decision
    history: list[PastRoute]
    levels: Mapping[str, str]
    ties: Mapping[str, str]
    seat_roles: Sequence[tuple[str, str]]
    most_stages: int
    most_seats: int
    problems: list[dict[str, str]]


def stages_from(sent: Mapping[str, str]) -> list[Stage]:
    """The stages as the form holds them; what cannot be read becomes what the rules refuse."""
    found = []
    for n in range(1, MOST_STAGES + 2):
        if f"{n}.name" in sent:
            found.append(_stage_from(sent, n))
    return found


def _stage_from(sent: Mapping[str, str], n: int) -> Stage:
    roles = [sent.get(f"{n}.role.{seat}", "") for seat in range(1, MOST_SEATS + 1)]
    return Stage(
        name=sent.get(f"{n}.name", "")[:100],
        level=sent.get(f"{n}.level", ""),
        roles=tuple(role for role in roles if role),
        days=_number(sent.get(f"{n}.days", "")),
        author_days=_number(sent.get(f"{n}.author_days", str(NEW_STAGE.author_days))),
        quorum=_number(sent.get(f"{n}.quorum", "")),
        tie=sent.get(f"{n}.tie", ""),
        checklists=_criteria_from(sent.get(f"{n}.criteria", "")),
        **{flag: sent.get(f"{n}.{flag}") == "1" for flag in FLAGS},
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _criteria_from(text: str) -> dict[str, tuple[Criterion, ...]]:
    lines = [line.strip()[:200] for line in text.splitlines() if line.strip()][:MOST_CRITERIA]
    own = tuple(Criterion(f"rieng_{n}", line) for n, line in enumerate(lines, start=1))
    return {EVERY_KIND: own} if own else {}


def changed(stages: list[Stage], act: str) -> list[Stage]:
    """The stages after a button: `them`, `bo-2`, `len-2`, `xuong-1`."""
    verb, _, place = act.partition("-")
    n = _number(place)
    if verb == "them" and len(stages) < MOST_STAGES:
        return [*stages, NEW_STAGE]
    if not 1 <= n <= len(stages):
        return stages
    if verb == "bo":
        return stages[: n - 1] + stages[n:]
    other = n - 1 if verb == "len" else n + 1
    if verb in ("len", "xuong") and 1 <= other <= len(stages):
        moved = list(stages)
        moved[n - 1], moved[other - 1] = moved[other - 1], moved[n - 1]
        return moved
    return stages


def route_page(
    db: Session,
    actor: Actor,
    *,
    now: datetime,
    sent: Mapping[str, str] | None = None,
    stages: Sequence[Stage] | None = None,
    problems: Sequence[dict[str, str]] = (),
) -> RoutePage:
    """The route in force, or what stands in the form."""
    typed = dict(sent or {})
    subject = typed.get("subject") or None
    on = eligibility.day_of(now)
    in_force = repository.in_force(db, actor.unit_id, subject, on)
    shown = list(stages) if stages is not None else list(repository.stages_of(db, in_force.id))
    typed.setdefault("name", in_force.name)
    typed.setdefault("valid_from", on.isoformat())
    return RoutePage(
        stages=[_row(db, actor, n, stage, subject, on) for n, stage in enumerate(shown, 1)],
        typed=typed,
        subjects=SUBJECTS,
        may_set=rules.can_set_route(actor, actor.unit_id, subject),
        history=_history(db, in_force.id),
        levels=LEVEL_NAMES,
        ties=TIE_NAMES,
        seat_roles=[(role, ROLE_NAMES[role]) for role in SEAT_ROLES],
        most_stages=MOST_STAGES,
        most_seats=MOST_SEATS,
        problems=list(problems),
    )


def _row(
    db: Session, actor: Actor, n: int, stage: Stage, subject: str | None, on: date
) -> StageRow:
    known = [role for role in dict.fromkeys(stage.roles) if role in SEAT_ROLES]
    criteria = "\n".join(c.name for c in stage.checklists.get(EVERY_KIND, ()))
    return StageRow(
        n, stage, [_count(db, actor, stage, Role(r), subject, on) for r in known], criteria
    )


def _count(
    db: Session, actor: Actor, stage: Stage, role: Role, subject: str | None, on: date
) -> RoleCount:
    """Of an item that somebody of another school would write. A school's own are not known yet."""
    item = Item(subject=subject, unit_id=None, author_id=None, grade=None)
    level = "so" if stage.level == "truong" else stage.level
    matter = Matter(item, frozenset(), replace(stage, level=level), False, frozenset(), on)
    answers = eligibility.answers_for(db, matter, role)
    barred = [(person.full_name, answer) for person, answer in answers if not answer]
    return RoleCount(ROLE_NAMES[role], sum(bool(answer) for _, answer in answers), barred)


def _history(db: Session, in_force: uuid.UUID) -> list[PastRoute]:
    return [
        PastRoute(route, route.id == in_force, repository.stages_of(db, route.id))
        for route in repository.routes(db)[:20]
    ]

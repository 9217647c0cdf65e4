"""Verbs about the stock: say what it is to hold, plan next year's papers, take items out of use."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..curriculum import SUBJECTS, topics
from ..errors import Invalid, Problem, msg, problem
from ..forms.structures import presets
from ..items.models import Item
from ..people.models import Unit
from ..permissions import Actor, require
from . import cells, forecast, repository, rules
from .cells import Required
from .forecast import MOST_FORMS, MOST_RESERVE, Papers
from .models import ContributionTarget, ItemRelease, StockPlan, StockRequirement

YEARS = range(2018, 2101)
GRADES = range(1, 13)
MOST_TARGET = 1_000
PRACTICE, LEAKED = "practice", "leaked"


def topic_codes(subject: str, grade: int) -> list[str]:
    return [topic.code for topic in topics(subject) if topic.grade == grade]


def set_requirement(
    db: Session,
    actor: Actor,
    *,
    subject: str,
    grade: int,
    school_year: int,
    required: Required,
    reason: str,
    now: datetime,
) -> StockRequirement:
    """What each cell is to hold from now on; what was required before stays readable."""
    require(rules.can_plan(actor, subject))
    found = [*_scope_problems(subject, grade, school_year)]
    found += cells.problems_of(required, topic_codes(subject, grade))
    if not reason.strip():
        found.append(problem("reason", "Ghi căn cứ của định mức, ví dụ số kế hoạch."))
    if found:
        raise Invalid("Chưa lưu định mức.", code="requirement_invalid", problems=found)
    kept = {cell: n for cell, n in required.items() if n}
    before = repository.requirement(db, subject, grade, school_year)
    made = StockRequirement(
        subject=subject, grade=grade, school_year=school_year,
        number=before.number + 1 if before else 1, cells=cells.stored(kept),
        reason=reason.strip(), set_by=actor.person_id, set_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"subject": subject, "grade": grade, "year": school_year, "items": sum(kept.values())}
    audit.record(db, actor, "stock.required", "stock_requirement", made.id, now=now, after=after)
    return made


def _scope_problems(subject: str, grade: int, school_year: int) -> list[Problem]:
    checks = (
        (subject in SUBJECTS, "subject", "Chọn môn học."),
        (grade in GRADES, "grade", "Chọn lớp từ 1 đến 12."),
        (school_year in YEARS, "school_year", "Chọn năm học."),
    )
    return [problem(where, what) for holds, where, what in checks if not holds]


def set_plan(
    db: Session,
    actor: Actor,
    *,
    subject: str,
    grade: int,
    school_year: int,
    papers: Sequence[Papers],
    reserve_percent: int,
    now: datetime,
) -> StockPlan:
    """The papers a school year will need."""
    require(rules.can_plan(actor, subject))
    found = [*_scope_problems(subject, grade, school_year)]
    found += _plan_problems(subject, papers, reserve_percent)
    if found:
        raise Invalid("Chưa lưu kế hoạch đề.", code="plan_invalid", problems=found)
    before = repository.plan(db, subject, grade, school_year)
    made = StockPlan(
        subject=subject, grade=grade, school_year=school_year,
        number=before.number + 1 if before else 1, papers=forecast.stored(papers),
        reserve_percent=reserve_percent, set_by=actor.person_id, set_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"papers": made.papers, "reserve_percent": reserve_percent}
    audit.record(db, actor, "stock.planned", "stock_plan", made.id, now=now, after=after)
    return made


def _plan_problems(subject: str, papers: Sequence[Papers], reserve: int) -> list[Problem]:
    known = {name for name, preset in presets().items() if preset.subject == subject}
    checks = (
        (bool(papers), "papers", "Ghi số đề của ít nhất một cấu trúc."),
        (all(p.structure in known for p in papers), "papers", "Chọn cấu trúc đề của môn này."),
        (
            all(1 <= p.forms <= MOST_FORMS for p in papers),
            "papers",
            msg("Số đề của mỗi cấu trúc từ 1 đến {n}.", n=MOST_FORMS),
        ),
        (
            0 <= reserve <= MOST_RESERVE,
            "reserve",
            msg("Dự phòng từ 0 đến {n} %.", n=MOST_RESERVE),
        ),
    )
    return [problem(where, what) for holds, where, what in checks if not holds]


def set_target(
    db: Session, actor: Actor, unit: Unit, *, school_year: int, items: int, now: datetime
) -> ContributionTarget:
    """How many approved items each teacher of the unit is asked for in the year."""
    require(rules.can_set_target(actor, unit.id))
    if not 0 <= items <= MOST_TARGET or school_year not in YEARS:
        what = msg("Chỉ tiêu từ 0 đến {n} câu một người.", n=MOST_TARGET)
        raise Invalid("Chưa lưu chỉ tiêu.", problems=[problem("items", what)])
    before = repository.target(db, unit.id, school_year)
    made = ContributionTarget(
        unit_id=unit.id, school_year=school_year, number=before.number + 1 if before else 1,
        items=items, set_by=actor.person_id, set_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"unit": unit.code, "year": school_year, "items": items}
    audit.record(db, actor, "contribution.targeted", "unit", unit.id, now=now, after=after)
    return made


def mark_leaked(db: Session, actor: Actor, item: Item, *, reason: str, now: datetime) -> None:
    """The item is known outside: it stays out of examinations from now on."""
    require(rules.can_mark_leaked(actor, item.subject))
    if not reason.strip():
        what = problem("reason", "Ghi câu bị lộ ở đâu, khi nào.")
        raise Invalid("Chưa ghi nhận câu bị lộ.", code="reason_missing", problems=[what])
    _release(db, actor, [item.id], LEAKED, reason.strip(), now)
    audit.record(db, actor, "item.leaked", "item", item.id, now=now, reason=reason.strip())


def note_given_out(
    db: Session, actor: Actor, item_ids: Collection[uuid.UUID], *, reason: str, now: datetime
) -> None:
    """A class gets these items; whoever gives them has asked the rule and records the act."""
    fresh = set(item_ids) - repository.releases_of(db, item_ids)
    _release(db, actor, sorted(fresh), PRACTICE, reason, now)


def _release(
    db: Session, actor: Actor, item_ids: Sequence[uuid.UUID], how: str, reason: str, now: datetime
) -> None:
    db.add_all(
        ItemRelease(item_id=item_id, how=how, reason=reason, by_id=actor.person_id, at=now)
        for item_id in item_ids
    )
    db.flush()

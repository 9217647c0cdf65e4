"""The one verb about routes: put a new one into force. What ran before stays on record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from ... import audit
from ...curriculum import SUBJECTS
from ...errors import Invalid, Problem, problem
from ...permissions import Actor, require
from . import rules
from .models import ReviewRoute, ReviewRouteStage
from .stages import Stage, problems_of


def set_route(
    db: Session,
    actor: Actor,
    stages: Sequence[Stage],
    *,
    name: str,
    unit_id: uuid.UUID,
    subject: str | None,
    valid_from: date,
    reason: str,
    now: datetime,
) -> ReviewRoute:
    """A new route from a day on. Rounds already open keep the route they began on."""
    require(rules.can_set_route(actor, unit_id, subject))
    found = [*_naming_problems(name, subject, reason), *problems_of(stages)]
    if found:
        raise Invalid("Quy trình chưa dùng được.", code="route_invalid", problems=found)
    route = ReviewRoute(
        name=name.strip(),
        unit_id=unit_id,
        subject=subject,
        valid_from=valid_from,
        reason=reason.strip(),
        created_by=actor.person_id,
        created_at=now,
    )
    db.add(route)
    db.flush()
    db.add_all(_row(route.id, n, stage) for n, stage in enumerate(stages, start=1))
    db.flush()
    after = {"name": route.name, "subject": subject, "stages": [s.name for s in stages]}
    audit.record(
        db, actor, "review_route.set", "review_route", route.id, now=now, after=after,
        reason=route.reason,
    )  # fmt: skip
    return route


def _naming_problems(name: str, subject: str | None, reason: str) -> list[Problem]:
    found = []
    if not name.strip() or len(name) > 200:
        found.append(problem("name", "Ghi tên quy trình, không quá 200 kí tự."))
    if subject is not None and subject not in SUBJECTS:
        found.append(problem("subject", "Chọn môn trong danh sách, hoặc mọi môn."))
    if not reason.strip():
        found.append(problem("reason", "Ghi lí do; lí do được lưu cùng quy trình."))
    return found


def _row(route_id: uuid.UUID, number: int, stage: Stage) -> ReviewRouteStage:
    return ReviewRouteStage(
        route_id=route_id,
        number=number,
        name=stage.name.strip()[:100],
        level=stage.level,
        roles=[str(role) for role in stage.roles],
        seats=len(stage.roles),
        counts=stage.counts,
        is_blind=stage.is_blind,
        same_school_ok=stage.same_school_ok,
        days=stage.days,
        author_days=stage.author_days,
        quorum=stage.quorum,
        tie=stage.tie,
        skip_if_nobody=stage.skip_if_nobody,
        needs_appointment=stage.needs_appointment,
        checklists={
            kind: [asdict(criterion) for criterion in criteria]
            for kind, criteria in stage.checklists.items()
        },
    )

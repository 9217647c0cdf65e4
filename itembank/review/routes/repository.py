"""All queries about routes of appraisal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...items.models import Item
from ...people.models import Unit
from ..checklists import Criterion
from .models import DEFAULT_ROUTE, ReviewRoute, ReviewRouteStage
from .stages import Stage


def route_by_id(db: Session, route_id: uuid.UUID) -> ReviewRoute:
    found = db.get(ReviewRoute, route_id)
    if found is None:
        raise NotFound("Không có quy trình này. Về trang Quy trình thẩm định rồi chọn lại.")
    return found


def stages_of(db: Session, route_id: uuid.UUID | None) -> tuple[Stage, ...]:
    """The stages in order; a round from before routes ran as the default one does.

    A route is never edited, so a transaction reads its stages once.
    """
    named = route_id or DEFAULT_ROUTE
    known: dict[uuid.UUID, tuple[Stage, ...]] = db.info.setdefault("stages of routes", {})
    if named not in known:
        query = select(ReviewRouteStage).where(ReviewRouteStage.route_id == named)
        rows = db.scalars(query.order_by(ReviewRouteStage.number))
        known[named] = tuple(_stage(row) for row in rows)
    return known[named]


def _stage(row: ReviewRouteStage) -> Stage:
    return Stage(
        name=row.name,
        level=row.level,
        roles=tuple(row.roles),
        counts=row.counts,
        is_blind=row.is_blind,
        same_school_ok=row.same_school_ok,
        days=row.days,
        author_days=row.author_days,
        quorum=row.quorum,
        tie=row.tie,
        skip_if_nobody=row.skip_if_nobody,
        needs_appointment=row.needs_appointment,
        checklists={
            kind: tuple(Criterion(**entry) for entry in entries)
            for kind, entries in row.checklists.items()
        },
    )


def routes(db: Session) -> Sequence[ReviewRoute]:
    """Every route there ever was, newest first."""
    query = select(ReviewRoute).order_by(ReviewRoute.created_at.desc(), ReviewRoute.id.desc())
    return db.scalars(query).all()


def route_for(db: Session, item: Item, on: date) -> ReviewRoute:
    """The route in force for the item's unit and subject on this day."""
    return in_force(db, item.unit_id, item.subject, on)


def in_force(db: Session, unit_id: uuid.UUID | None, subject: str | None, on: date) -> ReviewRoute:
    """The nearest unit's route first, then the subject's own, then the newest."""
    above = _units_above(db, unit_id)
    query = select(ReviewRoute).where(
        ReviewRoute.valid_from <= on,
        or_(ReviewRoute.subject.is_(None), ReviewRoute.subject == subject),
        or_(ReviewRoute.unit_id.is_(None), ReviewRoute.unit_id.in_(above)),
    )
    newest_last = query.order_by(ReviewRoute.valid_from, ReviewRoute.created_at, ReviewRoute.id)
    found = db.scalars(newest_last).all()
    return max(reversed(found), key=lambda route: _nearness(route, above))


def _nearness(route: ReviewRoute, above: Sequence[uuid.UUID]) -> tuple[int, bool]:
    distance = above.index(route.unit_id) if route.unit_id is not None else len(above)
    return (-distance, route.subject is not None)


def _units_above(db: Session, unit_id: uuid.UUID | None) -> list[uuid.UUID]:
    """The unit itself, then its administrative and professional parents, nearest first."""
    found: list[uuid.UUID] = []
    edge = [unit_id] if unit_id is not None else []
    while edge:
        found += edge
        rows = db.execute(
            select(Unit.admin_parent_id, Unit.professional_parent_id).where(Unit.id.in_(edge))
        )
        parents = [parent for row in rows for parent in row if parent is not None]
        edge = [parent for parent in dict.fromkeys(parents) if parent not in found]
    return found

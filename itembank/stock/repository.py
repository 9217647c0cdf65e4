"""All queries about the stock: one grouped count for a board, the items of a cell, what was set."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from ..forms.models import FormItem, TestForm
from ..items.models import Item, ItemVersion, ItemVersionEvent
from ..review.models import ReviewRound
from .cells import Cell, Standing
from .models import ContributionTarget, ItemRelease, StockPlan, StockRequirement


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose stock is looked at, and since when an examination locks an item.

    `sat` names the days on which forms were sat, as (form_id, at): the caller knows the sittings.
    """

    subject: str
    grade: int
    locked_since: datetime
    sat: Select[Any] | None = None
    units: Collection[uuid.UUID] | None = None


@dataclass(frozen=True, slots=True)
class CellItem:
    """An item of a cell; `used_at` and `in_review_since` where they apply."""

    id: uuid.UUID
    code: str
    standing: Standing
    exposure: int
    used_at: datetime | None
    in_review_since: datetime | None
    released: str | None


def _last_use(sat: Select[Any] | None, subject: str) -> Subquery:
    """When each item was last in an examination of the subject: its form frozen, or sat."""
    frozen = select(TestForm.id.label("form_id"), TestForm.frozen_at.label("at")).where(
        TestForm.state == "frozen"
    )
    days = (union_all(frozen, sat) if sat is not None else frozen).subquery("days")
    return (
        select(FormItem.item_id, func.max(days.c.at).label("at"))
        .join(TestForm, TestForm.id == FormItem.form_id)
        .join(days, days.c.form_id == FormItem.form_id)
        .where(TestForm.subject == subject)
        .group_by(FormItem.item_id)
        .subquery("last_use")
    )


def _released() -> Subquery:
    return (
        select(ItemRelease.item_id, func.min(ItemRelease.how).label("how"))
        .group_by(ItemRelease.item_id)
        .subquery("released")
    )


def _in_stock() -> ColumnElement[bool]:
    approved = and_(Item.approved_version.is_not(None), Item.state != "retired")
    return and_(or_(approved, Item.state == "in_review"), Item.kind != "external")


def _standing(used: Subquery, released: Subquery, since: datetime) -> ColumnElement[str]:
    return case(
        (released.c.item_id.is_not(None), Standing.EXPOSED.value),
        (Item.approved_version.is_(None), Standing.IN_REVIEW.value),
        (used.c.at > since, Standing.LOCKED.value),
        else_=Standing.USABLE.value,
    )


def _of_scope(scope: Scope, *columns: Any) -> Select[Any]:
    used, released = _last_use(scope.sat, scope.subject), _released()
    standing = _standing(used, released, scope.locked_since).label("standing")
    query = (
        select(Item.topic, Item.kind, func.coalesce(Item.level, "").label("level"), standing)
        .add_columns(*columns, used.c.at.label("used_at"), released.c.how.label("released"))
        .outerjoin(used, used.c.item_id == Item.id)
        .outerjoin(released, released.c.item_id == Item.id)
        .where(Item.subject == scope.subject, Item.grade == scope.grade, _in_stock())
    )
    return query if scope.units is None else query.where(Item.unit_id.in_(scope.units))


def counts(db: Session, scope: Scope) -> list[tuple[Cell, Standing, int]]:
    """Every cell's items by standing, counted by the database in one go."""
    one = _of_scope(scope).subquery("one")
    names = (one.c.topic, one.c.kind, one.c.level, one.c.standing)
    rows = db.execute(select(*names, func.count()).group_by(*names))
    return [(Cell(topic, kind, level), Standing(s), n) for topic, kind, level, s, n in rows]


def items_of_cell(db: Session, scope: Scope, cell: Cell, *, most: int) -> list[CellItem]:
    """The first items of a cell by standing and code."""
    since = (
        select(func.max(ReviewRound.opened_at))
        .where(ReviewRound.item_id == Item.id, ReviewRound.closed_at.is_(None))
        .scalar_subquery()
    )
    query = _of_scope(scope, Item.id, Item.code, Item.exposure, since.label("since"))
    query = query.where(Item.topic == cell.topic, Item.kind == cell.kind)
    query = query.where(func.coalesce(Item.level, "") == cell.level)
    rows = db.execute(query.order_by(literal_column("standing"), Item.code).limit(most))
    return [
        CellItem(r.id, r.code, Standing(r.standing), r.exposure, r.used_at, r.since, r.released)
        for r in rows
    ]


def reopening(db: Session, scope: Scope, locked_then: datetime) -> dict[tuple[str, str], int]:
    """Items locked now that are not by the time `locked_then` stands for, by kind and level."""
    one = _of_scope(scope).subquery("one")
    query = (
        select(one.c.kind, one.c.level, func.count())
        .where(one.c.standing == Standing.LOCKED.value, one.c.used_at <= locked_then)
        .group_by(one.c.kind, one.c.level)
    )
    return {(kind, level): n for kind, level, n in db.execute(query)}


def approvals(db: Session, subject: str, grade: int, *, since: datetime) -> int:
    """Items approved since then."""
    query = (
        select(func.count(Item.id.distinct()))
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(ItemVersionEvent, ItemVersionEvent.version_hash == ItemVersion.hash)
        .where(ItemVersionEvent.kind == "approved", ItemVersionEvent.at >= since)
        .where(Item.subject == subject, Item.grade == grade)
    )
    return db.scalar(query) or 0


def grades_in(db: Session, subject: str) -> list[int]:
    query = select(Item.grade).where(Item.subject == subject, Item.grade.is_not(None)).distinct()
    return sorted(grade for grade in db.scalars(query) if grade is not None)


def requirement(db: Session, subject: str, grade: int, school_year: int) -> StockRequirement | None:
    """The one in force."""
    query = select(StockRequirement).where(
        StockRequirement.subject == subject,
        StockRequirement.grade == grade,
        StockRequirement.school_year == school_year,
    )
    return db.scalars(query.order_by(StockRequirement.number.desc()).limit(1)).first()


def requirements(db: Session, subject: str, grade: int) -> Sequence[StockRequirement]:
    query = select(StockRequirement).where(
        StockRequirement.subject == subject, StockRequirement.grade == grade
    )
    return db.scalars(query.order_by(StockRequirement.set_at.desc())).all()


def plan(db: Session, subject: str, grade: int, school_year: int) -> StockPlan | None:
    query = select(StockPlan).where(
        StockPlan.subject == subject,
        StockPlan.grade == grade,
        StockPlan.school_year == school_year,
    )
    return db.scalars(query.order_by(StockPlan.number.desc()).limit(1)).first()


def target(db: Session, unit_id: uuid.UUID, school_year: int) -> ContributionTarget | None:
    query = select(ContributionTarget).where(
        ContributionTarget.unit_id == unit_id, ContributionTarget.school_year == school_year
    )
    return db.scalars(query.order_by(ContributionTarget.number.desc()).limit(1)).first()


def releases_of(db: Session, item_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the items that are known outside."""
    query = select(ItemRelease.item_id).where(ItemRelease.item_id.in_(item_ids))
    return set(db.scalars(query))


def locked_among(
    db: Session, subject: str, item_ids: Collection[uuid.UUID], *, since: datetime,
    sat: Select[Any] | None = None,
) -> set[uuid.UUID]:  # fmt: skip
    """Those of the items that stood in an examination of the subject after `since`."""
    used = _last_use(sat, subject)
    query = select(used.c.item_id).where(used.c.at > since, used.c.item_id.in_(item_ids))
    return set(db.scalars(query))


def in_examinations() -> Select[Any]:
    """Items that stand in any form of an examination, frozen or being assembled."""
    return select(FormItem.item_id)

"""Queries about what goes into a package, and the rows it puts into a box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from delivery.allocation.models import SittingForm
from delivery.sittings.models import Sitting
from itembank.db import Base
from itembank.forms.models import FormItem, TestForm
from itembank.items.models import ItemVersion
from itembank.people.models import Person, RoleGrant
from itembank.permissions import Role

from .fact_tables import BACK, rows_of_sitting
from .paper import CENTRE_PERSON
from .rows import Row, row_in, row_out

ROWS_AT_ONCE = 500


def forms_of(db: Session, sitting: Sitting) -> Sequence[TestForm]:
    """Every form a candidate of the sitting may get, reserve forms too."""
    others = select(SittingForm.form_id).where(SittingForm.sitting_id == sitting.id)
    query = select(TestForm).where((TestForm.id == sitting.form_id) | TestForm.id.in_(others))
    return db.scalars(query.order_by(TestForm.code)).all()


def invigilators_of(db: Session, sitting: Sitting) -> Sequence[Person]:
    """Active people who watch over rooms in the sitting's own unit."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.INVIGILATOR.value,
            RoleGrant.unit_id == sitting.unit_id,
            RoleGrant.revoked_at.is_(None),
            Person.is_active,
        )
        .order_by(Person.username)
        .distinct()
    )
    return db.scalars(query).all()


def is_keyless(db: Session, form_id: object) -> bool:
    """Whether the form came in a package: it can be sat here, and scored at the centre only."""
    query = (
        select(FormItem.id)
        .join(ItemVersion, ItemVersion.hash == FormItem.version_hash)
        .where(FormItem.form_id == form_id, ItemVersion.author_id == CENTRE_PERSON)
    )
    return db.scalar(query.limit(1)) is not None


def store_rows(db: Session, tables: dict[str, list[Row]]) -> None:
    """Add the rows of a package, parents first, in the caller's transaction."""
    for name, rows in tables.items():
        table = Base.metadata.tables[name]
        for some in batches(rows):
            db.execute(insert(table), [row_in(table, row) for row in some])


def facts_of(db: Session, sitting_id: object) -> dict[str, list[Row]]:
    """Everything that comes home from a sitting, as plain data."""
    return {
        fact.name: [row_out(dict(r)) for r in db.execute(rows_of_sitting(fact.table, sitting_id)).mappings()]
        for fact in BACK
    }  # fmt: skip


def batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]

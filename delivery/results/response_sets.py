"""All queries about responses that were administered elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from itembank.errors import NotFound
from itembank.forms.models import FormItem, TestForm
from itembank.items.models import Item, ItemVersion

from .cells import OPEN_SIGNS
from .models import ImportedResponse, ResponseSet
from .score_table import ABSENT, GIVEN, OPEN, Category, ScoreTable


def set_by_id(db: Session, set_id: uuid.UUID) -> ResponseSet:
    found = db.get(ResponseSet, set_id)
    if found is None:
        raise NotFound("Không có tập bài làm này.")
    return found


def sets_of_form(db: Session, form_id: uuid.UUID) -> Sequence[ResponseSet]:
    query = select(ResponseSet).where(ResponseSet.form_id == form_id)
    return db.scalars(query.order_by(ResponseSet.imported_at, ResponseSet.id)).all()


def all_sets(db: Session) -> Sequence[tuple[ResponseSet, TestForm]]:
    """Every imported set with its form, newest first."""
    query = (
        select(ResponseSet, TestForm)
        .join(TestForm, TestForm.id == ResponseSet.form_id)
        .order_by(ResponseSet.imported_at.desc(), ResponseSet.id.desc())
    )
    return [(found, form) for found, form in db.execute(query)]


def same_data(db: Session, form_id: uuid.UUID, data_hash: str) -> ResponseSet | None:
    query = select(ResponseSet).where(
        ResponseSet.form_id == form_id, ResponseSet.data_hash == data_hash
    )
    return db.scalars(query).first()


def items_of_form(
    db: Session, form_id: uuid.UUID
) -> Sequence[tuple[FormItem, Item, ItemVersion | None]]:
    """The form's items in their order, with the version each is pinned to."""
    query = (
        select(FormItem, Item, ItemVersion)
        .join(Item, Item.id == FormItem.item_id)
        .outerjoin(ItemVersion, ItemVersion.hash == FormItem.version_hash)
        .where(FormItem.form_id == form_id)
        .order_by(FormItem.position)
        .options(undefer(ItemVersion.stored))
    )
    return [(form_item, item, version) for form_item, item, version in db.execute(query)]


def score_table(db: Session, set_id: uuid.UUID, form_item_ids: Sequence[uuid.UUID]) -> ScoreTable:
    """The set's categories, one column for each of these form items."""
    columns = [str(i) for i in form_item_ids]
    query = (
        select(ImportedResponse.person, ImportedResponse.group, ImportedResponse.cells)
        .where(ImportedResponse.set_id == set_id)
        .order_by(ImportedResponse.row)
    )
    found = [tuple(row) for row in db.execute(query)]
    return ScoreTable(
        form_item_ids=tuple(form_item_ids),
        persons=tuple(person for person, _, _ in found),
        groups=tuple(group for _, group, _ in found),
        rows=tuple(_categories(cells, columns) for _, _, cells in found),
        marks=tuple(_marks(cells, columns) for _, _, cells in found) if _is_raw(found) else (),
    )


def _is_raw(found: Sequence[tuple[str, str | None, Mapping[str, Any]]]) -> bool:
    """Whether the set keeps responses; a table of scores does not say what was left open."""
    return any(isinstance(cell, dict) for _, _, cells in found for cell in cells.values())


def _marks(cells: Mapping[str, Any], columns: Sequence[str]) -> str:
    return "".join(_mark(cells.get(column)) for column in columns)


def _mark(cell: Any) -> str:
    if cell is None:
        return ABSENT
    is_open = isinstance(cell, dict) and not set(cell["given"]) - OPEN_SIGNS
    return OPEN if is_open else GIVEN


def _categories(cells: Mapping[str, Any], columns: Sequence[str]) -> tuple[Category, ...]:
    return tuple(_category(cells.get(column)) for column in columns)


def _category(cell: Any) -> Category:
    """A raw cell keeps what was given beside the category its key gave."""
    if isinstance(cell, dict):
        return int(cell["category"])
    return None if cell is None else int(cell)

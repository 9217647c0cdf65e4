"""Taking in responses from elsewhere: every cell is understood before a single row is written."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import Conflict, NotFound, Problem, msg, problem
from itembank.forms import service as forms
from itembank.forms.models import FormItem, TestForm
from itembank.forms.repository import form_by_code
from itembank.items.content import read_item
from itembank.items.models import Item, ItemVersion
from itembank.permissions import Actor, Decision, Role, needs_role, require
from itembank.scoring.rules import RULE_VERSION, categories

from . import response_sets
from .cells import UnfitCell, read_raw, read_score
from .models import ImportedResponse, ResponseSet
from .response_file import Columns, ResponseTable, at_column, place, read_table, unfit

Cells = Literal["raw", "scores"]
ReadCell = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Source:
    """What the person importing says about the file."""

    title: str
    cells: Cells
    columns: Columns


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was (or, in a dry run, would be) taken in."""

    form_code: str
    set_id: uuid.UUID | None  # None in a dry run
    n_persons: int
    n_items: int
    n_cells: int
    n_categories: Mapping[str, int]  # by column
    items_absent: tuple[str, ...]  # items of the form that the file does not have
    groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Column:
    form_item_id: uuid.UUID
    label: str
    n_categories: int
    read: ReadCell


def can_import_responses(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)


def import_responses(
    db: Session,
    actor: Actor | None,
    form: TestForm,
    data: bytes,
    source: Source,
    *,
    now: datetime,
    dry_run: bool = False,
) -> ImportReport:
    """Store a file of responses for a form of the bank. `actor` is None for the system.

    Raises Invalid with the row and column of everything that cannot be understood, and Conflict
    when exactly this file is in already; in both cases nothing has been written.
    """
    if actor is not None:
        require(can_import_responses(actor, form.subject))
    table = read_table(data, source.columns)
    data_hash = hashlib.sha256(data).hexdigest()
    _refuse_same_data(db, form, data_hash)
    columns, absent = _columns(db, form, table, source.cells)
    rows = _read_rows(table, columns)
    stored = None if dry_run else _store(db, actor, form, source, data_hash, table, rows, now)
    return _report(form, stored, table, columns, absent, rows)


def create_external_form_for(
    db: Session,
    actor: Actor | None,
    data: bytes,
    columns: Columns,
    *,
    code: str,
    title: str,
    subject: str,
    now: datetime,
) -> TestForm:
    """A form of external items as the file's columns show them: labels and categories only."""
    if actor is not None:
        require(can_import_responses(actor, subject))
    if form_by_code(db, code) is not None:
        raise Conflict(
            msg("Đã có đề mã «{code}»; bỏ phần tạo đề ngoài để nhập vào đề đó.", code=code),
            code="form_code_taken",
        )
    table = read_table(data, columns)
    items = [(label, _n_categories(table, i)) for i, label in enumerate(table.items)]
    return forms.create_external_form(
        db, actor, code=code, title=title, subject=subject, items=items, now=now
    )


def form_for_import(db: Session, code: str) -> TestForm:
    form = form_by_code(db, code)
    if form is None:
        raise NotFound(
            msg("Không có đề mã «{code}»; kiểm tra mã, hoặc tạo đề ngoài từ tệp này.", code=code),
            code="form_unknown",
        )
    return form


def _n_categories(table: ResponseTable, column: int) -> int:
    """One more than the highest score in the column, and at least two."""
    cells = [row.cells[column] for row in table.rows]
    scores = [int(cell) for cell in cells if cell.isascii() and cell.isdigit()]
    return max(2, min(max(scores, default=1), 99) + 1)


def _refuse_same_data(db: Session, form: TestForm, data_hash: str) -> None:
    earlier = response_sets.same_data(db, form.id, data_hash)
    if earlier is not None:
        raise Conflict(
            msg(
                "Tệp này đã được nhập cho đề {form} với tên «{title}»; không nhập lần thứ hai.",
                form=form.code,
                title=earlier.title,
            ),
            code="responses_already_imported",
        )


def _columns(
    db: Session, form: TestForm, table: ResponseTable, cells: Cells
) -> tuple[list[_Column], tuple[str, ...]]:
    """The form item behind each column of the file, and the items no column is for."""
    rows = response_sets.items_of_form(db, form.id)
    by_name = _names(rows)
    found: list[_Column] = []
    problems: list[Problem] = []
    used: dict[uuid.UUID, str] = {}
    for name in table.items:
        row = by_name.get(name.casefold())
        if row is None:
            problems.append(_unknown_item(name, form, rows))
        elif row[0].id in used:
            what = msg("Cột này và cột «{other}» là cùng một câu.", other=used[row[0].id])
            problems.append(problem(at_column(name), what))
        else:
            used[row[0].id] = name
            found += _column(name, row, cells, problems)
    if problems:
        raise unfit(problems)
    absent = tuple(display_name(fi, item) for fi, item, _ in rows if fi.id not in used)
    return found, absent


def display_name(form_item: FormItem, item: Item) -> str:
    """`I.7`, the way people name an item of a form; an external item by its label."""
    if item.kind == "external":
        return form_item.label or item.label or item.code
    return f"{form_item.part}.{form_item.number}"


def _names(
    rows: Sequence[tuple[FormItem, Item, ItemVersion | None]],
) -> dict[str, tuple[FormItem, Item, ItemVersion | None]]:
    """Every name a column may have: code, label, part and number, position; first come, first kept."""
    names: dict[str, tuple[FormItem, Item, ItemVersion | None]] = {}
    for row in rows:
        form_item, item, _ = row
        for name in (item.code, form_item.label, f"{form_item.part}.{form_item.number}"):
            names.setdefault(name.strip().casefold(), row)
    for row in rows:
        names.setdefault(str(row[0].position), row)
    names.pop("", None)
    return names


def _unknown_item(
    name: str, form: TestForm, rows: Sequence[tuple[FormItem, Item, ItemVersion | None]]
) -> Problem:
    examples = ", ".join(display_name(form_item, item) for form_item, item, _ in rows[:3])
    return problem(
        at_column(name),
        msg(
            "Đề {form} không có câu này. Tên cột là mã câu hoặc số câu trong đề (như {examples}); cột không phải câu hỏi thì khai báo là cột khác.",
            form=form.code,
            examples=examples,
        ),
    )


def _column(
    name: str,
    row: tuple[FormItem, Item, ItemVersion | None],
    cells: Cells,
    problems: list[Problem],
) -> list[_Column]:
    form_item, item, version = row
    if version is None:
        if cells == "raw":
            what = (
                "Câu ngoài ngân hàng không có đáp án; chỉ nhập được điểm, không nhập được bài làm."
            )
            problems.append(problem(at_column(name), what))
            return []
        return [_Column(form_item.id, name, item.n_categories, _score_reader(item.n_categories))]
    content = read_item(version.stored)
    n = len(form_item.weights) if item.kind == "essay" else categories(content)
    read = (lambda text: read_raw(text, content)) if cells == "raw" else _score_reader(n)
    return [_Column(form_item.id, name, n, read)]


def _score_reader(n_categories: int) -> ReadCell:
    return lambda text: read_score(text, n_categories)


def _read_rows(table: ResponseTable, columns: Sequence[_Column]) -> list[dict[str, Any]]:
    """Cells of every row by form item; blank cells (not administered) are left out."""
    problems: list[Problem] = []
    rows: list[dict[str, Any]] = []
    for row in table.rows:
        cells: dict[str, Any] = {}
        for column, text in zip(columns, row.cells, strict=True):
            if not text:
                continue
            try:
                cells[str(column.form_item_id)] = _stored_cell(column.read(text))
            except UnfitCell as error:
                problems.append(problem(place(row.line, column.label), error.what))
        rows.append(cells)
    if problems:
        raise unfit(problems)
    return rows


def _stored_cell(value: Any) -> Any:
    return value if isinstance(value, int) else {"given": value.given, "category": value.category}


def _store(
    db: Session,
    actor: Actor | None,
    form: TestForm,
    source: Source,
    data_hash: str,
    table: ResponseTable,
    rows: Sequence[dict[str, Any]],
    now: datetime,
) -> ResponseSet:
    made = ResponseSet(
        form_id=form.id,
        title=source.title,
        cells=source.cells,
        rule=RULE_VERSION if source.cells == "raw" else None,
        data_hash=data_hash,
        n_persons=len(table.rows),
        imported_by=actor.person_id if actor else None,
        imported_at=now,
    )
    db.add(made)
    db.flush()
    db.execute(
        insert(ImportedResponse),
        [
            {"set_id": made.id, "row": n, "person": r.person, "group": r.group, "cells": cells}
            for n, (r, cells) in enumerate(zip(table.rows, rows, strict=True), start=1)
        ],
    )
    audit.record(
        db,
        actor,
        "response_set.imported",
        "response_set",
        made.id,
        now=now,
        after={"form": form.code, "n_persons": made.n_persons, "data_hash": data_hash},
    )
    return made


def _report(
    form: TestForm,
    stored: ResponseSet | None,
    table: ResponseTable,
    columns: Sequence[_Column],
    absent: tuple[str, ...],
    rows: Sequence[dict[str, Any]],
) -> ImportReport:
    groups: dict[str, int] = {}
    for row in table.rows:
        if row.group is not None:
            groups[row.group] = groups.get(row.group, 0) + 1
    return ImportReport(
        form_code=form.code,
        set_id=stored.id if stored else None,
        n_persons=len(table.rows),
        n_items=len(columns),
        n_cells=sum(len(cells) for cells in rows),
        n_categories={column.label: column.n_categories for column in columns},
        items_absent=absent,
        groups=groups,
    )

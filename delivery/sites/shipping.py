"""What a box's second box has yet to hear: every changed row, in the order of the commits.

SQLite only: there one writer follows another, so the numbers of `unshipped` are the order of the
commits. With PostgreSQL its own synchronous standby does this work.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, Uuid, delete, insert, select, text, update
from sqlalchemy.orm import Session

from delivery.packages.errors import ResultsConflict
from delivery.packages.fact_tables import BACK, FactTable
from delivery.packages.rows import Row, key_of, row_in, row_out
from itembank.db import Base

from .merging import union
from .models import Unshipped

# A candidate's row changes on the day too: another seat, another code.
SHIPPED = (FactTable("candidate", newest=frozenset({"seat"})), *BACK)
MOST_AT_ONCE = 1_000


def arm(db: Session) -> None:
    """From now on every changed row is noted, in the transaction that changes it."""
    disarm(db)
    for fact in SHIPPED:
        for verb in ("INSERT", "UPDATE"):
            key = ", ".join(f"NEW.{column.name}" for column in fact.table.primary_key.columns)
            db.execute(
                text(
                    f"CREATE TRIGGER {_name(fact, verb)} AFTER {verb} ON {fact.name} BEGIN "
                    "INSERT INTO unshipped (table_name, row_key) "
                    f"VALUES ('{fact.name}', json_array({key})); END"
                )
            )


def disarm(db: Session) -> None:
    """There is no second box: nothing is noted, nothing waits."""
    for fact in SHIPPED:
        for verb in ("INSERT", "UPDATE"):
            db.execute(text(f"DROP TRIGGER IF EXISTS {_name(fact, verb)}"))
    db.execute(delete(Unshipped))


def _name(fact: FactTable, verb: str) -> str:
    return f"{fact.name}_shipped_on_{verb.lower()}"


def pending(db: Session, after: int) -> tuple[int, dict[str, list[Row]]]:
    """The rows changed since `after`, as they are now, and the number they reach up to."""
    query = select(Unshipped).where(Unshipped.seq > after).order_by(Unshipped.seq)
    noted = db.scalars(query.limit(MOST_AT_ONCE)).all()
    keys: dict[str, set[str]] = {}
    for one in noted:
        keys.setdefault(one.table, set()).add(one.row)
    rows = {
        fact.name: [_row(db, fact.table, json.loads(key)) for key in sorted(keys[fact.name])]
        for fact in SHIPPED
        if fact.name in keys
    }
    return (noted[-1].seq if noted else after), rows


def _row(db: Session, table: Table, key: Sequence[Any]) -> Row:
    query = select(table)
    for column, value in zip(table.primary_key.columns, key, strict=True):
        query = query.where(
            column == (uuid.UUID(value) if isinstance(column.type, Uuid) else value)
        )
    return row_out(dict(db.execute(query).mappings().one()))


def forget(db: Session, up_to: int) -> None:
    """What the second box has acknowledged; the last row stays, so that numbers only rise."""
    db.execute(delete(Unshipped).where(Unshipped.seq < up_to))


def take_copy(db: Session, tables: dict[str, list[Row]]) -> None:
    """On the second box: facts are united, rows that stand for «how it is now» are overwritten."""
    for fact in SHIPPED:
        for row in tables.get(fact.name, []):
            _take(db, fact, row)


def _take(db: Session, fact: FactTable, row: Row) -> None:
    table = Base.metadata.tables[fact.name]
    typed = row_in(table, row)
    is_it = [column == typed[column.name] for column in table.primary_key.columns]
    known = db.execute(select(table).where(*is_it)).mappings().one_or_none()
    if known is None:
        db.execute(insert(table), [typed])
    elif not fact.is_append_only:
        db.execute(update(table).where(*is_it).values(typed))
    elif union(fact, {key_of(table, row): row_out(dict(known))}, [row]).clashes:
        raise ResultsConflict("Hai máy ghi hai nội dung khác nhau cho cùng một dữ kiện.")

"""Rows as plain data that JSON can hold, and back. Nothing here knows what a row means."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Table, Uuid

from itembank.db import Points, UtcDateTime

from .errors import DamagedFile

Row = dict[str, Any]
LEFT_OUT = {"item": {"search_text"}}  # columns of earlier packages that no table has any more


def row_out(row: Mapping[str, Any]) -> Row:
    return {name: _out(value) for name, value in row.items()}


def row_in(table: Table, row: Row) -> Row:
    """The row as the database takes it; a column we do not know is refused."""
    try:
        gone = LEFT_OUT.get(table.name, set())
        return {name: _in(table.c[name], row[name]) for name in row if name not in gone}
    except (KeyError, ValueError, TypeError, AttributeError, binascii.Error):
        raise DamagedFile("Nội dung tệp không đọc được; lấy lại tệp gốc.") from None


def key_of(table: Table, row: Row) -> tuple[Any, ...]:
    """What names the row, as plain data."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def _out(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case uuid.UUID() | Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value


def _in(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case Uuid():
            return uuid.UUID(value)
        case LargeBinary():
            return base64.b64decode(value, validate=True)
        case Points():
            return Decimal(value)
        case _:
            return value

"""Response events as PostgreSQL's binary arrays, one a column, for `APPEND`. Pure.

The format is that of array_send: https://www.postgresql.org/docs/current/arrays.html and
src/backend/utils/adt/arrayfuncs.c; an array is its dimensions, then each element's length and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

UUID, INT4, TEXT, BYTEA, TIMESTAMPTZ = 2950, 23, 25, 17, 1184  # pg_type.oid
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a timestamptz, in microseconds
MICROSECOND = timedelta(microseconds=1)
BINARY = [1] * 10  # the format of every column
_HEAD = Struct(">iiiii")
_INT4 = Struct(">ii")
_LENGTH = Struct(">i")
_MOMENT = Struct(">iq")
_SIXTEEN = _LENGTH.pack(16)


def columns(rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """In the order of the table's columns."""
    return [
        uuids(row["attempt_id"] for row in rows),
        uuids(row["writer_id"] for row in rows),
        _integers(row["seq"] for row in rows),
        uuids(row["sitting_id"] for row in rows),
        _integers(row["epoch"] for row in rows),
        _texts(TEXT, [row["kind"].encode() for row in rows]),
        uuids(row["form_item_id"] for row in rows),
        _texts(BYTEA, [row["value"] for row in rows]),
        _texts(TEXT, [row["client_at"].encode() for row in rows]),
        _moments(row["received_at"] for row in rows),
    ]


def uuids(values: Iterable[Any]) -> bytes:
    return _array(UUID, [_SIXTEEN + value.bytes for value in values])


def moment(value: datetime) -> bytes:
    return _MOMENT.pack(8, (value - EPOCH) // MICROSECOND)[4:]


def _integers(values: Iterable[int]) -> bytes:
    return _array(INT4, [_INT4.pack(4, value) for value in values])


def _moments(values: Iterable[datetime]) -> bytes:
    return _array(TIMESTAMPTZ, [_MOMENT.pack(8, (at - EPOCH) // MICROSECOND) for at in values])


def _texts(kind: int, values: Sequence[bytes]) -> bytes:
    return _array(kind, [_LENGTH.pack(len(value)) + value for value in values])


def _array(kind: int, elements: Sequence[bytes]) -> bytes:
    return _HEAD.pack(1, 0, kind, len(elements), 1) + b"".join(elements)

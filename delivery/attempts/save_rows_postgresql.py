"""Response events in PostgreSQL's binary COPY format. Pure.

Ten parameters a row cost the driver three times what these bytes cost to write, and the database
half as much again. The format: https://www.postgresql.org/docs/current/sql-copy.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no header extension
END = b"\xff\xff"
FIELDS = 10
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a timestamptz, in microseconds
MICROSECOND = timedelta(microseconds=1)
# Every field is its length and its bytes: attempt, writer, seq, sitting, epoch come first.
_START = Struct(">hi16si16siii16sii")
_UUID = Struct(">i16s")
_MOMENT = Struct(">iq")
_LENGTH = Struct(">i")


def copied(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as one file of the format."""
    return SIGNATURE + b"".join(map(_row, rows)) + END


def _row(row: Mapping[str, Any]) -> bytes:
    start = _START.pack(
        FIELDS, 16, row["attempt_id"].bytes, 16, row["writer_id"].bytes, 4, row["seq"],
        16, row["sitting_id"].bytes, 4, row["epoch"],
    )  # fmt: skip
    return b"".join(
        (
            start,
            _field(row["kind"].encode()),
            _UUID.pack(16, row["form_item_id"].bytes),
            _field(row["value"]),
            _field(row["client_at"].encode()),
            _MOMENT.pack(8, (row["received_at"] - EPOCH) // MICROSECOND),
        )
    )


def _field(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value

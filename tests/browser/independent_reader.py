"""The root of a sitting and its points, computed from the tables by SQL and hashlib alone.

Nothing of the program is imported: the hashes follow RFC 6962 §2.1 and the record as
`delivery/seals` describes it, the points follow the published scale of the paper.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg

SQLITE = "sqlite:///"

CLUSTER = [Decimal(points) for points in ("0", "0.1", "0.25", "0.5", "1")]
EVENTS = (
    "SELECT writer_id, epoch, seq, kind, form_item_id, value, client_at, received_at"
    " FROM response_event WHERE attempt_id = ? ORDER BY epoch, seq, writer_id"
)
ACTIONS = (
    "SELECT id, kind, seconds, before, after, reason, answers, by_name, at"
    " FROM attempt_action WHERE candidate_id = ? ORDER BY at, id"
)
ATTEMPTS = (
    "SELECT a.id, c.number, f.hash, a.started_at, a.submitted_at, a.submitted_by, a.receipt,"
    " a.suspended_at, a.candidate_id FROM attempt a JOIN candidate c ON c.id = a.candidate_id"
    " JOIN test_form f ON f.id = a.form_id WHERE a.sitting_id = ? ORDER BY a.id"
)
INCIDENTS = (
    "SELECT id, candidate_id, room, kind, text, happened_at, by_id, by_name, noted_at"
    " FROM incident WHERE sitting_id = ? ORDER BY noted_at, id"
)
KEYS = (
    "SELECT f.id, f.part, f.number, v.stored FROM form_item f JOIN item_version v ON v.hash = f.version_hash"
    " WHERE f.form_id = (SELECT form_id FROM sitting WHERE id = ?)"
)


class Tables:
    """Rows of either database, in the cells SQLite keeps: hex names, moments as text in UTC."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith(SQLITE)
        self.address = (
            url.removeprefix(SQLITE) if self.is_sqlite else url.replace("+psycopg", "", 1)
        )

    def rows(self, query: str, of: uuid.UUID | str) -> list[tuple[Any, ...]]:
        name = uuid.UUID(str(of))
        if self.is_sqlite:
            with sqlite3.connect(self.address) as file:
                return file.execute(query, (name.hex,)).fetchall()
        with psycopg.connect(self.address) as server:
            found = server.execute(query.replace("?", "%s").encode(), (name,)).fetchall()
        return [tuple(map(_as_sqlite, row)) for row in found]


def _as_sqlite(cell: Any) -> Any:
    if isinstance(cell, uuid.UUID):
        return cell.hex
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return cell


def sealed_root(database_url: str, sitting_id: uuid.UUID) -> str:
    """The Merkle root over the chain of every attempt and that of the incident log, in hex."""
    db = Tables(database_url)
    heads = [_head(db, attempt) for attempt in db.rows(ATTEMPTS, sitting_id)]
    heads += _log_head(db.rows(INCIDENTS, sitting_id))
    return _root([_sha(b"\x00", head) for head in heads]).hex()


def _head(db: Tables, attempt: Sequence[Any]) -> bytes:
    id_, number, form, started, submitted, by, receipt, suspended, candidate = attempt
    head = _sha(b"\x02", _line("attempt", _dashed(id_), number, form, _moment(started),
                               _moment(submitted), by, receipt, _moment(suspended)))  # fmt: skip
    links = [
        _line("event", _dashed(writer), epoch, seq, kind, _dashed(item), value.decode(), at,
              _moment(received))
        for writer, epoch, seq, kind, item, value, at, received in db.rows(EVENTS, id_)
    ]  # fmt: skip
    links += [
        _line("action", _dashed(action), kind, seconds, before, after, reason, _dashed(answers),
              by_name, _moment(at))
        for action, kind, seconds, before, after, reason, answers, by_name, at
        in db.rows(ACTIONS, candidate)
    ]  # fmt: skip
    for link in links:
        head = _sha(b"\x03", head, hashlib.sha256(link).digest())
    return head


def _log_head(incidents: Sequence[Sequence[Any]]) -> list[bytes]:
    """The last link of the log; no leaf where nothing was noted."""
    head = _sha(b"\x05")
    for id_, candidate, room, kind, text, happened, by, by_name, noted in incidents:
        link = _line("incident", _dashed(id_), _dashed(candidate), room, kind, text,
                     _moment(happened), _dashed(by), by_name, _moment(noted))  # fmt: skip
        head = _sha(b"\x06", head, hashlib.sha256(link).digest())
    return [head] if incidents else []


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while 2 * left < len(leaves):
        left *= 2
    return _sha(b"\x01", _root(leaves[:left]), _root(leaves[left:]))


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _line(*cells: Any) -> bytes:
    return json.dumps(list(cells), ensure_ascii=False, separators=(",", ":")).encode()


def _dashed(hex_: str | None) -> str | None:
    return str(uuid.UUID(hex_)) if hex_ else None


def _moment(stored: str | None) -> str | None:
    """SQLite keeps `2026-11-23 06:00:00.000000`, in UTC."""
    return stored.replace(" ", "T") + "Z" if stored else None


# --- points ---------------------------------------------------------------------------------------


class Keys:
    """What is right, by the item's name on the candidate's paper."""

    def __init__(self, database_url: str, sitting_id: uuid.UUID) -> None:
        rows = Tables(database_url).rows(KEYS, sitting_id)
        self.by_ref = {
            str(uuid.UUID(id_)): (part, json.loads(stored)["interaction"])
            for id_, part, _, stored in rows
        }
        self.refs = {(part, number): str(uuid.UUID(id_)) for id_, part, number, _ in rows}

    def by_place(self, given: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
        """From what somebody answered at a place to what they answered to an item."""
        return {self.refs[place]: value for place, value in given.items()}

    def total(self, responses: Mapping[str, Any]) -> Decimal:
        return sum((self._points(ref, value) for ref, value in responses.items()), Decimal(0))

    def _points(self, ref: str, value: Any) -> Decimal:
        part, told = self.by_ref[ref]
        if part == "I":
            return Decimal("0.25") * bool(value == told["key"])
        if part == "II":
            keys = {statement["id"]: statement["key"] for statement in told["statements"]}
            right = sum(value.get(statement) is key for statement, key in keys.items())
            return CLUSTER[right]
        return Decimal("0.5") * bool(value in told["keys"])

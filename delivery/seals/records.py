"""What is sealed of one attempt: plain values with one way to write them as bytes. Pure.

A record is made from the database at the end of a sitting and again from a result file at the
centre: the same facts give the same bytes wherever they lie.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """One response event as it was acknowledged."""

    writer_id: uuid.UUID
    epoch: int
    seq: int
    kind: str
    form_item_id: uuid.UUID
    value: bytes
    client_at: str
    received_at: datetime

    def as_bytes(self) -> bytes:
        return _canonical(
            "event",
            str(self.writer_id), self.epoch, self.seq, self.kind, str(self.form_item_id),
            self.value.decode(), self.client_at, instant(self.received_at),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedAction:
    """One thing an invigilator did about the candidate."""

    id: uuid.UUID
    kind: str
    seconds: int | None
    before: str
    after: str
    reason: str
    answers: uuid.UUID | None
    by_name: str
    at: datetime

    def as_bytes(self) -> bytes:
        return _canonical(
            "action",
            str(self.id), self.kind, self.seconds, self.before, self.after, self.reason,
            str(self.answers) if self.answers else None, self.by_name, instant(self.at),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedAttempt:
    """One attempt as it ended, with all that happened in it, in any order."""

    attempt_id: uuid.UUID
    number: str  # the candidate's
    form_hash: str
    started_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    receipt: str | None
    suspended_at: datetime | None
    events: tuple[SealedEvent, ...]
    actions: tuple[SealedAction, ...]

    def header(self) -> bytes:
        return _canonical(
            "attempt",
            str(self.attempt_id), self.number, self.form_hash, instant(self.started_at),
            instant(self.submitted_at), self.submitted_by, self.receipt,
            instant(self.suspended_at),
        )  # fmt: skip

    def links(self) -> Iterable[bytes]:
        """Events by (epoch, seq), then actions by time: the order of arrival plays no part."""
        for event in sorted(self.events, key=lambda e: (e.epoch, e.seq, e.writer_id)):
            yield event.as_bytes()
        for action in sorted(self.actions, key=lambda a: (a.at, a.id)):
            yield action.as_bytes()


@dataclass(frozen=True, slots=True)
class SealedIncident:
    """One entry of the incident log as it was noted."""

    id: uuid.UUID
    candidate_id: uuid.UUID | None
    room: str
    kind: str
    text: str
    happened_at: datetime
    by_id: uuid.UUID
    by_name: str
    noted_at: datetime

    def as_bytes(self) -> bytes:
        return _canonical(
            "incident",
            str(self.id), str(self.candidate_id) if self.candidate_id else None, self.room,
            self.kind, self.text, instant(self.happened_at), str(self.by_id), self.by_name,
            instant(self.noted_at),
        )  # fmt: skip


def instant(moment: datetime | None) -> str | None:
    """UTC to the microsecond: both databases keep as much."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _canonical(*cells: Any) -> bytes:
    return json.dumps(list(cells), ensure_ascii=False, separators=(",", ":")).encode()

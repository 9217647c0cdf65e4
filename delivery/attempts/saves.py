"""What a device sends, and what the server knows and answers. Plain values; no queries, no rules.

Named tuples where a save makes one: a frozen dataclass of as many fields takes four times as long.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from itembank.errors import KhaothiError

from .states import AttemptState

Key = tuple[uuid.UUID, uuid.UUID, int]  # attempt, writer, seq


class Change(NamedTuple):
    """One thing the candidate did, as the device numbered it."""

    seq: int
    kind: str
    item: uuid.UUID
    value: Any
    client_at: str


class Save(NamedTuple):
    """What one device sends; nothing but a sign of life where there are no changes.

    `writer` is the lease the page was opened under.
    """

    token_hash: str
    writer: uuid.UUID | None
    changes: tuple[Change, ...]
    received_at: datetime


class Standing(NamedTuple):
    """Where the device and its attempt stand, held until the commit."""

    lease_id: uuid.UUID
    epoch: int | None
    granted_at: datetime | None
    ended_at: datetime | None
    sitting_id: uuid.UUID
    grace_seconds: int
    attempt_id: uuid.UUID | None
    form_id: uuid.UUID | None
    deadline: datetime | None
    submitted_at: datetime | None
    submitted_by: str | None
    last_seen_at: datetime | None
    held_since: datetime | None
    held_by: str | None
    suspended_at: datetime | None
    n_messages: int | None

    @property
    def state(self) -> AttemptState:
        if self.attempt_id is None:
            return AttemptState.WAITING
        return AttemptState.RUNNING if self.submitted_at is None else AttemptState.SUBMITTED


@dataclass(frozen=True, slots=True)
class Refusal:
    """A save that was not taken, and why; with where the attempt stands, where one is known."""

    error: KhaothiError
    standing: Standing | None = None


Outcome = Standing | Refusal


class LookCloser(Exception):
    """Not everything in a batch is plainly new and allowed; nothing of it may be committed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an event that is stored already."""

    kind: str
    item: uuid.UUID
    value: bytes
    client_at: str

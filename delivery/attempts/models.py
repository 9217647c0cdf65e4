"""Attempts, writer leases and response events: the append-only record of what a candidate did."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class Attempt(Base):
    """One candidate's try at the form. The deadline is a fact of the server.

    `deadline`, `held_since`, `held_by`, `suspended_at` and `n_messages` say where the attempt stands
    after its actions (`actions.py` folds them): a save reads them in its own transaction.
    """

    __tablename__ = "attempt"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), unique=True)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(20))  # candidate, timeout, invigilator
    receipt: Mapped[str | None] = mapped_column(String(40))
    last_seen_at: Mapped[datetime | None]
    held_since: Mapped[datetime | None]  # the clock stands still from here
    held_by: Mapped[str | None] = mapped_column(String(40))  # what holds it: `actions.Hold`s
    suspended_at: Mapped[datetime | None]
    n_messages: Mapped[int] = mapped_column(default=0, server_default="0")


class AttemptAction(Base):
    """What an invigilator did about one candidate. Appended; the attempt's clock follows from it.

    `attempt_id` is empty for what came before the start. `answers` names the action this one
    confirms, refuses or ends; `sitting_action_id` the action on the whole room it is part of.
    """

    __tablename__ = "attempt_action"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID]
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), index=True)
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    seconds: Mapped[int | None]
    before: Mapped[str] = mapped_column(String(80), default="")  # a seat, a device
    after: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[uuid.UUID | None]
    sitting_action_id: Mapped[uuid.UUID | None]
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]


class LateEvent(Base):
    """What a device sent when it could no longer count: kept as it came, counted by nobody yet.

    The same key as a response event. `why` is the refusal it met. No keys to other tables: their
    row locks would make a candidate's save wait.
    """

    __tablename__ = "late_event"

    attempt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    writer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    form_item_id: Mapped[uuid.UUID]
    value: Mapped[bytes] = mapped_column(LargeBinary)
    client_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(30))


class WriterLease(Base):
    """The right to write, held by one device at a time; each hand-over raises the epoch.

    Granted at sign-in, before the attempt starts. `token_hash` is the SHA-256 of the cookie's
    token. A lease without `granted_at` waits for the invigilator and has no epoch yet, so the
    epochs of those who could write are consecutive.
    """

    __tablename__ = "writer_lease"
    __table_args__ = (UniqueConstraint("candidate_id", "epoch"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), index=True)
    epoch: Mapped[int | None]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    requested_at: Mapped[datetime]
    granted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    released_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    device: Mapped[str] = mapped_column(String(200), default="")


class ResponseEvent(Base):
    """One thing the candidate did, as the bytes that came. Key (attempt, writer, seq).

    No foreign keys: the transaction that appends an event has read and locked its attempt and lease.
    """

    __tablename__ = "response_event"

    attempt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    writer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[uuid.UUID]
    epoch: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))  # answer, flag
    form_item_id: Mapped[uuid.UUID]
    value: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON
    client_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]

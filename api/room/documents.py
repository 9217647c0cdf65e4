"""What the player receives and sends, as plain documents. No queries, no rules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from delivery.attempts.replay import Record
from delivery.attempts.repository import Held
from delivery.attempts.service import Receipt, state_of
from delivery.attempts.states import AttemptState

from .paper import Paper


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SentEvent(Sent):
    seq: Annotated[int, Field(ge=1, le=2_000_000_000, strict=True)]
    kind: Literal["answer", "flag"]
    item: Annotated[str, StringConstraints(max_length=80)]
    value: Any
    client_at: Annotated[str, StringConstraints(max_length=40)]


class SentEvents(Sent):
    writer: Annotated[str, StringConstraints(max_length=80)]
    events: Annotated[list[SentEvent], Field(min_length=1, max_length=256)]


class SentSubmission(Sent):
    writer: Annotated[str, StringConstraints(max_length=80)]
    last_seq: Annotated[int, Field(ge=0, le=2_000_000_000, strict=True)]


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def writer_name(held: Held) -> str:
    return f"w-{held.lease.id}"


def clock_document(held: Held, now: datetime) -> dict[str, Any]:
    attempt = held.attempt
    return {
        "server_now": instant(now),
        "deadline": instant(attempt.deadline) if attempt else None,
        "state": state_of(attempt),
    }


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    return {
        "code": receipt.code,
        "answered": receipt.answered,
        "total": receipt.total,
        "submitted_at": instant(receipt.submitted_at),
        "automatic": receipt.automatic,
    }


def attempt_document(
    held: Held,
    *,
    site: str,
    paper: Paper,
    records: Mapping[uuid.UUID, Record],
    highest_seq: int,
    receipt: Receipt | None,
    now: datetime,
) -> dict[str, Any]:
    """All a player needs to draw the attempt as it stands. The paper only while it is running."""
    clock = clock_document(held, now)
    is_running = clock["state"] == AttemptState.RUNNING
    return {
        "attempt": {
            "ref": str(held.attempt.id) if held.attempt else "",
            "state": clock["state"],
        },
        "exam": {"title": held.sitting.title, "subject": paper.subject, "site": site},
        "candidate": {"number": held.candidate.number, "name": held.candidate.full_name},
        "server_now": clock["server_now"],
        "deadline": clock["deadline"],
        "writer": {
            "id": writer_name(held),
            "epoch": held.lease.epoch,
            "next_seq": highest_seq + 1,
        },
        "parts": paper.parts if is_running else [],
        "stimuli": paper.stimuli if is_running else [],
        "responses": _responses(records) if is_running else {},
        "receipt": receipt_document(receipt) if receipt else None,
    }


def _responses(records: Mapping[uuid.UUID, Record]) -> dict[str, Any]:
    return {str(item): {"value": r.value, "flagged": r.flagged} for item, r in records.items()}

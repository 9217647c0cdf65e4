"""What the player receives and sends, as plain documents. No queries, no rules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from delivery.attempts.errors import UnknownItem
from delivery.attempts.replay import Record
from delivery.attempts.repository import Held
from delivery.attempts.saves import Change
from delivery.attempts.service import Receipt, state_of
from delivery.attempts.states import AttemptState
from itembank.errors import Invalid, msg, problem

from .paper import Paper


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SentEvent(Sent):
    seq: Annotated[int, Field(ge=1, le=2_000_000_000, strict=True)]
    kind: Literal["answer", "flag"]
    item: Annotated[str, StringConstraints(max_length=80)]
    value: Any
    client_at: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]


class SentEvents(Sent):
    writer: Annotated[str, StringConstraints(max_length=80)]
    events: Annotated[list[SentEvent], Field(min_length=1, max_length=256)]


class SentSubmission(Sent):
    writer: Annotated[str, StringConstraints(max_length=80)]
    last_seq: Annotated[int, Field(ge=0, le=2_000_000_000, strict=True)]


Document = TypeVar("Document", bound=Sent)


def read_sent(kind: type[Document], body: bytes) -> Document:
    """What a player sent, or a refusal that names each place that cannot be read."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        what = "Giá trị này không đọc được; sửa rồi gửi lại."
        raise Invalid(
            "Dữ liệu gửi lên không đúng dạng.",
            code="unreadable",
            problems=[
                problem(msg("{path}", path=".".join(str(p) for p in e["loc"])), what)
                for e in error.errors(include_input=False)[:20]
            ],
        ) from error


def changes_of(sent: SentEvents) -> tuple[Change, ...]:
    return tuple(_change(event) for event in sent.events)


def _change(event: SentEvent) -> Change:
    try:
        item = uuid.UUID(event.item)
    except ValueError as error:
        where = msg("thay đổi số {seq}", seq=event.seq)
        raise UnknownItem((problem(where, "Câu này không có trong đề đang mở."),)) from error
    return Change(event.seq, event.kind, item, event.value, event.client_at)


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def writer_name(held: Held) -> str:
    return f"w-{held.lease.id}"


def lease_named(writer: str) -> uuid.UUID | None:
    """The lease a page says it writes under; None where that is no name of ours."""
    try:
        return uuid.UUID(writer.removeprefix("w-"))
    except ValueError:
        return None


def clock_document(deadline: datetime | None, state: AttemptState, now: datetime) -> dict[str, Any]:
    return {
        "server_now": instant(now),
        "deadline": instant(deadline) if deadline else None,
        "state": state,
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
    deadline = held.attempt.deadline if held.attempt else None
    clock = clock_document(deadline, state_of(held.attempt), now)
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

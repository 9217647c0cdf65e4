"""What the player receives and sends, as plain documents. No queries, no rules."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from delivery.attempts.actions import TOLD, ActionKind, Hold, gravest
from delivery.attempts.errors import UnknownItem
from delivery.attempts.models import AttemptAction
from delivery.attempts.replay import Record
from delivery.attempts.repository import Held
from delivery.attempts.saves import Change
from delivery.attempts.service import Receipt, state_of
from delivery.attempts.states import AttemptState
from delivery.process.repository import Play
from delivery.process.service import Noticed
from delivery.sittings.models import Accommodation
from itembank.errors import Invalid, msg, problem

from ..i18n import translate
from .paper import NO_PAPER, Paper
from .sheets import Sheet


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


class SentProcessEvent(Sent):
    seq: Annotated[int, Field(ge=1, le=2_000_000_000, strict=True)]
    kind: Annotated[str, StringConstraints(max_length=20)]
    item: Annotated[str, StringConstraints(max_length=80)] | None = None
    ms: Annotated[int, Field(ge=0, le=86_400_000, strict=True)] | None = None
    client_at: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]


class SentProcessEvents(Sent):
    writer: Annotated[str, StringConstraints(max_length=80)]
    events: Annotated[list[SentProcessEvent], Field(min_length=1, max_length=200)]


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


def noticed_of(sent: SentProcessEvents) -> list[Noticed]:
    return [Noticed(e.seq, e.kind, _item(e.item), e.ms, e.client_at) for e in sent.events]


def _item(name: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(name) if name else None
    except ValueError:
        return None  # a place that is no item, such as the page of instructions


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def writer_name(held: Held) -> str:
    return named_writer(held.lease.id)


def named_writer(lease: uuid.UUID) -> str:
    return f"w-{lease}"


def lease_named(writer: str) -> uuid.UUID | None:
    """The lease a page says it writes under; None where that is no name of ours."""
    try:
        return uuid.UUID(writer.removeprefix("w-"))
    except ValueError:
        return None


HELD_WORDS = {
    Hold.SUSPENSION: "Bài của bạn đang tạm dừng chờ giám thị quyết định. Ngồi tại chỗ.",
    Hold.ROOM: "Cả phòng tạm dừng. Đồng hồ đứng yên, bài đã làm được giữ nguyên.",
    Hold.SEAT: "Giám thị tạm dừng bài của bạn. Đồng hồ đứng yên, bài đã làm được giữ nguyên.",
    Hold.DEVICE: "Bài đang chuyển sang máy khác. Đồng hồ đứng yên.",
}
SUSPENDED_WORDS = "Bạn đã bị đình chỉ thi. Ngồi tại chỗ và làm theo lời giám thị."


class Stands(Protocol):
    """Where an attempt stands: an `Attempt`, or the `Standing` a save was decided on."""

    @property
    def deadline(self) -> datetime | None: ...
    @property
    def held_since(self) -> datetime | None: ...
    @property
    def held_by(self) -> str | None: ...
    @property
    def suspended_at(self) -> datetime | None: ...
    @property
    def n_messages(self) -> int | None: ...


def clock_document(
    stands: Stands | None, state: AttemptState, now: datetime, lang: str = "vi"
) -> dict[str, Any]:
    """The server's time and all that governs the candidate's; see docs/reference/answer-path.md."""
    deadline = stands.deadline if stands else None
    return {
        "server_now": instant(now),
        "deadline": instant(deadline) if deadline else None,
        "state": state,
        "paused": _paused(stands, lang),
        "suspended": _suspended(stands, lang),
        "messages": (stands.n_messages or 0) if stands else 0,
    }


def _paused(stands: Stands | None, lang: str) -> dict[str, Any] | None:
    if stands is None or stands.held_since is None or not stands.held_by or stands.suspended_at:
        return None
    hold = gravest(stands.held_by)
    words = translate(HELD_WORDS[hold], lang)
    return {"since": instant(stands.held_since), "by": hold, "message": words}


def _suspended(stands: Stands | None, lang: str) -> dict[str, Any] | None:
    if stands is None or stands.suspended_at is None:
        return None
    return {"since": instant(stands.suspended_at), "message": translate(SUSPENDED_WORDS, lang)}


MESSAGE_WORDS = {
    ActionKind.EXTENDED: "Bạn được thêm {minutes} phút làm bài.",
    ActionKind.CREDITED: "Bạn được bù {minutes} phút đã mất.",
    ActionKind.ACCOMMODATED: "Bạn được thêm {minutes} phút theo chế độ dành cho thí sinh.",
    ActionKind.ROOM_PAUSED: "Cả phòng tạm dừng.",
    ActionKind.ROOM_RESUMED: "Phòng thi tiếp tục; thời gian tạm dừng không tính vào giờ làm bài.",
    ActionKind.SEAT_CHANGED: "Bạn chuyển sang phòng/ghế {seat}.",
}


def messages_document(actions: Iterable[AttemptAction], lang: str) -> dict[str, Any]:
    """What the candidate is told, oldest first. The reasons in the minutes are not among it."""
    return {
        "messages": [
            {"at": instant(action.at), "kind": action.kind, "text": _told(action, lang)}
            for action in actions
            if action.kind in TOLD
        ]
    }


def _told(action: AttemptAction, lang: str) -> str:
    if action.kind == ActionKind.ANNOUNCED:
        return action.reason  # the invigilator's own words
    minutes, rest = divmod(action.seconds or 0, 60)
    told = f"{minutes}:{rest:02d}" if rest else str(minutes)
    words = MESSAGE_WORDS[ActionKind(action.kind)]
    values = {"minutes": told, "seat": action.after}
    used = {name: value for name, value in values.items() if "{" + name + "}" in words}
    return translate(words, lang, **used)


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    return {
        "code": receipt.code,
        "answered": receipt.answered,
        "total": receipt.total,
        "submitted_at": instant(receipt.submitted_at),
        "automatic": receipt.automatic,
    }


def attempt_document(sheet: Sheet, now: datetime, lang: str) -> dict[str, Any]:
    """All but the paper that a player needs to draw the attempt as it stands."""
    held, attempt = sheet.held, sheet.attempt
    clock = clock_document(attempt, state_of(attempt), now, lang)
    return {
        "attempt": {"ref": str(attempt.id), "state": clock["state"]},
        "exam": {
            "title": held.sitting.title,
            "subject": sheet.paper.subject,
            "site": sheet.site,
            "form_code": sheet.form_code,
        },
        "candidate": {"number": held.candidate.number, "name": held.candidate.full_name},
        **{name: value for name, value in clock.items() if name != "state"},
        "writer": {
            "id": writer_name(held),
            "epoch": held.lease.epoch,
            "next_seq": sheet.highest_seq + 1,
        },
        "responses": _responses(sheet.records) if _is_open(clock) else {},
        "heard": [_heard(play) for play in sheet.plays] if _is_open(clock) else [],
        "receipt": receipt_document(sheet.receipt) if sheet.receipt else None,
        "accommodations": _accommodations(sheet.accommodation),
    }


def with_paper(document: dict[str, Any], paper: Paper) -> bytes:
    """The document as bytes, with the paper's own behind it; the paper only while it is open."""
    is_open = _is_open({**document, "state": document["attempt"]["state"]})
    about = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return about[:-1] + b"," + (paper.drawn if is_open else NO_PAPER) + b"}"


def _is_open(clock: Mapping[str, Any]) -> bool:
    is_stopped = clock["paused"] is not None or clock["suspended"] is not None
    return clock["state"] == AttemptState.RUNNING and not is_stopped


def _accommodations(granted: Accommodation | None) -> dict[str, Any] | None:
    if granted is None:
        return None
    return {
        "extra_percent": granted.extra_percent,
        "break_minutes": granted.break_minutes,
        "font_percent": granted.font_percent,
        "reader": granted.reader,
    }


def _heard(play: Play) -> dict[str, Any]:
    writer = named_writer(play.writer)
    return {"item": str(play.item), "kind": play.kind, "writer": writer, "seq": play.seq}


def _responses(records: Mapping[uuid.UUID, Record]) -> dict[str, Any]:
    return {str(item): {"value": r.value, "flagged": r.flagged} for item, r in records.items()}

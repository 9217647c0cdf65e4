"""What an attempt and a seat can be in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AttemptState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    SUBMITTED = "submitted"


class SubmittedBy(StrEnum):
    CANDIDATE = "candidate"
    TIMEOUT = "timeout"
    INVIGILATOR = "invigilator"


class SeatState(StrEnum):
    """How the invigilator sees one candidate."""

    ABSENT = "absent"
    ASKS_DEVICE = "asks_device"
    READY = "ready"
    WORKING = "working"
    IDLE = "idle"
    LOST = "lost"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    SUSPENDED = "suspended"


SEAT_NAMES: dict[SeatState, str] = {
    SeatState.ABSENT: "Chưa vào",
    SeatState.ASKS_DEVICE: "Chờ đổi máy",
    SeatState.READY: "Chờ mở đề",
    SeatState.WORKING: "Đang làm",
    SeatState.IDLE: "Không thao tác",
    SeatState.LOST: "Mất kết nối",
    SeatState.PAUSED: "Tạm dừng",
    SeatState.SUBMITTED: "Đã nộp",
    SeatState.SUSPENDED: "Đình chỉ thi",
}
# The player asks for the time every 12 to 18 seconds: three missed turns are a lost connection.
LOST_AFTER = timedelta(seconds=60)
IDLE_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class SeatFacts:
    has_device: bool
    asks_device: bool
    started_at: datetime | None
    submitted_at: datetime | None
    last_seen_at: datetime | None
    last_change_at: datetime | None
    held_since: datetime | None = None
    suspended_at: datetime | None = None


def seat_state(facts: SeatFacts, now: datetime) -> SeatState:
    """The most urgent true thing about a seat; a request for another machine comes first."""
    if facts.suspended_at is not None:
        return SeatState.SUSPENDED
    if facts.submitted_at is not None:
        return SeatState.SUBMITTED
    if facts.asks_device:
        return SeatState.ASKS_DEVICE
    if facts.started_at is None:
        return SeatState.READY if facts.has_device else SeatState.ABSENT
    if facts.held_since is not None:
        return SeatState.PAUSED
    if now - (facts.last_seen_at or facts.started_at) > LOST_AFTER:
        return SeatState.LOST
    if now - (facts.last_change_at or facts.started_at) > IDLE_AFTER:
        return SeatState.IDLE
    return SeatState.WORKING

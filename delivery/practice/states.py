"""When a task can be worked on, and what a pupil is shown of the keys. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

PRACTICE, TEST = "practice", "test"
KIND_NAMES = {PRACTICE: "Luyện tập", TEST: "Bài kiểm tra ngắn"}
AT_ONCE, AFTER = "at_once", "after"
FEEDBACK_NAMES = {AT_ONCE: "Ngay sau mỗi câu", AFTER: "Sau khi nộp bài"}
GRACE = timedelta(seconds=10)


class TaskState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


TASK_STATE_NAMES = {
    TaskState.PLANNED: "Chưa mở",
    TaskState.OPEN: "Đang mở",
    TaskState.CLOSED: "Đã đóng",
}


def task_state(
    opens_at: datetime, closes_at: datetime, ended_at: datetime | None, now: datetime
) -> TaskState:
    if ended_at is not None or now >= closes_at:
        return TaskState.CLOSED
    return TaskState.OPEN if now >= opens_at else TaskState.PLANNED


def deadline(closes_at: datetime, minutes: int | None, now: datetime) -> datetime:
    """The end of the pupil's time: their minutes, never past the end of the window."""
    if minutes is None:
        return closes_at
    return min(closes_at, now + timedelta(minutes=minutes))


def shows_key(feedback: str, *, checked: bool, submitted: bool, closed: bool) -> bool:
    """A test keeps its keys until everybody's time is over; practice shows what was checked."""
    if feedback == AT_ONCE:
        return checked or submitted
    return submitted and closed


def shows_score(feedback: str, *, submitted: bool, closed: bool) -> bool:
    return submitted and (feedback == AT_ONCE or closed)

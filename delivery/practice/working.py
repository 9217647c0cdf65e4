"""What a pupil does: sign in, start, answer, ask whether it is right, hand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import Conflict, NotFound, Refused
from itembank.people.classes import repository as classes
from itembank.people.classes.models import Pupil, SchoolClass

from . import repository, states
from .models import PracticeAnswer, PracticeAttempt, PracticeDevice, PracticeTask, PracticeTaskItem
from .states import GRACE, TaskState, task_state
from .typed import packed, unpacked


@dataclass(frozen=True, slots=True)
class Seat:
    """The pupil who is signed in on a device, and the class they came in by."""

    pupil: Pupil
    group: SchoolClass


def identify(
    db: Session, class_code: str, pupil_code: str, pin: str, *,
    verify: Callable[[str, str], bool], decoy: str, now: datetime,
) -> Seat | None:  # fmt: skip
    """The pupil whose PIN this is; who is in the class never shows in the time it takes."""
    group = repository.class_by_code(db, class_code.upper())
    members = classes.pupils_in(db, group.id, on=now.date()) if group else []
    pupil = next((p for p in members if p.code.lower() == pupil_code.lower()), None)
    stored = repository.pin_of(db, pupil.id) if pupil else None
    fits = verify(stored.pin_hash if stored else decoy, pin)
    return Seat(pupil, group) if group and pupil and stored and fits else None


def sign_in(db: Session, seat: Seat, *, token_hash: str, now: datetime) -> None:
    db.add(
        PracticeDevice(
            token_hash=token_hash, class_id=seat.group.id, pupil_id=seat.pupil.id, at=now
        )
    )
    audit.record(db, None, "pupil.signed_in", "pupil", seat.pupil.id, now=now)


def seat_of(db: Session, token_hash: str, *, now: datetime) -> Seat | None:
    """Who works on this device; nobody once the pupil has left the class."""
    found = repository.device(db, token_hash)
    if found is None:
        return None
    _, pupil, group = found
    members = {p.id for p in classes.pupils_in(db, group.id, on=now.date())}
    return Seat(pupil, group) if pupil.id in members else None


def sign_out(db: Session, token_hash: str, *, now: datetime) -> None:
    found = repository.device(db, token_hash)
    if found is not None:
        found[0].ended_at = now
        db.flush()


def task_for(db: Session, seat: Seat, task: PracticeTask) -> PracticeTask:
    if task.class_id != seat.group.id:
        raise NotFound("Không có bài này. Về danh sách bài rồi chọn lại.")
    return task


def state_now(task: PracticeTask, now: datetime) -> TaskState:
    return task_state(task.opens_at, task.closes_at, task.ended_at, now)


def start(db: Session, seat: Seat, task: PracticeTask, *, now: datetime) -> PracticeAttempt:
    """Time runs from here; starting again changes nothing."""
    task_for(db, seat, task)
    db.refresh(task, with_for_update=True)
    begun = repository.attempt_of(db, task.id, seat.pupil.id)
    if begun is not None:
        return begun
    if state_now(task, now) is not TaskState.OPEN:
        raise Refused("Bài chưa mở hoặc đã đóng.", code="task_closed")
    attempt = PracticeAttempt(
        task_id=task.id, pupil_id=seat.pupil.id, started_at=now,
        deadline=states.deadline(task.closes_at, task.minutes, now),
    )  # fmt: skip
    db.add(attempt)
    db.flush()
    audit.record(db, None, "practice.started", "practice_attempt", attempt.id, now=now)
    return attempt


def is_over(task: PracticeTask, attempt: PracticeAttempt, now: datetime) -> bool:
    """Handed in, out of time, or closed by the teacher."""
    late = now > attempt.deadline + GRACE
    return attempt.submitted_at is not None or late or task.ended_at is not None


def answer(
    db: Session, seat: Seat, task: PracticeTask, place: PracticeTaskItem, value: Any, *,
    check: bool, now: datetime,
) -> PracticeAnswer:  # fmt: skip
    """Append an answer. One that was checked is final; the same answer again adds nothing."""
    attempt = _working(db, seat, task, now)
    if place.task_id != task.id:
        raise NotFound("Câu này không có trong bài.")
    before = repository.newest_answers(db, [attempt.id]).get((attempt.id, place.id))
    final = check and task.feedback == states.AT_ONCE
    if before is not None and (before.checked or (unpacked(before.value) == value and not final)):
        return before
    made = PracticeAnswer(
        attempt_id=attempt.id, task_item_id=place.id, number=before.number + 1 if before else 1,
        value=packed(value), checked=final, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def _working(db: Session, seat: Seat, task: PracticeTask, now: datetime) -> PracticeAttempt:
    attempt = repository.attempt_of(db, task_for(db, seat, task).id, seat.pupil.id, lock=True)
    if attempt is None:
        raise Conflict("Bấm «Bắt đầu làm» trước khi trả lời.", code="not_started")
    if is_over(task, attempt, now):
        raise Conflict("Bài đã nộp hoặc đã hết giờ nên không ghi thêm được.", code="task_over")
    return attempt


def hand_in(db: Session, seat: Seat, task: PracticeTask, *, now: datetime) -> PracticeAttempt:
    """For good; asking again changes nothing."""
    attempt = repository.attempt_of(db, task_for(db, seat, task).id, seat.pupil.id, lock=True)
    if attempt is None:
        raise Conflict("Bấm «Bắt đầu làm» trước khi nộp.", code="not_started")
    if attempt.submitted_at is None:
        attempt.submitted_at = min(now, attempt.deadline)
        db.flush()
        audit.record(db, None, "practice.handed_in", "practice_attempt", attempt.id, now=now)
    return attempt

"""What an invigilator does about a whole room: one action on the sitting, one on every attempt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting, SittingAction
from itembank import audit
from itembank.errors import Conflict, Invalid, problem
from itembank.permissions import Actor, require

from . import action_log, repository, rules
from .acting import act
from .actions import ActionKind, Hold, read
from .invigilation import check_seconds
from .models import Attempt
from .reasons import checked_reason

LONGEST_ANNOUNCEMENT = 500


def pause_room(
    db: Session, actor: Actor, sitting: Sitting, room: str, *, reason: str, now: datetime
) -> SittingAction:
    """Stop every clock in the room (all rooms without one); nobody starts there meanwhile."""
    action = _on_room(
        db, actor, sitting, room, ActionKind.ROOM_PAUSED, checked_reason(reason), now
    )  # fmt: skip
    for attempt in _running(db, sitting, room):
        if Hold.ROOM not in read(attempt.held_by):
            _part_of(db, actor, attempt, action)
    return action


def resume_room(
    db: Session, actor: Actor, sitting: Sitting, room: str, *, now: datetime
) -> SittingAction:
    """Let the room go on; the time it stood still is given back to everybody."""
    require(rules.can_act_on_room(actor, sitting))
    held = [a for a in _running(db, sitting, room) if Hold.ROOM in read(a.held_by)]
    if not held and not action_log.room_is_paused(db, sitting.id, room):
        raise Conflict("Phòng này không tạm dừng.", code="not_paused")
    action = _on_room(db, actor, sitting, room, ActionKind.ROOM_RESUMED, "", now)
    for attempt in held:
        _part_of(db, actor, attempt, action)
    return action


def extend_room(
    db: Session, actor: Actor, sitting: Sitting, room: str, *,
    minutes: int, reason: str, now: datetime,
) -> SittingAction:  # fmt: skip
    """The same minutes for everybody who works in the room."""
    require(rules.can_act_on_room(actor, sitting))
    check_seconds(60 * minutes)
    action = _on_room(
        db, actor, sitting, room, ActionKind.EXTENDED, checked_reason(reason), now,
        seconds=60 * minutes,
    )  # fmt: skip
    for attempt in _running(db, sitting, room):
        _part_of(db, actor, attempt, action)
    return action


def announce(
    db: Session, actor: Actor, sitting: Sitting, room: str, *, text: str, now: datetime
) -> SittingAction:
    """Words that appear on every screen of the room, such as a misprint put right."""
    require(rules.can_act_on_room(actor, sitting))
    words = " ".join(text.split())
    if not 1 <= len(words) <= LONGEST_ANNOUNCEMENT:
        what = "Ghi lời thông báo, nhiều nhất 500 kí tự."
        raise Invalid("Chưa gửi thông báo.", problems=[problem("text", what)])
    action = _on_room(db, actor, sitting, room, ActionKind.ANNOUNCED, words, now)
    for attempt in _running(db, sitting, room):
        _part_of(db, actor, attempt, action)
    return action


def move(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    room: str, seat: str, reason: str, now: datetime,
) -> Candidate:  # fmt: skip
    """Another seat, in this room or another; what is left of the time goes with the candidate."""
    repository.lock_sitting(db, sitting.id, shared=False)
    repository.lock_candidate(db, candidate.id)
    found = repository.attempt_of(db, candidate.id)
    attempt = repository.lock_attempt(db, found.id) if found else None
    require(rules.can_prepare(actor, sitting, attempt))
    reason = checked_reason(reason)
    _check_seat(db, sitting, candidate, room, seat)
    before, after = f"{candidate.room}/{candidate.seat}", f"{room}/{seat}"
    candidate.room, candidate.seat = room, seat
    if attempt is not None:
        kind = ActionKind.SEAT_CHANGED
        act(db, actor, attempt, kind, before=before, after=after, reason=reason, now=now)
        as_the_room(db, actor, sitting, attempt, room, now)
    db.flush()
    audit.record(
        db, actor, "candidate.moved", "candidate", candidate.id, now=now,
        before={"seat": before}, after={"seat": after}, reason=reason,
    )  # fmt: skip
    return candidate


def _check_seat(db: Session, sitting: Sitting, candidate: Candidate, room: str, seat: str) -> None:
    if not (0 < len(seat) <= 20 and 0 < len(room) <= 20):
        raise Invalid("Chưa đổi chỗ.", problems=[problem("seat", "Ghi phòng và số ghế mới.")])
    taken = repository.candidate_at(db, sitting.id, room, seat)
    if taken is not None and taken.id != candidate.id:
        what = "Ghế này đã có thí sinh khác; chọn ghế trống."
        raise Invalid("Chưa đổi chỗ.", code="seat_taken", problems=[problem("seat", what)])


def as_the_room(
    db: Session, actor: Actor, sitting: Sitting, attempt: Attempt, room: str, now: datetime
) -> None:
    """Whoever moves between a room that stands still and one that works does as the new one does."""
    should = action_log.room_is_paused(db, sitting.id, room)
    if should != (Hold.ROOM in read(attempt.held_by)):
        kind = ActionKind.ROOM_PAUSED if should else ActionKind.ROOM_RESUMED
        act(db, actor, attempt, kind, now=now)


def _on_room(
    db: Session, actor: Actor, sitting: Sitting, room: str, kind: ActionKind, reason: str,
    now: datetime, *, seconds: int | None = None,
) -> SittingAction:  # fmt: skip
    """The action on the sitting. Its lock keeps anybody from starting in between."""
    require(rules.can_act_on_room(actor, sitting))
    repository.lock_sitting(db, sitting.id, shared=False)
    action = SittingAction(
        sitting_id=sitting.id, kind=kind, room=room, seconds=seconds, reason=reason,
        by_id=actor.person_id, by_name=actor.name, at=now,
    )  # fmt: skip
    db.add(action)
    db.flush()
    after = {"room": room, "seconds": seconds}
    audit.record(
        db, actor, f"sitting.{kind}", "sitting", sitting.id, now=now, after=after,
        reason=reason or None,
    )  # fmt: skip
    return action


def _running(db: Session, sitting: Sitting, room: str) -> Iterator[Attempt]:
    for attempt_id in action_log.running_in(db, sitting.id, room):
        attempt = repository.lock_attempt(db, attempt_id)
        if attempt.submitted_at is None and attempt.suspended_at is None:
            yield attempt


def _part_of(db: Session, actor: Actor, attempt: Attempt, action: SittingAction) -> None:
    act(
        db, actor, attempt, action.kind, seconds=action.seconds, reason=action.reason,
        sitting_action_id=action.id, now=action.at,
    )  # fmt: skip

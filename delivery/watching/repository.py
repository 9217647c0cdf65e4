"""What a watched room shows, read in one statement: the seats, and how much was noted about them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from delivery.attempts.actions import GIVES_TIME, Hold, read
from delivery.attempts.clock import extra_seconds
from delivery.attempts.models import Attempt, AttemptAction, ResponseEvent, WriterLease
from delivery.attempts.replay import ANSWER
from delivery.attempts.repository import NO_RESPONSE
from delivery.attempts.states import SeatFacts
from delivery.incidents.models import Incident
from delivery.safe_exam_browser.findings import Finding
from delivery.safe_exam_browser.models import SafeExamBrowserSetting, SafeExamBrowserSighting
from delivery.safe_exam_browser.service import OFF
from delivery.sittings.models import Accommodation, Candidate, Sitting, SittingAction
from itembank.forms.models import FormItem

THIS = bindparam("sitting_id", type_=Sitting.id.type)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One candidate's place as the tables have it."""

    candidate_id: uuid.UUID
    number: str
    name: str
    room: str
    seat: str
    facts: SeatFacts
    deadline: datetime | None
    holds: frozenset[Hold]
    given_seconds: int  # what this candidate has beyond the common time
    answered: int
    device: str
    hand_overs: int
    finding: Finding | None  # of Safe Exam Browser, where the sitting asks for it
    n_actions: int


@dataclass(frozen=True, slots=True)
class Watched:
    """A sitting at one moment."""

    sitting_id: uuid.UUID
    state: str
    grace_seconds: int
    n_items: int
    n_noted: int  # actions on rooms and incidents: the log has grown when this has
    seats: tuple[SeatRow, ...]


def watched(db: Session, sitting_id: uuid.UUID) -> Watched:
    """All that a console shows of a sitting. One statement, whatever the number of seats."""
    rows = db.execute(_statement(), {"sitting_id": sitting_id}).all()
    first = rows[0]
    return Watched(
        sitting_id=sitting_id,
        state=first.state,
        grace_seconds=first.grace_seconds,
        n_items=first.n_items,
        n_noted=first.n_room_actions + first.n_incidents,
        seats=tuple({row.candidate_id: _seat(row) for row in rows if row.candidate_id}.values()),
    )


@cache
def _statement() -> Select[Any]:
    """Built once; a look every second only fills in the sitting."""
    holder = aliased(WriterLease)
    progress = _progress()
    acted, seen = _acted(), _seen()
    holds_now = (
        holder.candidate_id == Candidate.id,
        holder.ended_at.is_(None),
        holder.granted_at.is_not(None),
    )
    return (
        select(
            *_of_sitting(),
            Candidate.id.label("candidate_id"),
            Candidate.number,
            Candidate.full_name,
            Candidate.room,
            Candidate.seat,
            _asks_device().label("asks_device"),
            _extra_percent().label("extra_percent"),
            holder.id.label("holder"),
            holder.epoch,
            holder.device,
            Attempt.started_at,
            Attempt.deadline,
            Attempt.submitted_at,
            Attempt.last_seen_at,
            Attempt.held_since,
            Attempt.held_by,
            Attempt.suspended_at,
            progress.c.answered,
            progress.c.last_change_at,
            acted.c.n_actions,
            acted.c.given_seconds,
            seen.c.finding,
        )
        .select_from(Sitting)
        .outerjoin(Candidate, Candidate.sitting_id == Sitting.id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .outerjoin(progress, progress.c.attempt_id == Attempt.id)
        .outerjoin(acted, acted.c.candidate_id == Candidate.id)
        .outerjoin(holder, and_(*holds_now))
        .outerjoin(seen, seen.c.lease_id == holder.id)
        .where(Sitting.id == THIS)
        .order_by(Candidate.room, Candidate.number)
    )


def _of_sitting() -> Sequence[ColumnElement[Any]]:
    """The same in every row."""
    items = select(func.count()).select_from(FormItem).where(FormItem.form_id == Sitting.form_id)
    acts = select(func.count()).select_from(SittingAction)
    incidents = select(func.count()).select_from(Incident)
    mode = (
        select(SafeExamBrowserSetting.mode)
        .where(SafeExamBrowserSetting.sitting_id == Sitting.id)
        .order_by(SafeExamBrowserSetting.number.desc())
        .limit(1)
    )
    return (
        Sitting.state.label("state"),
        Sitting.grace_seconds.label("grace_seconds"),
        Sitting.minutes.label("minutes"),
        items.scalar_subquery().label("n_items"),
        acts.where(SittingAction.sitting_id == Sitting.id)
        .scalar_subquery()
        .label("n_room_actions"),
        incidents.where(Incident.sitting_id == Sitting.id).scalar_subquery().label("n_incidents"),
        mode.scalar_subquery().label("browser_mode"),
    )


def _asks_device() -> ColumnElement[bool]:
    waiting = aliased(WriterLease)
    return exists().where(
        waiting.candidate_id == Candidate.id,
        waiting.ended_at.is_(None),
        waiting.granted_at.is_(None),
    )


def _extra_percent() -> ColumnElement[Any]:
    newest = (
        select(Accommodation.extra_percent)
        .where(Accommodation.candidate_id == Candidate.id)
        .order_by(Accommodation.number.desc())
        .limit(1)
    )
    return newest.scalar_subquery()


def _acted() -> FromClause:
    """Of each candidate: how often something was done, and the seconds that were given one by one."""
    own = AttemptAction.kind.in_(GIVES_TIME) & AttemptAction.sitting_action_id.is_(None)
    mine = aliased(Candidate)
    return (
        select(
            AttemptAction.candidate_id,
            func.count().label("n_actions"),
            func.sum(AttemptAction.seconds).filter(own).label("given_seconds"),
        )
        .join(mine, mine.id == AttemptAction.candidate_id)
        .where(mine.sitting_id == THIS)
        .group_by(AttemptAction.candidate_id)
        .subquery()
    )


def _progress() -> FromClause:
    """Of each attempt: items with a response now, and when something last changed."""
    newest_first = func.row_number().over(
        partition_by=(ResponseEvent.attempt_id, ResponseEvent.form_item_id, ResponseEvent.kind),
        order_by=(ResponseEvent.epoch.desc(), ResponseEvent.seq.desc()),
    )
    mine = aliased(Attempt)
    ranked = (
        select(
            ResponseEvent.attempt_id,
            ResponseEvent.kind,
            ResponseEvent.value,
            ResponseEvent.received_at,
            newest_first.label("rank"),
        )
        .join(mine, mine.id == ResponseEvent.attempt_id)
        .where(mine.sitting_id == THIS)
        .subquery()
    )
    counts = (ranked.c.kind == ANSWER) & ranked.c.value.not_in(NO_RESPONSE)
    return (
        select(
            ranked.c.attempt_id,
            func.count().filter(counts).label("answered"),
            func.max(ranked.c.received_at).label("last_change_at"),
        )
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.attempt_id)
        .subquery()
    )


def _seen() -> FromClause:
    """Of each device: what was seen of its browser last."""
    sighting = SafeExamBrowserSighting
    rank = func.row_number().over(
        partition_by=sighting.lease_id, order_by=(sighting.at.desc(), sighting.id.desc())
    )
    ranked = (
        select(sighting.lease_id, sighting.finding, rank.label("rank"))
        .where(sighting.sitting_id == THIS)
        .subquery()
    )
    return select(ranked.c.lease_id, ranked.c.finding).where(ranked.c.rank == 1).subquery()


def _seat(row: Any) -> SeatRow:
    asks_browser = row.browser_mode not in (None, OFF)
    before_start = extra_seconds(row.minutes, row.extra_percent or 0)
    return SeatRow(
        candidate_id=row.candidate_id,
        number=row.number,
        name=row.full_name,
        room=row.room,
        seat=row.seat,
        facts=_facts(row),
        deadline=row.deadline,
        holds=read(row.held_by),
        given_seconds=max(before_start, row.given_seconds or 0),
        answered=row.answered or 0,
        device=row.device or "",
        hand_overs=max(0, (row.epoch or 1) - 1),
        finding=Finding(row.finding) if asks_browser and row.finding else None,
        n_actions=row.n_actions or 0,
    )


def _facts(row: Any) -> SeatFacts:
    return SeatFacts(
        has_device=row.holder is not None,
        asks_device=bool(row.asks_device),
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        last_seen_at=row.last_seen_at,
        last_change_at=row.last_change_at,
        held_since=row.held_since,
        suspended_at=row.suspended_at,
    )

"""All queries about sittings and their candidates."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from itembank.errors import NotFound
from itembank.forms.models import TestForm
from itembank.people.models import Unit
from itembank.permissions import Actor, Role

from .models import Accommodation, Candidate, CodeIssue, Sitting, SittingAction
from .states import PLANNED


@dataclass(frozen=True, slots=True)
class SittingLine:
    """A sitting in a list, with what a reader wants to know at once."""

    sitting: Sitting
    form: TestForm
    unit: Unit
    n_candidates: int
    n_codes: int


def sitting_of(db: Session, sitting_id: uuid.UUID) -> Sitting:
    sitting = db.get(Sitting, sitting_id)
    if sitting is None:
        raise NotFound("Không có ca thi này. Về danh sách ca thi rồi chọn lại.")
    return sitting


def candidate_of(db: Session, sitting_id: uuid.UUID, candidate_id: uuid.UUID) -> Candidate:
    candidate = db.get(Candidate, candidate_id)
    if candidate is None or candidate.sitting_id != sitting_id:
        raise NotFound("Không có thí sinh này trong ca thi.")
    return candidate


def candidates(db: Session, sitting_id: uuid.UUID) -> Sequence[Candidate]:
    query = select(Candidate).where(Candidate.sitting_id == sitting_id)
    return db.scalars(query.order_by(Candidate.number)).all()


def candidates_by_number(db: Session, number: str) -> Sequence[tuple[Candidate, Sitting]]:
    """Everybody with this number, in any sitting, the latest sitting first."""
    query = (
        select(Candidate, Sitting)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Candidate.number == number)
        .order_by(Sitting.starts_at.desc())
    )
    return [(candidate, sitting) for candidate, sitting in db.execute(query)]


def numbers_in(db: Session, sitting_id: uuid.UUID) -> set[str]:
    return set(db.scalars(select(Candidate.number).where(Candidate.sitting_id == sitting_id)))


def last_number(db: Session, council: str, digits: int) -> str | None:
    """The highest number of this council in any sitting: its code and so many digits."""
    query = select(func.max(Candidate.number)).where(
        Candidate.number.between(council + "0" * digits, council + "9" * digits),
        func.length(Candidate.number) == len(council) + digits,
    )
    return db.scalar(query)


def codes_issued(db: Session, sitting_id: uuid.UUID) -> int:
    query = (
        select(func.count())
        .select_from(Candidate)
        .where(Candidate.sitting_id == sitting_id, Candidate.code_issued_at.is_not(None))
    )
    return db.scalar(query) or 0


def code_issues(db: Session, candidate_id: uuid.UUID) -> Sequence[CodeIssue]:
    query = select(CodeIssue).where(CodeIssue.candidate_id == candidate_id)
    return db.scalars(query.order_by(CodeIssue.at, CodeIssue.id)).all()


def visible_sittings(
    db: Session, actor: Actor, roles: Iterable[Role] = (Role.EXAM_OFFICER, Role.INVIGILATOR)
) -> list[SittingLine]:
    """Sittings of the units this person works for, the latest first."""
    wanted = set(roles)
    units = {u for g in actor.grants if g.role in wanted for u in (g.unit_id, *g.below)}
    query = (
        select(Sitting, TestForm, Unit, func.count(Candidate.id), func.count(Candidate.code_hash))
        .join(TestForm, TestForm.id == Sitting.form_id)
        .join(Unit, Unit.id == Sitting.unit_id)
        .outerjoin(Candidate, Candidate.sitting_id == Sitting.id)
        .where(Sitting.unit_id.in_(units))
        .group_by(Sitting.id, TestForm.id, Unit.id)
        .order_by(Sitting.starts_at.desc(), Sitting.id.desc())
    )
    return [SittingLine(*row) for row in db.execute(query)]


@dataclass(frozen=True, slots=True)
class RoomCount:
    """A room of a sitting: how many candidates, how many of them have a code."""

    room: str
    n_candidates: int
    n_codes: int

    @property
    def without_code(self) -> int:
        return self.n_candidates - self.n_codes


def rooms(db: Session, sitting_id: uuid.UUID) -> list[RoomCount]:
    query = (
        select(Candidate.room, func.count(), func.count(Candidate.code_hash))
        .where(Candidate.sitting_id == sitting_id)
        .group_by(Candidate.room)
        .order_by(Candidate.room)
    )
    return [RoomCount(*row) for row in db.execute(query)]


def without_code(db: Session, sitting_id: uuid.UUID, room: str | None) -> Sequence[Candidate]:
    """Candidates who have no code yet, of one room or of all."""
    query = select(Candidate).where(
        Candidate.sitting_id == sitting_id, Candidate.code_hash.is_(None)
    )
    if room is not None:
        query = query.where(Candidate.room == room)
    return db.scalars(query.order_by(Candidate.room, Candidate.number)).all()


def candidate_page(
    db: Session, sitting_id: uuid.UUID, room: str | None, *, start: int, size: int
) -> Sequence[Candidate]:
    query = select(Candidate).where(Candidate.sitting_id == sitting_id)
    if room is not None:
        query = query.where(Candidate.room == room)
    return db.scalars(query.order_by(Candidate.number).offset(start).limit(size)).all()


def planning_units(db: Session, actor: Actor) -> Sequence[Unit]:
    """Units for which this person may plan sittings."""
    grants = [g for g in actor.grants if g.role is Role.EXAM_OFFICER]
    ids = {u for g in grants for u in (g.unit_id, *g.below)}
    return db.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.name)).all()


def sittings_of_form(db: Session, form_id: uuid.UUID) -> Sequence[Sitting]:
    query = select(Sitting).where(Sitting.form_id == form_id).order_by(Sitting.starts_at)
    return db.scalars(query).all()


def planned_after(
    db: Session, units: Collection[uuid.UUID], moment: datetime, *, most: int
) -> Sequence[Sitting]:
    """Sittings of these units that begin later and are not open yet, the next ones first."""
    query = select(Sitting).where(
        Sitting.unit_id.in_(units), Sitting.state == PLANNED, Sitting.starts_at > moment
    )
    return db.scalars(query.order_by(Sitting.starts_at).limit(most)).all()


def accommodation_of(db: Session, candidate_id: uuid.UUID) -> Accommodation | None:
    """What the candidate is granted now: the newest row."""
    return accommodations_of(db, [candidate_id]).get(candidate_id)


def accommodations_of(
    db: Session, candidates: Collection[uuid.UUID]
) -> dict[uuid.UUID, Accommodation]:
    """Candidate -> what they are granted now."""
    query = select(Accommodation).where(Accommodation.candidate_id.in_(candidates))
    return {row.candidate_id: row for row in db.scalars(query.order_by(Accommodation.number))}


def most_extra_time(db: Session, candidate_id: uuid.UUID, *, before: int) -> int:
    """The highest percentage granted by the rows numbered below `before`."""
    query = select(func.max(Accommodation.extra_percent)).where(
        Accommodation.candidate_id == candidate_id, Accommodation.number < before
    )
    return db.scalar(query) or 0


def accommodations(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, Accommodation]:
    """Candidate -> what they are granted now."""
    query = (
        select(Accommodation)
        .join(Candidate, Candidate.id == Accommodation.candidate_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Accommodation.number)
    )
    return {row.candidate_id: row for row in db.scalars(query)}


def newest_action(db: Session, sitting_id: uuid.UUID, kind: str) -> SittingAction | None:
    query = (
        select(SittingAction)
        .where(SittingAction.sitting_id == sitting_id, SittingAction.kind == kind)
        .order_by(SittingAction.at.desc(), SittingAction.id.desc())
        .limit(1)
    )
    return db.scalars(query).first()

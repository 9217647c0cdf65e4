"""All queries about room codes and checks of machines."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.allocation.grid import Plan
from delivery.sites.models import HeldPackage
from delivery.sittings.models import Candidate

from .models import ReadinessCheck, RoomCode
from .seats import RoomSeats, room_seats


def code_named(db: Session, code: str) -> RoomCode | None:
    return db.scalars(select(RoomCode).where(RoomCode.code == code)).first()


def codes_of(db: Session, sitting_id: uuid.UUID) -> dict[str, RoomCode]:
    """Room -> the code that counts."""
    query = select(RoomCode).where(RoomCode.sitting_id == sitting_id)
    return {code.room: code for code in db.scalars(query.order_by(RoomCode.at, RoomCode.id))}


def rooms_of(db: Session, sitting_id: uuid.UUID) -> dict[str, RoomSeats]:
    """Room -> its seats, of every room with a plan or a candidate."""
    query = select(Candidate.room, Candidate.seat, Candidate.number)
    taken: dict[str, list[tuple[str, str]]] = {}
    for room, seat, number in db.execute(query.where(Candidate.sitting_id == sitting_id)):
        taken.setdefault(room, []).append((seat, number))
    plans = allocation.plans(db, sitting_id)
    found = {}
    for room in sorted({*taken, *plans}):
        drawn = plans.get(room)
        plan = Plan(drawn.rows, drawn.columns, drawn.is_snake) if drawn else None
        found[room] = room_seats(plan, taken.get(room, []))
    return found


def shut_package(db: Session, sitting_id: uuid.UUID) -> HeldPackage | None:
    """The newest package of a sitting that this box holds and has not opened."""
    query = select(HeldPackage).where(
        HeldPackage.sitting_id == sitting_id, HeldPackage.opened_at.is_(None)
    )
    newest_first = (HeldPackage.received_at.desc(), HeldPackage.id.desc())
    return db.scalars(query.order_by(*newest_first)).first()


def n_codes(db: Session, sitting_id: uuid.UUID, room: str) -> int:
    query = select(func.count()).select_from(RoomCode)
    return db.scalar(query.where(RoomCode.sitting_id == sitting_id, RoomCode.room == room)) or 0


def n_checks(db: Session, code_id: uuid.UUID, seat: str) -> int:
    query = select(func.count()).select_from(ReadinessCheck)
    of_seat = (ReadinessCheck.code_id == code_id, ReadinessCheck.seat == seat)
    return db.scalar(query.where(*of_seat)) or 0


def newest_checks(db: Session, sitting_id: uuid.UUID) -> dict[tuple[str, str], ReadinessCheck]:
    """Room and seat -> the last check. What came before stays unread: a seat may have many."""
    place = (ReadinessCheck.room, ReadinessCheck.seat)
    newest_first = (ReadinessCheck.at.desc(), ReadinessCheck.id.desc())
    ranked = (
        select(
            ReadinessCheck.id,
            func.row_number().over(partition_by=place, order_by=newest_first).label("rank"),
        )
        .where(ReadinessCheck.sitting_id == sitting_id)
        .subquery()
    )
    query = select(ReadinessCheck).join(ranked, ranked.c.id == ReadinessCheck.id)
    return {(one.room, one.seat): one for one in db.scalars(query.where(ranked.c.rank == 1))}


def checks_of_seat(
    db: Session, sitting_id: uuid.UUID, room: str, seat: str, *, most: int
) -> Sequence[ReadinessCheck]:
    """The history of one seat, the newest first."""
    query = select(ReadinessCheck).where(
        ReadinessCheck.sitting_id == sitting_id,
        ReadinessCheck.room == room,
        ReadinessCheck.seat == seat,
    )
    newest_first = (ReadinessCheck.at.desc(), ReadinessCheck.id.desc())
    return db.scalars(query.order_by(*newest_first).limit(most)).all()

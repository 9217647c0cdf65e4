"""Searches kept under a name: a person's own, seen by nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Invalid, NotFound, msg, problem
from ..permissions import Actor
from .models import SavedSearch

MOST_KEPT = 50
LONGEST_NAME, LONGEST_ADDRESS = 120, 4_000


def searches_of(db: Session, actor: Actor) -> Sequence[SavedSearch]:
    """In the order of their names."""
    query = select(SavedSearch).where(SavedSearch.person_id == actor.person_id)
    return db.scalars(query.order_by(SavedSearch.name)).all()


def save(db: Session, actor: Actor, *, name: str, address: str, now: datetime) -> SavedSearch:
    """Keep a search; the same name again means this search from now on."""
    named = " ".join(name.split())
    _refuse(db, actor, named, address)
    kept = _named(db, actor, named)
    if kept is None:
        kept = SavedSearch(person_id=actor.person_id, name=named, address=address, created_at=now)
        db.add(kept)
    kept.address = address
    db.flush()
    audit.record(db, actor, "search.saved", "saved_search", kept.id, now=now)
    return kept


def forget(db: Session, actor: Actor, search_id: uuid.UUID, *, now: datetime) -> None:
    kept = db.get(SavedSearch, search_id)
    if kept is None or kept.person_id != actor.person_id:
        raise NotFound("Không có bộ lọc này trong các bộ lọc bạn đã lưu.")
    db.delete(kept)
    db.flush()
    audit.record(db, actor, "search.forgotten", "saved_search", search_id, now=now)


def _named(db: Session, actor: Actor, name: str) -> SavedSearch | None:
    query = select(SavedSearch).where(
        SavedSearch.person_id == actor.person_id, SavedSearch.name == name
    )
    return db.scalars(query).first()


def _refuse(db: Session, actor: Actor, name: str, address: str) -> None:
    own = SavedSearch.person_id == actor.person_id
    n_kept = db.scalar(select(func.count()).select_from(SavedSearch).where(own)) or 0
    checks = (
        (
            0 < len(name) <= LONGEST_NAME,
            msg("Đặt tên cho bộ lọc, nhiều nhất {n} chữ.", n=LONGEST_NAME),
        ),
        (len(address) <= LONGEST_ADDRESS, msg("Bộ lọc này quá dài để lưu; bỏ bớt lựa chọn.")),
        (
            n_kept < MOST_KEPT or _named(db, actor, name) is not None,
            msg("Đã có {n} bộ lọc; xoá bớt rồi lưu.", n=MOST_KEPT),
        ),
    )
    found = [problem("ten", what) for holds, what in checks if not holds]
    if found:
        raise Invalid("Chưa lưu bộ lọc.", code="search_not_saved", problems=found)

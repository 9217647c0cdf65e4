"""All queries about what is before the council."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...items.models import Item
from ..models import ReviewRound
from .models import CouncilCase, CouncilOutcome, CouncilVote


def case_by_id(db: Session, case_id: uuid.UUID) -> CouncilCase:
    found = db.get(CouncilCase, case_id)
    if found is None:
        raise NotFound("Không có việc biểu quyết này. Về trang Hội đồng rồi chọn lại.")
    return found


def outcome_of(db: Session, case: CouncilCase) -> CouncilOutcome | None:
    return db.get(CouncilOutcome, case.id)


def votes_of(db: Session, case_id: uuid.UUID) -> Sequence[CouncilVote]:
    query = select(CouncilVote).where(CouncilVote.case_id == case_id)
    return db.scalars(query.order_by(CouncilVote.at, CouncilVote.member_id)).all()


def open_cases(db: Session) -> list[tuple[CouncilCase, Item]]:
    """Cases without an outcome whose round, if they have one, still runs; oldest first."""
    query = (
        select(CouncilCase, Item)
        .join(Item, Item.id == CouncilCase.item_id)
        .outerjoin(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .outerjoin(ReviewRound, ReviewRound.id == CouncilCase.round_id)
        .where(CouncilOutcome.case_id.is_(None), ReviewRound.closed_at.is_(None))
        .order_by(CouncilCase.opened_at, CouncilCase.id)
    )
    return [(case, item) for case, item in db.execute(query)]


def cases_of_item(db: Session, item_id: uuid.UUID) -> Sequence[CouncilCase]:
    query = select(CouncilCase).where(CouncilCase.item_id == item_id)
    return db.scalars(query.order_by(CouncilCase.opened_at, CouncilCase.id)).all()


def cases_of_round(db: Session, round_id: uuid.UUID) -> Sequence[CouncilCase]:
    query = select(CouncilCase).where(CouncilCase.round_id == round_id)
    return db.scalars(query.order_by(CouncilCase.opened_at, CouncilCase.id)).all()


def open_case_of_round(db: Session, round_id: uuid.UUID) -> CouncilCase | None:
    query = (
        select(CouncilCase)
        .outerjoin(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .where(CouncilCase.round_id == round_id, CouncilOutcome.case_id.is_(None))
    )
    return db.scalar(query)


def open_statistics_case(db: Session, item_id: uuid.UUID) -> CouncilCase | None:
    query = (
        select(CouncilCase)
        .outerjoin(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .where(
            CouncilCase.item_id == item_id,
            CouncilCase.kind == "statistics",
            CouncilOutcome.case_id.is_(None),
        )
    )
    return db.scalar(query)

"""All queries about quotas, packages handed over and minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from ..errors import NotFound
from ..items.models import Item, ItemVersion, StimulusVersion
from ..permissions import Actor, Role
from ..review.models import ReviewDecision, ReviewRound
from .models import AppraisalMinutes, Handover, HandoverItem, HandoverReceipt, Quota


@dataclass(frozen=True, slots=True)
class Sent:
    """A package with the quota it was made for and what the department signed, if it has."""

    handover: Handover
    quota: Quota
    receipt: HandoverReceipt | None


def quota_by_id(db: Session, quota_id: uuid.UUID) -> Quota:
    found = db.get(Quota, quota_id)
    if found is None:
        raise NotFound("Không có chỉ tiêu này. Về trang Bàn giao rồi chọn lại.")
    return found


def newest_quota(db: Session, series: uuid.UUID) -> Quota:
    numbers = quota_numbers(db, series)
    if not numbers:
        raise NotFound("Không có chỉ tiêu này. Về trang Bàn giao rồi chọn lại.")
    return numbers[0]


def quota_numbers(db: Session, series: uuid.UUID) -> Sequence[Quota]:
    """Every version of a quota, newest first."""
    query = select(Quota).where(Quota.series == series).order_by(Quota.number.desc())
    return db.scalars(query).all()


def quotas_in_force(db: Session, actor: Actor) -> list[Quota]:
    """The newest version of each quota of the subjects this person works for."""
    newest = select(Quota.series, func.max(Quota.number)).group_by(Quota.series)
    rows = db.execute(newest).all()
    found = {(q.series, q.number): q for q in db.scalars(select(Quota))}
    quotas = [found[series, number] for series, number in rows]
    return sorted(
        (q for q in quotas if works_for(actor, q.subject)), key=lambda q: (q.subject, q.title)
    )


def works_for(actor: Actor, subject: str) -> bool:
    return any(actor.has(role, subject=subject) for role in (Role.SECRETARY, Role.EXAM_OFFICER))


def ready_items(db: Session, quota: Quota) -> Sequence[Item]:
    """Approved items of the quota's subject and grade that no earlier package of it took along."""
    gone = (
        select(HandoverItem.version_hash)
        .join(Handover, Handover.id == HandoverItem.handover_id)
        .join(Quota, Quota.id == Handover.quota_id)
        .where(Quota.series == quota.series)
    )
    query = select(Item).where(
        Item.subject == quota.subject,
        Item.approved_version.is_not(None),
        Item.approved_version.not_in(gone),
        Item.kind != "external",
        Item.state != "retired",
    )
    if quota.grade is not None:
        query = query.where(Item.grade == quota.grade)
    return db.scalars(query.order_by(Item.code)).all()


def handed_over(db: Session, quota: Quota) -> Sequence[str]:
    """Versions that packages of this quota's series hold already."""
    query = (
        select(HandoverItem.version_hash)
        .join(Handover, Handover.id == HandoverItem.handover_id)
        .join(Quota, Quota.id == Handover.quota_id)
        .where(Quota.series == quota.series)
    )
    return db.scalars(query.distinct()).all()


def items(db: Session, ids: Sequence[uuid.UUID]) -> Sequence[Item]:
    return db.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.code)).all()


def decided_rounds(
    db: Session, subject: str, grade: int | None, since: datetime | None, until: datetime
) -> list[tuple[ReviewRound, Item]]:
    """Rounds of a subject that the council decided in a stretch of time, by item and time."""
    query = (
        select(ReviewRound, Item)
        .join(Item, Item.id == ReviewRound.item_id)
        .join(ReviewDecision, ReviewDecision.round_id == ReviewRound.id)
        .where(Item.subject == subject, ReviewDecision.at <= until)
        .order_by(Item.code, ReviewDecision.at)
    )
    if grade is not None:
        query = query.where(Item.grade == grade)
    if since is not None:
        query = query.where(ReviewDecision.at >= since)
    return [(round_, item) for round_, item in db.execute(query)]


def rounds_of_items(db: Session, item_ids: Sequence[uuid.UUID]) -> list[tuple[ReviewRound, Item]]:
    """Every decided round of these items."""
    query = (
        select(ReviewRound, Item)
        .join(Item, Item.id == ReviewRound.item_id)
        .join(ReviewDecision, ReviewDecision.round_id == ReviewRound.id)
        .where(Item.id.in_(item_ids))
        .order_by(Item.code, ReviewDecision.at)
    )
    return [(round_, item) for round_, item in db.execute(query)]


def versions(db: Session, hashes: Sequence[str]) -> Sequence[ItemVersion]:
    """With their stored bytes."""
    query = select(ItemVersion).where(ItemVersion.hash.in_(hashes)).order_by(ItemVersion.hash)
    return db.scalars(query.options(undefer(ItemVersion.stored))).all()


def stimulus_versions(db: Session, hashes: Sequence[str]) -> Sequence[StimulusVersion]:
    query = select(StimulusVersion).where(StimulusVersion.hash.in_(hashes))
    return db.scalars(
        query.order_by(StimulusVersion.hash).options(undefer(StimulusVersion.stored))
    ).all()


def handover_by_id(db: Session, handover_id: uuid.UUID) -> Handover:
    found = db.get(Handover, handover_id)
    if found is None:
        raise NotFound("Không có gói bàn giao này. Về trang Bàn giao rồi chọn lại.")
    return found


def same_contents(db: Session, quota_id: uuid.UUID, contents_hash: str) -> Handover | None:
    query = select(Handover).where(
        Handover.quota_id == quota_id, Handover.contents_hash == contents_hash
    )
    return db.scalar(query)


def file_of(db: Session, handover: Handover) -> bytes:
    query = select(Handover.file).where(Handover.id == handover.id)
    return db.execute(query).scalar_one()


def receipt_of(db: Session, handover: Handover) -> HandoverReceipt | None:
    return db.get(HandoverReceipt, handover.id)


def items_of(db: Session, handover: Handover) -> list[tuple[Item, ItemVersion]]:
    query = (
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(HandoverItem, HandoverItem.version_hash == ItemVersion.hash)
        .where(HandoverItem.handover_id == handover.id)
        .order_by(Item.code)
    )
    return [(item, version) for item, version in db.execute(query)]


def sent(db: Session, actor: Actor) -> list[Sent]:
    """Packages of the subjects this person works for, newest first."""
    query = (
        select(Handover, Quota, HandoverReceipt)
        .join(Quota, Quota.id == Handover.quota_id)
        .outerjoin(HandoverReceipt, HandoverReceipt.handover_id == Handover.id)
        .order_by(Handover.sent_at.desc(), Handover.id.desc())
    )
    return [Sent(*row) for row in db.execute(query) if works_for(actor, row[1].subject)]


def item_counts(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = (
        select(HandoverItem.handover_id, func.count())
        .where(HandoverItem.handover_id.in_(ids))
        .group_by(HandoverItem.handover_id)
    )
    return {handover_id: n for handover_id, n in db.execute(query)}


def minutes_by_id(db: Session, minutes_id: uuid.UUID) -> AppraisalMinutes:
    found = db.get(AppraisalMinutes, minutes_id)
    if found is None:
        raise NotFound("Không có biên bản này. Về trang Biên bản rồi chọn lại.")
    return found


def minutes(db: Session, actor: Actor) -> list[AppraisalMinutes]:
    """Minutes of the subjects this person works for, newest first."""
    query = select(AppraisalMinutes).order_by(
        AppraisalMinutes.at.desc(), AppraisalMinutes.id.desc()
    )
    return [one for one in db.scalars(query) if works_for(actor, one.subject)]

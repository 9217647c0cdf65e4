"""Work offered to a group: everyone in it sees the item, one of them takes the seat.

Whoever holds the seat keeps it until then, so that no item is without a reviewer.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Conflict, Invalid, NotFound, msg
from ..items.models import Item
from ..notices.service import tell
from ..people import repository as people
from ..people.models import Person, Unit
from ..permissions import ALLOWED, Actor, Decision, Role, no, require
from . import eligibility, repository, rules, seating, service
from .models import ReviewOffer, ReviewOfferTaken, ReviewRound


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer as a member of the group sees it; `holder` is who took it."""

    offer: ReviewOffer
    item: Item
    holder: Person | None


def members(db: Session, role: Role, unit_id: uuid.UUID, subject: str | None) -> list[Person]:
    """The group: those of the unit who hold the role for the subject."""
    holders = people.people_with_role(db, role, subject)
    return [person for person in holders if person.unit_id == unit_id]


def offer(
    db: Session, actor: Actor, round_: ReviewRound, role: Role, unit: Unit, *, now: datetime
) -> ReviewOffer:
    """The secretary lets anybody of the group take the seat of this role."""
    item = seating.take_turn(db, round_)
    require(rules.can_manage(actor, item, repository.writers_of(db, item)))
    service.refuse_closed(round_)
    seat = service.seat_of(db, round_, role)
    holder = service.holder_of(db, round_, seat)
    if holder and holder.verdict is not None:
        raise Conflict("Người này đã gửi kết luận nên không thay được nữa.", code="has_verdict")
    able = _able(db, round_, item, role, unit.id, now)
    if not able:
        raise Invalid("Không ai trong tổ này thẩm định được câu này.", code="nobody_in_group")
    standing = _standing(db, round_, seat, unit.id)
    if standing is not None:
        return standing
    made = ReviewOffer(
        round_id=round_.id, stage=round_.stage, seat=seat, role=role, unit_id=unit.id,
        offered_by=actor.person_id, offered_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    message = msg("Câu {code} giao cho tổ; ai nhận trước thì làm.", code=item.code)
    for person in able:
        tell(db, person.id, "offered_to_group", message, "/tham-dinh#giao-to", now=now)
    after = {"role": role, "unit": unit.code, "people": [person.username for person in able]}
    audit.record(db, actor, "review.offered", "item", item.id, now=now, after=after)
    return made


def _able(
    db: Session, round_: ReviewRound, item: Item, role: Role, unit_id: uuid.UUID, now: datetime
) -> list[Person]:
    matter = eligibility.matter_of(db, round_, item, now=now)
    group = {person.id for person in members(db, role, unit_id, item.subject)}
    return [person for person in eligibility.able(db, matter, role) if person.id in group]


def _standing(
    db: Session, round_: ReviewRound, seat: int, unit_id: uuid.UUID
) -> ReviewOffer | None:
    """The same offer, made before and not taken yet."""
    query = select(ReviewOffer).outerjoin(ReviewOfferTaken).where(
        ReviewOffer.round_id == round_.id,
        ReviewOffer.stage == round_.stage,
        ReviewOffer.seat == seat,
        ReviewOffer.unit_id == unit_id,
        ReviewOfferTaken.offer_id.is_(None),
    )  # fmt: skip
    return db.scalars(query).first()


def take(db: Session, actor: Actor, offer_id: uuid.UUID, *, now: datetime) -> ReviewOfferTaken:
    """«Nhận việc»: this member of the group sits down; whoever held the seat is relieved."""
    offered = db.get(ReviewOffer, offer_id)
    if offered is None:
        raise NotFound("Không có việc này; tải lại trang.")
    round_ = repository.round_by_id(db, offered.round_id)
    item = seating.take_turn(db, round_)
    role = Role(offered.role)
    require(_belongs(db, actor, offered, item))
    _refuse_gone(db, round_, offered)
    require(eligibility.may_sit(db, actor, eligibility.matter_of(db, round_, item, now=now), role))
    holder = service.holder_of(db, round_, offered.seat)
    if holder and holder.verdict is not None:
        raise Conflict("Người này đã gửi kết luận nên không thay được nữa.", code="has_verdict")
    if holder:
        reason = "Người của tổ được giao đã nhận việc."
        seating.leave(db, actor, holder.assignment, how="replaced", reason=reason, now=now)
    person = db.get_one(Person, actor.person_id)
    before = holder.assignment.reviewer_id if holder else None
    assignment = seating.place(
        db, actor, round_, item, offered.seat, role, person, now=now, before=before
    )
    taken = ReviewOfferTaken(
        offer_id=offered.id, assignment_id=assignment.id, taken_by=actor.person_id, at=now
    )
    db.add(taken)
    db.flush()
    after = {"offer": str(offered.id), "role": role}
    audit.record(db, actor, "review.offer_taken", "item", item.id, now=now, after=after)
    return taken


def _belongs(db: Session, actor: Actor, offered: ReviewOffer, item: Item) -> Decision:
    group = members(db, Role(offered.role), offered.unit_id, item.subject)
    if any(person.id == actor.person_id for person in group):
        return ALLOWED
    return no("not_in_group", "Việc này giao cho tổ khác.")


def _refuse_gone(db: Session, round_: ReviewRound, offered: ReviewOffer) -> None:
    service.refuse_closed(round_)
    taken = db.get(ReviewOfferTaken, offered.id)
    if taken is not None:
        name = db.get_one(Person, taken.taken_by).full_name
        raise Conflict(msg("{name} đã nhận việc này; tải lại trang.", name=name), code="taken")
    if round_.stage != offered.stage:
        raise Conflict("Câu này đã sang bước khác; tải lại trang.", code="stage_passed")


def offers_for(db: Session, actor: Actor, *, now: datetime) -> list[Offered]:
    """What was offered to this person's group and is still open work, the oldest first.

    Whoever may not sit (an author, somebody involved) is not told of the item.
    """
    query = (
        select(ReviewOffer, ReviewRound, Item, ReviewOfferTaken)
        .join(ReviewRound, ReviewRound.id == ReviewOffer.round_id)
        .join(Item, Item.id == ReviewRound.item_id)
        .outerjoin(ReviewOfferTaken, ReviewOfferTaken.offer_id == ReviewOffer.id)
        .where(ReviewOffer.unit_id == actor.unit_id, ReviewRound.closed_at.is_(None))
        .where(ReviewRound.stage == ReviewOffer.stage)
        .order_by(ReviewOffer.offered_at, ReviewOffer.id)
    )
    found = []
    for offered, round_, item, taken in db.execute(query):
        matter = eligibility.matter_of(db, round_, item, now=now)
        belongs = _belongs(db, actor, offered, item)
        if belongs and eligibility.may_sit(db, actor, matter, Role(offered.role)):
            holder = db.get_one(Person, taken.taken_by) if taken else None
            found.append(Offered(offered, item, holder))
    return found


def groups_with(db: Session, role: Role) -> Sequence[tuple[uuid.UUID, int]]:
    """Units that have people of this role, with how many."""
    units = [person.unit_id for person in people.people_with_role(db, role)]
    return [(unit_id, units.count(unit_id)) for unit_id in dict.fromkeys(units)]

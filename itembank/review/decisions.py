"""What a decision does: to the round, to the item, to those who wait for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..errors import msg
from ..items import repository as item_repository
from ..items import service as items
from ..items import states as item_states
from ..items.models import Item
from ..notices.service import tell
from ..permissions import Actor
from . import states
from .models import ReviewDecision, ReviewRound

NEWS: dict[str, str] = {
    "approved": "Câu {code} đã được duyệt vào ngân hàng.",
    "returned": "Câu {code} được trả lại để sửa.",
    "rejected": "Câu {code} không được nhận.",
    "recalled": "Câu {code} được gọi về để sửa sau khi đã dùng.",
    "retired": "Câu {code} thôi không dùng nữa.",
}


def conclude(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    item: Item,
    *,
    decision: str,
    reason: str,
    now: datetime,
) -> ReviewDecision:
    """Record the decision, close the round, and let the item stand where the decision puts it."""
    state = item_states.after(item.state, decision)
    outcome = states.OUTCOMES[decision]
    made = ReviewDecision(
        round_id=round_.id,
        decision=decision,
        decided_by=actor.person_id,
        reason=reason.strip(),
        at=now,
    )
    db.add(made)
    db.flush()
    _settle(db, actor, round_, item, state, outcome, now=now, reason=made.reason)
    return made


def send_back(
    db: Session, actor: Actor, round_: ReviewRound, item: Item, *, now: datetime, reason: str
) -> None:
    """A screening stage did not let the item pass: its author has it again, with the remarks."""
    state = item_states.after(item.state, "return")
    _settle(db, actor, round_, item, state, "returned", now=now, reason=reason)


def _settle(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    item: Item,
    state: str,
    outcome: str,
    *,
    now: datetime,
    reason: str,
) -> None:
    items.note_event(db, round_.version_hash, outcome, actor, now=now, note=reason)
    db.flush()  # the databases let an item be approved only once this event stands
    item.state = state
    if outcome == "approved":
        item.approved_version = round_.version_hash
        items.describe(db, item, item_repository.read_version(db, round_.version_hash))
    close(db, round_, outcome, now)
    tell_author(db, item, outcome, now)
    after = {"version": round_.version_hash}
    audit.record(db, actor, f"item.{outcome}", "item", item.id, now=now, after=after, reason=reason)


def close(db: Session, round_: ReviewRound, outcome: str, now: datetime) -> None:
    round_.closed_at, round_.outcome = now, outcome
    db.flush()


def tell_author(db: Session, item: Item, outcome: str, now: datetime) -> None:
    if item.author_id is not None:
        message = msg(NEWS[outcome], code=item.code)
        tell(db, item.author_id, outcome, message, f"/ngan-hang/cau-hoi/{item.id}", now=now)


def take_out_of_use(db: Session, item: Item, verb: str) -> None:
    """The council recalls or retires an item in use. A new version already on its way goes on."""
    if item.state in item_states.TRANSITIONS[verb][0]:
        item.state = item_states.after(item.state, verb)
    item.approved_version = None
    db.flush()

"""Separation of duties: who may appraise or decide, each answer with its reason.

The databases hold the same (`separation.py`); here the refusals are told in words.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..items.models import Item
from ..people.register.states import Appointed, Conflict, Post
from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import ReviewAssignment, ReviewRound
from .routes.stages import Stage

POSTS: dict[Role, frozenset[Post]] = {
    Role.APPRAISER: frozenset({Post.APPRAISER}),
    Role.COUNTER_REVIEWER: frozenset({Post.COUNTER_REVIEWER}),
    Role.COUNCIL_MEMBER: frozenset({Post.MEMBER, Post.CHAIR, Post.VICE_CHAIR, Post.SECRETARY}),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What people are asked to judge: an item, who wrote it, at which stage, on which day.

    `seated` are those who sit in its round, and those who left it as being involved;
    `families` whoever is of a writer's family.
    """

    item: Item
    writers: frozenset[uuid.UUID]
    stage: Stage
    same_school_ok: bool
    seated: frozenset[uuid.UUID]
    on: date
    families: frozenset[uuid.UUID] = frozenset()

    def keeps_schools_apart(self) -> bool:
        return self.stage.counts and not (self.stage.same_school_ok or self.same_school_ok)


@dataclass(frozen=True, slots=True)
class Records:
    """What stands on record about one person: declared conflicts, appointments."""

    conflicts: tuple[Conflict, ...] = ()
    appointments: tuple[Appointed, ...] = ()


def can_review(person: Actor, matter: Matter, role: Role, records: Records) -> Decision:
    """May this person take a seat of this role?"""
    free = _is_free(person, matter, role, records)
    if not free:
        return free
    if person.person_id in matter.seated:
        return no(
            "two_roles",
            "Mỗi người chỉ thẩm định một câu một lần; các ghế của một vòng là những người khác nhau.",
        )
    return _holds_role(person, matter, role)


def can_judge(person: Actor, matter: Matter, role: Role, records: Records) -> Decision:
    """Asked again when the verdict or vote is given: things may have changed since."""
    free = _is_free(person, matter, role, records)
    return _holds_role(person, matter, role) if free else free


def _is_free(person: Actor, matter: Matter, role: Role, records: Records) -> Decision:
    if person.person_id in matter.writers:
        return no(
            "author_cannot_review",
            "Bạn là tác giả của câu hỏi này nên không được thẩm định nó.",
        )
    if person.person_id in matter.families:
        return _of_the_family()
    if matter.keeps_schools_apart() and person.unit_id == matter.item.unit_id:
        return no(
            "same_school",
            "Người thẩm định không được cùng trường với tác giả.",
        )
    touching = [
        c for c in records.conflicts if c.touches(matter.item.subject, matter.item.grade, matter.on)
    ]
    if touching:
        return no(
            "conflict_of_interest",
            "Người này đã khai có liên quan đến môn hoặc lớp của câu hỏi nên không được thẩm định.",
        )
    return _is_in_term(matter, role, records)


def _of_the_family() -> Decision:
    return no(
        "family_tie",
        "Người này là người thân của tác giả nên không được thẩm định hay quyết định về câu hỏi.",
    )


def _is_in_term(matter: Matter, role: Role, records: Records) -> Decision:
    """Whoever was appointed must still be; where the stage says so, everybody must have been."""
    subject = matter.item.subject
    posts = POSTS.get(role, frozenset())
    own = [a for a in records.appointments if a.post in posts and a.subject in (None, subject)]
    if any(a.term.holds_on(matter.on) for a in own):
        return ALLOWED
    if own or (matter.stage.needs_appointment and posts):
        return no("term_over", "Người này không có quyết định cử còn hiệu lực cho việc này.")
    return ALLOWED


def _holds_role(person: Actor, matter: Matter, role: Role) -> Decision:
    item = matter.item
    if matter.stage.level == "truong" and person.unit_id != item.unit_id:
        return no("other_school", "Bước ở trường do người của chính trường đó làm.")
    return needs_role(person, role, unit_id=item.unit_id, subject=item.subject)


def can_open_sheet(actor: Actor, item: Item, assignment: ReviewAssignment) -> Decision:
    """The appraisal sheet, with the version it is about, is open to the one it is assigned to."""
    if actor.person_id == item.author_id:
        return no(
            "author_cannot_review",
            "Bạn là tác giả của câu hỏi này nên không được thẩm định nó.",
        )
    if assignment.reviewer_id != actor.person_id:
        return no("not_assigned", "Bạn không được phân công thẩm định câu hỏi này.")
    return ALLOWED


def can_act_in_seat(
    actor: Actor,
    item: Item,
    round_: ReviewRound,
    assignment: ReviewAssignment,
    *,
    has_left: bool,
) -> Decision:
    """Speak from a seat, or leave it: while the round runs and the seat is one's own."""
    opened = can_open_sheet(actor, item, assignment)
    if not opened:
        return opened
    if has_left:
        return no("not_seated", "Bạn đã thôi thẩm định câu này; phiếu chỉ để đọc.")
    if round_.closed_at is not None:
        return no("round_closed", "Vòng thẩm định này đã kết thúc; phiếu chỉ để đọc.")
    if round_.stage != assignment.stage:
        return no("not_this_stage", "Câu hỏi đã sang bước khác; phiếu chỉ để đọc.")
    return ALLOWED


def can_manage(actor: Actor, item: Item, writers: Collection[uuid.UUID] = ()) -> Decision:
    """Assign reviewers and record the council's decision."""
    if actor.person_id == item.author_id or actor.person_id in writers:
        return no(
            "author_cannot_decide",
            "Bạn là tác giả của câu hỏi này nên không được phân công hay duyệt nó.",
        )
    return needs_role(actor, Role.SECRETARY, unit_id=item.unit_id, subject=item.subject)


def can_decide(
    actor: Actor,
    item: Item,
    reviewers: Collection[uuid.UUID],
    writers: Collection[uuid.UUID] = (),
    families: Collection[uuid.UUID] = (),
) -> Decision:
    managed = can_manage(actor, item, writers)
    if not managed:
        return managed
    if actor.person_id in families:
        return _of_the_family()
    if actor.person_id in reviewers:
        return no(
            "reviewer_cannot_decide",
            "Bạn đã thẩm định câu hỏi này nên không được ghi quyết định về nó.",
        )
    return ALLOWED

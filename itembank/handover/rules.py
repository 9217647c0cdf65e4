"""Who sets quotas, who sends a package, who signs for it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import Handover, HandoverReceipt


def can_set_quota(actor: Actor, subject: str) -> Decision:
    """The department's own choice."""
    return needs_role(actor, Role.EXAM_OFFICER, subject=subject)


def can_look(actor: Actor, subject: str) -> Decision:
    """The council's secretary and the department's officer see quotas, packages and minutes."""
    secretary = needs_role(actor, Role.SECRETARY, subject=subject)
    return secretary or needs_role(actor, Role.EXAM_OFFICER, subject=subject)


def can_draw_up(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.SECRETARY, subject=subject)


def can_send(actor: Actor, subject: str, writers: Collection[uuid.UUID]) -> Decision:
    if actor.person_id in writers:
        return no(
            "own_item", "Trong gói có câu do bạn viết; người khác trong hội đồng phải bàn giao."
        )
    return needs_role(actor, Role.SECRETARY, subject=subject)


def can_receive(
    actor: Actor,
    subject: str,
    handover: Handover,
    receipt: HandoverReceipt | None,
    writers: Collection[uuid.UUID],
) -> Decision:
    if receipt is not None:
        return no("is_received", "Gói này đã có người kí nhận.")
    if actor.person_id == handover.sent_by:
        return no("sender", "Bạn là người gửi gói này; người khác của Sở phải kí nhận.")
    if actor.person_id in writers:
        return no("own_item", "Trong gói có câu do bạn viết; người khác của Sở phải kí nhận.")
    return needs_role(actor, Role.EXAM_OFFICER, subject=subject)


def can_take_file(actor: Actor, subject: str, writers: Collection[uuid.UUID]) -> Decision:
    """The file holds keys of every item in it."""
    looks = can_look(actor, subject)
    if not looks:
        return looks
    if actor.person_id in writers:
        return no("own_item", "Trong gói có câu do bạn viết nên bạn không tải gói này được.")
    return ALLOWED


def can_look_anywhere(actor: Actor) -> Decision:
    """The page that lists hand-overs; which ones, the subjects decide."""
    return needs_role(actor, Role.SECRETARY) or needs_role(actor, Role.EXAM_OFFICER)

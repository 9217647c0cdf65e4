"""Who may vote on a case, and who may count the votes."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from ...permissions import ALLOWED, Actor, Decision, Role, no
from ..rules import Matter, Records, can_decide, can_judge


def can_vote(
    actor: Actor,
    matter: Matter,
    records: Records,
    *,
    reviewers: Collection[uuid.UUID],
    is_open: bool,
) -> Decision:
    """A member in term, who neither wrote the item nor appraised it."""
    if not is_open:
        return no("vote_closed", "Việc này đã có kết quả biểu quyết.")
    if actor.person_id in reviewers:
        return no("reviewer_cannot_vote", "Bạn đã thẩm định câu này nên không biểu quyết về nó.")
    return can_judge(actor, matter, Role.COUNCIL_MEMBER, records)


def can_close(
    actor: Actor,
    matter: Matter,
    *,
    reviewers: Collection[uuid.UUID],
    is_open: bool,
    n_votes: int,
    quorum: int,
) -> Decision:
    """The secretary counts once enough members have voted."""
    allowed = can_decide(actor, matter.item, reviewers, matter.writers, matter.families)
    if not allowed:
        return allowed
    if not is_open:
        return no("vote_closed", "Việc này đã có kết quả biểu quyết.")
    if n_votes < quorum:
        return no(
            "quorum",
            "Chưa đủ số phiếu tối thiểu: cần {quorum}, mới có {n}.",
            quorum=quorum,
            n=n_votes,
        )
    return ALLOWED

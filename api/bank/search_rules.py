"""Who the bank's list is for."""

from __future__ import annotations

from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role

READERS = (Role.TEACHER, Role.SECRETARY, Role.EXAM_OFFICER, Role.PSYCHOMETRICIAN)


def may_search(actor: Actor) -> Decision:
    """Those who write, decide, examine or measure; reviewers have their sheets."""
    if any(actor.has(role) for role in READERS):
        return ALLOWED
    return needs_role(actor, Role.TEACHER)

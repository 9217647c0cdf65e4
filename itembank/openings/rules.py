"""Who may see who opened what."""

from __future__ import annotations

from ..permissions import Actor, Decision, Role, needs_role


def can_list(actor: Actor, subject: str | None = None) -> Decision:
    """The council's secretary and the department's officer, each for their subjects."""
    secretary = needs_role(actor, Role.SECRETARY, subject=subject)
    return secretary or needs_role(actor, Role.EXAM_OFFICER, subject=subject)

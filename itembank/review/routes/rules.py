"""Who may set the route that items take."""

from __future__ import annotations

import uuid

from ...permissions import ALLOWED, Actor, Decision, Role, needs_role


def can_see_routes(actor: Actor) -> Decision:
    if actor.has(Role.UNIT_ADMIN):
        return ALLOWED
    return needs_role(actor, Role.SECRETARY)


def can_set_route(actor: Actor, unit_id: uuid.UUID, subject: str | None) -> Decision:
    """The secretary of the unit it is for, or its administrator; for all subjects, of all."""
    if actor.has(Role.UNIT_ADMIN, unit_id=unit_id):
        return ALLOWED
    whole = any(
        grant.role is Role.SECRETARY
        and grant.covers(unit_id, None)
        and (grant.subject is None or grant.subject == subject)
        for grant in actor.grants
    )
    return ALLOWED if whole else needs_role(actor, Role.UNIT_ADMIN, unit_id=unit_id)

"""Who may do what to a candidate's attempt. Each question answers with a reason."""

from __future__ import annotations

import uuid

from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role


def can_watch_room(actor: Actor, unit_id: uuid.UUID) -> Decision:
    """Invigilators of the unit, and the officer who organises the sitting."""
    if actor.has(Role.EXAM_OFFICER, unit_id=unit_id):
        return ALLOWED
    return needs_role(actor, Role.INVIGILATOR, unit_id=unit_id)


def can_release_device(actor: Actor, unit_id: uuid.UUID) -> Decision:
    return can_watch_room(actor, unit_id)


def can_submit_for(actor: Actor, unit_id: uuid.UUID) -> Decision:
    """Hand in what is there when the room is closed."""
    return can_watch_room(actor, unit_id)

"""Who may look at a room without having a hand in it."""

from __future__ import annotations

from delivery.sittings.models import Sitting
from itembank.permissions import Actor, Decision, Role, needs_role


def can_inspect(actor: Actor, sitting: Sitting) -> Decision:
    """Looks at the seats, the log, the minutes and the seal of the unit's sittings; does nothing."""
    return needs_role(actor, Role.INSPECTOR, unit_id=sitting.unit_id)

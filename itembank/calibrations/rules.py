"""Who may calibrate, and who may look at calibrations."""

from __future__ import annotations

from ..permissions import Actor, Decision, Role, needs_role


def can_calibrate(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)


def can_see_runs(actor: Actor, subject: str) -> Decision:
    """Abilities name persons, so looking needs the same role as calibrating."""
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)

"""Who may calibrate, look at calibrations, decide of items, and declare a run operational."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from ..items.models import Item
from ..permissions import Actor, Decision, Role, needs_role, no


def can_calibrate(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)


def can_see_runs(actor: Actor, subject: str) -> Decision:
    """Abilities name persons, so looking needs the same role as calibrating."""
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)


def can_decide_item(actor: Actor, subject: str, item: Item) -> Decision:
    """Nobody decides about an item of their own."""
    if item.author_id == actor.person_id:
        return no(
            "author_cannot_decide_fit",
            "Bạn là tác giả của câu hỏi này nên không được quyết định giữ hay bỏ nó.",
        )
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)


def can_declare(actor: Actor, subject: str, authors: Collection[uuid.UUID]) -> Decision:
    """`authors` are those of the run's items: what is declared speaks for their items."""
    if actor.person_id in authors:
        return no(
            "author_cannot_declare",
            "Bạn là tác giả của một câu trong đề này nên không được công bố kết quả của nó.",
        )
    return needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)

"""Who reads an item that was found like another one, and may say that the two must not meet."""

from __future__ import annotations

from ...items.models import Item
from ...items.rules import can_view_content
from ...likeness.rules import can_mark_enemies
from ...permissions import ALLOWED, Actor, Decision


def can_compare(actor: Actor, other: Item, *, was_shown: bool) -> Decision:
    """A reviewer reads beside the item what the look for it found; else whoever reads `other`."""
    return ALLOWED if was_shown else can_view_content(actor, other)


def can_mark(actor: Actor, one: Item, other: Item, *, was_shown: bool) -> Decision:
    """A reviewer marks what they were shown; else those who decide or assemble."""
    return ALLOWED if was_shown else can_mark_enemies(actor, one, other)

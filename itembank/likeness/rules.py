"""Who may say that two items must not meet in one form."""

from __future__ import annotations

from ..items.models import Item
from ..items.rules import can_view_content
from ..permissions import ALLOWED, Actor, Decision, Role, no

MARKERS = (Role.SECRETARY, Role.EXAM_OFFICER)


def can_mark_enemies(actor: Actor, one: Item, other: Item) -> Decision:
    """Those who decide or assemble, and may read both."""
    if not any(actor.has(role, subject=one.subject) for role in MARKERS):
        return no("role_missing", "Chỉ thư kí hội đồng và cán bộ tổ chức thi đánh dấu câu kị nhau.")
    refused = [d for item in (one, other) if not (d := can_view_content(actor, item))]
    return refused[0] if refused else ALLOWED

"""Who may do what with a family."""

from __future__ import annotations

from ..items.models import Item
from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import ItemFamily


def can_make(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.TEACHER, subject=subject)


def can_make_from(actor: Actor, item: Item) -> Decision:
    """A family grows from one's own item: its words become those of every instance."""
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả làm được họ câu hỏi từ câu này.")
    return can_make(actor, item.subject)


def can_change(actor: Actor, family: ItemFamily) -> Decision:
    if family.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả xem và sửa được họ câu hỏi này.")
    return ALLOWED

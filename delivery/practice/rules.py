"""May they? Questions about sets, tasks for a class, and the items that may be given."""

from __future__ import annotations

import uuid

from itembank.items.content import Kind
from itembank.items.models import Item
from itembank.people.classes.models import SchoolClass
from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role, no

from .models import PracticeSet, PracticeTask

GIVEN: frozenset[Kind] = frozenset(  # what a plain page can ask
    {"choice", "multiple", "tf_cluster", "short", "essay", "cloze", "match", "order"}
)


def can_practise(actor: Actor) -> Decision:
    return needs_role(actor, Role.TEACHER)


def can_use_set(actor: Actor, kept: PracticeSet) -> Decision:
    if kept.owner_id == actor.person_id:
        return ALLOWED
    return no("not_your_set", "Bộ câu này của người khác.")


def can_give(actor: Actor, group: SchoolClass, *, teaches: bool) -> Decision:
    """Only those who teach a class give it work."""
    if teaches and actor.has(Role.TEACHER, unit_id=group.unit_id):
        return ALLOWED
    return no("not_your_class", "Chỉ giáo viên đang dạy lớp này được giao bài cho lớp.")


def can_see_task(actor: Actor, task: PracticeTask, *, teaches: bool) -> Decision:
    if task.given_by == actor.person_id or teaches:
        return ALLOWED
    return no("not_your_class", "Kết quả của lớp chỉ mở cho giáo viên đang dạy lớp.")


def can_give_item(actor: Actor, item: Item, *, reserved: bool) -> Decision:
    """Approved items of one's own school that no examination has or will have.

    `reserved`: it stands in a form of an examination or in a package handed over to one.
    """
    if item.approved_version is None or item.state == "retired":
        return no("item_not_approved", "Chỉ giao được câu đã duyệt và còn dùng.")
    if not _is_of(item, actor.unit_id) and item.author_id != actor.person_id:
        return no("item_of_others", "Chỉ giao được câu của trường mình.")
    if reserved:
        return no("item_reserved", "Câu này dành cho đề thi, không giao luyện tập được.")
    if item.kind not in GIVEN:
        return no("item_kind", "Dạng câu này chưa làm được ở bài luyện tập.")
    return ALLOWED


def _is_of(item: Item, unit_id: uuid.UUID) -> bool:
    return item.unit_id == unit_id

"""All queries about forms and the items in them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from ..errors import NotFound
from ..items.content import ItemContent, StimulusContent, read_item, read_stimulus
from ..items.models import Item, ItemVersion, StimulusVersion
from ..permissions import Actor, Role
from ..stock.models import ItemRelease
from .models import FormItem, TestForm
from .structures import ExamStructure

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One place of a form with the frozen content that stands there."""

    place: FormItem
    item: Item
    content: ItemContent


def form_of(db: Session, form_id: uuid.UUID) -> TestForm:
    form = db.get(TestForm, form_id)
    if form is None:
        raise NotFound("Không có đề thi này. Về danh sách đề thi rồi chọn lại.")
    return form


def form_by_code(db: Session, code: str) -> TestForm | None:
    return db.scalar(select(TestForm).where(TestForm.code == code))


def structure_of(form: TestForm) -> ExamStructure:
    return ExamStructure.model_validate(form.structure)


def form_items(db: Session, form_id: uuid.UUID) -> Sequence[FormItem]:
    query = select(FormItem).where(FormItem.form_id == form_id).order_by(FormItem.position)
    return db.scalars(query).all()


def places(db: Session, form_id: uuid.UUID) -> list[tuple[FormItem, Item]]:
    """The form's places in order, external ones as well, without content."""
    query = (
        select(FormItem, Item)
        .join(Item, Item.id == FormItem.item_id)
        .where(FormItem.form_id == form_id)
        .order_by(FormItem.position)
    )
    return [(place, item) for place, item in db.execute(query)]


def entries(db: Session, form_id: uuid.UUID) -> list[FormEntry]:
    """The form's places in order, with content. External places have none and are left out."""
    query = (
        select(FormItem, Item, ItemVersion)
        .join(Item, Item.id == FormItem.item_id)
        .join(ItemVersion, ItemVersion.hash == FormItem.version_hash)
        .where(FormItem.form_id == form_id)
        .order_by(FormItem.position)
        .options(undefer(ItemVersion.stored))
    )
    return [
        FormEntry(place, item, read_item(version.stored))
        for place, item, version in db.execute(query)
    ]


def contents(db: Session, hashes: Iterable[str]) -> dict[str, ItemContent]:
    """However many: a statement of either database holds some thousand names only."""
    named = sorted(set(hashes))
    found: dict[str, ItemContent] = {}
    for start in range(0, len(named), AT_ONCE):
        query = select(ItemVersion.hash, ItemVersion.stored).where(
            ItemVersion.hash.in_(named[start : start + AT_ONCE])
        )
        found |= {name: read_item(stored) for name, stored in db.execute(query)}
    return found


def stimuli(db: Session, hashes: Iterable[str]) -> dict[str, StimulusContent]:
    query = select(StimulusVersion).where(StimulusVersion.hash.in_(set(hashes)))
    rows = db.scalars(query.options(undefer(StimulusVersion.stored)))
    return {row.hash: read_stimulus(row.stored) for row in rows}


def usable_items(
    db: Session, subject: str, *, not_by: uuid.UUID | None
) -> list[tuple[Item, str | None]]:
    """Items with an approved version that this person may put into a paper, each with the material
    it stands on; none given to a class. What an item is filed under is of its approved version.
    """
    query = select(Item, ItemVersion.stimulus_version).join(
        ItemVersion, ItemVersion.hash == Item.approved_version
    )
    query = query.where(
        Item.id.not_in(select(ItemRelease.item_id)),
        Item.subject == subject,
        Item.approved_version.is_not(None),
        Item.kind != "external",
        Item.state != "retired",
    )
    if not_by is not None:
        written = select(ItemVersion.item_id).where(ItemVersion.author_id == not_by)
        query = query.where(Item.author_id.is_distinct_from(not_by), Item.id.not_in(written))
    return [(item, stimulus) for item, stimulus in db.execute(query.order_by(Item.code))]


def times_used(db: Session, *, other_than: uuid.UUID) -> Counter[uuid.UUID]:
    """How many other forms each item stands in."""
    query = (
        select(FormItem.item_id, func.count())
        .where(FormItem.form_id != other_than)
        .group_by(FormItem.item_id)
    )
    return Counter({item_id: n for item_id, n in db.execute(query)})


def item_counts(db: Session) -> Counter[uuid.UUID]:
    """Number of items of each form."""
    query = select(FormItem.form_id, func.count()).group_by(FormItem.form_id)
    return Counter({form_id: n for form_id, n in db.execute(query)})


def authors(db: Session, hashes: Iterable[str]) -> dict[str, uuid.UUID]:
    query = select(ItemVersion.hash, ItemVersion.author_id)
    return {h: author for h, author in db.execute(query.where(ItemVersion.hash.in_(set(hashes))))}


def visible_forms(db: Session, actor: Actor) -> Sequence[TestForm]:
    """Forms of the subjects this person may assemble or calibrate, newest first."""
    query = select(TestForm).order_by(TestForm.created_at.desc(), TestForm.id.desc())
    roles = {Role.EXAM_OFFICER, Role.PSYCHOMETRICIAN}
    subjects = {g.subject for g in actor.grants if g.role in roles}
    if None not in subjects:
        query = query.where(TestForm.subject.in_(subjects))
    return db.scalars(query).all()


def frozen_forms(db: Session, actor: Actor) -> list[TestForm]:
    return [form for form in visible_forms(db, actor) if form.state == "frozen"]


def forms_with_item(db: Session, item_id: uuid.UUID) -> Sequence[TestForm]:
    query = (
        select(TestForm)
        .join(FormItem, FormItem.form_id == TestForm.id)
        .where(FormItem.item_id == item_id)
        .order_by(TestForm.created_at)
    )
    return db.scalars(query).all()


def forms_by_version(db: Session, item_id: uuid.UUID) -> dict[str, list[TestForm]]:
    """Version -> the forms it stands in, oldest first."""
    query = (
        select(FormItem.version_hash, TestForm)
        .join(TestForm, TestForm.id == FormItem.form_id)
        .where(FormItem.item_id == item_id)
        .order_by(TestForm.created_at)
    )
    found: dict[str, list[TestForm]] = {}
    for name, form in db.execute(query):
        found.setdefault(name or "", []).append(form)
    return found

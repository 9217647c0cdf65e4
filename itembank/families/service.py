"""Verbs about families: make one from an item, change it, add instances to the bank."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit, numbering
from ..curriculum import LETTERS
from ..errors import Invalid, msg, problem
from ..items import repository as items
from ..items import service as item_service
from ..items.models import Item
from ..likeness.models import EnemyMark
from ..likeness.repository import next_mark
from ..permissions import Actor, require
from ..review import service as review
from . import repository, rules
from .instances import Instance, draw
from .models import FamilyInstance, FamilyVersion, ItemFamily
from .template import FamilyTemplate, check

SCHEMA = 1
MOST_AT_ONCE = 20
MOST_OF_A_FAMILY = 60


def make_from(db: Session, actor: Actor, item: Item, *, now: datetime) -> ItemFamily:
    """A family whose template is the item as its author last wrote it; it has no variables yet."""
    require(rules.can_make_from(actor, item))
    content = item_service.open_content(db, actor, item, now=now)
    return _add(db, actor, FamilyTemplate(content=content), now=now)


def add_family(db: Session, actor: Actor, template: FamilyTemplate, *, now: datetime) -> ItemFamily:
    require(rules.can_make(actor, template.content.subject))
    cleaned = _cleaned(template)
    check(cleaned)
    return _add(db, actor, cleaned, now=now)


def _add(db: Session, actor: Actor, template: FamilyTemplate, *, now: datetime) -> ItemFamily:
    content = template.content
    family = ItemFamily(
        code=_new_code(db, content.subject, content.grade),
        subject=content.subject,
        grade=content.grade,
        author_id=actor.person_id,
        created_at=now,
    )
    db.add(family)
    db.flush()
    _freeze(db, actor, family, template, 1, now)
    audit.record(db, actor, "family.made", "item_family", family.id, now=now)
    return family


def _new_code(db: Session, subject: str, grade: int) -> str:
    prefix = f"HO-{LETTERS.get(subject, 'Z')}{grade}"
    return numbering.code_of(prefix, repository.highest_number(db, prefix) + 1)


def change(
    db: Session, actor: Actor, family: ItemFamily, template: FamilyTemplate, *, now: datetime
) -> FamilyVersion:
    """A new version, or the newest one where nothing differs. Items made before stay as they are."""
    require(rules.can_change(actor, family))
    db.refresh(family, with_for_update=True)
    if (template.content.subject, template.content.grade) != (family.subject, family.grade):
        raise Invalid("Không đổi được môn hay lớp của họ câu hỏi.")
    cleaned = _cleaned(template)
    check(cleaned)
    newest = repository.newest_version(db, family)
    if newest.hash == _name(family, _stored(cleaned)):
        return newest
    version = _freeze(db, actor, family, cleaned, newest.number + 1, now)
    audit.record(
        db, actor, "family.changed", "item_family", family.id, now=now,
        after={"version": version.hash},
    )  # fmt: skip
    return version


def _cleaned(template: FamilyTemplate) -> FamilyTemplate:
    return template.model_copy(update={"content": item_service.clean(template.content)})


def _stored(template: FamilyTemplate) -> bytes:
    dumped = template.model_dump(mode="json", by_alias=True)
    return json.dumps(dumped, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _name(family: ItemFamily, stored: bytes) -> str:
    return hashlib.sha256(family.id.bytes + stored).hexdigest()


def _freeze(
    db: Session,
    actor: Actor,
    family: ItemFamily,
    template: FamilyTemplate,
    number: int,
    now: datetime,
) -> FamilyVersion:
    stored = _stored(template)
    name = _name(family, stored)
    known = db.get(FamilyVersion, name)
    if known is not None:
        raise Invalid(
            msg("Giống hệt phiên bản {n} của họ này; sửa thêm rồi lưu.", n=known.number),
            code="identical_family_version",
        )
    version = FamilyVersion(
        hash=name,
        family_id=family.id,
        number=number,
        schema=SCHEMA,
        stored=stored,
        author_id=actor.person_id,
        created_at=now,
    )
    db.add(version)
    db.flush()
    return version


def add_instances(
    db: Session,
    actor: Actor,
    family: ItemFamily,
    *,
    count: int,
    seed: int,
    to_appraisal: bool = False,
    same_school_ok: bool = False,
    now: datetime,
) -> list[Item]:
    """`count` new items, as drafts or before reviewers as a set; enemies of all in the family."""
    require(rules.can_change(actor, family))
    db.refresh(family, with_for_update=True)
    before = repository.made_from(db, family)
    _refuse_too_many(count, len(before))
    version = repository.newest_version(db, family)
    template = repository.template_of(version)
    check(template)
    known = frozenset(_drawn_key(made.instance) for made in before)
    found = draw(template, seed, count, known=known)
    if len(found) < count:
        raise Invalid(
            msg("Họ này chỉ còn thêm được {n} câu khác nhau.", n=len(found)),
            problems=[problem("so-cau", "Chọn số nhỏ hơn, hoặc mở rộng khoảng của các biến.")],
        )
    made = [_add_instance(db, actor, version, one, seed, now) for one in found]
    _never_together(db, actor, family, [one.item for one in before], made, now)
    if to_appraisal:
        for item in made:
            review.submit(
                db, actor, item, now=now, reason=family.code, same_school_ok=same_school_ok
            )
    codes = {"items": [item.code for item in made], "seed": seed}
    audit.record(db, actor, "family.used", "item_family", family.id, now=now, after=codes)
    return made


def _refuse_too_many(count: int, already: int) -> None:
    most = min(MOST_AT_ONCE, MOST_OF_A_FAMILY - already)
    if not 1 <= count <= most:
        raise Invalid(
            msg("Mỗi lần thêm được từ 1 đến {n} câu.", n=max(most, 0)),
            problems=[problem("so-cau", msg("Chọn từ 1 đến {n}.", n=max(most, 0)))],
        )


def _drawn_key(instance: FamilyInstance) -> str:
    return "; ".join(f"{name} = {value}" for name, value in sorted(instance.drawn.items()))


def _add_instance(
    db: Session, actor: Actor, version: FamilyVersion, one: Instance, seed: int, now: datetime
) -> Item:
    content = one.content
    item = item_service.create_item(
        db,
        actor,
        kind=content.kind,
        subject=content.subject,
        grade=content.grade,
        topic=content.topic,
        now=now,
    )
    draft = items.draft_of(db, item)
    assert draft is not None
    item_service.save_draft(db, actor, item, content, expected_revision=draft.revision, now=now)
    db.add(
        FamilyInstance(
            item_id=item.id,
            version_hash=version.hash,
            seed=seed,
            drawn={name: str(value) for name, value in one.values.items()},
            made_by=actor.person_id,
            made_at=now,
        )
    )
    db.flush()
    return item


def _never_together(
    db: Session,
    actor: Actor,
    family: ItemFamily,
    before: Sequence[Item],
    made: Sequence[Item],
    now: datetime,
) -> None:
    """Two of a family never stand in one form: who knows one knows the other."""
    for n, item in enumerate(made):
        for other in (*before, *made[:n]):
            first, second = sorted((item.id, other.id), key=lambda id_: id_.hex)
            db.add(
                EnemyMark(
                    first_id=first,
                    second_id=second,
                    number=next_mark(db, first, second),
                    kind="marked",
                    reason=f"Cùng họ {family.code}",
                    by_id=actor.person_id,
                    at=now,
                )
            )
    db.flush()

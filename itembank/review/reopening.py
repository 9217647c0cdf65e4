"""What opens appraisal again by itself: a new version of shared material."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import msg
from ..items import repository as item_repository
from ..items import service as items
from ..items import stimuli
from ..items.content import StimulusContent
from ..items.models import Item, ItemDraft, ItemVersion, Stimulus, StimulusVersion
from ..items.versions import add_version
from ..notices.service import tell
from ..permissions import Actor
from . import decisions, repository, seating


def change_stimulus(
    db: Session, actor: Actor, stimulus: Stimulus, content: StimulusContent, *, now: datetime
) -> StimulusVersion:
    """A new version of the material; every item in use or under appraisal with it is judged again."""
    version = stimuli.change_stimulus(db, actor, stimulus, content, now=now)
    for item in items_with(db, stimulus):
        item_repository.lock(db, item)
        _carry_over(db, actor, item, stimulus, version, now=now)
    return version


def items_with(db: Session, stimulus: Stimulus) -> list[Item]:
    """Items whose approved or newest version stands on any version of this material."""
    query = (
        select(Item)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(StimulusVersion, StimulusVersion.hash == ItemVersion.stimulus_version)
        .where(
            StimulusVersion.stimulus_id == stimulus.id,
            or_(
                ItemVersion.hash == Item.approved_version, ItemVersion.hash == Item.current_version
            ),
            Item.state.not_in(("retired", "rejected")),
        )
    )
    return list(db.scalars(query.distinct().order_by(Item.code)))


def _carry_over(
    db: Session,
    actor: Actor,
    item: Item,
    stimulus: Stimulus,
    material: StimulusVersion,
    *,
    now: datetime,
) -> None:
    """The draft takes the new material. What was approved or before reviewers goes back to them."""
    draft = item_repository.draft_of(db, item)
    if draft is None:
        return
    _set_material(db, actor, draft, material, now)
    reason = f"Ngữ liệu {stimulus.code} có phiên bản {material.number}"
    if item.state in ("approved", "in_review"):
        _appraise_again(db, actor, item, draft, reason, now=now)
    message = msg(
        "Ngữ liệu {material} của câu {code} có phiên bản mới.",
        material=stimulus.code,
        code=item.code,
    )
    if item.author_id is not None:
        link = f"/ngan-hang/cau-hoi/{item.id}"
        tell(db, item.author_id, "stimulus_changed", message, link, now=now)


def _set_material(
    db: Session, actor: Actor, draft: ItemDraft, material: StimulusVersion, now: datetime
) -> None:
    draft.content = {**draft.content, "stimulus": material.hash}
    draft.revision += 1
    draft.updated_at, draft.updated_by = now, actor.person_id
    db.flush()


def _appraise_again(
    db: Session, actor: Actor, item: Item, draft: ItemDraft, reason: str, *, now: datetime
) -> None:
    """A new version with the new material, and a round of its own; a running round gives way."""
    running = repository.open_round(db, item)
    if running is not None:
        decisions.close(db, running, "superseded", now)
        items.note_event(db, running.version_hash, "superseded", actor, now=now, note=reason)
    assert item.author_id is not None
    version = add_version(
        db, item, items.draft_content(draft), author_id=item.author_id, reason=reason, now=now
    )
    item.state, item.current_version = "in_review", version.hash
    items.note_event(db, version.hash, "submitted", actor, now=now, note=reason)
    db.flush()
    same_school_ok = running.same_school_ok if running else False
    seating.open_round(db, item, version.hash, now=now, same_school_ok=same_school_ok)
    audit.record(
        db, actor, "item.reopened", "item", item.id, now=now,
        after={"version": version.hash}, reason=reason,
    )  # fmt: skip

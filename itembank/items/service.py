"""Verbs about items: create, save a draft, freeze, revise, open; pictures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import audit, numbering
from ..curriculum import LETTERS, SUBJECTS
from ..errors import Conflict, Invalid, Message, NotFound, msg, problem
from ..finding import index
from ..finding.said import said
from ..likeness.sketches import sketch
from ..openings import service as openings
from ..openings.service import Opened
from ..openings.states import LOOKED
from ..people import repository as people
from ..permissions import Actor, require
from ..scoring.rules import categories
from . import checks, pictures, repository, rules, sounds, states, versions
from .content import ItemContent, canonical_bytes, empty_interaction, version_name
from .html import assets_in, plain_text, sanitise
from .models import Asset, Item, ItemDraft, ItemVersion, ItemVersionEvent

LABEL_LENGTH = 160
TRIES = 50


class DraftConflict(Conflict):
    """Somebody saved this draft meanwhile; `extra` tells who and when. Nothing is overwritten."""

    default_code = "draft_conflict"

    def __init__(self, message: Message, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.extra = {"theirs": dict(theirs)}


def create_item(
    db: Session,
    actor: Actor,
    *,
    kind: str,
    subject: str,
    grade: int,
    now: datetime,
    topic: str = "",
    code: str | None = None,
) -> Item:
    """A new item with an empty draft laid out for its kind."""
    require(rules.can_create(actor, subject))
    if subject not in SUBJECTS:
        raise Invalid("Chọn môn học.", problems=[problem("subject", "Chọn môn học.")])
    content = ItemContent.model_validate(
        {
            "kind": kind,
            "subject": subject,
            "grade": grade,
            "topic": topic,
            "interaction": empty_interaction(kind).model_dump(),
        }
    )
    item = Item(
        code=code or "",
        kind=kind,
        subject=subject,
        grade=grade,
        state="draft",
        author_id=actor.person_id,
        unit_id=actor.unit_id,
        created_at=now,
    )
    _insert(db, item, topic)
    db.add(_draft(item, content, actor, now))
    describe(db, item, content)
    db.flush()
    audit.record(db, actor, "item.created", "item", item.id, now=now, after={"code": item.code})
    return item


def _insert(db: Session, item: Item, topic: str) -> None:
    """Add the item under its code, or under the next free one: others may be creating too."""
    wanted = item.code
    for _ in range(TRIES):
        item.code = wanted or _new_code(db, item.subject, item.grade or 0, topic)
        try:
            with db.begin_nested():
                db.add(item)
            return
        except IntegrityError:
            if wanted:
                break
    raise Conflict(msg("Mã «{code}» đã có trong ngân hàng; chọn mã khác.", code=item.code))


def _draft(item: Item, content: ItemContent, actor: Actor, now: datetime) -> ItemDraft:
    return ItemDraft(
        item_id=item.id,
        content=content.model_dump(mode="json", by_alias=True),
        revision=1,
        updated_at=now,
        updated_by=actor.person_id,
    )


def _new_code(db: Session, subject: str, grade: int, topic: str) -> str:
    """`T12-UD-0418`: subject and grade, initials of the topic, running number."""
    words = topic.rpartition(".")[2].split("-") if topic else []
    initials = "".join(word[: 3 - len(words[:2])] for word in words[:2]).upper() or "CH"
    prefix = f"{LETTERS.get(subject, 'Z')}{grade}-{initials}"
    return numbering.code_of(prefix, repository.highest_number(db, prefix) + 1)


def describe(db: Session, item: Item, content: ItemContent) -> None:
    """Let lists and searches show this content. A draft of something already in use, or already
    before the council, is not described: its words are its author's until they are submitted.
    """
    text = plain_text(content.stem)
    item.topic, item.level, item.grade = content.topic, content.level, content.grade
    item.outcome = content.outcome
    item.label = shortened(text)
    item.n_categories = categories(content)
    db.flush()
    index.put(db, index.words_of(item, said(content)))
    sketch(db, item, content)


def shortened(text: str) -> str:
    """The first words, never cut inside a formula (formulas stand between dollars)."""
    if len(text) <= LABEL_LENGTH:
        return text
    cut = text[:LABEL_LENGTH]
    if cut.count("$") % 2:
        cut = cut[: cut.rindex("$")]
    return cut.rsplit(" ", 1)[0] + "…"


def clean(content: ItemContent) -> ItemContent:
    """The content with every piece of XHTML passed through the sanitiser."""
    return ItemContent.model_validate(_clean(content.model_dump(by_alias=True)))


HTML_FIELDS = frozenset({"stem", "solution", "body", "model_answer", "picture"})
WITH_TEXT = {"gap_match", "hottext"}  # elsewhere `text` is a plain note


def _clean(value: Any, name: str = "", fields: frozenset[str] = HTML_FIELDS) -> Any:
    if isinstance(value, dict):
        inside = HTML_FIELDS | {"text"} if value.get("type") in WITH_TEXT else HTML_FIELDS
        return {key: _clean(inner, key, inside) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner, name, fields) for inner in value]
    return sanitise(value) if name in fields and isinstance(value, str) else value


def save_draft(
    db: Session,
    actor: Actor,
    item: Item,
    content: ItemContent,
    *,
    expected_revision: int,
    now: datetime,
) -> ItemDraft:
    """Store the draft if nobody else has since the writer last saw it."""
    repository.lock(db, item)
    require(rules.can_edit(actor, item))
    draft = _own_draft(db, item)
    db.refresh(draft)
    if draft.revision != expected_revision:
        raise _draft_conflict(db, draft)
    if (content.kind, content.subject) != (item.kind, item.subject):
        raise Invalid("Không đổi được dạng hay môn của câu hỏi đã tạo; hãy tạo câu hỏi mới.")
    kept = clean(content)
    draft.content = kept.model_dump(mode="json", by_alias=True)
    draft.revision += 1
    draft.updated_at, draft.updated_by = now, actor.person_id
    if item.current_version is None:
        describe(db, item, kept)
    db.flush()
    return draft


def _draft_conflict(db: Session, draft: ItemDraft) -> DraftConflict:
    theirs = {
        "revision": draft.revision,
        "saved_at": draft.updated_at.isoformat(),
        "name": people.names(db, {draft.updated_by})[draft.updated_by],
        "content": draft.content,
    }
    words = "Bản nháp đã được lưu ở nơi khác. Xem bản đó trước khi lưu; chữ của bạn vẫn còn."
    return DraftConflict(msg(words), theirs)


def _own_draft(db: Session, item: Item) -> ItemDraft:
    draft = repository.draft_of(db, item)
    if draft is None:
        raise NotFound("Câu hỏi này không có bản nháp.")
    return draft


def draft_content(draft: ItemDraft) -> ItemContent:
    return ItemContent.model_validate(draft.content)


def freeze(
    db: Session, actor: Actor, item: Item, *, now: datetime, reason: str = ""
) -> ItemVersion:
    """Turn the draft into a version. `review.service.submit` calls this and opens the round."""
    repository.lock(db, item)
    require(rules.can_submit(actor, item))
    state = states.after(item.state, "submit")
    content = clean(draft_content(_own_draft(db, item)))
    _refuse_incomplete(db, content)
    version = versions.submitted(db, actor, item, content, now=now, reason=reason)
    item.state, item.current_version = state, version.hash
    note_event(db, version.hash, "submitted", actor, now=now, note=reason)
    if item.approved_version is None:
        describe(db, item, content)
    db.flush()
    audit.record(
        db, actor, "item.submitted", "item", item.id, now=now, after={"version": version.hash}
    )
    return version


def _refuse_incomplete(db: Session, content: ItemContent) -> None:
    found = [*checks.problems(content), *_missing_material(db, content)]
    if found:
        raise Invalid(
            msg("Câu hỏi chưa gửi được: còn thiếu {n} mục.", n=len(found)),
            code="item_incomplete",
            problems=found,
        )


def _missing_material(db: Session, content: ItemContent) -> list[Any]:
    named = set(assets_in(canonical_bytes(content).decode()))
    lost = named - repository.known_assets(db, named)
    found = [problem("stem", "Có hình không còn trong ngân hàng; thêm lại hình.") for _ in lost]
    if content.stimulus and repository.stimulus_version(db, content.stimulus) is None:
        found.append(problem("stimulus", "Ngữ liệu chung không có trong ngân hàng; chọn lại."))
    return found


def note_event(
    db: Session, version_hash: str, kind: str, actor: Actor | None, *, now: datetime, note: str = ""
) -> None:
    db.add(
        ItemVersionEvent(
            version_hash=version_hash,
            kind=kind,
            actor_id=actor.person_id if actor else None,
            at=now,
            note=note,
        )
    )


def revise(db: Session, actor: Actor, item: Item, *, now: datetime) -> ItemDraft:
    """Open an approved or refused item for editing. The approved version stays in use."""
    repository.lock(db, item)
    require(rules.can_revise(actor, item))
    item.state = states.after(item.state, "revise")
    draft = _own_draft(db, item)
    db.flush()
    audit.record(db, actor, "item.reopened", "item", item.id, now=now)
    return draft


def open_content(
    db: Session,
    actor: Actor,
    item: Item,
    *,
    now: datetime,
    is_reviewer: bool = False,
    purpose: str = LOOKED,
) -> ItemContent:
    """The newest content this person may read. Anyone but the author leaves a trace."""
    require(rules.can_view_content(actor, item, is_reviewer=is_reviewer))
    own = item.author_id == actor.person_id
    draft = repository.draft_of(db, item) if own and item.state in states.EDITABLE else None
    if draft is not None:
        return draft_content(draft)
    if item.current_version is None:
        raise NotFound("Câu hỏi chưa có phiên bản nào.")
    return open_version(
        db, actor, item, item.current_version, now=now, is_reviewer=is_reviewer, purpose=purpose
    )


def open_version(
    db: Session,
    actor: Actor,
    item: Item,
    version_hash: str,
    *,
    now: datetime,
    is_reviewer: bool = False,
    purpose: str = LOOKED,
) -> ItemContent:
    """One frozen version, whichever is the newest by now. Anyone but the author leaves a trace."""
    require(rules.can_view_content(actor, item, is_reviewer=is_reviewer))
    if item.author_id != actor.person_id:
        seen = {"version": version_hash}
        openings.record(db, actor, [Opened(item, version_hash)], purpose, now=now)
        audit.record(db, actor, "item.opened", "item", item.id, now=now, after=seen)
    return repository.read_version(db, version_hash)


def add_asset(
    db: Session, actor: Actor | None, raw: bytes, *, most_bytes: int, now: datetime
) -> Asset:
    """Store a picture, made harmless, under the SHA-256 of what is stored."""
    picture = pictures.accept(raw, most_bytes=most_bytes)
    asset = _asset(actor, picture.media_type, picture.body, now=now)
    asset.width, asset.height = picture.width, picture.height
    return _store_asset(db, actor, asset, now=now)


def add_sound(db: Session, actor: Actor, raw: bytes, *, now: datetime) -> Asset:
    """Store a recording under the SHA-256 of its bytes. It takes no room on a page: 0 by 0."""
    sound = sounds.accept(raw)
    asset = _asset(actor, sound.media_type, sound.body, now=now)
    return _store_asset(db, actor, asset, now=now)


def _asset(actor: Actor | None, media_type: str, body: bytes, *, now: datetime) -> Asset:
    return Asset(
        sha256=version_name(body),
        media_type=media_type,
        body=body,
        width=0,
        height=0,
        uploaded_by=actor.person_id if actor else None,
        uploaded_at=now,
    )


def _store_asset(db: Session, actor: Actor | None, asset: Asset, *, now: datetime) -> Asset:
    name = asset.sha256
    known = repository.asset(db, name)
    if known is not None:
        return known
    try:
        with db.begin_nested():
            db.add(asset)
    except IntegrityError:  # somebody added the same file a moment ago
        return db.get_one(Asset, name)
    audit.record(db, actor, "asset.added", "asset", name, now=now)
    return asset

"""Verbs about uploads: open, fill with what was read, mend, drop, save as drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..curriculum import SUBJECTS, topics
from ..errors import Conflict, Invalid, Problem, msg, problem
from ..exchange.found import FoundImage, FoundItem, ImportReport
from ..exchange.saving import (
    MOST_PICTURE_BYTES,
    SavedDrafts,
    has_moved_on,
    moved_on,
    renamed,
    save_drafts,
)
from ..items import service as items
from ..items.content import (
    KIND_NAMES,
    LEVEL_NAMES,
    ItemContent,
    StimulusContent,
)
from ..items.html import plain_text
from ..items.rules import can_create
from ..permissions import Actor, require
from . import repository
from .mending import Mend, gaps, mended, parts_of
from .models import ImportBatch, ImportItem
from .told import from_rows, to_rows

READING, READY = "reading", "ready"
WAITING, DROPPED, SAVED = "waiting", "dropped", "saved"


def open_batch(
    db: Session,
    actor: Actor,
    *,
    file_name: str,
    source: bytes,
    form: str,
    subject: str,
    grade: int,
    now: datetime,
) -> ImportBatch:
    """Keep an uploaded file until a job has read it."""
    if subject not in SUBJECTS:
        raise Invalid("Chọn môn học.", problems=[problem("subject", "Chọn môn học.")])
    require(can_create(actor, subject))
    batch = ImportBatch(
        person_id=actor.person_id,
        file_name=file_name[:200],
        format=form,
        subject=subject,
        grade=grade,
        source=source,
        state=READING,
        refused=[],
        created_at=now,
    )
    db.add(batch)
    db.flush()
    audit.record(db, actor, "import.opened", "import_batch", batch.id, now=now)
    return batch


def forget_items(db: Session, batch: ImportBatch) -> None:
    """Reading starts from nothing, also when an earlier reading broke off half-way."""
    for row in repository.items_of(db, batch):
        db.delete(row)
    db.flush()


def add_items(
    db: Session, actor: Actor, batch: ImportBatch, found: Sequence[FoundItem], *, now: datetime
) -> None:
    """Rows of found items, after those the batch has. Their pictures are stored at once."""
    alike = repository.items_beginning_as(db, batch, {item.stem for item in found})
    known = {_words(row): row for row in alike}
    for position, item in enumerate(found, start=repository.last_position(db, batch) + 1):
        row = _row(db, actor, batch, position, item, now)
        words = _words(row)
        if words in known:
            row.doubts = [*row.doubts, *to_rows([_twin(row, known[words])])]
        if has_moved_on(db, actor, row.identity):
            row.doubts = [*row.doubts, *to_rows([moved_on(row.number)])]
        known.setdefault(words, row)
        db.add(row)
    db.flush()


def _row(
    db: Session,
    actor: Actor,
    batch: ImportBatch,
    position: int,
    item: FoundItem,
    now: datetime,
) -> ImportItem:
    names = _store(db, actor, item.images, now)
    content = renamed(item.content, names) if item.content else None
    stimulus = renamed(item.stimulus, names) if item.stimulus else None
    return ImportItem(
        batch_id=batch.id,
        position=position,
        number=item.number,
        kind=item.kind,
        stem=item.stem,
        content=content.model_dump(mode="json", by_alias=True) if content else None,
        stimulus=stimulus.model_dump(mode="json", by_alias=True) if stimulus else None,
        doubts=to_rows(item.problems),
        identity=item.identity[:120],
        state=WAITING,
        revision=1,
    )


def _store(
    db: Session, actor: Actor, images: Sequence[FoundImage], now: datetime
) -> dict[str, str]:
    """Name in the report -> name in the bank: storing encodes a picture anew."""
    stored = {}
    for image in images:
        asset = items.add_asset(
            db, actor, image.picture.body, most_bytes=MOST_PICTURE_BYTES, now=now
        )
        stored[image.sha256] = asset.sha256
    return stored


def _words(row: ImportItem) -> str:
    """What two items must share to be the same: every word but the key, and the material."""
    content = content_of(row)
    bodies = [plain_text(part.body) for part in parts_of(content.interaction)] if content else []
    shared = (row.stimulus or {}).get("body", "")
    return "\n".join([shared, row.stem, *sorted(bodies)]).casefold()


def _twin(row: ImportItem, other: ImportItem) -> Problem:
    """Numbers start again in each part, so the other item is named by its place as well."""
    return problem(
        msg("Câu {n}", n=row.number),
        msg(
            "Trùng hoàn toàn với câu {n} ({kind}, câu thứ {place} của tệp); bỏ một câu, hoặc xác "
            "nhận giữ cả hai.",
            n=other.number,
            kind=KIND_NAMES.get(other.kind, other.kind),
            place=other.position,
        ),
    )


def close_reading(
    db: Session, batch: ImportBatch, refused: Sequence[Problem], *, now: datetime
) -> None:
    """The file has been read: it is not needed any more."""
    batch.refused = to_rows(refused)
    batch.source, batch.state, batch.read_at = None, READY, now
    db.flush()


def content_of(row: ImportItem) -> ItemContent | None:
    return ItemContent.model_validate(row.content) if row.content is not None else None


def stimulus_of(row: ImportItem) -> StimulusContent | None:
    return StimulusContent.model_validate(row.stimulus) if row.stimulus is not None else None


def open_problems(row: ImportItem) -> list[Problem]:
    """Doubts of the reader that nobody has settled, and what the item still lacks."""
    content = content_of(row)
    return [*from_rows(row.doubts), *(gaps(content) if content else _no_place(row))]


def _no_place(row: ImportItem) -> list[Problem]:
    return [
        problem(
            msg("Câu {n}", n=row.number),
            "Ngân hàng chưa chứa được câu này; bỏ câu, hoặc sửa trong tệp rồi nhập lại.",
        )
    ]


def is_ready(row: ImportItem) -> bool:
    return row.state == WAITING and not open_problems(row)


def mend(
    db: Session, row: ImportItem, change: Mend, *, revision: int, is_settled: bool
) -> ImportItem:
    """Store what a person mended. Doubts go only when that person says they are settled."""
    _refuse_stale(db, row, revision)
    kept = as_mended(row, change)
    row.content = kept.model_dump(mode="json", by_alias=True)
    row.kind, row.stem = kept.kind, plain_text(kept.stem)
    if is_settled:
        row.doubts = []
    row.revision += 1
    db.flush()
    return row


def settle(db: Session, row: ImportItem, *, revision: int) -> None:
    """The item is right as it stands, says a person who has seen the doubts."""
    _refuse_stale(db, row, revision)
    row.doubts = []
    row.revision += 1
    db.flush()


def as_mended(row: ImportItem, change: Mend) -> ItemContent:
    """The content with a mend in it, cleaned; nothing is stored."""
    content = content_of(row)
    if content is None:
        raise Invalid(_no_place(row)[0].what)
    return items.clean(mended(content, change))


def _refuse_stale(db: Session, row: ImportItem, revision: int) -> None:
    db.refresh(row, with_for_update=True)
    if row.revision != revision or row.state != WAITING:
        raise Conflict("Câu này vừa được sửa ở nơi khác. Tải lại trang để xem bản mới.")


def drop(db: Session, row: ImportItem) -> None:
    if row.state == WAITING:
        row.state = DROPPED
        db.flush()


def restore(db: Session, row: ImportItem) -> None:
    if row.state == DROPPED:
        row.state = WAITING
        db.flush()


def save_ready(
    db: Session, actor: Actor, batch: ImportBatch, *, topic: str, level: str, now: datetime
) -> SavedDrafts:
    """Drafts of every item without open problems; topic and level where an item has none."""
    db.refresh(batch, with_for_update=True)
    _check_placement(batch, topic, level)
    rows = [row for row in repository.items_of(db, batch) if is_ready(row)]
    found = tuple(_found(row, topic, level) for row in rows)
    saved = save_drafts(db, actor, ImportReport(items=found), now=now)
    for row, item in zip(rows, saved.items, strict=True):
        row.state, row.item_id = SAVED, item.id
    db.flush()
    after = {"saved": len(rows)}
    audit.record(db, actor, "import.saved", "import_batch", batch.id, now=now, after=after)
    waiting = [row for row in repository.items_of(db, batch) if row.state == WAITING]
    return replace(saved, left_out=len(waiting))


def _check_placement(batch: ImportBatch, topic: str, level: str) -> None:
    if topic and topic not in {known.code for known in topics(batch.subject)}:
        raise Invalid("Chủ đề không thuộc môn đã chọn; chọn lại.")
    if level and level not in LEVEL_NAMES:
        raise Invalid("Chọn cấp độ tư duy: Biết, Hiểu hoặc Vận dụng.")


def _found(row: ImportItem, topic: str, level: str) -> FoundItem:
    content = content_of(row)
    assert content is not None
    placed = content.model_copy(
        update={"topic": content.topic or topic, "level": content.level or (level or None)}
    )
    return FoundItem(
        number=row.number,
        kind=row.kind,
        stem=row.stem,
        content=placed,
        stimulus=stimulus_of(row),
        identity=row.identity,
    )

"""Found items into the bank as drafts of one person: settled items only, nothing half-way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from ..errors import Conflict, Invalid, NotFound, Problem, msg, problem
from ..items import repository, service, states
from ..items.content import (
    ItemContent,
    StimulusContent,
    canonical_bytes,
    version_name,
)
from ..items.html import assets_in
from ..items.models import Item
from ..items.stimuli import add_stimulus
from ..permissions import Actor
from .found import FoundImage, FoundItem, ImportReport
from .identity import identity_of, read_identity
from .qti.packages_out import Asset
from .word_again import Echo, echo_of, merged

MOST_PICTURE_BYTES = 20_000_000
_MAY_CHANGE = states.EDITABLE | {"approved", "rejected"}
C = TypeVar("C", ItemContent, StimulusContent)


@dataclass(frozen=True, slots=True)
class SavedDrafts:
    """The drafts made, and how many items of the report were left out because of doubts."""

    items: tuple[Item, ...]
    left_out: int


def save_drafts(db: Session, actor: Actor, report: ImportReport, *, now: datetime) -> SavedDrafts:
    """Save every settled item of a report as a draft of the actor's.

    Raises Refused where the actor may not write items of the subject, Invalid where the report's
    items have no subject.
    """
    settled = [item for item in report.items if item.content is not None and not item.problems]
    _refuse_nowhere(settled)
    saving = _Saving(db, actor, now)
    made = tuple(saving.draft(item) for item in settled)
    return SavedDrafts(made, len(report.items) - len(settled))


def with_moved_on(db: Session, actor: Actor, report: ImportReport) -> ImportReport:
    """The report with a problem at each item that was edited in the bank since it left."""
    items = tuple(
        replace(item, problems=(*item.problems, moved_on(item.number)))
        if has_moved_on(db, actor, item.identity)
        else item
        for item in report.items
    )
    return replace(report, items=items)


def has_moved_on(db: Session, actor: Actor, identity: str) -> bool:
    """Whether the actor's own item, which a file names, is not what it was when it left."""
    named = read_identity(identity)
    item = db.get(Item, named.item_id) if named else None
    draft = repository.draft_of(db, item) if item and item.author_id == actor.person_id else None
    if named is None or draft is None:
        return False
    now_says = version_name(canonical_bytes(service.draft_content(draft)))
    return identity_of(named.item_id, now_says) != named


def moved_on(number: int) -> Problem:
    return problem(
        msg("Câu {n}", n=number),
        "Câu này đã đổi trong ngân hàng sau khi tệp được xuất; xác nhận để lấy bản trong tệp.",
    )


def _refuse_nowhere(settled: Sequence[FoundItem]) -> None:
    if any(item.content is not None and not item.content.subject for item in settled):
        raise Invalid(
            "Chưa biết câu hỏi thuộc môn nào; chọn môn rồi nhập lại.",
            problems=[problem("subject", "Chọn môn học.")],
        )


class _Saving:
    def __init__(self, db: Session, actor: Actor, now: datetime) -> None:
        self._db, self._actor, self._now = db, actor, now
        self._assets: dict[str, str] = {}
        self._stimuli: dict[str, str] = {}

    def draft(self, found: FoundItem) -> Item:
        assert found.content is not None
        self._store_images(found.images)
        content = renamed(found.content, self._assets)
        known = self._known(found.identity, content)
        if known is not None:
            return self._again(known, content, found.stimulus)
        if found.stimulus is not None:
            stimulus = self._stimulus(found.stimulus)
            content = content.model_copy(update={"stimulus": stimulus})
        item = service.create_item(
            self._db,
            self._actor,
            kind=content.kind,
            subject=content.subject,
            grade=content.grade,
            topic=content.topic,
            now=self._now,
        )
        service.save_draft(self._db, self._actor, item, content, expected_revision=1, now=self._now)
        return item

    def _known(self, identity: str, content: ItemContent) -> Item | None:
        """The actor's own item that the file names, if it is still the same kind of item."""
        named = read_identity(identity)
        item = self._db.get(Item, named.item_id) if named else None
        if item is None or item.author_id != self._actor.person_id:
            return None
        if (item.kind, item.subject) != (content.kind, content.subject):
            return None
        if item.state not in _MAY_CHANGE:
            raise Conflict(
                msg(
                    "Câu {code} đang ở trạng thái «{state}» nên chưa nhận bản sửa; rút câu đó về, "
                    "hoặc bỏ nó khỏi lần nhập này.",
                    code=item.code,
                    state=msg(states.STATE_NAMES[item.state]),
                )
            )
        return item

    def _again(self, item: Item, content: ItemContent, stimulus: StimulusContent | None) -> Item:
        """A new draft of an item that is in the bank; untouched items stay as they are."""
        draft = repository.draft_of(self._db, item)
        if draft is None:
            raise NotFound("Câu hỏi này không có bản nháp.")
        old = service.draft_content(draft)
        shared = repository.stimulus_version(self._db, old.stimulus) if old.stimulus else None
        echo = echo_of(old, shared, assets=self._asset)
        if stimulus is not None and not _is_echo(renamed(stimulus, self._assets), echo):
            content = content.model_copy(update={"stimulus": self._stimulus(stimulus)})
        wanted = merged(old, content, echo.content if echo else None)
        if service.clean(wanted) == service.clean(old):
            return item
        if item.state not in states.EDITABLE:
            service.revise(self._db, self._actor, item, now=self._now)
        service.save_draft(
            self._db,
            self._actor,
            item,
            wanted,
            expected_revision=draft.revision,
            now=self._now,
        )
        return item

    def _asset(self, name: str) -> Asset | None:
        found = repository.asset(self._db, name)
        return Asset(found.media_type, found.body) if found else None

    def _store_images(self, images: Sequence[FoundImage]) -> None:
        """Storing encodes a picture anew, so its name may change; the content follows."""
        for image in images:
            if image.sha256 not in self._assets:
                stored = service.add_asset(
                    self._db,
                    self._actor,
                    image.picture.body,
                    most_bytes=MOST_PICTURE_BYTES,
                    now=self._now,
                )
                self._assets[image.sha256] = stored.sha256

    def _stimulus(self, found: StimulusContent) -> str:
        """The version's name; the same material, met again, is the same stimulus."""
        content = _described(renamed(found, self._assets))
        name = version_name(canonical_bytes(content))
        if name not in self._stimuli:
            if repository.stimulus_version(self._db, name) is None:
                code = f"NL-{name[:10].upper()}"
                version = add_stimulus(
                    self._db, self._actor, code=code, content=content, now=self._now
                )
                self._stimuli[name] = version.hash
            else:
                self._stimuli[name] = name
        return self._stimuli[name]


def _is_echo(stimulus: StimulusContent, echo: Echo | None) -> bool:
    """Whether shared material came back as it left; its lead names other items each time."""
    return echo is not None and echo.stimulus is not None and stimulus.body == echo.stimulus.body


def renamed(content: C, names: Mapping[str, str]) -> C:
    text = content.model_dump_json(by_alias=True)
    for name in set(assets_in(text)):
        text = text.replace(name, names.get(name, name))
    return type(content).model_validate_json(text)


def _described(content: StimulusContent) -> StimulusContent:
    """A stimulus is frozen at once, so a picture without a description is given one to mend."""
    body = content.body.replace('alt=""', 'alt="Hình của ngữ liệu"')
    return content.model_copy(update={"body": body})

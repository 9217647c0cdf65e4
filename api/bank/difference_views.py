"""All versions of an item, and two of them side by side."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository as calibrations
from itembank.curriculum import SUBJECTS
from itembank.difference.parts import Say
from itembank.difference.versions import Difference, difference_of
from itembank.errors import NotFound
from itembank.forms import repository as papers
from itembank.forms.models import TestForm
from itembank.items import repository
from itembank.items.content import ItemContent
from itembank.items.models import Item, ItemVersion, ItemVersionEvent
from itembank.items.rules import can_view_content
from itembank.items.service import open_version
from itembank.people import repository as people
from itembank.permissions import Actor, Decision, Role, no, require
from itembank.review import repository as rounds

from .preview import preview_html
from .review_views import stimulus_of
from .review_words import EVENT_WORDS


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a version's life."""

    what: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Used:
    """What answers to this very version said: how many, share of points, discrimination."""

    n: int | None
    p: float | None
    point_biserial: float | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: ItemVersion
    author: str
    is_in_use: bool
    events: list[Happened]
    forms: Sequence[TestForm]
    used: Used | None


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """`old` and `new` are what is compared; None while there is one version only."""

    item: Item
    subject: str
    lines: list[VersionLine]
    sees_forms: bool
    old: ItemVersion | None
    new: ItemVersion | None
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class VersionPage:
    item: Item
    version: ItemVersion
    author: str
    is_newest: bool
    content: ItemContent
    preview: Markup


def can_read_history(db: Session, actor: Actor, item: Item) -> Decision:
    """A reviewer judges without knowing the author and without what others said before."""
    may_view = can_view_content(actor, item)
    if may_view and rounds.is_reviewer(db, item, actor.person_id):
        return no(
            "history_closed",
            "Bạn được giao thẩm định câu này nên không xem lịch sử của nó ở đây; "
            "chỗ khác so với bản trước có trong phiếu thẩm định.",
        )
    return may_view


def versions_page(
    db: Session,
    actor: Actor,
    item: Item,
    *,
    old: int | None,
    new: int | None,
    say: Say,
    now: datetime,
) -> VersionsPage:
    require(can_read_history(db, actor, item))
    versions = repository.versions_of(db, item)
    first, second = _chosen(versions, old, new)
    sees_forms = actor.has(Role.EXAM_OFFICER) or actor.has(Role.PSYCHOMETRICIAN)
    found = between(db, actor, item, first, second, say=say, now=now) if first and second else None
    return VersionsPage(
        item=item,
        subject=SUBJECTS.get(item.subject, item.subject),
        lines=_lines(db, item, versions, sees_forms=sees_forms),
        sees_forms=sees_forms,
        old=first,
        new=second,
        difference=found,
    )


def _chosen(
    versions: Sequence[ItemVersion], old: int | None, new: int | None
) -> tuple[ItemVersion | None, ItemVersion | None]:
    """The two asked for; the newest and the one before it where nothing is asked."""
    by_number = {version.number: version for version in versions}
    if len(versions) < 2:
        return None, None
    second = by_number.get(new or versions[-1].number, versions[-1])
    first = by_number.get(old or 0)
    if first is None or first.number == second.number:
        others = [version for version in versions if version.number < second.number]
        first = others[-1] if others else versions[-1]
    return first, second


def between(
    db: Session,
    actor: Actor,
    item: Item,
    old: ItemVersion,
    new: ItemVersion,
    *,
    say: Say,
    now: datetime,
) -> Difference:
    """The difference; both versions are opened, which leaves its trace."""
    before = open_version(db, actor, item, old.hash, now=now)
    after = open_version(db, actor, item, new.hash, now=now)
    return difference_of(
        before,
        after,
        old_stimulus=stimulus_of(db, before),
        new_stimulus=stimulus_of(db, after),
        say=say,
    )


def version_page(
    db: Session, actor: Actor, item: Item, number: int, *, now: datetime
) -> VersionPage:
    require(can_read_history(db, actor, item))
    version = next((v for v in repository.versions_of(db, item) if v.number == number), None)
    if version is None:
        raise NotFound("Câu hỏi không có phiên bản này.")
    content = open_version(db, actor, item, version.hash, now=now)
    return VersionPage(
        item=item,
        version=version,
        author=people.names(db, {version.author_id}).get(version.author_id, ""),
        is_newest=version.hash == item.current_version,
        content=content,
        preview=preview_html(content, stimulus=stimulus_of(db, content)),
    )


def _lines(
    db: Session, item: Item, versions: Sequence[ItemVersion], *, sees_forms: bool
) -> list[VersionLine]:
    names = people.names(db, {version.author_id for version in versions})
    events = _by_version(repository.events_of(db, item))
    forms = papers.forms_by_version(db, item.id) if sees_forms else {}
    used = _used(db, item.id)
    return [
        VersionLine(
            version=version,
            author=names.get(version.author_id, ""),
            is_in_use=version.hash == item.approved_version,
            events=events.get(version.hash, []),
            forms=forms.get(version.hash, []),
            used=used.get(version.hash),
        )
        for version in reversed(versions)
    ]


def _by_version(events: Sequence[ItemVersionEvent]) -> dict[str, list[Happened]]:
    found: dict[str, list[Happened]] = {}
    for event in events:
        told = Happened(EVENT_WORDS.get(event.kind, event.kind), event.at, event.note)
        found.setdefault(event.version_hash, []).append(told)
    return found


def _used(db: Session, item_id: uuid.UUID) -> dict[str, Used]:
    """From the newest run that calibrated each version."""
    told = calibrations.statistics_by_version(db, item_id)
    return {
        name: Used(one.get("n"), one.get("p"), one.get("point_biserial"))
        for name, one in told.items()
    }

"""What the pages for writing an item show: the choice of a new one, and the editor's shell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS, Topic, topics
from itembank.items import repository
from itembank.items.content import (
    KIND_NAMES,
    LEVEL_NAMES,
    WRITTEN_HERE,
    StimulusContent,
    read_stimulus,
)
from itembank.items.models import Item, ItemDraft
from itembank.items.rules import can_create
from itembank.items.service import draft_content
from itembank.items.stimulus_use import choosable
from itembank.permissions import Actor

from .author_views import Reason

GRADES = (9, 10, 11, 12)


@dataclass(frozen=True, slots=True)
class NewItemPage:
    """`typed` is what the form held when it was refused."""

    subjects: dict[str, str]
    kinds: dict[str, str]
    grades: tuple[int, ...]
    topics: list[tuple[str, list[Topic]]]
    typed: dict[str, str]
    problems: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """Of the subject and the kind, in the reader's language."""

    subject: str
    kind: str


@dataclass(frozen=True, slots=True)
class EditPage:
    item: Item
    draft: ItemDraft
    data: Markup
    problems: list[dict[str, str]]
    returned_because: list[Reason]


def new_item_page(
    actor: Actor, typed: dict[str, str], problems: Sequence[dict[str, str]] = ()
) -> NewItemPage:
    subjects = writable_subjects(actor)
    return NewItemPage(
        subjects=subjects,
        kinds={kind: KIND_NAMES[kind] for kind in WRITTEN_HERE},
        grades=GRADES,
        topics=[(name, list(topics(code))) for code, name in subjects.items() if topics(code)],
        typed=typed,
        problems=list(problems),
    )


def writable_subjects(actor: Actor) -> dict[str, str]:
    """Subjects this person may write for; those they teach first."""
    own = [code for code in SUBJECTS if code in actor.subjects]
    rest = [code for code in SUBJECTS if code not in actor.subjects]
    return {code: SUBJECTS[code] for code in own + rest if can_create(actor, code)}


def edit_page(
    db: Session,
    actor: Actor,
    item: Item,
    draft: ItemDraft,
    *,
    shown: dict[str, Any],
    names: Names,
    problems: Sequence[dict[str, str]] = (),
    returned_because: Sequence[Reason] = (),
) -> EditPage:
    """`shown` is what the editor begins with beside the draft (`editor_api.drawn`); `problems` are
    those a refused submission met.
    """
    return EditPage(
        item=item,
        draft=draft,
        data=as_script(editor_data(db, actor, item, draft, shown, names)),
        problems=list(problems),
        returned_because=list(returned_because),
    )


def editor_data(
    db: Session, actor: Actor, item: Item, draft: ItemDraft, shown: dict[str, Any], names: Names
) -> dict[str, Any]:
    """Everything the editor island starts from, under `#editor-data`."""
    content = draft_content(draft)
    return {
        "item": {"id": str(item.id), "code": item.code, "kind": item.kind, "state": item.state},
        "revision": draft.revision,
        "saved_at": draft.updated_at.isoformat(),
        "content": content.model_dump(mode="json", by_alias=True),
        **shown,
        "subject_name": names.subject,
        "kind_name": names.kind,
        "levels": LEVEL_NAMES,
        "grades": GRADES,
        "topics": [asdict(topic) for topic in topics(item.subject)],
        "stimuli": _stimuli(db, actor, item, content.stimulus),
        "urls": _urls(item),
    }


def _stimuli(db: Session, actor: Actor, item: Item, used: str | None) -> list[dict[str, str]]:
    """Shared material the author may choose; the version in use even when it is no longer new."""
    choices = [
        {"hash": version.hash, "name": _titled(stimulus.code, read_stimulus(version.stored))}
        for stimulus, version in choosable(db, actor, item.subject)
    ]
    kept = repository.stimulus_version(db, used) if used else None
    if used and kept and used not in {choice["hash"] for choice in choices}:
        choices.append({"hash": used, "name": _titled(used[:8], kept)})
    return choices


def _titled(code: str, content: StimulusContent) -> str:
    return f"{code} · {content.title}" if content.title else code


def _urls(item: Item) -> dict[str, str]:
    return {
        "save": f"/ngan-hang/api/cau-hoi/{item.id}/nhap",
        "preview": "/ngan-hang/api/xem-truoc",
        "formula": "/ngan-hang/api/cong-thuc",
        "assets": "/ngan-hang/api/assets",
        "sounds": "/ngan-hang/api/am-thanh",
        "asset_base": "/ngan-hang/hinh/",
        "submit": f"/ngan-hang/cau-hoi/{item.id}/gui",
    }


def as_script(data: dict[str, Any]) -> Markup:
    """JSON safe inside a `<script>`: no `<`, so nothing in it can close the element."""
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))

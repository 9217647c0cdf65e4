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
from itembank.items.content import KIND_NAMES, LEVEL_NAMES, WRITTEN_HERE
from itembank.items.models import Item, ItemDraft
from itembank.items.rules import can_create
from itembank.items.service import draft_content
from itembank.permissions import Actor

from .author_views import Reason

GRADES = (10, 11, 12)


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
    item: Item,
    draft: ItemDraft,
    *,
    shown: dict[str, Any],
    kind_name: str,
    problems: Sequence[dict[str, str]] = (),
    returned_because: Sequence[Reason] = (),
) -> EditPage:
    """`shown` is what the editor begins with beside the draft (`editor_api.drawn`); `problems` are
    those a refused submission met.
    """
    return EditPage(
        item=item,
        draft=draft,
        data=as_script(editor_data(db, item, draft, shown, kind_name)),
        problems=list(problems),
        returned_because=list(returned_because),
    )


def editor_data(
    db: Session, item: Item, draft: ItemDraft, shown: dict[str, Any], kind_name: str
) -> dict[str, Any]:
    """Everything the editor island starts from, under `#editor-data`."""
    content = draft_content(draft)
    stimulus = repository.stimulus_version(db, content.stimulus) if content.stimulus else None
    return {
        "item": {"id": str(item.id), "code": item.code, "kind": item.kind, "state": item.state},
        "revision": draft.revision,
        "saved_at": draft.updated_at.isoformat(),
        "content": content.model_dump(mode="json", by_alias=True),
        **shown,
        "subject_name": SUBJECTS.get(item.subject, item.subject),
        "kind_name": kind_name,
        "levels": LEVEL_NAMES,
        "grades": GRADES,
        "topics": [asdict(topic) for topic in topics(item.subject)],
        "stimulus_title": stimulus.title if stimulus else None,
        "urls": _urls(item),
    }


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

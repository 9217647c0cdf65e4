"""People, approved items and forms, written straight into the tables."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from itembank.db import new_id
from itembank.forms import service as forms
from itembank.forms.models import TestForm
from itembank.forms.structures import ExamStructure
from itembank.items.content import ItemContent, StimulusContent, canonical_bytes, version_name
from itembank.items.models import Item, ItemVersion, Stimulus, StimulusVersion
from itembank.people import repository as people_repository
from itembank.people import service as people
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role
from itembank.scoring.rules import categories

from .appraised import record_approval


def make_unit(db: Session, code: str = "SO", kind: str = "so") -> Unit:
    return people.create_unit(db, code=code, name=f"Đơn vị {code}", kind=kind)


def make_person(
    db: Session,
    unit: Unit,
    username: str,
    *roles: Role,
    now: datetime,
    subject: str | None = None,
    password_hash: str | None = None,
) -> Person:
    person = people.create_person(
        db,
        None,
        unit=unit,
        username=username,
        full_name=f"Người {username}",
        password_hash=password_hash,
        now=now,
        must_change_password=False,
    )
    for role in roles:
        people.grant_role(db, None, person, role, unit, now=now, subject=subject)
    return person


def make_actor(
    db: Session, unit: Unit, username: str, *roles: Role, now: datetime, subject: str | None = None
) -> Actor:
    person = make_person(db, unit, username, *roles, now=now, subject=subject)
    return people_repository.load_actor(db, person)


def choice_content(key: str = "A", **about: Any) -> ItemContent:
    options = [{"id": i, "body": f"<p>{i}</p>", "rationale": f"vì {i}"} for i in "ABCD"]
    part = {"type": "choice", "options": options, "key": key}
    return _content("choice", part, about)


def cluster_content(keys: str = "ĐSĐS", **about: Any) -> ItemContent:
    statements = [
        {"id": i, "body": f"<p>ý {i}</p>", "key": k == "Đ", "rationale": f"bí mật {i}"}
        for i, k in zip("abcd", keys, strict=True)
    ]
    return _content("tf_cluster", {"type": "tf_cluster", "statements": statements}, about)


def short_content(*keys: str, **about: Any) -> ItemContent:
    return _content("short", {"type": "short", "keys": list(keys or ("3,5",))}, about)


def essay_content(points: str = "4", **about: Any) -> ItemContent:
    levels = [{"points": "0", "text": "không"}, {"points": points, "text": "đủ"}]
    rubric = [{"id": "r1", "criterion": "Ý", "levels": levels}]
    return _content("essay", {"type": "essay", "rubric": rubric}, about)


def _content(kind: str, interaction: dict[str, Any], about: dict[str, Any]) -> ItemContent:
    chosen = {
        "kind": kind,
        "subject": "toan",
        "grade": 12,
        "topic": "toan.12.dao-ham",
        "outcome": "toan.12.dao-ham.1",
        "level": "biet",
        "stem": f"<p>Câu {uuid.uuid4().hex[:8]}</p>",
        "solution": "<p>Lời giải kín</p>",
        **about,
    }
    return ItemContent.model_validate({**chosen, "interaction": interaction})


def make_item(
    db: Session, author: Person, content: ItemContent, *, now: datetime, approved: bool = True
) -> Item:
    stored = canonical_bytes(content)
    name = version_name(stored)
    item = Item(
        code=f"T-{new_id().hex[-10:]}",
        kind=content.kind,
        subject=content.subject,
        grade=content.grade,
        topic=content.topic,
        level=content.level,
        state="in_review",
        author_id=author.id,
        unit_id=author.unit_id,
        n_categories=categories(content),
        created_at=now,
    )
    db.add(item)
    db.flush()
    db.add(
        ItemVersion(
            hash=name,
            item_id=item.id,
            number=1,
            schema=1,
            stored=stored,
            stimulus_version=content.stimulus,
            author_id=author.id,
            created_at=now,
        )
    )
    db.flush()
    item.current_version = name
    if approved:
        record_approval(db, item, name, now=now)
        item.approved_version, item.state = name, "approved"
    db.flush()
    return item


SHARED = StimulusContent(subject="toan", title="Đoạn đọc", body="<p>Nội dung chung</p>")


def make_stimulus(
    db: Session, author: Person, content: StimulusContent = SHARED, *, now: datetime
) -> str:
    stored = canonical_bytes(content)
    stimulus = Stimulus(
        code=f"S-{new_id().hex[-8:]}", subject="toan", author_id=author.id, created_at=now
    )
    db.add(stimulus)
    db.flush()
    row = StimulusVersion(
        hash=version_name(stored),
        stimulus_id=stimulus.id,
        number=1,
        schema=1,
        stored=stored,
        author_id=author.id,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return row.hash


TOPICS = ("toan.12.dao-ham", "toan.12.vecto", "toan.12.oxyz", "toan.11.luong-giac")
LIKE_THE_DEMO = {
    "choice": {"biet": 18, "hieu": 12, "van_dung": 6},
    "tf_cluster": {"hieu": 4, "van_dung": 8},
    "short": {"hieu": 6, "van_dung": 12},
}
MAKERS = {"choice": choice_content, "tf_cluster": cluster_content, "short": short_content}


def make_bank(
    db: Session,
    author: Person,
    *,
    now: datetime,
    counts: dict[str, dict[str, int]] | None = None,
) -> list[Item]:
    """A bank with the demo's numbers of items, topics taken in turn."""
    made = []
    for kind, levels in (counts or LIKE_THE_DEMO).items():
        for level, n in levels.items():
            for i in range(n):
                content = MAKERS[kind](level=level, topic=TOPICS[i % len(TOPICS)])
                made.append(make_item(db, author, content, now=now))
    return made


def small_structure(**parts: int) -> ExamStructure:
    """A paper of as many choices, clusters, multiple choices and shorts as asked."""
    shapes = {
        "choice": ("I", "choice", ["0", "0.25"]),
        "cluster": ("II", "tf_cluster", ["0", "0.1", "0.25", "0.5", "1"]),
        "multiple": ("II+", "multiple", ["0", "0.5"]),
        "short": ("III", "short", ["0", "0.5"]),
    }
    chosen = [
        {"code": code, "title": code, "kind": kind, "count": parts[name], "weights": weights}
        for name, (code, kind, weights) in shapes.items()
        if parts.get(name)
    ]
    total = sum(float(p["weights"][-1]) * p["count"] for p in chosen)
    return ExamStructure.model_validate(
        {
            "id": "small",
            "title": "Đề nhỏ",
            "subject": "toan",
            "minutes": 45,
            "total": str(total),
            "parts": chosen,
        }
    )


def make_frozen_form(
    db: Session,
    officer: Actor,
    author: Person,
    *,
    now: datetime,
    contents: list[ItemContent] | None = None,
    code: str = "DE-01",
) -> TestForm:
    """A frozen form of exactly these items (by default one choice, one cluster, one short)."""
    chosen = contents or [choice_content("A"), cluster_content("ĐSĐS"), short_content("3,5")]
    for content in chosen:
        make_item(db, author, content, now=now)
    kinds = [content.kind for content in chosen]
    structure = small_structure(
        choice=kinds.count("choice"), cluster=kinds.count("tf_cluster"),
        multiple=kinds.count("multiple"), short=kinds.count("short"),
    )  # fmt: skip
    form = forms.create_form_from(db, officer, structure, code=code, title="Đề nhỏ", now=now)
    forms.fill_form(db, officer, form, seed=1, now=now)
    return forms.freeze_form(db, officer, form, now=now)

"""A bank of any size: plausible Vietnamese items, their versions, estimates and exposure.

Words follow Zipf's law over a vocabulary of syllables; formulas, options and numbers vary with the
item. Everything is drawn from one seed. Rows go straight into the tables: appraisal is not what is
measured here, so the databases' checks of approvals are met by leaving items in review.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from api.db import Database
from itembank.curriculum import SUBJECTS, topics
from itembank.finding import index
from itembank.finding.said import said
from itembank.items.content import (
    Choice,
    ItemContent,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
    canonical_bytes,
    version_name,
)  # fmt: skip
from itembank.items.models import Item, ItemVersion
from itembank.likeness.features import features, sketch_of
from itembank.likeness.models import ItemSketch
from itembank.people import service as people
from itembank.people.models import Person, Unit
from itembank.permissions import Role

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SCHOOLS = 38
VERSIONS = 3
BATCH = 2_000
STATES = ("in_review", "returned", "rejected", "withdrawn")
ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RHYMES = [
    "a",
    "á",
    "à",
    "ả",
    "ạ",
    "an",
    "án",
    "ang",
    "áng",
    "ao",
    "âm",
    "ân",
    "ất",
    "ê",
    "ế",
    "en",
    "iên",
    "iết",
    "inh",
    "o",
    "ó",
    "on",
    "ong",
    "ô",
    "ôn",
    "ông",
    "ơ",
    "ơi",
    "u",
    "úc",
    "ung",
    "ư",
    "ưng",
    "uyên",
]
COMMON = [
    "cho",
    "hàm",
    "số",
    "có",
    "đồ",
    "thị",
    "như",
    "hình",
    "vẽ",
    "bên",
    "hỏi",
    "tìm",
    "giá",
    "trị",
    "của",
    "biểu",
    "thức",
    "trong",
    "các",
    "phát",
    "biểu",
    "sau",
    "phát",
    "biểu",
    "nào",
    "đúng",
    "một",
    "vật",
    "chuyển",
    "động",
    "với",
    "vận",
    "tốc",
    "tính",
    "xác",
    "suất",
    "để",
    "lấy",
    "được",
    "số",
    "nghiệm",
    "phương",
    "trình",
    "thể",
    "tích",
    "khối",
    "chóp",
    "diện",
    "tích",
    "mặt",
    "phẳng",
    "tọa",
    "độ",
    "điểm",
    "đường",
    "thẳng",
    "dung",
    "dịch",
    "phản",
    "ứng",
    "nhiệt",
    "độ",
    "áp",
    "suất",
    "dòng",
    "điện",
    "cường",
    "độ",
    "gen",
    "tế",
    "bào",
    "quần",
    "thể",
    "năm",
    "triều",
    "đại",
    "khởi",
    "nghĩa",
    "kinh",
    "tế",
    "dân",
    "số",
    "vùng",
    "biển",
]


@dataclass(frozen=True)
class Writers:
    """Units and people by whom the items are."""

    units: Sequence[Unit]
    people: Sequence[Person]


def fill(database: Database, n_items: int, *, seed: int = 20261122) -> None:
    """Bring an empty or smaller bank to this many items."""
    with database.write() as db:
        writers = _writers(db)
        there = len(db.scalars(select(Item.id)).all())
    words = _vocabulary(random.Random(seed))
    for start in range(there, n_items, BATCH):
        with database.write() as db:
            numbers = range(start, min(start + BATCH, n_items))
            _write(db.connection(), [_made(n, words, writers, seed) for n in numbers])


def _writers(db: Session) -> Writers:
    known = db.scalars(select(Unit).where(Unit.code.like("DV%")).order_by(Unit.code)).all()
    if not known:
        department = people.create_unit(db, code="DV00", name="Sở GDĐT", kind="so")
        for i in range(1, SCHOOLS + 1):
            school = people.create_unit(
                db, code=f"DV{i:02d}", name=f"THPT số {i}", kind="truong", admin_parent=department
            )
            _person(db, school, f"gv{i}", Role.TEACHER)
        _person(db, department, "thuki", Role.SECRETARY)
        known = db.scalars(select(Unit).where(Unit.code.like("DV%")).order_by(Unit.code)).all()
    found = db.scalars(select(Person).where(Person.username.like("gv%")).order_by(Person.username))
    return Writers(known[1:], found.all())


def _person(db: Session, unit: Unit, name: str, role: Role) -> None:
    made = people.create_person(
        db, None, unit=unit, username=name, full_name=f"Thầy cô {name}", password_hash=None, now=NOW
    )
    people.grant_role(db, None, made, role, unit, now=NOW)


def _vocabulary(rng: random.Random) -> list[str]:
    """Common words of papers first, then two-syllable words, ever rarer."""
    syllables = [onset + rhyme for onset in ONSETS for rhyme in RHYMES]
    rare = [f"{rng.choice(syllables)} {rng.choice(syllables)}" for _ in range(8_000)]
    return [*dict.fromkeys(COMMON), *rare]


def _zipf(rng: random.Random, words: Sequence[str], n: int) -> str:
    ranks = (int(len(words) ** rng.random()) for _ in range(n))
    return " ".join(words[min(rank, len(words) - 1)] for rank in ranks)


def _formula(rng: random.Random) -> str:
    a, b, c = (rng.randrange(1, 60) for _ in range(3))
    shape = rng.choice(
        (f"y=\\frac{{{a}x+{b}}}{{x-{c}}}", f"x^2-{a}x+{b}=0", f"\\int_0^{a} ({b}x+{c})dx",
         f"\\log_{{{a}}} {b}", f"v(t)={a}t^2-{b}t+{c}", f"\\sqrt{{{a}x+{b}}}={c}")
    )  # fmt: skip
    return f'<span data-tex="{shape}"></span>'


def content_of(rng: random.Random, words: Sequence[str], subject: str, kind: str) -> ItemContent:
    stem = f"<p>{_zipf(rng, words, rng.randrange(12, 34)).capitalize()} {_formula(rng)} {_zipf(rng, words, 5)}</p>"
    bodies = [f"{_zipf(rng, words, 4)} {_formula(rng)}" for _ in range(4)]
    named = topics(subject)
    return ItemContent(
        kind=kind,
        subject=subject,
        grade=rng.choice((10, 11, 12, 12)),
        topic=rng.choice(named).code if named else "",
        level=rng.choice(("biet", "hieu", "hieu", "van_dung")),
        stem=stem,
        interaction=_interaction(rng, kind, bodies),
    )


def _interaction(rng: random.Random, kind: str, bodies: Sequence[str]) -> Any:
    if kind == "choice":
        options = tuple(Option(id=i, body=b) for i, b in zip("ABCD", bodies, strict=True))
        return Choice(options=options, key=rng.choice("ABCD"))
    if kind == "tf_cluster":
        return TrueFalseCluster(
            statements=tuple(
                Statement(id=i, body=b, key=rng.random() < 0.5)
                for i, b in zip("abcd", bodies, strict=True)
            )
        )
    return ShortAnswer(keys=(str(rng.randrange(1, 999)),))


@dataclass(frozen=True)
class Made:
    item: dict[str, Any]
    versions: list[dict[str, Any]]
    words: index.Words
    sketch: list[dict[str, int]]


def _made(number: int, words: Sequence[str], writers: Writers, seed: int) -> Made:
    rng = random.Random(seed * 1_000_003 + number)
    subject = rng.choice(list(SUBJECTS))
    kind = rng.choices(("choice", "tf_cluster", "short"), (6, 2, 2))[0]
    unit_no = rng.randrange(len(writers.people))
    person = writers.people[unit_no]
    content = content_of(rng, words, subject, kind)
    item_id, at = (
        uuid.UUID(int=rng.getrandbits(128), version=4),
        NOW - timedelta(hours=number % 9_000),
    )
    versions = list(_versions(content, item_id, person.id, at))
    calibrated = rng.random() < 0.6
    item = {
        "id": item_id, "code": f"{subject[:3].upper()}-{number:07d}", "kind": kind,
        "subject": subject, "grade": content.grade, "topic": content.topic, "level": content.level,
        "label": "", "search_text": "", "state": rng.choices(STATES, (70, 15, 10, 5))[0],
        "author_id": person.id, "unit_id": person.unit_id, "current_version": versions[-1]["hash"],
        "n_categories": 5 if kind == "tf_cluster" else 2, "created_at": at,
        "place": rng.getrandbits(62), "outcome": "",
        "difficulty": round(rng.gauss(0, 1), 3) if calibrated else None,
        "discrimination": round(rng.lognormvariate(0, 0.3), 3) if calibrated else None,
        "exposure": rng.choices((0, 1, 2, 3), (70, 20, 7, 3))[0],
        "flagged": calibrated and rng.random() < 0.05,
    }  # fmt: skip
    found = Item(code=item["code"], place=item["place"])
    sketch = [{"hash": h, "place": item["place"]} for h in sketch_of(features(content))]
    return Made(item, versions, index.words_of(found, said(content)), sketch)


def _versions(
    content: ItemContent, item_id: uuid.UUID, author: uuid.UUID, at: datetime
) -> Iterator[dict[str, Any]]:
    marked = canonical_bytes(content.model_copy(update={"solution": "<p>lần</p>"}))
    for number in range(1, VERSIONS + 1):
        stored = marked.replace("<p>lần</p>".encode(), f"<p>Lần {number} {item_id}</p>".encode())
        yield {
            "hash": version_name(stored), "item_id": item_id, "number": number, "schema": 1,
            "stored": stored, "stimulus_version": None, "author_id": author, "created_at": at,
            "reason": "",
        }  # fmt: skip


def _write(connection: Connection, made: Sequence[Made]) -> None:
    in_order = sorted(made, key=lambda one: one.words.place)
    connection.execute(insert(Item), [one.item for one in in_order])
    connection.execute(insert(ItemVersion), [v for one in in_order for v in one.versions])
    index.put_all(connection, [one.words for one in in_order])
    connection.execute(insert(ItemSketch), [row for one in in_order for row in one.sketch])

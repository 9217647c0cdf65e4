"""Items of a made bank, each from its number and the bank's seed alone. Pure.

Three versions an item; most are approved, used in examinations and calibrated, some wait. One item
in fifty is an earlier one with its options in another order and one number changed.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from itembank.curriculum import SUBJECTS, Topic, topics
from itembank.finding import index
from itembank.finding.said import joined, parts_of
from itembank.items.content import (
    Choice,
    ItemContent,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
    canonical_bytes,
    version_name,
)
from itembank.items.html import plain_text
from itembank.items.models import Item
from itembank.items.service import shortened
from itembank.likeness.features import features_of, sketch_of

from .vocabulary import formula, prose, vocabulary

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SEED = 20261122
VERSIONS = 3
TWIN_EVERY = 50
STATES = {
    "approved": 62,
    "in_review": 20,
    "returned": 8,
    "rejected": 5,
    "withdrawn": 3,
    "retired": 2,
}
IN_USE = ("approved", "retired")
KINDS = {"choice": 6, "tf_cluster": 2, "short": 2}
EXPOSURES = {0: 40, 1: 38, 2: 15, 3: 7}


@dataclass(frozen=True, slots=True)
class Writer:
    person: uuid.UUID
    unit: uuid.UUID


@dataclass(frozen=True, slots=True)
class Made:
    """An item as rows: its own, its versions', what it is found and recognised by."""

    item: dict[str, Any]
    versions: list[dict[str, Any]]
    words: index.Words
    sketch: list[int]


def made(number: int, writers: Sequence[Writer]) -> Made:
    content = content_of(number)
    rng = _rng(number, "life")
    item = _item(number, content, rng.choice(writers), rng)
    stem, parts = plain_text(content.stem), parts_of(content)
    item["label"] = shortened(stem)
    versions = list(_versions(content, item))
    item["current_version"] = versions[-1]["hash"]
    item["approved_version"] = versions[-1]["hash"] if item["state"] in IN_USE else None
    found = Item(**{name: item[name] for name in ("code", "place", *index.FILED)})
    words = index.words_of(found, joined([stem, *parts]))
    return Made(item, versions, words, sketch_of(features_of(stem, parts)))


def _rng(number: int, what: str) -> random.Random:
    return random.Random(f"{SEED}/{what}/{number}")


def _item(number: int, content: ItemContent, writer: Writer, rng: random.Random) -> dict[str, Any]:
    state = _drawn(rng, STATES)
    exposure = _drawn(rng, EXPOSURES) if state in IN_USE else 0
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4),
        "code": f"{content.subject[:3].upper()}-{number:07d}",
        "kind": content.kind, "subject": content.subject, "grade": content.grade,
        "topic": content.topic, "level": content.level, "outcome": content.outcome,
        "state": state, "author_id": writer.person, "unit_id": writer.unit,
        "n_categories": 5 if content.kind == "tf_cluster" else 2,
        "created_at": NOW - timedelta(hours=number % 9_000), "place": rng.getrandbits(62),
        "difficulty": round(rng.gauss(0, 1), 3) if exposure else None,
        "discrimination": round(rng.lognormvariate(0, 0.3), 3) if exposure else None,
        "exposure": exposure, "flagged": bool(exposure) and rng.random() < 0.05,
    }  # fmt: skip


def _drawn(rng: random.Random, weights: dict[Any, int]) -> Any:
    return rng.choices(list(weights), list(weights.values()))[0]


def content_of(number: int) -> ItemContent:
    if number >= TWIN_EVERY and number % TWIN_EVERY == 0:
        return twin_of(content_of(number - TWIN_EVERY + 1), _rng(number, "twin"))
    rng = _rng(number, "content")
    kind = _drawn(rng, KINDS)
    topic = rng.choice(_all_topics())
    words = _words()
    stem = f"<p>{prose(rng, words, rng.randrange(12, 34)).capitalize()} {_tex(rng)} {prose(rng, words, 5)}</p>"
    return ItemContent(
        kind=kind,
        subject=topic.code.partition(".")[0],
        grade=topic.grade,
        topic=topic.code,
        outcome=rng.choice(topic.outcomes).code if topic.outcomes else "",
        level=rng.choice(("biet", "hieu", "hieu", "van_dung")),
        stem=stem,
        interaction=_interaction(rng, kind, [f"{prose(rng, words, 4)} {_tex(rng)}" for _ in range(4)]),
    )  # fmt: skip


@cache
def _all_topics() -> tuple[Topic, ...]:
    return tuple(topic for subject in SUBJECTS for topic in topics(subject))


@cache
def _words() -> tuple[str, ...]:
    return tuple(vocabulary(random.Random(SEED)))


def _tex(rng: random.Random) -> str:
    return f'<span data-tex="{formula(rng)}"></span>'


def _interaction(rng: random.Random, kind: str, bodies: Sequence[str]) -> Any:
    if kind == "choice":
        options = tuple(Option(id=i, body=b) for i, b in zip("ABCD", bodies, strict=True))
        return Choice(options=options, key=rng.choice("ABCD"))
    if kind == "tf_cluster":
        truths = [(i, b, rng.random() < 0.5) for i, b in zip("abcd", bodies, strict=True)]
        return TrueFalseCluster(
            statements=tuple(Statement(id=i, body=b, key=key) for i, b, key in truths)
        )
    return ShortAnswer(keys=(str(rng.randrange(1, 999)),))


def twin_of(content: ItemContent, rng: random.Random) -> ItemContent:
    """The same item told again: options in another order, one word more."""
    part = content.interaction
    if isinstance(part, Choice):
        bodies = [option.body for option in part.options]
        rng.shuffle(bodies)
        options = tuple(Option(id=i, body=b) for i, b in zip("ABCD", bodies, strict=True))
        part = part.model_copy(update={"options": options})
    stem = content.stem.replace("</p>", " nhé</p>")
    return content.model_copy(update={"interaction": part, "stem": stem})


def _versions(content: ItemContent, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Frozen bytes of each version; they differ in the solution, as small corrections do."""
    marked = canonical_bytes(content.model_copy(update={"solution": "<p>lần</p>"}))
    for number in range(1, VERSIONS + 1):
        told = f"<p>Lần {number} {item['id']}</p>"
        stored = marked.replace("<p>lần</p>".encode(), told.encode())
        yield {
            "hash": version_name(stored), "item_id": item["id"], "number": number, "schema": 1,
            "stored": stored, "stimulus_version": None, "author_id": item["author_id"],
            "created_at": item["created_at"] + timedelta(minutes=number), "reason": "",
        }  # fmt: skip

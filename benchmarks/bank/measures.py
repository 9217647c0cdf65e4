"""What is timed on a filled bank, each measure a list of seconds or one number of seconds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.bank.search_views import search_page
from api.db import Database
from api.jobs.read_items import AT_ONCE
from api.stock.board_views import Choice, board_page
from itembank.curriculum import SUBJECTS, topics
from itembank.exchange.found import FoundItem
from itembank.imports import service as imports
from itembank.items.html import plain_text
from itembank.items.models import Item
from itembank.likeness.features import features
from itembank.likeness.service import alike, candidates
from itembank.people import repository as people
from itembank.permissions import Actor

from .generator import NOW, TWIN_EVERY, content_of
from .loading import OFFICER
from .queries import queries

CHECKS = 60
IMPORTED = 1_000_000  # made items from this number on stand in no bank
WARM = 20  # searches before the clock runs


def settle(database: Database) -> None:
    """What a database does by itself at night."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text("VACUUM ANALYZE"))
        return
    with database.write() as db:
        db.execute(text("ANALYZE"))


def actor_named(db: Session, name: str) -> Actor:
    person = people.person_by_username(db, name)
    assert person is not None
    return people.load_actor(db, person)


def searches(database: Database) -> list[float]:
    """Every query of the list, as the page of the bank answers it: counts, facets, rows, stems."""
    with database.read() as db:
        actor = actor_named(db, OFFICER)
        for query in queries()[:WARM]:
            search_page(db, actor, query)
        return [_timed(db, lambda q=query: search_page(db, actor, q)) for query in queries()]  # type: ignore[misc]


def _timed(db: Session, run: Callable[[], object]) -> float:
    db.expunge_all()
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _twins(db: Session, n_items: int) -> list[tuple[Item, Item]]:
    """Made twins and what they were made from."""
    numbers = range(TWIN_EVERY, n_items, TWIN_EVERY)
    found = []
    for number in random.Random(1).sample(numbers, min(CHECKS, len(numbers))):
        there = [_numbered(db, n) for n in (number, number - TWIN_EVERY + 1)]
        found.append((there[0], there[1]))
    return found


def _numbered(db: Session, number: int) -> Item:
    code = f"{content_of(number).subject[:3].upper()}-{number:07d}"
    return db.scalars(select(Item).where(Item.code == code)).one()


def checks(database: Database, n_items: int) -> tuple[list[float], float]:
    """Seconds of each duplicate check, and the share of made twins found among candidates."""
    seconds, met = [], 0
    with database.read() as db:
        pairs = _twins(db, n_items)
        for number, (twin, source) in enumerate(pairs):
            content = content_of(int(twin.code.rpartition("-")[2]))
            seconds.append(_timed(db, lambda t=twin, c=content: alike(db, t, c)))  # type: ignore[misc]
            met += source.place in candidates(db, twin.place, features(content))
            assert number < CHECKS
    return seconds, met / len(pairs)


def boards(database: Database) -> list[float]:
    """The stock board of every subject and grade, forecast and open cell included."""
    with database.read() as db:
        actor = actor_named(db, OFFICER)
        choices = [
            Choice(subject, grade, 2026)
            for subject in SUBJECTS
            for grade in sorted({topic.grade for topic in topics(subject)})
        ]
        return [
            _timed(db, lambda c=choice: board_page(db, actor, c, "", now=NOW))  # type: ignore[misc]
            for choice in choices
        ]


def importing(database: Database, n_items: int) -> float:
    """Seconds in which a file's items become drafts by the verbs of an upload; then taken back."""
    found = list(_found(n_items))
    with database.rehearse() as db:
        actor = actor_named(db, "gv01")
        started = time.perf_counter()
        batch = imports.open_batch(
            db, actor, file_name="de.docx", source=b"-", form="word", subject="toan", grade=12, now=NOW
        )  # fmt: skip
        for start in range(0, n_items, AT_ONCE):
            imports.add_items(db, actor, batch, found[start : start + AT_ONCE], now=NOW)
        imports.close_reading(db, batch, [], now=NOW)
        saved = imports.save_ready(db, actor, batch, topic="", level="hieu", now=NOW)
        seconds = time.perf_counter() - started
    assert len(saved.items) == n_items
    return seconds


def _found(n_items: int) -> Iterator[FoundItem]:
    number, met = IMPORTED, 0
    while met < n_items:
        content = content_of(number)
        number += 1
        met += 1
        yield FoundItem(
            number=met, kind=content.kind, stem=plain_text(content.stem), content=content
        )

"""A made bank into a database, as much at once as each takes (`bulk`).

Items come in approved without the acts of an appraisal, so the databases' separation of duty is
taken down for the load and put up again after it; so are the indexes that are made faster whole.
"""

from __future__ import annotations

import multiprocessing
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any

from sqlalchemy import Index, func, select, text
from sqlalchemy.orm import Session

from api.db import Database
from itembank.curriculum import SUBJECTS, topics
from itembank.db import Base
from itembank.finding import index
from itembank.items.models import Item
from itembank.people import service as people
from itembank.people.models import Person, Unit
from itembank.permissions import Role
from itembank.review import separation

from . import bulk
from .evidence import Rows, evidence, requirements
from .generator import NOW, SEED, Writer, made

SCHOOLS = 38
CHUNK = 1_000
INDEX_MEMORY = "512MB"
TOGETHER = 10  # chunks of a transaction
PROCESSES = 2
OFFICER = "thuki"
AFTERWARDS = (
    "item",
    "item_version",
    "item_version_event",
    "item_sketch",
    "item_parameters",
    "form_item",
)


def fill(database: Database, n_items: int) -> None:
    """Bring an empty or smaller bank to this many items."""
    dialect = database.engine.dialect.name
    with database.write() as db:
        writers, officer = _people(db)
        there = db.scalar(select(func.count()).select_from(Item)) or 0
    wanted = requirements(officer, _topics(), random.Random(SEED)) if not there else {}
    starts = range(there, n_items, CHUNK)
    spans = [range(start, min(start + CHUNK, n_items)) for start in starts]
    making = partial(_loads, writers, officer, dialect)
    with (
        _at_once(database),
        bulk.writer(database) as writer,
        multiprocessing.get_context("spawn").Pool(PROCESSES) as pool,
    ):
        writer.put(_shaped(wanted, dialect))
        chunks = pool.imap(making, spans)
        while some := list(islice(chunks, TOGETHER)):
            writer.put(chain.from_iterable(some))


def _loads(
    writers: Sequence[Writer], officer: uuid.UUID, dialect: str, span: Sequence[int]
) -> list[bulk.Load]:
    """All rows of these items; in the order of places, which is that of the words' table."""
    chunk = sorted((made(number, writers) for number in span), key=lambda one: one.words.place)
    rng = random.Random(chunk[0].item["place"])
    sketches = [{"hash": h, "place": one.item["place"]} for one in chunk for h in one.sketch]
    rows: Rows = {
        "item": [one.item for one in chunk],
        "item_version": [version for one in chunk for version in one.versions],
        "item_sketch": sorted(sketches, key=lambda row: row["hash"]),
        **evidence(chunk, officer, rng),
        index.TABLE: [index.stored(one.words, dialect) for one in chunk],
    }
    return _shaped(rows, dialect)


def _shaped(rows: Rows, dialect: str) -> list[bulk.Load]:
    return [bulk.shaped(name, lines, dialect) for name, lines in rows.items()]


def _topics() -> Iterator[Any]:
    return chain.from_iterable(topics(subject) for subject in SUBJECTS)


def _people(db: Session) -> tuple[list[Writer], Any]:
    """A teacher in every school, and the department's secretary."""
    if db.scalars(select(Person).where(Person.username == OFFICER)).first() is None:
        department = people.create_unit(db, code="DV00", name="Sở GDĐT", kind="so")
        _person(db, department, OFFICER, Role.SECRETARY)
        for i in range(1, SCHOOLS + 1):
            school = people.create_unit(
                db, code=f"DV{i:02d}", name=f"THPT số {i}", kind="truong", admin_parent=department
            )
            _person(db, school, f"gv{i:02d}", Role.TEACHER)
    query = select(Person).where(Person.username.like("gv%")).order_by(Person.username)
    officer = db.scalars(select(Person.id).where(Person.username == OFFICER)).one()
    return [Writer(p.id, p.unit_id) for p in db.scalars(query) if p.unit_id], officer


def _person(db: Session, unit: Unit, name: str, role: Role) -> None:
    new = people.create_person(
        db, None, unit=unit, username=name, full_name=f"Thầy cô {name}", password_hash=None, now=NOW
    )
    people.grant_role(db, None, new, role, unit, now=NOW)


@contextmanager
def _at_once(database: Database) -> Iterator[None]:
    """Guards and later indexes down, and up again."""
    dialect = database.engine.dialect.name
    with database.write() as db:
        for statement in separation.removals(dialect):
            db.execute(text(statement))
        for one in _later_indexes():
            one.drop(db.connection())
        for statement in index.without_indexes(dialect):
            db.execute(text(statement))
    yield
    with database.write() as db:
        if dialect == "postgresql":
            db.execute(text(f"SET LOCAL maintenance_work_mem = '{INDEX_MEMORY}'"))
        for one in _later_indexes():
            one.create(db.connection())
        for statement in [*index.indexes(dialect), *separation.statements(dialect)]:
            db.connection().exec_driver_sql(statement)


def _later_indexes() -> list[Index]:
    found = chain.from_iterable(Base.metadata.tables[name].indexes for name in AFTERWARDS)
    return sorted(found, key=lambda one: str(one.name))

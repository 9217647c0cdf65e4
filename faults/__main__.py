"""What the program survives: `python -m faults`, one JSON line a figure; `--long` for a night."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from benchmarks.figure import Figure

from .disturbed import clock_steps, disk_fails, line_fails, restarts
from .histories import histories
from .losing_nothing import database_killed, power_cut, program_killed
from .servers import Postgresql
from .told_by_tests import TESTS, told

Scenario = Callable[[bool], Iterable[Figure]]


def on_both(scenario: Callable[[str, str], Iterable[Figure]]) -> Iterator[Figure]:
    """The scenario on a fresh SQLite, then on a fresh PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="khaothi-faults-"))
    yield from scenario(f"sqlite:///{folder}/khaothi.db", "SQLite")
    with Postgresql().running() as server:
        yield from scenario(server.url, "PostgreSQL")


def bad_line(is_long: bool) -> Iterator[Figure]:
    rounds, cut_for = (3, 600.0) if is_long else (3, 3.0)
    return on_both(lambda url, name: line_fails(url, name, rounds=rounds, cut_for=cut_for))


def restarted(is_long: bool) -> Iterator[Figure]:
    times = 20 if is_long else 5
    return on_both(lambda url, name: restarts(url, name, times))


def _test(name: str) -> Scenario:
    return lambda _: told(name)


SCENARIOS: dict[str, Scenario] = {
    "F01": lambda is_long: program_killed(300 if is_long else 60),
    "F02": lambda is_long: database_killed(300 if is_long else 60),
    "F03": lambda is_long: power_cut(200 if is_long else 60),
    "F04": lambda _: disk_fails("F04 disk full, SQLite", "full", 4),
    "F05": lambda _: disk_fails("F05 flush fails (EIO), SQLite", "eio", 5),
    "F06": lambda _: chain(clock_steps(1), clock_steps(-1)),
    "F08": bad_line,
    "F09": lambda _: histories(10_000),
    "F15": restarted,
    **{name: _test(name) for name in TESTS},
}


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    asked.add_argument("--long", action="store_true", help="300, 300 and 200 cycles and real time")
    asked.add_argument("--only", default="", help="scenarios, for example F01,F09")
    given = asked.parse_args(arguments)
    names = given.only.split(",") if given.only else list(SCENARIOS)
    all_met = True
    for name in names:
        for figure in SCENARIOS[name](given.long):
            sys.stdout.write(f"{figure.as_json()}\n")
            sys.stdout.flush()
            all_met &= figure.met is not False
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())

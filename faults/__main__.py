"""What the program survives: `python -m faults`, one JSON line a figure; `--long` for a night."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence

from benchmarks.figure import Figure

from .histories import histories
from .losing_nothing import database_killed, power_cut, program_killed

Scenario = Callable[[bool], Iterable[Figure]]

SCENARIOS: dict[str, Scenario] = {
    "F01": lambda is_long: program_killed(300 if is_long else 60),
    "F02": lambda is_long: database_killed(300 if is_long else 60),
    "F03": lambda is_long: power_cut(200 if is_long else 60),
    "F09": lambda is_long: histories(10_000),
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
            all_met &= figure.met is not False
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())

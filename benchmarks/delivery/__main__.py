"""How fast the room is: `python -m benchmarks.delivery [--quick]`, one JSON line a figure."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain

from benchmarks.figure import Figure

from . import first_question, saving, whole_day

WHOLE = (10, whole_day.Size(on_postgresql=2000, on_sqlite=500, seconds=45))
QUICK = (2, whole_day.Size(on_postgresql=60, on_sqlite=40, seconds=12))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few candidates, short: does it run?")
    for figure in figures(*(QUICK if parser.parse_args().quick else WHOLE)):
        print(figure.as_json(), flush=True)


def figures(seconds: int, size: whole_day.Size) -> Iterator[Figure]:
    return chain(
        saving.on_postgresql(seconds),
        saving.on_sqlite(seconds),
        whole_day.on_postgresql(size),
        whole_day.on_sqlite(size),
        first_question.figures(),
    )


if __name__ == "__main__":
    main()

"""`khaothi worker`: background jobs in a process of their own."""

from __future__ import annotations

import argparse
from typing import Any

from ..db import connect
from ..jobs.kinds import BODIES
from ..jobs.worker import Worker
from ..settings import from_env


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("worker", help="run background jobs until stopped")
    made.add_argument("--once", action="store_true", help="run what waits, then end")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = from_env()
    worker = Worker(connect(settings.database_url), settings, BODIES)
    if args.once:
        while worker.run_one():
            pass
        return 0
    try:
        worker.run_forever()
    except KeyboardInterrupt:
        worker.request_stop()
    return 0

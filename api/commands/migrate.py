"""`khaothi migrate`: bring the database to the newest schema."""

from __future__ import annotations

import argparse
import json
from typing import Any

from .. import migrations
from ..db import connect
from ..settings import from_env


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("migrate", help="bring the database to the newest schema")
    made.add_argument("--database", help="address of the database [KHAOTHI_DATABASE_URL]")
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    database = connect(args.database or from_env().database_url)
    before = migrations.current(database)
    migrations.upgrade(database)
    after = migrations.current(database)
    if args.json:
        print(json.dumps({"before": before, "after": after}))
    else:
        print(f"Cơ sở dữ liệu ở phiên bản {after} (trước đó: {before or 'trống'}).")
    return 0

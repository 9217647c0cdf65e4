"""`khaothi reindex`: make anew what searches keep of the items."""

from __future__ import annotations

import argparse
from typing import Any

from itembank.finding.service import rebuild

from ..db import connect
from ..settings import from_env


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("reindex", help="make anew what searches keep of the items")
    made.add_argument("--database", help="address of the database [KHAOTHI_DATABASE_URL]")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    with connect(args.database or from_env().database_url).write() as db:
        n = rebuild(db)
    print(f"Đã lập lại chỉ mục của {n} câu hỏi.")
    return 0

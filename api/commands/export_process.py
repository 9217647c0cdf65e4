"""`khaothi export-process`: process data of a sitting for a study, under pseudonyms; and its end."""

from __future__ import annotations

import argparse
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from delivery.process.export import Study, export
from delivery.process.service import KEPT_FOR, let_go
from delivery.sittings import repository as sittings
from itembank.errors import Invalid, NotFound, msg

from ..db import Database, connect
from ..settings import from_env
from ..web import system_clock

DESCRIPTION = """\
Writes one line per event: person, school and form as pseudonyms made with the study's key, times
as milliseconds since the person's start. Sittings of fewer than 10 people are refused, schools of
fewer than 10 stay empty. The key is any file of at least 16 random bytes; keep it with the study.

--delete-old removes what is older than --days (730) and writes nothing else.
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "export-process",
        help="write how candidates worked, under the pseudonyms of a study",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--sitting", metavar="ID")
    made.add_argument("--study", metavar="NAME")
    made.add_argument("--key", type=Path, metavar="FILE")
    made.add_argument("--out", type=Path, metavar="FILE.csv")
    made.add_argument("--delete-old", action="store_true")
    made.add_argument("--days", type=int, default=KEPT_FOR.days)
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    database = connect(from_env().database_url)
    if args.delete_old:
        print(_delete(database, args.days))
        return 0
    if not (args.sitting and args.study and args.key and args.out):
        raise Invalid("Cần --sitting, --study, --key và --out.", code="arguments_missing")
    print(_write(database, args.sitting, Study(args.study, args.key.read_bytes()), args.out))
    return 0


def _delete(database: Database, days: int) -> int:
    if days < 1:
        raise Invalid("Số ngày phải từ 1 trở lên.", code="days_invalid")
    with database.write() as db:
        return let_go(db, None, now=system_clock(), kept_for=timedelta(days=days))


def _write(database: Database, name: str, study: Study, out: Path) -> Path:
    with database.write() as db:
        try:
            sitting = sittings.sitting_of(db, uuid.UUID(name))
        except ValueError as error:
            raise NotFound(msg("Không có đợt thi mã «{id}».", id=name)) from error
        out.write_bytes(export(db, None, sitting.id, study, now=system_clock()))
    return out

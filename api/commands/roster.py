"""`khaothi roster`: units and staff from and to OneRoster 1.2 packages."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from itembank.errors import NotFound, msg
from itembank.exchange.oneroster import read_roster, write_roster
from itembank.exchange.oneroster.apply import applied, plan_for, roster_of
from itembank.exchange.oneroster.plan import RosterPlan, candidates_csv

from ..db import connect
from ..settings import from_env
from ..web import system_clock

DESCRIPTION = """\
import      units and staff from a OneRoster 1.2 CSV package; --dry-run only shows the difference
export      units and staff as such a package
candidates  pupils of one class of a package as the candidate list (CSV) of a sitting
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "roster",
        help="units and staff from and to OneRoster 1.2",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    taken = actions.add_parser("import", help="take in units and staff")
    taken.add_argument("package", type=Path, metavar="PACKAGE.zip")
    taken.add_argument("--dry-run", action="store_true", help="show the difference, store nothing")
    taken.add_argument("--json", action="store_true", help="print the difference as JSON")
    taken.set_defaults(run=run_import)
    given = actions.add_parser("export", help="write units and staff")
    given.add_argument("package", type=Path, metavar="PACKAGE.zip")
    given.set_defaults(run=run_export)
    pupils = actions.add_parser("candidates", help="pupils of a class as a candidate list")
    pupils.add_argument("package", type=Path, metavar="PACKAGE.zip")
    pupils.add_argument("--class", dest="class_id", required=True, metavar="SOURCED_ID")
    pupils.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    pupils.set_defaults(run=run_candidates)


def run_import(args: argparse.Namespace) -> int:
    roster = read_roster(_existing(args.package))
    database = connect(from_env().database_url)
    with database.rehearse() if args.dry_run else database.write() as db:
        plan = plan_for(db, roster)
        applied(db, None, plan, now=system_clock())
    print(_as_json(plan) if args.json else _as_text(plan, dry=args.dry_run))
    return 0


def run_export(args: argparse.Namespace) -> int:
    with connect(from_env().database_url).rehearse() as db:
        args.package.write_bytes(write_roster(roster_of(db)))
    return 0


def run_candidates(args: argparse.Namespace) -> int:
    args.out.write_bytes(candidates_csv(read_roster(_existing(args.package)), args.class_id))
    return 0


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise NotFound(msg("Không có tệp {file}; kiểm tra đường dẫn.", file=path))
    return path


def _as_json(plan: RosterPlan) -> str:
    told = {
        "units": [{"code": u.code, "name": u.name, "new": u.is_new} for u in plan.units],
        "people": [
            {"username": p.username, "name": p.full_name, "unit": p.unit, "active": p.is_active,
             "roles": [f"{role}@{unit}" for role, unit in p.add_roles], "new": p.is_new}
            for p in plan.people
        ],
        "unchanged": plan.unchanged,
        "notes": [str(note) for note in plan.notes],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2)


def _as_text(plan: RosterPlan, *, dry: bool) -> str:
    lines = [f"{'+' if u.is_new else '~'} đơn vị {u.code} {u.name}" for u in plan.units]
    lines += [f"{'+' if p.is_new else '~'} người {p.username} {p.full_name} ({p.unit})"
              f"{'' if p.is_active else ', khoá'}" for p in plan.people]  # fmt: skip
    lines += [f"! {note}" for note in plan.notes]
    done = "Chưa ghi gì (--dry-run)." if dry else "Đã ghi."
    lines.append(f"{len(plan.units)} đơn vị, {len(plan.people)} người thay đổi; "
                 f"{plan.unchanged} giữ nguyên. {done}")  # fmt: skip
    return "\n".join(lines)

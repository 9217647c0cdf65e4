"""`khaothi import`: items from files of other programs, seen first, then saved as drafts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from itembank.errors import Invalid, NotFound, msg, problem
from itembank.exchange.any_file import FORMATS, import_path
from itembank.exchange.found import ImportReport, Placement, report_json
from itembank.exchange.saving import SavedDrafts, save_drafts, with_moved_on
from itembank.people import repository as people
from itembank.permissions import Actor, Role

from ..db import connect
from ..settings import from_env
from ..web import system_clock

DESCRIPTION = """\
Reads items from a file, or from every file of a folder. Without --unit nothing is stored: the
report says what was found and what is doubtful. With --unit the settled items become drafts of
--author (the unit's only teacher unless given); doubtful items stay out until they are mended.
"""
EXIT_REFUSED = 2


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "import",
        help="take in items from Word, QTI and other files",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("source", type=Path, metavar="FILE_OR_FOLDER")
    made.add_argument("--format", choices=FORMATS, help="by the file's name unless given")
    made.add_argument(
        "--unit", metavar="CODE", help="save the settled items as drafts in this unit"
    )
    made.add_argument("--author", metavar="USERNAME", help="whose drafts they are")
    made.add_argument("--subject", default="", help="subject of the items, e.g. toan")
    made.add_argument("--grade", type=int, default=12, choices=range(1, 13), metavar="1-12")
    made.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
    made.add_argument("--json", action="store_true", help="print the report as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    report = import_path(args.source, args.format, Placement(args.subject, args.grade))
    saved = None
    if args.unit and report.items:
        report, saved = _save(args, report)
    print(_as_json(report) if args.json else _as_text(report, saved))
    return EXIT_REFUSED if report.refused and not report.items else 0


def _save(args: argparse.Namespace, report: ImportReport) -> tuple[ImportReport, SavedDrafts]:
    """What was saved; an item edited in the bank since the file left is left out and told."""
    database = connect(from_env().database_url)
    with database.rehearse() if args.dry_run else database.write() as db:
        actor = _author(db, args.unit, args.author)
        told = with_moved_on(db, actor, report)
        return told, save_drafts(db, actor, told, now=system_clock())


def _author(db: Session, unit_code: str, username: str | None) -> Actor:
    unit = people.unit_by_code(db, unit_code)
    if unit is None:
        raise NotFound(msg("Không có đơn vị mã «{code}».", code=unit_code))
    if username is not None:
        person = people.person_by_username(db, username)
        if person is None:
            raise NotFound(msg("Không có tài khoản «{name}».", name=username))
        return people.load_actor(db, person)
    teachers = [p for p in people.people_with_role(db, Role.TEACHER) if p.unit_id == unit.id]
    if len(teachers) != 1:
        raise Invalid(
            msg("Đơn vị có {n} giáo viên; ghi rõ bản nháp là của ai.", n=len(teachers)),
            problems=[problem("--author", "Ghi tên đăng nhập của giáo viên.")],
        )
    return people.load_actor(db, teachers[0])


def _as_json(report: ImportReport) -> str:
    return json.dumps(report_json(report), ensure_ascii=False, indent=2)


def _as_text(report: ImportReport, saved: SavedDrafts | None) -> str:
    doubtful = [item for item in report.items if item.problems]
    lines = [f"Thấy {len(report.items)} câu, {len(doubtful)} câu cần xem lại."]
    for item in doubtful:
        lines += [f"  {found.where}: {found.what}" for found in item.problems]
    lines += [f"Không nhập: {part.where}: {part.why}" for part in report.refused]
    if saved is not None:
        lines.append(f"Đã lưu {len(saved.items)} bản nháp; để lại {saved.left_out} câu.")
    return "\n".join(lines)

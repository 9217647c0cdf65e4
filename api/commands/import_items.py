"""`khaothi import`: items from files of other programs, seen first, then saved as drafts."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from itembank.errors import Invalid, KhaothiError, NotFound, msg, problem
from itembank.exchange.aiken import import_aiken
from itembank.exchange.found import (
    ImportReport,
    Placement,
    Progress,
    RefusedPart,
    report_json,
    unheard,
)
from itembank.exchange.gift import import_gift
from itembank.exchange.guards import files_below
from itembank.exchange.moodle import import_moodle
from itembank.exchange.qti import import_qti
from itembank.exchange.saving import SavedDrafts, save_drafts, with_moved_on
from itembank.exchange.sheets import import_xlsx
from itembank.exchange.word import import_word
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
Importer = Callable[[Path, Placement, Progress], ImportReport]
IMPORTERS: dict[str, Importer] = {
    "docx": lambda file, place, told: import_word(file, placement=place, progress=told),
    "qti": lambda file, place, told: import_qti(file, placement=place, progress=told),
    "moodle": lambda file, place, told: import_moodle(file, place),
    "gift": lambda file, place, told: import_gift(file, place),
    "aiken": lambda file, place, told: import_aiken(file, place),
    "xlsx": lambda file, place, told: import_xlsx(file, place),
}
FORMATS = ("docx", "qti", "moodle", "gift", "aiken", "xlsx")
SUFFIXES = {".docx": "docx", ".docm": "docx", ".dotx": "docx", ".doc": "docx", ".xlsx": "xlsx",
            ".gift": "gift", ".txt": "aiken", ".xml": "qti", ".zip": "qti"}  # fmt: skip
EXIT_REFUSED = 2
_SNIFFED = 4_096


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


def import_path(
    source: Path, form: str | None, placement: Placement, progress: Progress = unheard
) -> ImportReport:
    """One report over a file or all files of a folder; what is refused is named in it."""
    started = time.monotonic()
    sources = list(_sources(source, form))
    reports = [_import_one(path, chosen, placement, progress) for path, chosen in sources]
    if not reports:
        empty = msg("Thư mục không có tệp nào nhập được ({kinds}).", kinds=", ".join(SUFFIXES))
        reports = [ImportReport(refused=(RefusedPart(msg("{name}", name=source.name), empty),))]
    return ImportReport(
        items=tuple(item for report in reports for item in report.items),
        refused=tuple(part for report in reports for part in report.refused),
        seconds=time.monotonic() - started,
        format=reports[0].format if len(reports) == 1 else None,
    )


def _sources(source: Path, form: str | None) -> Iterator[tuple[Path, str]]:
    """Files and their formats; the QTI files of a folder belong together and are read as one."""
    if source.is_file():
        yield source, form or format_of(source)
        return
    if not source.is_dir():
        raise NotFound(msg("Không có tệp {file}; kiểm tra đường dẫn.", file=source))
    if form == "qti":
        yield source, form
        return
    has_qti = False
    for file in files_below(source):
        if file.suffix.lower() not in SUFFIXES or file.name.startswith("~$"):
            continue
        chosen = form or format_of(file)
        if chosen == "qti" and file.suffix.lower() == ".xml":
            has_qti = True
        else:
            yield file, chosen
    if has_qti:
        yield source, "qti"


def format_of(file: Path) -> str:
    """The format by the file's name; of XML and plain text by what they begin with."""
    suffix = file.suffix.lower()
    if suffix == ".txt":
        with file.open("rb") as stream:
            head = stream.read(_SNIFFED).replace(b"\0", b"")
        return "gift" if b"{" in head and b"ANSWER:" not in head else "aiken"
    if suffix == ".xml":
        with file.open("rb") as stream:
            return "moodle" if b"<quiz" in stream.read(_SNIFFED) else "qti"
    return SUFFIXES.get(suffix, "docx")


def _import_one(path: Path, form: str, placement: Placement, progress: Progress) -> ImportReport:
    importer = IMPORTERS.get(form)
    try:
        if importer is None:
            raise Invalid(msg("Chưa nhập được tệp kiểu «{form}».", form=form))
        report = importer(path, placement, progress)
    except KhaothiError as error:
        return ImportReport(refused=(RefusedPart(msg("{name}", name=path.name), error.message),))
    named = tuple(
        replace(part, where=msg("{name}, {where}", name=path.name, where=part.where))
        for part in report.refused
    )
    return replace(report, refused=named)


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

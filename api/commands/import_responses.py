"""`khaothi import-responses`: responses administered elsewhere, for a form of the bank."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from delivery.results import imports
from delivery.results.imports import ImportReport, Source
from delivery.results.response_file import Columns, header_of
from itembank.errors import NotFound, TooLarge, msg
from itembank.forms.models import TestForm

from ..db import connect
from ..formats import count
from ..settings import from_env
from ..web import system_clock

DESCRIPTION = """\
Takes in a CSV of responses: one row a person, one column an item, blank = not administered.
Columns are named by item code, by number in the form (I.7), by position (7) or by label.
--cells says what a cell is: `scores` are whole numbers from 0; `raw` are responses as given
(B, ĐSSĐ, 3,5; * = omitted) and are scored by the bank's keys. Nothing is stored unless every
cell is understood.
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "import-responses",
        help="take in responses administered elsewhere",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("file", type=Path, metavar="FILE", help="CSV, UTF-8")
    made.add_argument("--form", required=True, metavar="CODE", help="code of the test form")
    made.add_argument("--cells", required=True, choices=["raw", "scores"], help="what a cell is")
    made.add_argument("--title", help="name of the data set; the file's name unless given")
    made.add_argument(
        "--person-column",
        metavar="COL",
        help="column of the person's id, or `none` to number the rows; the first unless given",
    )
    made.add_argument("--group-column", metavar="COL", help="column of the person's group")
    made.add_argument(
        "--ignore",
        metavar="COL",
        action="append",
        default=[],
        help="column that is no item (repeatable)",
    )
    made.add_argument(
        "--create-external",
        action="store_true",
        help="make the form, of external items: labels and categories, no content",
    )
    made.add_argument("--form-title", help="title of the form made by --create-external")
    made.add_argument("--subject", default="toan", help="subject of the form made (toan)")
    made.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
    made.add_argument("--json", action="store_true", help="print the report as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = from_env()
    data = _read(args.file, settings.max_import_bytes)
    source = Source(args.title or args.file.stem, args.cells, _columns(args, data))
    database = connect(settings.database_url)
    with database.rehearse() if args.dry_run else database.write() as db:
        now = system_clock()
        form = _form(db, args, data, source)
        report = imports.import_responses(
            db, None, form, data, source, now=now, dry_run=args.dry_run
        )
    print(_as_json(report) if args.json else _as_text(report))
    return 0


def _read(file: Path, most: int) -> bytes:
    if not file.is_file():
        raise NotFound(msg("Không có tệp {file}; kiểm tra đường dẫn.", file=file))
    if file.stat().st_size > most:
        raise TooLarge(
            msg("Tệp lớn hơn {most} byte; chia thành nhiều tệp.", most=most), code="file_too_large"
        )
    return file.read_bytes()


def _columns(args: argparse.Namespace, data: bytes) -> Columns:
    header = header_of(data)
    person = args.person_column or (header[0] if header else None)
    return Columns(
        person=None if person == "none" else person,
        group=args.group_column,
        other=tuple(args.ignore),
    )


def _form(db: Session, args: argparse.Namespace, data: bytes, source: Source) -> TestForm:
    if not args.create_external:
        return imports.form_for_import(db, args.form)
    return imports.create_external_form_for(
        db,
        None,
        data,
        source.columns,
        code=args.form,
        title=args.form_title or source.title,
        subject=args.subject,
        now=system_clock(),
    )


def _as_json(report: ImportReport) -> str:
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False, default=str, indent=2)


def _as_text(report: ImportReport) -> str:
    done = "Đã nhập" if report.set_id else "Kiểm tra xong, chưa ghi"
    lines = [
        f"{done} {count(report.n_persons)} thí sinh × {report.n_items} câu cho đề {report.form_code}"
        f" ({count(report.n_cells)} ô có dữ liệu)."
    ]
    if report.items_absent:
        lines.append(f"Câu của đề không có trong tệp: {', '.join(report.items_absent)}.")
    if report.groups:
        groups = ", ".join(f"{name} ({count(n)})" for name, n in report.groups.items())
        lines.append(f"Nhóm: {groups}.")
    if report.set_id:
        lines.append(f"Mã tập bài làm: {report.set_id}")
    return "\n".join(lines)

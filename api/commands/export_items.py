"""`khaothi export`: items or a frozen form of the bank as a file of another program."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from itembank import audit
from itembank.curriculum import SUBJECTS
from itembank.errors import Invalid, NotFound, msg
from itembank.exchange.exported import ExportedFile
from itembank.forms import repository as forms
from itembank.forms import service as forms_service
from itembank.forms import states
from itembank.items import repository, service
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.openings import service as openings
from itembank.openings.service import Opened
from itembank.openings.states import EXPORTED

from ..db import connect
from ..exporting import (
    FORMATS,
    BankItem,
    PrintOrder,
    export_items,
    form_papers,
    papers_file,
    read_codes,
)
from ..settings import Settings, from_env
from ..web import system_clock

DESCRIPTION = """\
Writes items (--items CODE ...) or a form (--form CODE) into a file. Items go out in the newest
approved or submitted version, drafts as they stand. A frozen form goes out as its candidates get
it (pdf, docx; several --codes make a zip with the keys) or as keys (xlsx); in the other formats
its items do. What a format cannot hold is named on stderr.
"""
CHOICES = tuple(name for name in FORMATS)
PRINTED = {"pdf": "pdf", "docx": "docx", "xlsx": "keys"}


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "export",
        help="write items and papers for Word, print, QTI and other programs",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--format", choices=CHOICES, required=True)
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--form", metavar="CODE", help="a frozen form")
    what.add_argument("--items", nargs="+", metavar="CODE", help="items by their codes")
    made.add_argument("--codes", default="", help="test codes to print, e.g. 101,102")
    made.add_argument("--school", default="", help="name of the school on the paper")
    made.add_argument("--exam", default="", help="name of the examination on the paper")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = from_env()
    with connect(settings.database_url).write() as db:
        if args.form and args.format in PRINTED:
            body = _form(db, args, settings)
        else:
            made = export_items(db, _items(db, args), args.format)
            body = made.body
            _tell(made)
        args.out.write_bytes(body)
    return 0


def _form(db: Session, args: argparse.Namespace, settings: Settings) -> bytes:
    form = forms.form_by_code(db, args.form)
    if form is None:
        raise NotFound(msg("Không có đề mã «{code}».", code=args.form))
    if form.state != states.FROZEN:
        raise Invalid("Chốt đề trước khi in: đề chưa chốt còn đổi câu được.")
    order = PrintOrder(settings.department_name, args.school, args.exam, read_codes(args.codes))
    papers = form_papers(db, form, SUBJECTS.get(form.subject, form.subject), order)
    now = system_clock()
    forms_service.open_places(db, None, form, EXPORTED, now=now)
    audit.record(db, None, "form.exported", "test_form", form.id, now=now)
    return papers_file(db, papers, PRINTED[args.format], form.code)[0]


def _items(db: Session, args: argparse.Namespace) -> list[BankItem]:
    if args.form:
        form = forms.form_by_code(db, args.form)
        if form is None:
            raise NotFound(msg("Không có đề mã «{code}».", code=args.form))
        entries = forms_service.open_places(db, None, form, EXPORTED, now=system_clock())
        return [BankItem(entry.item, entry.content) for entry in entries]
    now = system_clock()
    return [_item(db, code, now) for code in dict.fromkeys(args.items)]


def _item(db: Session, code: str, now: datetime) -> BankItem:
    item = repository.item_by_code(db, code)
    if item is None or item.kind == "external":
        raise NotFound(msg("Không có câu hỏi mã «{code}».", code=code))
    seen = Opened(item, item.approved_version or item.current_version)
    openings.record(db, None, [seen], EXPORTED, now=now)
    audit.record(db, None, "item.exported", "item", item.id, now=now)
    return BankItem(item, _content(db, item))


def _content(db: Session, item: Item) -> ItemContent:
    version = item.approved_version or item.current_version
    if version is not None:
        return repository.read_version(db, version)
    draft = repository.draft_of(db, item)
    if draft is None:
        raise NotFound("Câu hỏi này không có bản nháp.")
    return service.draft_content(draft)


def _tell(made: ExportedFile) -> None:
    print(f"Đã xuất {made.written} câu.")
    for part in made.untold:
        print(f"  {part.where}: {part.why}", file=sys.stderr)

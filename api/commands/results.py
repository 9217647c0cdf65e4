"""`khaothi results`: seal them on the box, verify and merge them at the centre."""

from __future__ import annotations

import argparse
import json
import re
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from delivery.results.service import score_sitting
from delivery.seals.chain import shown, typed
from delivery.seals.service import Verification, verify_file, verify_sitting
from delivery.sites import box_service, repository, results_service
from delivery.sites.exam_mode import Box
from delivery.sites.results_service import Merged
from delivery.sittings.models import Sitting
from delivery.sittings.repository import sitting_of
from itembank.errors import Invalid, NotFound, msg

from ..db import Database, connect
from ..settings import Settings, from_env
from ..site.key_files import known_centre_keys
from ..site.software import software_build
from ..web import system_clock
from .package import read_bounded, write_whole

DESCRIPTION = """\
seal    on the box: every fact of the sitting in one file, signed, for the centre's eyes only
verify  at the centre: is the file whole, signed by the site, and do the answers in it fit the
        seal; --sitting asks the same of the database; --root compares with the root that was
        printed or read out at the end. Exit code 1: they do not fit
merge   at the centre: take it in; a second time changes nothing; contradictions are refused
"""


ROOT = re.compile(r"[0-9a-f]{64}")
DOES_NOT_FIT = 1


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "results",
        help="sealed results of sites without a line",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    seal = actions.add_parser("seal", help="seal the results of this box")
    seal.add_argument("--out", type=Path, required=True, metavar="FILE.ktkq")
    seal.add_argument("--package", metavar="ID", help="which package [the only one opened]")
    seal.set_defaults(run=run_seal)
    verify = actions.add_parser("verify", help="check a result file, or a sitting in the database")
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("file", type=Path, nargs="?", metavar="FILE.ktkq")
    which.add_argument("--sitting", metavar="ID", help="what the database holds of this sitting")
    verify.add_argument("--root", metavar="HEX", help="the root on paper; gaps do not matter")
    verify.set_defaults(run=run_verify)
    merge = actions.add_parser("merge", help="take a result file in")
    merge.add_argument("file", type=Path, metavar="FILE.ktkq")
    merge.add_argument("--no-score", action="store_true", help="do not score what was handed in")
    merge.set_defaults(run=run_merge)


def run_seal(args: argparse.Namespace) -> int:
    database, now = connect(from_env().database_url), system_clock()
    with database.write() as db:
        opened = [
            held
            for held in repository.held_packages(db)
            if held.opened_at is not None and args.package in (None, str(held.id))
        ]
        if len(opened) != 1:
            raise NotFound("Máy này không có đúng một gói đã mở; nêu mã gói bằng --package.")
        kind, settings = repository.database_settings(db)
        box = Box(software_build(), kind, settings)
        sealed = box_service.seal_results(db, None, opened[0], box, now=now)
    write_whole(args.out, sealed.file)
    print(f"{args.out}: {len(sealed.file)} byte, mã băm {sealed.facts_root}")
    return 0


def run_verify(args: argparse.Namespace) -> int:
    root = _typed_root(args.root) if args.root else None
    settings = from_env()
    database = connect(settings.database_url)
    with database.read() as db:
        if args.sitting:
            found = verify_sitting(db, _sitting_named(db, args.sitting), root=root)
        else:
            found = _verify_file(db, args.file, settings, root)
    if found is None:
        print("Ca thi này chưa niêm phong, nên không có gốc để so.")
        return DOES_NOT_FIT if root else 0
    _tell(found, from_paper=root is not None)
    return 0 if found.fits else DOES_NOT_FIT


def _verify_file(
    db: Session, file: Path, settings: Settings, root: str | None
) -> Verification | None:
    data = read_bounded(file)
    opened = results_service.open_results(db, data, known_centre_keys(settings.centre_key_file))
    print(json.dumps(opened.manifest, ensure_ascii=False, indent=2, sort_keys=True))
    sitting = sitting_of(db, opened.package.sitting_id)
    return verify_file(db, sitting, opened.bundle.tables, root=root)


def _typed_root(given: str) -> str:
    root = typed(given)
    if not ROOT.fullmatch(root):
        raise Invalid("Gốc niêm phong có 64 chữ số 0-9, a-f; gõ lại như trên biên bản.")
    return root


def _sitting_named(db: Session, name: str) -> Sitting:
    try:
        return sitting_of(db, uuid.UUID(name))
    except ValueError as error:
        raise NotFound(msg("Không có đợt thi mã «{id}».", id=name)) from error


def _tell(found: Verification, *, from_paper: bool) -> None:
    print(f"{found.n_attempts} bài làm")
    print(f"gốc tính lại  {shown(found.root)}")
    print(f"{'gốc trên giấy' if from_paper else 'gốc đã lưu   '} {shown(found.expected)}")
    for what, who in (
        ("bị sửa", found.changed),
        ("bị mất", found.missing),
        ("thêm vào", found.added),
    ):
        for one in who:
            print(f"  {what}: {one}")
    if found.only_the_log_differs:
        print("  từng bài làm đều như lúc niêm phong; sổ sự cố, hoặc chính gốc này, đã khác")
    print("khớp" if found.fits else "KHÔNG KHỚP: giữ nguyên dữ liệu và báo hội đồng thi")
    if found.fits and not from_paper:
        print("Chưa so với gốc trên giấy (--root): ai sửa được bài làm cũng sửa được gốc đã lưu.")


def run_merge(args: argparse.Namespace) -> int:
    settings, data, now = from_env(), read_bounded(args.file), system_clock()
    database, centre = connect(settings.database_url), known_centre_keys(settings.centre_key_file)
    with database.write() as db:
        merged = results_service.merge_results(db, None, data, centre, now=now)
    if merged.was_known:
        print("Tệp này đã nhập từ trước; không có gì thay đổi.")
    print(f"{merged.fresh} dữ kiện mới, {merged.known} đã có, mã băm {merged.facts_root}")
    if not args.no_score:
        print(f"đã chấm {_score(database, merged)} bài")
    return 0


def _score(database: Database, merged: Merged) -> int:
    with database.write() as db:
        sitting = sitting_of(db, merged.package.sitting_id)
        return score_sitting(db, None, sitting, now=system_clock())

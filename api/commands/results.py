"""`khaothi results`: seal them on the box, verify and merge them at the centre."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from delivery.packages.envelope import RESULTS, unwrap
from delivery.results.service import score_sitting
from delivery.sites import box_service, repository, results_service
from delivery.sites.exam_mode import Box
from delivery.sites.results_service import Merged
from delivery.sittings.repository import sitting_of
from itembank.errors import NotFound

from ..db import Database, connect
from ..settings import from_env
from ..site.key_files import known_centre_keys
from ..site.software import software_build
from ..web import system_clock
from .package import read_bounded, write_whole

DESCRIPTION = """\
seal    on the box: every fact of the sitting in one file, signed, for the centre's eyes only
verify  at the centre: is the file whole, signed by the site, and what does it hold
merge   at the centre: take it in; a second time changes nothing; contradictions are refused
"""


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
    verify = actions.add_parser("verify", help="check a result file")
    verify.add_argument("file", type=Path, metavar="FILE.ktkq")
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
    settings, data = from_env(), read_bounded(args.file)
    told = unwrap(RESULTS, data).manifest
    with connect(settings.database_url).read() as db:
        results_service.open_results(db, data, known_centre_keys(settings.centre_key_file))
    print(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True))
    return 0


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

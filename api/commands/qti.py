"""`khaothi qti check`: hold the QTI processing to a folder of items with expected outcomes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from itembank.errors import NotFound, msg
from itembank.exchange.qti.conformance import check_folder, conformance_json


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("qti", help="check the QTI processing against cases")
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check",
        help="run every item.xml with its cases.json below a folder",
        description="Prints JSON: cases, passed, failed (item, case, expected, got). "
        "With --strict, ends with status 1 when a case fails.",
    )
    check.add_argument("--strict", action="store_true", help="status 1 when a case fails")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if not args.folder.is_dir():
        raise NotFound(msg("Không có thư mục «{folder}».", folder=str(args.folder)))
    found = check_folder(args.folder)
    print(json.dumps(conformance_json(found), ensure_ascii=False, indent=1))
    return 1 if args.strict and found.failed else 0

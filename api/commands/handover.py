"""`khaothi handover verify`: is a package of items whole, and who signed it?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from itembank.errors import NotFound, msg
from itembank.handover import package

DESCRIPTION = """\
Checks the signature, the SHA-256 of every file, and that each version's file carries the bytes
that its name is the hash of. With --key, the signer must be the holder of that key. Needs no
database. Ends with status 0 only where everything is true.
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("handover", help="check a package of items handed over")
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser(
        "verify",
        help="check the signature and every file of a package",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("--key", metavar="HEX", help="the council's public key, 64 hex digits")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if not args.file.is_file():
        raise NotFound(msg("Không có tệp «{file}».", file=args.file))
    found = package.check(args.file.read_bytes(), args.key)
    quota = found.manifest["quota"]
    print(f"Gói nguyên vẹn: {found.n_items} câu, {quota['title']} (lần {quota['number']}).")
    print(f"Khoá đã kí: {found.verify_key}")
    for cell in quota["cells"]:
        if cell["short"]:
            place = f"{cell['topic'] or 'mọi chủ đề'}, {cell['level'] or 'mọi cấp độ'}"
            print(f"Thiếu {cell['short']} câu: {place} (cần {cell['needed']}).")
    return 0

"""`khaothi audit`: chain and sign the record of who did what, and look whether it is whole."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from delivery.seals.chain import shown
from itembank.audit_chain.heads import TreeHead, read_head
from itembank.audit_chain.verifying import Finding, Kind, Verified, verify
from itembank.signing import signing_key, verify_key_of

from ..audit_keeping import seal_record
from ..db import connect
from ..settings import Settings, from_env
from ..site.key_files import audit_seed
from ..web import system_clock
from .package import read_bounded, write_whole

DESCRIPTION = """\
seal    chain every committed event now, sign the head; --out writes it for somebody outside
verify  compare events, chain and signed heads; --head also with heads kept outside (files, or
        folders of them). Exit code 1: the record was changed

Whoever owns the database can rebuild the chain. Only a head that lies outside proves the contrary:
set KHAOTHI_AUDIT_HEADS_FOLDER to a place they do not own, or print the head and have it signed.
"""
WORDS: dict[Kind, str] = {
    Kind.CHANGED: "sự kiện số {about}: nội dung khác lúc ghi vào chuỗi",
    Kind.DELETED: "sự kiện số {about}: đã bị xoá",
    Kind.LINK_MISSING: "chuỗi thiếu mắt xích số {about}",
    Kind.LINK_BROKEN: "mắt xích số {about} không nối với mắt xích trước",
    Kind.SLIPPED_IN: "sự kiện số {about}: chèn vào sau khi đã kí quá thời điểm đó",
    Kind.REBUILT: "đầu nhật kí của {about} sự kiện không khớp: chuỗi đã bị dựng lại",
    Kind.CUT_OFF: "đầu nhật kí của {about} sự kiện: nhật kí ở đây ngắn hơn, phần cuối đã mất",
    Kind.FORGED_HEAD: "đầu nhật kí của {about} sự kiện: chữ kí không phải của khoá đã biết",
}
CHANGED = 1
MOST_SHOWN = 50


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "audit",
        help="seal and verify the record of who did what",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    seal = actions.add_parser("seal", help="chain, sign and print the head")
    seal.add_argument("--out", type=Path, metavar="FILE.json", help="write the signed head")
    seal.set_defaults(run=run_seal)
    verify_ = actions.add_parser("verify", help="compare events, chain and heads")
    verify_.add_argument("--head", type=Path, action="append", default=[], metavar="FILE|FOLDER")
    verify_.add_argument(
        "--key", action="append", default=[], metavar="HEX", help="trusted key [the one of this machine]"
    )  # fmt: skip
    verify_.set_defaults(run=run_verify)


def run_seal(args: argparse.Namespace) -> int:
    settings = from_env()
    database = connect(settings.database_url)
    head = seal_record(database, settings, now=system_clock(), everything=True)
    if head is None:
        print("Nhật kí chưa có sự kiện nào.")
        return 0
    print(f"{head.size} sự kiện, kí lúc {head.at}")
    print(f"gốc  {shown(head.root)}")
    print(f"khoá {shown(head.verify_key)}")
    if args.out:
        write_whole(args.out, head.text.encode())
        print(f"đã ghi {args.out}")
    return 0


def run_verify(args: argparse.Namespace) -> int:
    settings = from_env()
    outside = [head for given in args.head for head in _heads_at(given)]
    trusted = set(args.key) or _own_key(settings)
    with connect(settings.database_url).read() as db:
        result = verify(db, outside=outside, trusted=trusted)
    _tell(result, n_outside=len(outside), is_trusted=bool(trusted))
    return 0 if result.is_whole else CHANGED


def _heads_at(given: Path) -> Iterator[TreeHead]:
    files = sorted(given.glob("*.json")) if given.is_dir() else [given]
    for file in files:
        yield read_head(read_bounded(file).decode("utf-8", errors="replace"))


def _own_key(settings: Settings) -> set[str]:
    file = Path(settings.audit_key_file)
    return {verify_key_of(signing_key(audit_seed(file)))} if file.exists() else set()


def _tell(result: Verified, *, n_outside: int, is_trusted: bool) -> None:
    print(f"{result.size} sự kiện trong chuỗi, {result.n_waiting} chờ ghi vào chuỗi, "
          f"{result.n_heads} đầu nhật kí ({n_outside} từ ngoài)")  # fmt: skip
    print(f"gốc  {shown(result.root)}")
    if not n_outside:
        print(
            "Chưa so với đầu nhật kí giữ ở ngoài (--head): dựng lại cả chuỗi thì không thấy được."
        )
    if not is_trusted:
        print("Chưa biết khoá nào để tin (--key): chữ kí chỉ mới được so với chính nó.")
    for finding in result.findings[:MOST_SHOWN]:
        print(f"  {_words(finding)}")
    if len(result.findings) > MOST_SHOWN:
        print(f"  … và {len(result.findings) - MOST_SHOWN} chỗ nữa")
    print("nguyên vẹn" if result.is_whole else f"{len(result.findings)} chỗ bị sửa")


def _words(finding: Finding) -> str:
    return WORDS[finding.kind].format(about=finding.about)

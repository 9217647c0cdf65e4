"""`khaothi site`: the same program on a school's own box, without a line."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from delivery.packages.keys import PublicKeys
from delivery.sites import shipping

from .. import migrations
from ..app import Application, create_app
from ..db import Database, connect
from ..serving import box_server_of
from ..settings import from_env
from ..site.box import SiteBox
from ..site.key_files import box_identity, box_recipient, public_keys
from ..site.reporter import Reporter
from ..site.second_box import BothBoxes, OnlyCopies, SecondBox, StandBy
from ..site.software import software_build
from ..web import system_clock
from .package import read_bounded
from .ports import check_free

DESCRIPTION = """\
Starts the program as a site. It trusts packages signed by the centre whose public keys it is given
(`khaothi package key` at the centre prints them), takes one in with --package or on its own page
/may-diem-thi, and refuses exam mode where its build or its database is not what was released.
"""
OWN_DATABASE = "sqlite:///var/diem-thi.db"


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "site", help="run as a site: a box on a school's own network", description=DESCRIPTION
    )
    made.add_argument("--centre-key", metavar="FILE|KEYS", help="the centre's public keys")
    made.add_argument("--package", type=Path, metavar="FILE", help="take this package in")
    made.add_argument("--host", default="0.0.0.0", help="address to listen on [0.0.0.0]")
    made.add_argument("--port", type=int, default=8000, help="port to listen on [8000]")
    made.add_argument("--box-key", type=Path, metavar="FILE",
                      help="the box's own key, made if it is not there")  # fmt: skip
    made.add_argument("--print-key", action="store_true",
                      help="print what the centre needs to seal packages to --box-key, and end")  # fmt: skip
    made.add_argument("--second", metavar="URL",
                      help="address of a second box; saves are acknowledged by both (SQLite)")  # fmt: skip
    made.add_argument("--stand-by", action="store_true", help="be that second box")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    identity = box_identity(args.box_key) if args.box_key else None
    if args.print_key:
        print(box_recipient(_needed(identity, "--box-key")))
        return 0
    check_free(args.host, args.port)
    database = _database()
    box = SiteBox(database, _centre(args.centre_key), identity, software_build())
    box.check_exam_mode()
    if args.package:
        held = box.receive(read_bounded(args.package), now=system_clock())
        print(f"đã nhận gói: {held.manifest['sitting']['title']}", flush=True)
    print(f"máy điểm thi: http://{args.host}:{args.port}/may-diem-thi", flush=True)
    _serve(box, args)
    return 0


def _serve(box: SiteBox, args: argparse.Namespace) -> None:
    app = create_app(from_env(), box.database)
    app.state.site_box = box
    app.state.site_reporter = reporter = Reporter(box, system_clock)
    reporter.start()
    served, second = _with_second(app, args)
    try:
        box_server_of(served, host=args.host, port=args.port).run()
    finally:
        reporter.stop()
        if second is not None:
            second.stop()


def _with_second(app: Application, args: argparse.Namespace) -> tuple[ASGIApp, SecondBox | None]:
    """The application as this box of a pair serves it."""
    database: Database = app.state.database
    is_sqlite = database.engine.dialect.name == "sqlite"
    if args.stand_by:
        app.state.second_box = stand_by = StandBy()
        return OnlyCopies(app, stand_by), None
    if args.second is None:
        if is_sqlite:
            with database.write() as db:
                shipping.disarm(db)
        return app, None
    if not is_sqlite:
        raise ValueError(
            "--second: PostgreSQL có máy dự phòng của riêng nó (synchronous_standby_names)"
        )
    app.state.second_box = second = SecondBox(database, args.second)
    second.start()
    return BothBoxes(app, second), second


def _database() -> Database:
    url = from_env().database_url if "KHAOTHI_DATABASE_URL" in os.environ else OWN_DATABASE
    database = connect(url)
    migrations.upgrade(database)
    return database


def _centre(given: str | None) -> PublicKeys:
    return public_keys(_needed(given, "--centre-key"))


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise ValueError(f"cần {name}")
    return value

"""`khaothi demo`: a demo province on SQLite, served, with a cohort of simulated candidates."""

from __future__ import annotations

import argparse
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn

from .. import migrations
from ..app import create_app
from ..db import Database, connect
from ..demo import load
from ..demo.cohort import ask_for_cohort
from ..formats import count
from ..serving import server_of
from ..settings import from_env
from ..web import system_clock
from .ports import check_free

DATABASE = Path("var") / "demo.db"


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("demo", help="make a demo province on SQLite and serve it")
    made.add_argument("--host", default="127.0.0.1", help="address to listen on [127.0.0.1]")
    made.add_argument("--port", type=int, default=8000, help="port to listen on [8000]")
    made.add_argument("--database", type=Path, default=DATABASE, help=f"file [{DATABASE}]")
    made.add_argument("--cohort", type=int, default=2000, help="simulated candidates [2000]")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    check_free(args.host, args.port)
    settings = from_env(database_url=f"sqlite:///{args.database}")
    database = connect(settings.database_url)
    migrations.upgrade(database)
    _load(database)
    address = f"http://{args.host}:{args.port}"
    server = server_of(create_app(settings, database), host=args.host, port=args.port)
    threading.Thread(
        target=_after_start, args=(server, database, address, args.cohort), daemon=True
    ).start()
    with suppress(KeyboardInterrupt):
        server.run()
    return 0


def _load(database: Database) -> None:
    with database.write() as db:
        if load.is_loaded(db):
            return
        load.load(db, now=system_clock(), progress=lambda line: print(f"… {line}", flush=True))


def _after_start(server: uvicorn.Server, database: Database, address: str, cohort: int) -> None:
    """Once the server answers: say where it is, and let the cohort come in as real clients."""
    while not server.started:
        if server.should_exit:
            return
        threading.Event().wait(0.05)
    _print_accounts(address, cohort)
    if cohort:
        with database.write() as db:
            ask_for_cohort(db, address=address, size=cohort, now=system_clock())


def _print_accounts(address: str, cohort: int) -> None:
    print(f"\nKhảo thí đang chạy ở {address}   (Ctrl+C để dừng)\n")
    print(f"Tài khoản thử, mật khẩu chung: {load.PASSWORD}")
    for username, shown in load.shown_accounts():
        print(f"  {username:<10} {shown}")
    print(f"\nThí sinh vào thi ở {address}/thi")
    for number, code in enumerate(load.CODES, start=1):
        print(f"  số báo danh {load.COUNCIL}{number:06d}   mã {code}")
    if cohort:
        print(f"\n{count(cohort)} thí sinh mô phỏng đang vào thi; tiến độ ở trang Hiệu chuẩn.")
    print(flush=True)

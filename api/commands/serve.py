"""`khaothi serve`: the web application."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from .. import migrations
from ..app import create_app
from ..db import connect
from ..serving import server_of
from ..settings import from_env
from .ports import check_free

NOT_STARTED = 3


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("serve", help="serve the web application")
    made.add_argument("--host", default="127.0.0.1", help="address to listen on [127.0.0.1]")
    made.add_argument("--port", type=int, default=8000, help="port to listen on [8000]")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    check_free(args.host, args.port)
    settings = from_env()
    database = connect(settings.database_url)
    migrations.upgrade(database)
    server = server_of(create_app(settings, database), host=args.host, port=args.port)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else NOT_STARTED

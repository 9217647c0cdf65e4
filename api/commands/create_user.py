"""`khaothi create-user`: the first administrator, or anyone, with a first password."""

from __future__ import annotations

import argparse
import json
from typing import Any

from itembank.errors import NotFound, msg
from itembank.people import repository as people
from itembank.people import service
from itembank.permissions import Role

from ..auth import passwords
from ..db import connect
from ..settings import from_env
from ..web import system_clock


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser("create-user", help="add a member of staff with a first password")
    made.add_argument("username")
    made.add_argument("--name", required=True, help="full name")
    made.add_argument("--unit", required=True, help="code of the unit; made if it does not exist")
    made.add_argument("--unit-name", help="name of the unit when it has to be made")
    made.add_argument("--role", action="append", default=[], choices=[r.value for r in Role])
    made.add_argument("--subject", help="limit the roles to one subject")
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    first = passwords.new_code()
    now = system_clock()
    with connect(from_env().database_url).write() as db:
        unit = people.unit_by_code(db, args.unit)
        if unit is None:
            if not args.unit_name:
                raise NotFound(
                    msg("Không có đơn vị «{code}»; thêm --unit-name để tạo.", code=args.unit)
                )
            unit = service.create_unit(db, code=args.unit, name=args.unit_name, kind="truong")
        person = service.create_person(
            db,
            None,
            unit=unit,
            username=args.username,
            full_name=args.name,
            password_hash=passwords.hash_password(first),
            now=now,
        )
        for role in args.role:
            service.grant_role(db, None, person, Role(role), unit, now=now, subject=args.subject)
    if args.json:
        print(json.dumps({"username": person.username, "password": first, "roles": args.role}))
    else:
        print(f"{person.username}: mật khẩu lần đầu {first} (đổi khi đăng nhập)")
    return 0

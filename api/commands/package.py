"""`khaothi package`: build, release, inspect and open what a site needs for one sitting."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.packages.build import StaffSlip
from delivery.packages.envelope import MOST_BYTES, PACKAGE, unwrap, verify
from delivery.packages.keys import verifier
from delivery.sites import repository, service
from delivery.sites.box_service import Opener
from delivery.sites.models import ExamSite
from delivery.sittings.models import Sitting
from itembank.errors import Invalid, NotFound, TooLarge, msg
from itembank.people import repository as people
from itembank.people.models import Unit
from itembank.permissions import Actor

from ..auth import passwords
from ..auth.service import password_fits
from ..db import Database, connect
from ..settings import from_env
from ..site.box import SiteBox
from ..site.key_files import box_identity, centre_keys, known_centre_keys, public_keys
from ..site.slips import slips_csv
from ..site.software import software_build
from ..web import system_clock

DESCRIPTION = """\
key      print the centre's public keys: what a site needs to believe a package
site     name a site, or the key of its box, so that packages are sealed to that box as well
build    the package of one planned sitting, and the slips of its invigilators
release  two people agree to release the code; prints it once the time has come
inspect  what may be seen of a package without its code
open     open a received package on this box, with the code and two invigilators
"""


def add_parser(subparsers: Any) -> None:
    made = subparsers.add_parser(
        "package",
        help="packages for sites without a line",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")
    key = actions.add_parser("key", help="print the centre's public keys")
    key.add_argument("--out", type=Path, metavar="FILE", help="write them to a file as well")
    key.set_defaults(run=run_key)
    site = actions.add_parser("site", help="name a site and the key of its box")
    site.add_argument("code", metavar="CODE")
    site.add_argument("--as", dest="officer", required=True, metavar="USERNAME")
    site.add_argument("--unit", required=True, metavar="CODE", help="code of its unit")
    site.add_argument("--name", help="name [the unit's]")
    site.add_argument("--box-key", default="", metavar="age1…", help="what the box printed")
    site.set_defaults(run=run_site)
    _add_build(actions)
    release = actions.add_parser("release", help="release the code of a package")
    release.add_argument("package", metavar="FILE", type=Path)
    release.add_argument("--by", action="append", default=[], metavar="USERNAME",
                         help="one of the people who agree; asks for the password")  # fmt: skip
    release.add_argument("--replaced-because", default="", metavar="REASON",
                         help="release it although a newer package was built; goes on record")  # fmt: skip
    release.set_defaults(run=run_release)
    inspect = actions.add_parser("inspect", help="what may be seen without the code")
    inspect.add_argument("package", metavar="FILE", type=Path)
    inspect.add_argument("--centre-key", metavar="FILE|KEYS", help="also check the signature")
    inspect.set_defaults(run=run_inspect)
    _add_open(actions)


def _add_build(actions: Any) -> None:
    build = actions.add_parser("build", help="build the package of a planned sitting")
    build.add_argument("sitting", metavar="SITTING", help="its id, or its title where unique")
    build.add_argument("--as", dest="officer", required=True, metavar="USERNAME",
                       help="the examination officer who builds it")  # fmt: skip
    build.add_argument("--site", metavar="CODE", help="the site [the sitting's own unit]")
    build.add_argument("--out", type=Path, required=True, metavar="FILE.ktgoi")
    build.add_argument("--slips", type=Path, required=True, metavar="FILE.csv",
                       help="user names and passwords of the invigilators, to be printed")  # fmt: skip
    build.set_defaults(run=run_build)


def _add_open(actions: Any) -> None:
    opened = actions.add_parser("open", help="open a package on this box")
    opened.add_argument("package", metavar="FILE", type=Path)
    opened.add_argument("--code", required=True, help="26 characters; spaces do not matter")
    opened.add_argument("--user", action="append", required=True, metavar="USERNAME",
                        help="one of the two invigilators; asks for the password")  # fmt: skip
    opened.add_argument("--centre-key", required=True, metavar="FILE|KEYS")
    opened.add_argument("--box-key", type=Path, metavar="FILE", help="the box's own key")
    opened.set_defaults(run=run_open)


# --- the centre -------------------------------------------------------------------------------


def run_key(args: argparse.Namespace) -> int:
    line = centre_keys(from_env().centre_key_file).public.text
    print(line)
    if args.out:
        args.out.write_text(line + "\n", encoding="utf-8")
    return 0


def run_site(args: argparse.Namespace) -> int:
    now = system_clock()
    with connect(from_env().database_url).write() as db:
        unit = db.scalar(select(Unit).where(Unit.code == args.unit))
        if unit is None:
            raise NotFound(msg("Không có đơn vị «{code}».", code=args.unit))
        service.set_site(
            db, _actor(db, args.officer), unit=unit, code=args.code, name=args.name or unit.name,
            recipient=args.box_key, now=now,
        )  # fmt: skip
    return 0


def run_build(args: argparse.Namespace) -> int:
    settings = from_env()
    centre, now = centre_keys(settings.centre_key_file), system_clock()
    for path in (args.out, args.slips):
        _check_new(path)
    with connect(settings.database_url).write() as db:
        sitting, officer = _sitting(db, args.sitting), _actor(db, args.officer)
        built = service.build_package(
            db, officer, site=_site(db, officer, sitting, args.site), sitting=sitting,
            centre=centre, software=software_build(), new_password=passwords.new_code,
            hash_password=passwords.hash_password, now=now,
            centre_address=settings.public_origin,
        )  # fmt: skip
        write_slips(args.slips, built.slips)
        write_whole(args.out, built.file)
    print(f"{args.out}: {built.manifest['candidates']} thí sinh, {len(built.file)} byte, "
          f"gói số {built.manifest['number']}, mở từ {built.manifest['opens_at']}")  # fmt: skip
    return 0


def _check_new(path: Path) -> None:
    if path.exists():
        raise Invalid(msg("Tệp {file} đã có; chọn tên khác để không ghi đè.", file=path))


def _site(db: Session, officer: Actor, sitting: Sitting, code: str | None) -> ExamSite:
    """The named site; without a name, the site of the sitting's own unit, made if need be."""
    unit = db.get_one(Unit, sitting.unit_id)
    found = repository.site_by_code(db, code or unit.code)
    if found is not None:
        return found
    if code is not None:
        raise NotFound(msg("Chưa có điểm thi «{code}».", code=code))
    return service.create_site(
        db, officer, unit=unit, code=unit.code, name=unit.name, recipient="", now=system_clock()
    )


def _sitting(db: Session, given: str) -> Sitting:
    try:
        found = [db.get(Sitting, uuid.UUID(given))]
    except ValueError:
        found = list(db.scalars(select(Sitting).where(Sitting.title == given)))
    if len(found) != 1 or found[0] is None:
        raise NotFound(msg("Không tìm thấy đúng một ca thi «{given}».", given=given))
    return found[0]


def _actor(db: Session, username: str) -> Actor:
    person = people.person_by_username(db, username)
    if person is None or not person.is_active:
        raise NotFound(msg("Không có tài khoản «{name}».", name=username))
    return people.load_actor(db, person)


def run_release(args: argparse.Namespace) -> int:
    settings, now = from_env(), system_clock()
    centre, database = known_centre_keys(settings.centre_key_file), connect(settings.database_url)
    told = unwrap(PACKAGE, read_bounded(args.package)).manifest
    given = [(name, ask_password(name)) for name in args.by]
    for name, password in given:
        _agree(database, told["package"], name, password, args.replaced_because)
    with database.write() as db:
        package = service.package_by_text(db, told["package"])
        reason = args.replaced_because
        print(service.released_code(db, None, package, centre, now=now, reason=reason))
    return 0


def _agree(database: Database, package_id: str, username: str, password: str, reason: str) -> None:
    now = system_clock()
    with database.write() as db:
        person = password_fits(db, username, password)
        if person is None:
            raise Invalid(msg("Mật khẩu của «{name}» không đúng.", name=username))
        package = service.package_by_text(db, package_id)
        agreed = {one.person_id for one in repository.agreed_people(db, package.id)}
        if person.id not in agreed:
            actor = people.load_actor(db, person)
            service.agree_to_release(db, actor, package, reason=reason, now=now)


# --- anywhere, and the box --------------------------------------------------------------------


def run_inspect(args: argparse.Namespace) -> int:
    envelope = unwrap(PACKAGE, read_bounded(args.package))
    told = envelope.manifest
    if args.centre_key:
        verify(envelope, verifier(public_keys(args.centre_key).verify_key))
    print(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True))
    checked = "đúng" if args.centre_key else "chưa kiểm (cần --centre-key)"
    print(f"chữ kí: {checked}", file=sys.stderr)
    return 0


def run_open(args: argparse.Namespace) -> int:
    now, data = system_clock(), read_bounded(args.package)
    identity = box_identity(args.box_key) if args.box_key else None
    database = connect(from_env().database_url)
    box = SiteBox(database, public_keys(args.centre_key), identity, software_build())
    held = box.receive(data, now=now)
    openers = [Opener(name, ask_password(name)) for name in args.user]
    box.open(held.id, args.code, openers, now=now)
    print(f"đã mở: {held.manifest['sitting']['title']}, {held.manifest['candidates']} thí sinh")
    return 0


def ask_password(username: str) -> str:
    """From the keyboard without echo; from a pipe one line each."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Mật khẩu của {username}: ")
    return sys.stdin.readline().rstrip("\n")


def read_bounded(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(msg("Không có tệp {file}; kiểm tra đường dẫn.", file=path))
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge("Tệp lớn quá mức hệ thống nhận.")
    return path.read_bytes()


def write_whole(path: Path, data: bytes) -> None:
    """The whole file or none: what a USB stick holds after a power cut is never half a package."""
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_slips(path: Path, slips: Sequence[StaffSlip]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        file.write(slips_csv(slips))

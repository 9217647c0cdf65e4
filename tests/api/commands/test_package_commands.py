"""`khaothi package`, `khaothi results`: a centre and a box by the command line alone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import select

from api import cli
from api.auth import passwords
from api.commands import site as site_command
from api.web import system_clock
from delivery.packages.keys import new_centre_keys
from delivery.sites import repository
from delivery.sites.models import HeldPackage
from delivery.sittings.models import Candidate, Sitting
from itembank.db import new_id
from itembank.people.models import Person
from tests.delivery.sites.conftest import _copy_of_kind
from tests.factories.sites import make_centre

PASSWORD = "mot cau de nho"
REFUSED = 2

pytestmark = pytest.mark.usefixtures("flushing_postgresql")


@pytest.fixture
def box_database(request, database, tmp_path):
    yield from _copy_of_kind(request, database.engine.dialect.name, tmp_path)


@pytest.fixture
def centre(database):

    with database.write() as db:
        made = make_centre(db, now=system_clock())
        hashed = passwords.hash_password(PASSWORD)
        for person in db.scalars(select(Person)):
            person.password_hash = hashed
        return made


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs a command against one database, with these lines typed; its status and what it said."""
    monkeypatch.setenv("KHAOTHI_CENTRE_KEY_FILE", str(tmp_path / "centre.key"))

    def command(database, *argv, typed=()):
        url = database.engine.url.render_as_string(hide_password=False)
        monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(line + "\n" for line in typed)))
        status = cli.main([str(one) for one in argv])
        told = capsys.readouterr()
        return status, told.out + told.err

    return command


def test_a_box_by_the_command_line_alone(run, database, box_database, centre, tmp_path):
    pub, goi, slips_file = (tmp_path / name for name in ("c.pub", "goi.ktgoi", "phieu.csv"))
    box_key, result = tmp_path / "box.key", tmp_path / "ket-qua.ktkq"
    run(database, "package", "key", "--out", pub)
    _, recipient = run(box_database, "site", "--box-key", box_key, "--print-key")
    site = ("package", "site", "THPT-A", "--as", "totchuc", "--unit", "THPT-A", "--box-key")
    assert run(database, *site, recipient.strip())[0] == 0
    build = ("package", "build", "Kiểm tra cuối kì", "--as", "totchuc", "--out", goi, "--slips")
    assert run(database, *build, slips_file)[0] == 0
    assert run(database, *build, slips_file)[0] == REFUSED  # nothing is overwritten

    status, told = run(database, "package", "inspect", goi, "--centre-key", pub)
    assert status == 0
    assert json.loads(told[: told.rindex("}") + 1])["sealed_to_box"] is True
    stranger = new_centre_keys().public.text
    assert run(database, "package", "inspect", goi, "--centre-key", stranger)[0] == REFUSED

    one = run(database, "package", "release", goi, "--by", "totchuc", typed=[PASSWORD])
    assert one[0] == REFUSED  # two people
    wrong = run(database, "package", "release", goi, "--by", "phochu", typed=["sai"])
    assert wrong[0] == REFUSED
    status, code = run(database, "package", "release", goi, "--by", "phochu", typed=[PASSWORD])
    assert status == 0

    slips = list(csv.DictReader(io.StringIO(slips_file.read_text(encoding="utf-8-sig"))))
    names = [word for slip in slips for word in ("--user", slip["Tên đăng nhập"])]
    typed = [slip["Mật khẩu"] for slip in slips]
    opening = ("package", "open", goi, "--code", code.strip(), "--centre-key", pub, *names)
    assert run(box_database, *opening, typed=typed)[0] == REFUSED  # not without the box's own key
    assert run(box_database, *opening, "--box-key", box_key, typed=typed)[0] == 0
    with box_database.write() as db:
        assert len(db.scalars(select(Candidate)).all()) == 3
        db.get_one(Sitting, centre.sitting_id).state = "closed"

    assert run(box_database, "results", "seal", "--out", result)[0] == 0
    assert run(database, "results", "verify", result)[0] == 0
    assert run(database, "results", "merge", result)[0] == 0
    status, told = run(database, "results", "merge", result)
    assert (status, "không có gì thay đổi" in told) == (0, True)
    result.write_bytes(result.read_bytes()[:-1])
    assert run(database, "results", "merge", result)[0] == REFUSED


def test_a_site_of_another_build_does_not_start(run, box_database, monkeypatch, prepared_held):
    monkeypatch.setattr(site_command, "software_build", lambda: "c" * 64)
    key = new_centre_keys().public.text
    status, told = run(box_database, "site", "--centre-key", key, "--port", "0")
    assert status == REFUSED
    assert "bản phần mềm" in told


@pytest.fixture
def prepared_held(box_database, now):
    """A box that took its package in under the build that was released."""
    with box_database.write() as db:
        manifest = {"build": "b" * 64, "centre": {"address": ""}}
        db.add(HeldPackage(sitting_id=new_id(), id=new_id(), manifest=manifest, file=b"x",
                           received_at=now))  # fmt: skip
    with box_database.read() as db:
        return repository.held_packages(db)[0]

"""A day at a school without a line: package by USB, code by telephone, results home, merged twice.

The box stands in a network of its own without a route to the centre; only files pass between them.
The keys never leave the centre, so the results can be compared only there.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api.db import Database
from api.demo import load
from api.web import system_clock
from delivery.results import repository as results
from delivery.sites.models import ResultMerge
from itembank.people import repository as people
from itembank.people import service as people_service
from itembank.permissions import Role

from .chromium import ROOT
from .exam_hall import PATIENCE, Machine, Room, Sitter, picture, running, sign_in_staff
from .independent_reader import Keys, sealed_root
from .namespaces import SERVER, Network, school_network
from .planned_day import TITLE, plan_day

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # minutes; `make days`
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
SEATS, CROWD, DESK = ("reloads", "cut-off"), "crowd", "desk"
SIMULATED, STAYING = 40, 3
REASON = "Hết giờ, thu các bài còn lại"
REACH = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)
    print("reached")
except OSError:
    print("no way")
"""


@dataclass
class Centre:
    """The province's machine: its database, its keys, its command line."""

    database: Database
    folder: Path
    sitting_id: uuid.UUID
    codes: dict[str, str]

    @property
    def package(self) -> Path:
        return self.folder / "goi.ktgoi"

    @property
    def file(self) -> Path:
        return self.folder / "khaothi.db"

    def run(self, *words: str, typed: str = "") -> str:
        """What `khaothi` printed here."""
        settings = {
            "KHAOTHI_DATABASE_URL": str(self.database.engine.url),
            "KHAOTHI_CENTRE_KEY_FILE": str(self.folder / "centre.key"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", *words], cwd=ROOT, env={**os.environ, **settings},
            input=typed, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class School:
    """The box and the room around it."""

    address: str
    network: Network
    file: Path
    sitters: dict[str, Sitter]
    crowd: Room
    desk: Page


@pytest.fixture
def centre(database: Database, tmp_path: Path) -> Centre:
    sitting_id, codes = plan_day(database, len(SEATS) + SIMULATED)
    second_officer(database)
    centre = Centre(database, tmp_path, sitting_id, codes)
    centre.run("package", "key", "--out", str(tmp_path / "centre.pub"))
    centre.run("package", "build", TITLE, "--as", "totchuc", "--out", str(centre.package),
               "--slips", str(tmp_path / "slips.csv"))  # fmt: skip
    return centre


def second_officer(database: Database) -> None:
    """Releasing a code takes two officers; the demo has one."""
    now = system_clock()
    with database.write() as db:
        first = people.person_by_username(db, "totchuc")
        unit = people.unit_by_code(db, "SO-HP")
        assert first is not None and unit is not None
        second = people_service.create_person(
            db, None, unit=unit, username="totchuc2", full_name="Phạm Thu Trang",
            password_hash=first.password_hash, now=now, must_change_password=False,
        )  # fmt: skip
        people_service.grant_role(db, None, second, Role.EXAM_OFFICER, unit, now=now)


@pytest.fixture
def school(centre: Centre, browser: Browser, tmp_path: Path) -> Iterator[School]:
    numbers, hosts = sorted(centre.codes), (*SEATS, DESK)
    crowd = numbers[len(SEATS) :]
    file = tmp_path / "box.db"
    with ExitStack() as closing:
        network = closing.enter_context(school_network(*hosts, CROWD))
        taken_in = ["--centre-key", str(tmp_path / "centre.pub"), "--package", str(centre.package)]
        box = running(network, ["site", *taken_in], KHAOTHI_DATABASE_URL=f"sqlite:///{file}")
        address = closing.enter_context(box)
        room = Room(network, CROWD, address, {n: centre.codes[n] for n in crowd}, crowd[:STAYING])
        closing.callback(room.close)
        machines = {}
        for host in hosts:
            machines[host] = Machine(browser.browser_type, network, host, tmp_path)
            closing.callback(machines[host].switch_off)
        sitters = {
            seat: Sitter(machines[seat], address, number, centre.codes[number])
            for seat, number in zip(SEATS, numbers, strict=False)
        }
        yield School(address, network, file, sitters, room, machines[DESK].switch_on())


def test_a_day_without_a_line_and_the_merge_afterwards(centre: Centre, school: School) -> None:
    no_way_leads_to_the_centre(school)
    the_package_opens_with_the_code_and_two_people(centre, school)
    the_sitting_opens(centre, school)
    told = the_room_works(school)
    stick = closed_sealed_and_copied(centre, school)
    merged_twice(centre, stick)
    given = {one.number: one.given for one in school.sitters.values()}
    results_are_what_the_clients_did(centre, told, given)


def no_way_leads_to_the_centre(school: School) -> None:
    if not school.network.has_cables:
        pytest.skip("no network namespaces for this user: a route cannot be taken away")
    run = school.network.command(SERVER, [sys.executable, "-c", REACH, "192.0.2.1", "443"])
    assert subprocess.run(run, capture_output=True, text=True).stdout == "no way\n"


def the_package_opens_with_the_code_and_two_people(centre: Centre, school: School) -> None:
    page, slips = school.desk, invigilators(centre)
    page.goto(f"{school.address}/may-diem-thi")
    assert page.evaluate("isSecureContext") is False
    expect(page.get_by_text("Đủ điều kiện thi")).to_be_visible()
    picture(page, "12-goi-con-khoa")
    agreed = ("package", "release", str(centre.package), "--by", "totchuc", "--by", "totchuc2")
    code = centre.run(*agreed, typed=f"{load.PASSWORD}\n" * 2).strip()
    page.get_by_label("Mã mở gói").fill(code.lower())
    for place, slip in (("thứ nhất", slips[0]), ("thứ hai", slips[1])):
        page.get_by_label(f"Giám thị {place}").fill(slip["Tên đăng nhập"])
    for field, slip in zip(page.get_by_label("Mật khẩu trên phiếu").all(), slips, strict=False):
        field.fill(slip["Mật khẩu"])
    page.get_by_role("button", name="Mở gói").click()
    expect(page.get_by_role("link", name="Giám thị đăng nhập")).to_be_visible(timeout=PATIENCE)
    sign_in_staff(page, school.address, slips[0]["Tên đăng nhập"], slips[0]["Mật khẩu"])


def invigilators(centre: Centre) -> list[dict[str, str]]:
    text = (centre.folder / "slips.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def the_sitting_opens(centre: Centre, school: School) -> None:
    school.crowd.ask("sign-in")
    for sitter in school.sitters.values():
        sitter.page.goto(f"{school.address}/thi")
        expect(sitter.page.get_by_text("Máy này sẵn sàng")).to_be_visible(timeout=PATIENCE)
        sitter.sign_in()
        expect(sitter.page.get_by_role("heading", name="Chờ giám thị mở đề")).to_be_visible()
    school.crowd.told()
    school.desk.goto(f"{school.address}/phong-thi/{centre.sitting_id}")
    school.desk.get_by_role("button", name="Mở đề").click()


def the_room_works(school: School) -> dict[str, dict[str, Any]]:
    """What was acknowledged to the simulated candidates."""
    school.crowd.ask("work")
    for sitter in school.sitters.values():
        sitter.start()
        sitter.choose(1, "A")
        sitter.judge(1, "SĐSĐ")
    first, second = (school.sitters[seat] for seat in SEATS)
    first.page.reload()
    first.sees_paper()
    first.sees_again()
    second.all_saved()
    second.machine.lose_network()
    second.write(1, "316")
    expect(second.page.get_by_text("Đã lưu trên máy")).to_be_visible(timeout=PATIENCE)
    second.machine.find_network()
    second.all_saved()
    school.crowd.told()
    school.crowd.ask("hand-in")
    for sitter in school.sitters.values():
        sitter.hand_in()
    return school.crowd.told()


def closed_sealed_and_copied(centre: Centre, school: School) -> Path:
    """The result file on the stick; its root, and the seal's, written into the minutes."""
    page, stick = school.desk, centre.folder / "usb.ktkq"
    page.goto(f"{school.address}/phong-thi/{centre.sitting_id}")
    page.get_by_text("Đóng ca thi", exact=True).first.click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="Đóng ca thi"))
    form.get_by_label("Lí do").fill(REASON)
    form.get_by_role("button", name="Đóng ca thi").click()
    page.goto(f"{school.address}/phong-thi/{centre.sitting_id}/bien-ban")
    shown = page.locator(".root code").inner_text()
    assert re.sub(r"\s", "", shown) == sealed_root(f"sqlite:///{school.file}", centre.sitting_id)
    page.goto(f"{school.address}/may-diem-thi")
    page.get_by_role("button", name="Niêm phong kết quả").click()
    picture(page, "12-da-niem-phong")
    with page.expect_download() as download:
        page.get_by_role("link", name="Chép ra USB").click()
    download.value.save_as(stick)
    return stick


def merged_twice(centre: Centre, stick: Path) -> None:
    everybody = len(SEATS) + SIMULATED
    assert f"đã chấm {everybody} bài" in centre.run("results", "merge", str(stick))
    before = facts(centre)
    again = centre.run("results", "merge", str(stick))
    assert "Tệp này đã nhập từ trước" in again
    assert "\n0 dữ kiện mới" in again
    assert "đã chấm 0 bài" in again
    assert facts(centre) == before
    with centre.database.read() as db:
        assert len(db.scalars(select(ResultMerge)).all()) == 1


def facts(centre: Centre) -> dict[str, int]:
    tables = ("attempt", "response_event", "score_fact", "attempt_action", "sitting_action")
    with sqlite3.connect(centre.file) as db:
        return {one: db.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in tables}


def results_are_what_the_clients_did(
    centre: Centre,
    told: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Mapping[tuple[str, int], Any]],
) -> None:
    keys = Keys(f"sqlite:///{centre.file}", centre.sitting_id)
    expected = {number: keys.total(one["acked"]) for number, one in told.items()}
    expected |= {number: keys.total(keys.by_place(one)) for number, one in given.items()}
    with centre.database.read() as db:
        found = {
            one.candidate.number: sum((fact.points for fact in one.facts), Decimal(0))
            for one in results.sat(db, centre.sitting_id)
        }
    assert found == expected

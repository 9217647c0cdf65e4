"""A whole exam day, at the address of another host: five browsers among three hundred candidates.

One reloads, one is killed, one loses the network, one changes machines, one has extra time. At the
end the seal is computed again, and every result, by an independent reader that knows only the
tables, the keys, and what was acknowledged to the clients.
"""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api.db import Database
from api.demo import load
from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate

from .exam_hall import PATIENCE, Machine, Room, Sitter, picture, running, sign_in_staff
from .independent_reader import Keys, sealed_root
from .namespaces import school_network
from .planned_day import MINUTES, plan_day

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # minutes; `make days`
    pytest.mark.usefixtures("flushing_postgresql"),
]
SEATS = ("reloads", "killed", "cut-off", "moves", "slower")
SPARE, CROWD = "spare", "crowd"
STAFF = ("giamthi", "totchuc")
SIMULATED, ABSENT, STAYING = 300, 5, 12
EXTRA_PERCENT = 25
REASON = "Theo biên bản của phòng thi"
KIND = "Mất điện"
INCIDENT = "Mất điện khu B lúc giữa giờ, máy nổ chạy sau hai phút"


@dataclass
class Day:
    """The sitting, and who sits where."""

    address: str
    database: Database
    sitting_id: uuid.UUID
    sitters: dict[str, Sitter]
    crowd: Room
    staff: dict[str, Page]
    machines: dict[str, Machine]

    @property
    def url(self) -> str:
        """Of the database."""
        return self.database.engine.url.render_as_string(hide_password=False)

    @property
    def room(self) -> str:
        return f"{self.address}/phong-thi/{self.sitting_id}"

    def candidate(self, seat: str) -> Candidate:
        mine = Candidate.number == self.sitters[seat].number
        with self.database.read() as db:
            here = Candidate.sitting_id == self.sitting_id
            return db.scalars(select(Candidate).where(here, mine)).one()

    def attempt(self, seat: str) -> Attempt:
        mine = Attempt.candidate_id == self.candidate(seat).id
        with self.database.read() as db:
            return db.scalars(select(Attempt).where(mine)).one()


@pytest.fixture
def day(database: Database, browser: Browser, tmp_path: Path) -> Iterator[Day]:
    sitting_id, codes = plan_day(database, len(SEATS) + SIMULATED + ABSENT, openers=2)
    numbers, hosts = sorted(codes), (*SEATS, SPARE, *STAFF)
    crowd = numbers[len(SEATS) : len(SEATS) + SIMULATED]
    with ExitStack() as closing:
        network = closing.enter_context(school_network(*hosts, CROWD))
        url = {"KHAOTHI_DATABASE_URL": database.engine.url.render_as_string(hide_password=False)}
        address = closing.enter_context(running(network, ["serve"], **url))
        room = Room(network, CROWD, address, {n: codes[n] for n in crowd}, crowd[:STAYING])
        closing.callback(room.close)
        machines = {}
        for host in hosts:
            machines[host] = Machine(browser.browser_type, network, host, tmp_path)
            closing.callback(machines[host].switch_off)
        staff = {name: machines[name].switch_on() for name in STAFF}
        sitters = {
            seat: Sitter(machines[seat], address, number, codes[number])
            for seat, number in zip(SEATS, numbers, strict=False)
        }
        yield Day(address, database, sitting_id, sitters, room, staff, machines)


def test_an_exam_day_from_the_readiness_of_the_seats_to_the_results(day: Day) -> None:
    seats_are_ready(day)
    for name, page in day.staff.items():
        sign_in_staff(page, day.address, name, load.PASSWORD)
    candidates_wait(day)
    extra_time_is_granted(day, "slower")
    opening_takes_two(day)
    day.crowd.ask("work")
    work_goes_on(day)
    day.crowd.told()
    an_incident_is_noted(day)
    receipts = everybody_hands_in(day)
    told = day.crowd.told()
    the_end_is_red_until_all_papers_are_in(day)
    the_root_is_what_an_independent_reader_finds(day)
    results_are_what_the_clients_did(day, told, receipts)


# --- before -------------------------------------------------------------------------------------


def seats_are_ready(day: Day) -> None:
    """Every seat checks itself on the sign-in page, without a secure context."""
    for sitter in day.sitters.values():
        sitter.page.goto(f"{day.address}/thi")
        expect(sitter.page.get_by_text("Máy này sẵn sàng")).to_be_visible(timeout=PATIENCE)
        missing = "[isSecureContext, typeof crypto.subtle, typeof navigator.serviceWorker]"
        assert sitter.page.evaluate(missing) == [False, "undefined", "undefined"]
    picture(day.sitters["reloads"].page, "11-may-san-sang")


def candidates_wait(day: Day) -> None:
    """Everybody signs in beforehand; nobody sees a paper."""
    day.crowd.ask("sign-in")
    for sitter in day.sitters.values():
        sitter.sign_in()
        expect(sitter.page.get_by_role("heading", name="Chờ giám thị mở đề")).to_be_visible()
        assert "Câu 1" not in sitter.page.locator("main").inner_text()
    day.crowd.told()
    picture(day.sitters["reloads"].page, "11-cho-mo-de")


def extra_time_is_granted(day: Day, seat: str) -> None:
    page = day.staff["giamthi"]
    page.goto(f"{day.room}/viec?ghe={day.candidate(seat).id}")
    page.get_by_text("Chế độ dành cho thí sinh", exact=True).click()
    page.get_by_label("Thêm giờ (%)").fill(str(EXTRA_PERCENT))
    give_reason(page, "Ghi chế độ")
    expect(page.get_by_text(f"thêm {EXTRA_PERCENT} % giờ")).to_be_visible()


def opening_takes_two(day: Day) -> None:
    first, second = (day.staff[name] for name in STAFF)
    for _ in range(2):  # one person pressing twice opens nothing
        first.goto(day.room)
        first.get_by_role("button", name="Mở đề").click()
    waiting = day.sitters["reloads"].page
    expect(waiting.get_by_role("heading", name="Chờ giám thị mở đề")).to_be_visible()
    second.goto(day.room)
    expect(second.get_by_text("đã đề nghị mở đề").first).to_be_visible()
    second.get_by_role("button", name="Mở đề").click()
    for sitter in day.sitters.values():
        sitter.start()
    usual = timedelta(minutes=MINUTES)
    given = {seat: day.attempt(seat).deadline - day.attempt(seat).started_at for seat in SEATS}
    assert given.pop("slower") == usual * (100 + EXTRA_PERCENT) / 100
    assert set(given.values()) == {usual}


# --- the work -----------------------------------------------------------------------------------


def work_goes_on(day: Day) -> None:
    for place, sitter in enumerate(day.sitters.values()):
        sitter.choose(1, "ABCDA"[place])
        sitter.judge(1, "ĐSĐS")
        sitter.write(1, "316")
    one_reloads(day.sitters["reloads"])
    one_is_killed(day)
    one_loses_the_network(day.sitters["cut-off"])
    one_changes_machines(day)
    day.sitters["slower"].choose(3, "D")
    for sitter in day.sitters.values():
        sitter.choose(5, "D")
        sitter.all_saved()


def one_reloads(sitter: Sitter) -> None:
    sitter.page.reload()
    sitter.sees_paper()
    sitter.sees_again()
    sitter.choose(2, "D")


def one_is_killed(day: Day) -> None:
    """What was typed a moment before is in the journal on the disk, or at the server."""
    sitter = day.sitters["killed"]
    sitter.choose(2, "B")
    sitter.page.wait_for_timeout(250)
    sitter.machine.kill()
    sitter.page = sitter.machine.switch_on()
    sitter.page.goto(f"{day.address}/thi")
    if not sitter.page.url.endswith("/thi/lam-bai"):  # the cookie was not on the disk yet
        sitter.sign_in()
        release(day, "killed")
        sitter.page.get_by_role("link", name="Vào bài thi").click()
    sitter.sees_paper()
    sitter.all_saved()
    sitter.sees_again()


def one_loses_the_network(sitter: Sitter) -> None:
    sitter.all_saved()
    sitter.machine.lose_network()
    sitter.choose(2, "A")
    sitter.judge(2, "SSĐĐ")
    sitter.write(2, "4")
    expect(sitter.page.get_by_text("Đã lưu trên máy")).to_be_visible(timeout=PATIENCE)
    picture(sitter.page, "11-mat-mang")
    sitter.machine.find_network()
    sitter.all_saved()


def one_changes_machines(day: Day) -> None:
    """The invigilator lets go of the old machine; time and work go with the candidate."""
    sitter, before = day.sitters["moves"], day.attempt("moves").deadline
    sitter.all_saved()
    old, sitter.machine = sitter.machine, day.machines[SPARE]
    sitter.page = sitter.machine.switch_on()
    sitter.sign_in()
    expect(sitter.page.get_by_role("heading", name="Chờ giám thị cho đổi máy")).to_be_visible()
    release(day, "moves", shown_as="11-doi-may")
    sitter.page.get_by_role("link", name="Vào bài thi").click(timeout=PATIENCE)
    sitter.sees_paper()
    sitter.sees_again()
    assert old.context is not None
    replaced = old.context.pages[0].get_by_role("heading", name="đã được mở ở máy khác")
    expect(replaced).to_be_visible(timeout=PATIENCE)
    assert day.attempt("moves").deadline >= before
    sitter.write(3, "0,28")


def release(day: Day, seat: str, *, shown_as: str = "") -> None:
    page, person = day.staff["giamthi"], day.candidate(seat)
    page.goto(f"{day.room}?phong={person.room}&ghe={person.id}")
    if shown_as:
        picture(page, shown_as)
    give_reason(page, f"Đổi máy cho {person.number}")


def give_reason(page: Page, button: str) -> None:
    """The reason beside the button, and the button."""
    form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
    form.get_by_label("Lí do").fill(REASON)
    form.get_by_role("button", name=button, exact=True).click()


# --- the end ------------------------------------------------------------------------------------


def an_incident_is_noted(day: Day) -> None:
    page = day.staff["giamthi"]
    page.goto(f"{day.room}/viec")
    form = page.locator("form").filter(has=page.get_by_role("button", name="Ghi sự việc"))
    form.get_by_label("Loại", exact=True).select_option(label=KIND)
    form.get_by_label("Sự việc", exact=True).fill(INCIDENT)
    form.get_by_role("button", name="Ghi sự việc").click()
    page.goto(f"{day.room}/bien-ban")
    expect(page.get_by_text(INCIDENT)).to_be_visible()


def everybody_hands_in(day: Day) -> dict[str, str]:
    """What the receipts on the five screens say."""
    day.crowd.ask("hand-in")
    shown = {sitter.number: sitter.hand_in() for sitter in day.sitters.values()}
    picture(day.sitters["cut-off"].page, "11-bien-nhan")
    return shown


def the_end_is_red_until_all_papers_are_in(day: Day) -> None:
    present = len(SEATS) + SIMULATED
    page = day.staff["totchuc"]
    page.goto(f"{day.room}/bien-ban")
    expect(page.get_by_text(f"Đã nộp {present - STAYING} ≠ có mặt {present}")).to_be_visible()
    page.goto(day.room)
    page.get_by_text("Đóng ca thi", exact=True).first.click()
    give_reason(page, "Đóng ca thi")
    page.goto(f"{day.room}/bien-ban")
    expect(page.get_by_text(f"Đã nộp {present} = có mặt {present}")).to_be_visible()
    picture(page, "11-bien-ban")


def the_root_is_what_an_independent_reader_finds(day: Day) -> None:
    page = day.staff["totchuc"]
    shown = page.locator(".root code").inner_text()
    assert re.sub(r"\s", "", shown) == sealed_root(day.url, day.sitting_id)
    expect(page.get_by_text("Dữ liệu hiện có khớp với mã niêm phong.")).to_be_visible()


def results_are_what_the_clients_did(
    day: Day, told: Mapping[str, Mapping[str, Any]], receipts: Mapping[str, str]
) -> None:
    keys = Keys(day.url, day.sitting_id)
    expected = {number: keys.total(one["acked"]) for number, one in told.items()}
    expected |= {one.number: keys.total(keys.by_place(one.given)) for one in day.sitters.values()}
    found = exported_totals(day)
    assert {number: total for number, total in found.items() if total is not None} == expected
    assert len(found) - len(expected) == ABSENT
    codes = receipt_codes(day)
    assert {n: one["receipt"] for n, one in told.items() if one["receipt"]}.items() <= codes.items()
    assert all(codes[number] in text for number, text in receipts.items())


def exported_totals(day: Day) -> dict[str, Decimal | None]:
    """The file an office downloads, once everybody is scored; None for who was not there."""
    page = day.staff["totchuc"]
    for _ in range(120):
        page.goto(f"{day.address}/ca-thi/{day.sitting_id}/ket-qua")
        waiting = page.get_by_text("mà chưa chấm").count()
        if page.get_by_role("link", name="Tải CSV").count() and not waiting:
            break
        page.wait_for_timeout(500)
    picture(page, "11-ket-qua")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải CSV").click()
    lines = csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines())
    return {line["Số báo danh"]: _points(line["Tổng điểm"]) for line in lines}


def _points(cell: str) -> Decimal | None:
    return Decimal(cell.replace(",", ".")) if cell else None


def receipt_codes(day: Day) -> dict[str, str | None]:
    query = select(Candidate.number, Attempt.receipt).join(
        Attempt, Attempt.candidate_id == Candidate.id
    )
    with day.database.read() as db:
        here = query.where(Attempt.sitting_id == day.sitting_id)
        return {number: receipt for number, receipt in db.execute(here)}

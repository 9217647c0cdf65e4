"""What a candidate's machine keeps, and what it does when the line, the clock or the room stops."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api.db import Database
from api.settings import Settings
from delivery.attempts import devices, invigilation, repository, room_invigilation
from delivery.attempts.models import Attempt, LateEvent, ResponseEvent
from delivery.rescue import service as rescue
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.factories.forms import make_actor

from .chromium import FLAGS, chromium
from .conftest import serving
from .test_player import all_saved, choose, journal, responses

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
REASON = "Mất điện ở hành lang"
WORDS = "Thầy sẽ thu giấy nháp lúc hết giờ."


@pytest.fixture
def room(database: Database):
    with database.write() as db:
        return make_room(db, now=datetime.now(UTC), minutes=90)


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


def begin(page: Page, address: str) -> Page:
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    return page


@pytest.fixture
def player(browser: Browser, address: str, room) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    yield begin(context.new_page(), address)
    context.close()


def test_the_journal_is_on_the_disk_at_once_and_nobody_can_read_it(player, room):
    player.context.set_offline(True)
    choose(player, "B")
    player.wait_for_timeout(250)
    kept = journal(player)
    assert len(kept) == 1
    (sealed,) = kept.values()
    for word in (str(room.choice), "answer", '"B"'):
        assert word not in sealed
    assert "key" not in player.evaluate("JSON.stringify({...localStorage})")


def test_what_is_typed_is_on_the_disk_within_a_quarter_of_a_second(player, room):
    player.get_by_role("button", name="Sang Câu 1, phần II").click()
    player.get_by_role("button", name="Sang Câu 1, phần III").click()
    player.context.set_offline(True)
    player.get_by_label("Câu trả lời của bạn").press_sequentially("3,5")
    player.wait_for_timeout(250)
    assert len(journal(player)) == 1
    player.context.set_offline(False)
    player.reload()
    expect(player.get_by_label("Câu trả lời của bạn")).to_have_value("3,5")


def test_without_a_secure_context_everything_works(browser, address, room, database):
    """As on a seat that opens http:// and the address of the room's server."""
    found = chromium()
    args = [*found.args, *FLAGS, "--host-resolver-rules=MAP phong-thi.test 127.0.0.1"]
    plain = browser.browser_type.launch(executable_path=found.executable, args=args, env=found.env)
    page = begin(plain.new_page(), address.replace("127.0.0.1", "phong-thi.test"))
    assert page.evaluate("[isSecureContext, typeof crypto.subtle]") == [False, "undefined"]
    page.context.set_offline(True)
    choose(page, "C")
    expect(page.get_by_text("Đã lưu trên máy")).to_be_visible()
    assert len(journal(page)) == 1
    page.context.set_offline(False)
    all_saved(page)
    assert responses(database) == {room.choice: "C"}
    assert journal(page) == {}
    plain.close()


def test_time_ends_without_network_and_the_work_leaves_on_a_memory_stick(
    player, database, room, tmp_path
):
    choose(player, "A")
    all_saved(player)
    deadline = datetime.now(UTC) + timedelta(seconds=4)
    with database.write() as db:
        db.scalars(select(Attempt)).one().deadline = deadline
    player.get_by_role("button", name="Đánh dấu xem lại").click()  # its answer tells the deadline
    all_saved(player)
    player.context.set_offline(True)
    choose(player, "D")
    expect(player.get_by_role("heading", name="Đã hết giờ làm bài")).to_be_visible()
    expect(player.get_by_text("Còn 1 thay đổi chỉ có trên máy này.")).to_be_visible()
    with player.expect_download() as saved:
        player.get_by_role("button", name="Lưu tệp cứu hộ").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert file.name == f"cuu-ho-{NUMBER}.khaothi"
    assert '"D"' not in file.read_text(encoding="utf-8")
    with database.write() as db:
        now = datetime.now(UTC)
        done = rescue.merge(db, room.officer, room.sitting, file.read_bytes(), now=now)
        assert done.added + done.late == 1
        found = {
            **repository.effective_responses(db, db.scalars(select(Attempt.id)).one()),
            **{e.form_item_id: json.loads(e.value) for e in db.scalars(select(LateEvent))},
        }
    assert found == {room.choice: "D"}


def test_a_pause_covers_the_paper_and_work_goes_on_after_it(player, database, room):
    choose(player, "A")
    all_saved(player)
    with database.write() as db:
        now = datetime.now(UTC)
        candidate = repository.lock_candidate(db, room.candidate.id)
        invigilation.pause(db, room.officer, room.sitting, candidate, reason=REASON, now=now)
    choose(player, "B")
    expect(player.get_by_role("heading", name="Giám thị tạm dừng")).to_be_visible()
    expect(player.locator(".kt-item")).to_have_count(0)
    assert responses(database) == {room.choice: "A"}
    with database.write() as db:
        now = datetime.now(UTC)
        candidate = repository.lock_candidate(db, room.candidate.id)
        invigilation.resume(db, room.officer, room.sitting, candidate, reason=REASON, now=now)
    expect(player.locator(".kt-option.is-chosen")).to_contain_text("B")
    all_saved(player)
    assert responses(database) == {room.choice: "B"}


def test_what_the_room_is_told_and_a_suspension_reach_the_screen(player, database, room):
    with database.write() as db:
        now = datetime.now(UTC)
        room_invigilation.announce(db, room.officer, room.sitting, "", text=WORDS, now=now)
    choose(player, "A")  # the answer to a save tells that there is a message
    expect(player.get_by_text(WORDS)).to_be_visible()
    player.get_by_role("button", name="Đã đọc").click()
    expect(player.get_by_text(WORDS)).to_have_count(0)
    all_saved(player)
    with database.write() as db:
        now = datetime.now(UTC)
        unit = db.get_one(Unit, room.sitting.unit_id)
        second = make_actor(db, unit, "truongdiem", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
        candidate = repository.lock_candidate(db, room.candidate.id)
        about = (room.sitting, candidate)
        invigilation.ask_suspension(db, room.officer, *about, reason=REASON, now=now)
        invigilation.suspend(db, second, *about, now=now)
    choose(player, "B")
    expect(player.get_by_role("heading", name="Bài thi bị đình chỉ")).to_be_visible()
    expect(player.locator(".kt-item")).to_have_count(0)
    expect(player.get_by_text("Còn 1 thay đổi chỉ có trên máy này.")).to_be_visible()
    assert responses(database) == {room.choice: "A"}


LONGEST_WAIT = timedelta(seconds=2)


def test_every_change_is_at_the_server_within_two_seconds_of_the_hand(player, database, room):
    """By the machine's own clock: when the hand changed something, and when it was taken."""
    for letter in "ABCDABCD":
        choose(player, letter)
        player.wait_for_timeout(120)
    all_saved(player)
    with database.read() as db:
        events = db.scalars(select(ResponseEvent)).all()
    waits = [e.received_at - datetime.fromisoformat(e.client_at) for e in events]
    assert len(waits) == 8
    assert max(waits) <= LONGEST_WAIT


@pytest.mark.parametrize("first_back", ["old machine", "new machine"])
def test_two_machines_that_both_wrote_offline_keep_everything(
    player, browser, address, database, room, first_back
):
    """Each wrote without a line; whichever comes back first, the new one's work counts and the old
    one's is kept beside it.
    """
    player.context.set_offline(True)
    choose(player, "B")
    new = take_over(browser, address, database, room)
    new.context.set_offline(True)
    choose(new, "C")
    expect(new.get_by_text("Đã lưu trên máy")).to_be_visible()
    assert responses(database) == {}
    machines = [player, new] if first_back == "old machine" else [new, player]
    for page in machines:
        page.context.set_offline(False)
    all_saved(new)
    expect(player.get_by_role("heading", name="đã được mở ở máy khác")).to_be_visible(
        timeout=30_000
    )
    for _ in range(300):
        if late_work(player, database) == LateWork(in_journal=0, at_server=1):
            break
        player.wait_for_timeout(100)
    assert responses(database) == {room.choice: "C"}
    with database.read() as db:
        assert [json.loads(e.value) for e in db.scalars(select(LateEvent))] == ["B"]
    new.context.close()


def take_over(browser: Browser, address: str, database: Database, room) -> Page:
    """The invigilator lets go of the first machine, and the candidate signs in on another."""
    page = browser.new_context().new_page()
    with database.write() as db:
        candidate = repository.lock_candidate(db, room.candidate.id)
        devices.release_device(
            db, room.officer, room.sitting, candidate, reason=REASON, now=datetime.now(UTC)
        )
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    return page


@dataclass(frozen=True)
class LateWork:
    """Where the first machine's change stands."""

    in_journal: int
    at_server: int


def late_work(page, database) -> LateWork:
    kept = journal(page)  # before the server: a change on its way is seen twice, never not at all
    with database.read() as db:
        return LateWork(len(kept), len(db.scalars(select(LateEvent)).all()))


def test_two_machines_that_both_wrote_lose_nothing_to_each_other(
    player, browser, address, database, room, tmp_path
):
    """The first one is cut off, the second takes over, the first comes back."""
    player.context.set_offline(True)
    player.get_by_role("button", name="Sang Câu 1, phần II").click()
    player.get_by_role("radiogroup", name="a) ý a").get_by_text("Đúng").click()
    second = take_over(browser, address, database, room)
    choose(second, "C")
    all_saved(second)
    player.context.set_offline(False)
    expect(player.get_by_role("heading", name="đã được mở ở máy khác")).to_be_visible(
        timeout=30_000
    )
    assert responses(database) == {room.choice: "C"}
    for _ in range(300):  # for a moment it stands in both: taken by the server, not yet let go
        late = late_work(player, database)
        assert late.in_journal + late.at_server >= 1
        if late.in_journal + late.at_server == 1:
            break
        player.wait_for_timeout(100)
    assert late.in_journal + late.at_server == 1
    second.context.close()

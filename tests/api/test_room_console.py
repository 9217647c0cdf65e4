"""The consoles' feed: one statement a look, nothing missed, nothing told to others, nothing more than needed."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import event, select

from api.auth import passwords
from api.room import console_feed, console_stream
from api.room.console_feed import Consoles, SittingReader, look
from api.room.console_views import seat_map
from api.room.console_wire import map_message
from api.settings import Settings
from delivery.attempts import invigilation, service
from delivery.attempts.models import Attempt
from delivery.attempts.states import SeatState
from delivery.incidents.models import Incident
from delivery.safe_exam_browser.models import SafeExamBrowserSetting, SafeExamBrowserSighting
from delivery.watching.repository import watched
from itembank.audit import AuditEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.browser.conftest import serving
from tests.factories.attempts import answer, make_candidate, make_room, start_attempt
from tests.factories.forms import make_person, make_unit
from tests.loops import run_loop
from tests.web import make_client, sign_in

PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)
WHY = "Máy 07 mất mạng, đang xử lí"
PERSONAL = ("Nguyễn", "Minh Anh", "2008", "THPT Bến Bính", "03001247")


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        other = make_unit(db, "THPT-XA", "truong")
        staff = (("giamthi", unit, Role.INVIGILATOR), ("giaovien", unit, Role.TEACHER))
        for name, where, role in (*staff, ("giamthi.xa", other, Role.INVIGILATOR)):
            make_person(db, where, name, role, now=clock.now, password_hash=HASH)
        make_candidate(db, made.sitting, now=clock.now, number="03001248")
        return made


@pytest.fixture
def held(database, clock, room):
    with database.write() as db:
        return start_attempt(db, room, now=clock.now)


@pytest.fixture
def reader(database, clock, room):
    return SittingReader(database, clock, room.sitting.id)


@contextmanager
def statements(database):
    """What is sent to the database meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def asked(sent):
    return [one for one in sent if not one.startswith(("BEGIN", "ROLLBACK", "COMMIT"))]


def save(database, clock, held, room, seq):
    with database.write() as db:
        service.save_events(db, held, [answer(seq, room.choice, "A")], now=clock.now)


def pause(database, clock, room):
    with database.write() as db:
        invigilation.pause(
            db, room.officer, room.sitting, room.candidate, reason=WHY, now=clock.now
        )


def of(reader, room):
    return reader.seen.seat_of(room.candidate.id)


def test_a_look_is_one_statement_and_writes_nothing(database, clock, room, held, reader):
    save(database, clock, held, room, 1)
    with statements(database) as sent:
        reader.read()
    assert len(asked(sent)) == 1
    assert asked(sent)[0].lstrip().startswith(("SELECT", "WITH"))
    assert of(reader, room).answered == 1


def test_the_number_of_consoles_does_not_change_the_number_of_looks(database, clock, room):
    """Eight streams on one sitting are served by one reader."""
    consoles = Consoles(database, clock)
    readers = {id(consoles.reader_of(room.sitting.id)) for _ in range(8)}
    try:
        assert len(readers) == 1
        assert sum(thread.name == "console" for thread in threading.enumerate()) == 1
    finally:
        consoles.stop()
    assert all(thread.name != "console" for thread in threading.enumerate())


def test_nothing_is_told_while_nothing_changes(database, clock, room, held, reader):
    reader.read()
    position = reader.news(None, "").position
    clock.forward(seconds=20)
    reader.read()
    assert reader.news(position, "") is None
    save(database, clock, held, room, 1)
    reader.read()
    news = reader.news(position, "")
    assert [seat.candidate_id for change in news.changes for seat in change.seats] == [
        room.candidate.id
    ]


def test_a_console_that_was_away_is_told_every_change_in_order(database, clock, room, held, reader):
    """Also what has gone by meanwhile: the seat was paused and works again."""
    reader.read()
    position = reader.news(None, "").position
    pause(database, clock, room)
    reader.read()
    with database.write() as db:
        invigilation.resume(db, room.officer, room.sitting, room.candidate, now=clock.now)
    reader.read()
    save(database, clock, held, room, 1)
    reader.read()
    told = [change.seats[0] for change in reader.news(position, "").changes]
    states = [SeatState.PAUSED, SeatState.WORKING, SeatState.WORKING]
    assert [seat.state for seat in told] == states
    assert told[-1] == of(reader, room)
    middle = f"{reader.name}-2"
    assert [change.number for change in reader.news(middle, "").changes] == [3, 4]


def test_a_position_that_is_not_known_here_gets_everything(reader):
    reader.read()
    for position in (None, "", "x", "khac-3", f"{reader.name}-99", f"{reader.name}--1"):
        news = reader.news(position, "")
        assert news.changes is None and len(news.room.seats) == 2, position


def test_what_is_kept_is_bounded_and_older_positions_get_everything(
    database, clock, room, held, reader, monkeypatch
):
    monkeypatch.setattr(console_feed, "MOST_CHANGES", 4)
    reader.read()
    first = reader.news(None, "").position
    for seq in range(1, 6):
        clock.forward(seconds=1)
        save(database, clock, held, room, seq)
        reader.read()
    assert reader.news(first, "").changes is None
    latest = f"{reader.name}-{reader._number - 1}"
    assert len(reader.news(latest, "").changes) == 1


def test_a_passed_deadline_is_written_once_and_only_then(database, clock, room, held, reader):
    reader.read()
    clock.forward(minutes=90, seconds=9)
    with statements(database) as sent:
        reader.read()
    assert len(asked(sent)) == 1  # within the grace
    clock.forward(seconds=5)
    reader.read()
    assert of(reader, room).state is SeatState.SUBMITTED
    with statements(database) as sent:
        reader.read()
    assert len(asked(sent)) == 1
    with database.read() as db:
        handed_in = select(AuditEvent).where(AuditEvent.action == "attempt.submitted")
        assert len(db.scalars(handed_in).all()) == 1


def test_a_paused_or_suspended_paper_is_never_handed_in_by_looking(database, clock, room, held):
    pause(database, clock, room)
    clock.forward(minutes=200)
    with statements(database) as sent:
        look(database, room.sitting.id, clock.now)
    assert len(asked(sent)) == 1
    with database.read() as db:
        assert db.scalars(select(Attempt.submitted_at)).all() == [None]


def test_the_sum_stays_red_until_it_comes_out(database, clock, room, held):
    def now_seen():
        with database.read() as db:
            return seat_map(watched(db, room.sitting.id), "", clock.now)

    assert not now_seen().all_submitted and now_seen().headcount.missing == 1
    with database.write() as db:
        service.submit(db, held, last_seq=0, now=clock.now)
    assert now_seen().all_submitted


def test_before_anybody_begins_nought_is_not_green(database, clock, room):
    with database.read() as db:
        empty = seat_map(watched(db, room.sitting.id), "", clock.now)
    assert empty.headcount.tallies and not empty.all_submitted


def test_extra_time_is_shown_and_does_not_move_the_rooms_end(database, clock, room, held):
    with database.write() as db:
        other = make_candidate(db, room.sitting, now=clock.now, number="03001249")
    end = _map(database, clock, room).ends_at
    with database.write() as db:
        invigilation.extend(
            db, room.officer, room.sitting, room.candidate, minutes=10, reason=WHY, now=clock.now
        )
    seen = _map(database, clock, room)
    assert seen.ends_at == end and seen.seat_of(other.id).given_minutes == 0
    assert [seat.given_minutes for seat in seen.own_ends] == [10]


def _map(database, clock, room):
    with database.read() as db:
        return seat_map(watched(db, room.sitting.id), "", clock.now)


def test_a_wrong_browser_is_shown_only_where_the_sitting_asks(database, clock, room, held):
    with database.write() as db:
        db.add(
            SafeExamBrowserSighting(
                sitting_id=room.sitting.id, lease_id=held.lease.id, finding="mismatched",
                way="header", path="/thi", at=clock.now,
            )
        )  # fmt: skip
    assert _map(database, clock, room).n_wrong_browsers == 0
    with database.write() as db:
        db.add(
            SafeExamBrowserSetting(
                sitting_id=room.sitting.id, number=1, mode="report", origin="http://x",
                config_key="0" * 64, file=b"", set_by=room.officer.person_id, at=clock.now,
            )
        )  # fmt: skip
    assert _map(database, clock, room).n_wrong_browsers == 1


def test_an_incident_tells_every_room_that_the_log_has_grown(database, clock, room, reader):
    reader.read()
    position = reader.news(None, "").position
    with database.write() as db:
        db.add(
            Incident(
                sitting_id=room.sitting.id, kind="power", text="Mất điện", happened_at=clock.now,
                by_id=room.officer.person_id, by_name="x", noted_at=clock.now,
            )
        )  # fmt: skip
    reader.read()
    told = list(console_stream.messages(reader.news(position, "04")))
    assert len(told) == 1 and "event: ghe" in told[0]


def test_what_goes_over_the_line_holds_no_person_and_no_answer(database, clock, room, held):
    with database.write() as db:
        service.save_events(db, held, [answer(1, room.short, "9,87")], now=clock.now)
    sent = json.dumps(map_message(_map(database, clock, room), clock.now), ensure_ascii=False)
    assert str(room.candidate.id) in sent
    for one in (*PERSONAL, "9,87", str(room.short), held.lease.token_hash):
        assert one not in sent


def test_moving_a_candidate_says_that_the_seats_are_others(database, clock, room, reader):
    reader.read()
    position = reader.news(None, "").position
    with database.write() as db:
        db.get_one(type(room.candidate), room.candidate.id).seat = "12"
    reader.read()
    assert reader.news(position, "").changes[0].layout


# --- over HTTP ----------------------------------------------------------------------------------


def path(room, rest):
    return f"/phong-thi/{room.sitting.id}{rest}"


FEEDS = ("/dong-su-kien", "/so-do", "/bang", "/nhat-ki")


@pytest.mark.parametrize("name", ["giaovien", "giamthi.xa"])
def test_a_wrong_role_gets_nothing(database, clock, room, name):
    client = make_client(database, clock)
    sign_in(client, name, PASSWORD)
    for rest in FEEDS:
        refused = client.get(path(room, rest), headers={"accept": "application/json"})
        assert refused.status_code == 403, rest
        assert str(room.candidate.id) not in refused.text


def test_a_stranger_gets_nothing(database, clock, room):
    client = make_client(database, clock)
    for rest in FEEDS:
        refused = client.get(path(room, rest), headers={"accept": "application/json"})
        assert refused.status_code == 401, rest


def test_asking_gives_the_same_figures_as_the_stream(database, clock, room, held, reader):
    client = make_client(database, clock)
    sign_in(client, "giamthi", PASSWORD)
    reader.read()
    told = client.get(path(room, "/so-do"), headers={"accept": "application/json"}).json()
    assert told == json.loads(json.dumps(map_message(reader.seen, clock.now)))


def test_a_sitting_that_is_not_there_is_not_found(database, clock, room):
    client = make_client(database, clock)
    sign_in(client, "giamthi", PASSWORD)
    assert client.get(f"/phong-thi/{uuid.uuid4()}/dong-su-kien").status_code == 404


def test_the_number_of_streams_is_bounded(database, clock, room):
    client = make_client(database, clock)
    sign_in(client, "giamthi", PASSWORD)
    client.app.state.consoles.n_streams = console_feed.MOST_STREAMS
    refused = client.get(path(room, "/dong-su-kien"))
    assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0


def test_the_panel_of_a_seat_tells_what_was_done(database, clock, room, held):
    with database.write() as db:
        invigilation.credit(
            db, room.officer, room.sitting, room.candidate, seconds=300, reason=WHY, now=clock.now
        )
    client = make_client(database, clock)
    sign_in(client, "giamthi", PASSWORD)
    panel = client.get(path(room, f"/bang?ghe={room.candidate.id}")).text
    assert WHY in panel and "Nguyễn Thị Minh Anh" in panel and "5 phút" in panel
    assert "17/05/2008" not in panel and "THPT Bến Bính" not in panel


# --- the stream itself --------------------------------------------------------------------------


async def heard(stream, n):
    """The first n messages with an event."""
    found = []
    async for message in stream:
        if "event: " in message:
            found.append(message)
        if len(found) == n:
            return found
    return found


def test_a_stream_begins_with_everything_goes_on_with_changes_and_ends_when_told(
    database, clock, room, held
):
    consoles = Consoles(database, clock, tick=0.02)

    async def watch():
        stream = console_stream.told(consoles, room.sitting.id, "", None)
        (first,) = await heard(stream, 1)
        await asyncio.to_thread(pause, database, clock, room)
        (second,) = await heard(stream, 1)
        await asyncio.to_thread(consoles.stop)
        rest = [message async for message in stream]
        return first, second, rest

    first, second, rest = run_loop(asyncio.wait_for(watch(), 20))
    assert "event: phong" in first and first.startswith("id: ")
    assert '"state":"paused"' in second and "event: ghe" in second
    assert all("event: phong" not in message for message in rest)
    assert consoles.n_streams == 0


def test_a_stream_without_news_gives_signs_of_life(database, clock, room, monkeypatch):
    monkeypatch.setattr(console_stream, "HEARTBEAT_SECONDS", 0.05)
    consoles = Consoles(database, clock, tick=0.02)

    async def watch():
        return await heard(console_stream.told(consoles, room.sitting.id, "", None), 3)

    try:
        told = run_loop(asyncio.wait_for(watch(), 20))
    finally:
        consoles.stop()
    assert [m.count("event: nhip") for m in told].count(1) >= 2
    sign = next(m for m in told if "event: nhip" in m)
    assert sign.startswith(":") and "id:" not in sign


def test_the_middleware_lets_a_stream_through_and_notices_who_left(database, room):
    """Over a real socket: headers stand, the first event comes before the end, the place is freed."""
    settings = Settings(worker_in_process=False)
    with (
        serving(database, settings) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        client.post("/dang-nhap", data={"username": "giamthi", "password": PASSWORD})
        with client.stream("GET", path(room, "/dong-su-kien")) as answer_:
            assert answer_.headers["content-type"].startswith("text/event-stream")
            assert answer_.headers["x-content-type-options"] == "nosniff"
            assert answer_.headers["cache-control"] == "no-store"
            lines = answer_.iter_lines()
            position = next(line for line in lines if line.startswith("id: "))[4:]
        resumed = {"Last-Event-ID": position}
        with client.stream("GET", path(room, "/dong-su-kien"), headers=resumed) as again:
            named = (line for line in again.iter_lines() if line.startswith("event: "))
            assert next(named) == "event: nhip"  # nothing was missed, so nothing is told again

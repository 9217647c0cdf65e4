"""A pause, a suspension and a new deadline bind the very next save: on the server as it is measured.

The program runs as a process of its own, as `make bench-delivery` runs it, on both databases; devices
write over HTTP without a pause while an invigilator acts in another process. Whatever was sent after
the invigilator's commit is judged by it; whatever was acknowledged is there.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from api.auth import passwords
from api.db import Database
from benchmarks.delivery.served import served
from delivery.attempts import invigilation as verbs
from delivery.attempts import room_invigilation
from delivery.attempts.models import Attempt, ResponseEvent, WriterLease
from delivery.sittings.models import Candidate, Sitting
from itembank.db import new_id
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import Room, make_candidate, make_room
from tests.factories.forms import make_actor

DEVICES = 6
WHY = "Mất điện ở dãy máy bên trái"


@dataclass
class Device:
    """A device that writes one save after the other over one connection."""

    port: int
    candidate: object
    token: str
    writer: str
    item: str
    seq: int = 0
    log: list[tuple[float, int, str]] = field(default_factory=list)  # sent at, status, code
    acked: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def save(self, connection: http.client.HTTPConnection) -> tuple[int, dict]:
        self.seq += 1
        event = {"seq": self.seq, "kind": "answer", "item": self.item,
                 "value": "ABCD"[self.seq % 4], "client_at": "2026-11-23T06:00:00.000Z"}  # fmt: skip
        head = {"Cookie": f"khaothi_thi={self.token}", "X-Requested-With": "khaothi",
                "Content-Type": "application/json"}  # fmt: skip
        sent = time.monotonic()
        body = json.dumps({"writer": self.writer, "events": [event]})
        connection.request("POST", "/thi/api/events", body, head)
        response = connection.getresponse()
        content = json.loads(response.read())
        if response.status == 200:
            self.acked.add(self.seq)
        self.log.append((sent, response.status, content.get("error", {}).get("code", "")))
        return response.status, content

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stop.is_set():
            self.save(connection)
        connection.close()

    def once(self) -> tuple[int, dict]:
        return self.save(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30))

    def codes_after(self, moment: float) -> set[str]:
        return {code for sent, _, code in self.log if sent > moment}


@dataclass
class Hall:
    database: Database
    room: Room
    second: object
    devices: list[Device]

    def acts(self, verb, *args, **named) -> float:
        """One verb in a transaction of its own; the moment its commit was done."""
        with self.database.write() as db:
            sitting = db.get_one(Sitting, self.room.sitting.id)
            verb(db, named.pop("actor", self.room.officer), sitting, *args,
                 **named, now=datetime.now(UTC))  # fmt: skip
        return time.monotonic()

    def one(self, device: Device, verb, **named) -> float:
        with self.database.read() as db:
            candidate = db.get_one(Candidate, device.candidate)
        return self.acts(verb, candidate, **named)


@pytest.fixture
def hall(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """The server with its chores elsewhere: nobody hands in what is overdue while a test looks at it.

    That chores spare what was extended is the subject of tests/delivery/attempts/test_concurrency.py.
    """
    monkeypatch.setenv("KHAOTHI_WORKER_IN_PROCESS", "false")
    now = datetime.now(UTC)
    with database.write() as db:
        room = make_room(db, now=now)
        unit = db.get_one(Unit, room.sitting.unit_id)
        second = make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)
        seats = [_seat(db, room, n, now) for n in range(DEVICES)]
    url = database.engine.url.render_as_string(hide_password=False)
    with served(url) as server:
        devices = [Device(server.port, *seat, item=str(room.choice)) for seat in seats]
        yield Hall(database, room, second, devices)


def _seat(db, room: Room, n: int, now: datetime):
    candidate = make_candidate(db, room.sitting, now=now, number=f"0300400{n}")
    token, lease = passwords.new_token(), new_id()
    db.execute(
        insert(WriterLease).values(
            id=lease, candidate_id=candidate.id, epoch=1, requested_at=now, granted_at=now,
            token_hash=passwords.token_hash(token),
        )
    )  # fmt: skip
    db.add(
        Attempt(
            sitting_id=room.sitting.id, candidate_id=candidate.id, form_id=room.sitting.form_id,
            started_at=now, deadline=now + timedelta(hours=1),
        )
    )  # fmt: skip
    return candidate.id, token, f"w-{lease}"


@contextmanager
def writing(devices: list[Device]) -> Iterator[None]:
    threads = [threading.Thread(target=device.run) for device in devices]
    for thread in threads:
        thread.start()
    try:
        _until(lambda: all(len(device.log) > 5 for device in devices))
        yield
    finally:
        for device in devices:
            device.stop.set()
        for thread in threads:
            thread.join()


def _until(true, patience: float = 20.0) -> None:
    end = time.monotonic() + patience
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def _sent_after(device: Device, moment: float, n: int = 3) -> None:
    _until(lambda: sum(sent > moment for sent, _, _ in device.log) >= n)


def test_whatever_is_decided_binds_the_very_next_save(hall):
    first, second, *others = hall.devices
    with writing(hall.devices):
        paused = hall.acts(room_invigilation.pause_room, "", reason=WHY)
        for device in hall.devices:
            _sent_after(device, paused)
            assert device.codes_after(paused) == {"attempt_paused"}
        resumed = hall.acts(room_invigilation.resume_room, "")
        for device in hall.devices:
            _sent_after(device, resumed)
            assert device.codes_after(resumed) == {""}
        asked = hall.one(first, verbs.ask_suspension, reason="Sử dụng điện thoại")
        _sent_after(first, asked)
        assert first.codes_after(asked) == {"attempt_paused"}
        suspended = hall.one(first, verbs.suspend, actor=hall.second)
        _sent_after(first, suspended)
        assert first.codes_after(suspended) == {"attempt_suspended"}
        ended = hall.one(second, verbs.end_attempt, reason="Ốm, xin nộp bài sớm")
        _sent_after(second, ended)
        assert second.codes_after(ended) == {"attempt_submitted"}
        for device in others:
            assert device.codes_after(resumed) == {""}
    _nothing_is_lost_and_nothing_too_much(hall)


def test_a_new_deadline_binds_the_very_next_save(hall):
    device = hall.devices[0]
    with hall.database.write() as db:
        attempt = db.scalars(select(Attempt).where(Attempt.candidate_id == device.candidate)).one()
        attempt.deadline = datetime.now(UTC) - timedelta(minutes=1)
    status, refused = device.once()
    assert (status, refused["error"]["code"]) == (409, "deadline_passed")
    assert refused["error"]["clock"]["deadline"]
    hall.one(device, verbs.extend, minutes=10, reason=WHY)
    status, taken = device.once()
    assert (status, taken["paused"], taken["messages"]) == (200, None, 1)
    _nothing_is_lost_and_nothing_too_much(hall)
    _the_player_is_told(hall, hall.devices[1])


def _the_player_is_told(hall: Hall, device: Device) -> None:
    hall.one(device, verbs.pause, reason=WHY)
    _, refused = device.once()
    clock = refused["error"]["clock"]
    assert clock["paused"]["by"] == "seat" and "Đồng hồ đứng yên" in clock["paused"]["message"]
    hall.one(device, verbs.resume)
    hall.acts(room_invigilation.announce, "", text="Câu 3: sửa dấu trừ thành dấu cộng")
    _, taken = device.once()
    assert (taken["paused"], taken["suspended"], taken["messages"]) == (None, None, 1)


def _nothing_is_lost_and_nothing_too_much(hall: Hall) -> None:
    query = select(Attempt.candidate_id, ResponseEvent.seq).join(
        Attempt, Attempt.id == ResponseEvent.attempt_id
    )
    with hall.database.read() as db:
        there = {(candidate, seq) for candidate, seq in db.execute(query)}
        assert db.scalar(select(func.count()).select_from(ResponseEvent)) == len(there)
    assert there == {(d.candidate, seq) for d in hall.devices for seq in d.acked}

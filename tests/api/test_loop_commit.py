"""Saves written from the event loop on PostgreSQL: what is not plain, and a database that goes away."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from api.auth import passwords
from api.db import LOOP_CONNECTION
from api.room.group_commit import GroupCommit
from api.room.loop_commit import LoopCommit
from delivery.attempts.errors import DeviceUnknown, EventConflict
from delivery.attempts.models import Attempt, ResponseEvent, WriterLease
from delivery.attempts.saves import Change, Refusal, Save, Standing
from tests.factories.attempts import make_room, start_attempt
from tests.loops import run_loop

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
TOKEN = "may-07-token"


@pytest.fixture
def save(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, passwords.token_hash(TOKEN), now=now)
        lease = db.scalars(select(WriterLease.id)).one()

    def made(seq, value="A", token=TOKEN):
        change = Change(seq, "answer", room.choice, value, "2026-11-23T06:00:00.000Z")
        return Save(passwords.token_hash(token), lease, (change,), now)

    return made


def told(database, *rounds, between=lambda: None):
    """The outcomes of saves given to one writer of a loop, all saves of a round at once."""

    async def run():
        ordinary = GroupCommit(database)
        writers = ordinary.on_loop()
        assert isinstance(writers, LoopCommit)
        outcomes = []
        for saves in rounds:
            loop = asyncio.get_running_loop()
            replies = [loop.create_future() for _ in saves]
            for save, reply in zip(saves, replies, strict=True):
                writers.give(save, reply)
            outcomes += await asyncio.gather(*replies)
            between()
        writers.stop()
        await asyncio.to_thread(ordinary.stop)
        return outcomes

    return run_loop(run())


def stored(database):
    with database.read() as db:
        rows = db.execute(select(ResponseEvent.seq, ResponseEvent.value))
        return {seq: value for seq, value in rows}


def test_what_is_acknowledged_is_stored_once(database, save):
    rounds = [[save(seq)] for seq in range(1, 6)] + [[save(seq) for seq in range(1, 9)]]
    outcomes = told(database, *rounds)
    assert all(isinstance(outcome, Standing) for outcome in outcomes)
    assert sorted(stored(database)) == list(range(1, 9))


def test_beside_what_is_refused_the_others_stand(database, save):
    told(database, [save(1)])
    stranger, clash = save(2, token="nobody"), save(1, value="B")
    fresh, unknown, conflict = told(database, [save(3), stranger, clash])
    assert isinstance(fresh, Standing)
    assert isinstance(unknown, Refusal) and isinstance(unknown.error, DeviceUnknown)
    assert isinstance(conflict, Refusal) and isinstance(conflict.error, EventConflict)
    assert stored(database) == {1: b'"A"', 3: b'"A"'}


def cut(database):
    """End the writers' connections; how many there were."""
    cuts = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :it"
    with database.engine.connect() as connection:
        return len(connection.execute(text(cuts), {"it": LOOP_CONNECTION}).all())


def test_a_connection_that_was_cut_costs_no_answer(database, save):
    cuts = []
    rounds = [[save(seq)] for seq in range(1, 6)]
    outcomes = told(database, *rounds, between=lambda: cuts.append(cut(database)))
    assert sum(cuts) >= 2
    assert all(isinstance(outcome, Standing) for outcome in outcomes)
    assert sorted(stored(database)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("end", ["cut", "stop"])
def test_a_save_that_waits_for_the_database_is_answered_whatever_ends_the_wait(database, save, end):
    """Somebody holds the attempt; the writer's connection is cut, or the program is told to stop."""

    async def run():
        loop = asyncio.get_running_loop()
        ordinary = GroupCommit(database)
        writers, reply = ordinary.on_loop(), loop.create_future()
        with database.write() as db:
            db.scalars(select(Attempt).with_for_update()).one()
            writers.give(save(1), reply)
            await asyncio.sleep(0.3)
            assert not reply.done()
            if end == "cut":
                assert await asyncio.to_thread(cut, database)
            else:
                writers.stop()
            await asyncio.sleep(0.1)
            assert not reply.done()
        outcome = await asyncio.wait_for(reply, 20)
        writers.stop()
        await asyncio.to_thread(ordinary.stop)
        return outcome

    assert isinstance(run_loop(run()), Standing)
    assert sorted(stored(database)) == [1]

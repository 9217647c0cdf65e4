"""The disk that forgets, beneath the SQLite library that this Python loads."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys

import pytest

from faults.disk import ForgetfulDisk, NoCompiler

WRITER = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=" + sys.argv[2])
db.execute("PRAGMA wal_autocheckpoint=5")
db.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, value TEXT)")
for n in range(int(sys.argv[3])):
    try:
        db.execute("INSERT INTO t (value) VALUES (?)", ("x" * 900,))
    except sqlite3.OperationalError as error:
        print(error, flush=True)
        break
    print("acknowledged", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def disk(tmp_path):
    try:
        return ForgetfulDisk(tmp_path / "disk")
    except NoCompiler as why:
        pytest.skip(str(why))


def write(disk, synchronous="FULL", n=20):
    """What a process on this disk was told before it was killed."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(disk.folder / "khaothi.db"), synchronous, str(n)],
        env={**os.environ, **disk.environment()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.splitlines()


def stored(disk):
    connection = sqlite3.connect(disk.folder / "khaothi.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT count(*) FROM t").fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize("dice", [None, random.Random(1)])
def test_what_was_flushed_stays(disk, dice):
    told = write(disk)
    disk.cut(dice)
    assert told == ["acknowledged"] * 20
    assert stored(disk) == 20


def test_what_was_not_flushed_is_gone(disk):
    write(disk, n=3)
    assert write(disk, "OFF") == ["acknowledged"] * 20
    assert disk.cut() > 0
    assert stored(disk) < 23


def test_a_disk_that_lies_loses_what_it_said_it_had(disk):
    write(disk, n=3)
    disk.turn("lies")
    assert write(disk) == ["acknowledged"] * 20
    assert disk.cut() > 0
    assert stored(disk) < 23


def test_a_kill_where_it_was_going_to_flush_loses_only_what_was_not_acknowledged(disk):
    told = write(disk)
    disk.turn("dies")
    assert write(disk) == []
    disk.turn("")
    assert disk.cut() > 0
    assert stored(disk) == len(told)


@pytest.mark.parametrize("mode, error", [("full", "full"), ("eio", "I/O error")])
def test_a_full_or_broken_disk_is_told_as_such_and_harms_nothing(disk, mode, error):
    told = write(disk)
    disk.turn(mode)
    refused = write(disk, n=400)
    disk.turn("")
    disk.cut()
    assert error in refused[-1]
    assert stored(disk) >= len(told) + refused.count("acknowledged")

"""The short form of F01 to F03: a few kills on both databases, and the controls that must lose."""

from __future__ import annotations

import pytest

from faults.disk import NoCompiler, build
from faults.kills import cut_the_power, kill_postgresql, kill_the_program
from faults.served import LAZY
from faults.servers import Postgresql


@pytest.fixture
def postgresql():
    with Postgresql().running() as server:
        yield server


@pytest.fixture
def compiler(tmp_path):
    try:
        build(tmp_path / "disk.so")
    except NoCompiler as why:
        pytest.skip(str(why))


def check(killed):
    assert killed.findings.acknowledged > 0
    assert killed.findings.is_clean, killed.findings
    assert killed.refused == 0


def test_the_program_is_killed_on_sqlite(tmp_path):
    check(kill_the_program(f"sqlite:///{tmp_path}/khaothi.db", 1))


def test_postgresql_and_the_program_are_killed(postgresql):
    check(kill_postgresql(postgresql, 2, both_every=2))


def test_a_commit_that_does_not_wait_for_postgresqls_disk_is_seen_to_lose(postgresql):
    """Its log is written out every 200 ms: a single kill may fall right behind that."""
    assert kill_postgresql(postgresql, 4, way=LAZY).findings.lost > 0


def test_the_power_is_cut_under_sqlite(tmp_path, compiler):
    killed = cut_the_power(tmp_path, 2)
    check(killed)
    assert killed.whole
    assert killed.unflushed > 0


def test_a_commit_that_does_not_wait_for_sqlites_disk_is_seen_to_lose(tmp_path, compiler):
    killed = cut_the_power(tmp_path, 1, way=LAZY)
    assert killed.findings.lost > 0 or not killed.whole

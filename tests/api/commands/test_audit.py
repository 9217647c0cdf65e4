"""`khaothi audit`: the record sealed, a head kept outside, and what the command says of a change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api import cli
from api.audit_keeping import seal_record
from api.jobs.chores import CHORES, Chore, Chores
from api.settings import Settings
from api.web import system_clock
from itembank import audit
from itembank.audit_chain.verifying import verify


@pytest.fixture
def run(database, monkeypatch, capsys, tmp_path):
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)
    monkeypatch.setenv("KHAOTHI_AUDIT_KEY_FILE", str(tmp_path / "audit.key"))

    def command(*argv):
        status = cli.main(["audit", *map(str, argv)])
        told = capsys.readouterr()
        return status, told.out + told.err

    return command


def happen(database, times, *, now):
    with database.write() as db:
        for n in range(times):
            audit.record(db, None, "test.happened", "test", n, now=now + timedelta(seconds=n))


def test_sealed_kept_outside_and_whole(database, run, tmp_path):
    happen(database, 5, now=system_clock())
    status, told = run("seal", "--out", tmp_path / "head.json")
    assert status == 0 and "5 sự kiện" in told
    status, told = run("verify", "--head", tmp_path / "head.json")
    assert status == 0 and "nguyên vẹn" in told and "(1 từ ngoài)" in told
    assert (tmp_path / "audit.key").stat().st_mode & 0o077 == 0


def test_without_a_head_from_outside_it_says_what_it_cannot_see(database, run):
    happen(database, 1, now=system_clock())
    run("seal")
    assert "--head" in run("verify")[1]


def test_a_change_is_told_and_fails(database, run, tmp_path):
    happen(database, 3, now=system_clock())
    run("seal", "--out", tmp_path / "head.json")
    with database.write() as db:
        if database.engine.dialect.name == "postgresql":
            db.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        else:
            db.execute(text("DROP TRIGGER audit_event_no_update"))
        db.execute(text("UPDATE audit_event SET object_id = 'khác' WHERE seq = 2"))
    status, told = run("verify", "--head", tmp_path / "head.json")
    assert status == 1 and "sự kiện số 2: nội dung khác" in told


def test_a_file_that_is_no_head_is_refused(run, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    status, told = run("verify", "--head", tmp_path / "x.json")
    assert status == 2 and "không phải đầu nhật kí" in told


def test_heads_are_sent_outside_each_once(database, run, tmp_path):
    outside = tmp_path / "noi-khac"
    settings = Settings(audit_key_file=str(tmp_path / "audit.key"), audit_heads_folder=str(outside))
    for _ in range(2):
        seal_record(database, settings, now=system_clock())
    assert not outside.exists()
    for times in (2, 3, 0):
        happen(database, times, now=system_clock())
        seal_record(database, settings, now=system_clock())
    assert [file.name[:12] for file in sorted(outside.iterdir())] == [
        "000000000002",
        "000000000005",
    ]
    status, told = run("verify", "--head", outside)
    assert status == 0 and "(2 từ ngoài)" in told


def test_the_worker_seals_every_minute_and_a_chore_that_fails_stops_no_other(
    database, tmp_path, caplog
):
    happen(database, 4, now=system_clock())

    def fails(*_):
        raise OSError("no room")

    settings = Settings(audit_key_file=str(Path(tmp_path) / "audit.key"))
    Chores(database, settings, (Chore("fail", 60.0, fails), *CHORES)).do_due()
    with database.read() as db:
        result = verify(db)
    assert (result.size, result.n_heads, result.n_waiting) == (4, 1, 0)
    assert "could not fail" in caplog.text
    assert {chore.every for chore in CHORES} >= {15.0, 60.0}

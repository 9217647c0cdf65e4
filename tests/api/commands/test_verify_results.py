"""`khaothi results verify --sitting`: the database against its seal, and against the root on paper."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from api import cli
from api.closing import close
from delivery.attempts import service
from delivery.seals import repository
from delivery.seals.chain import shown
from tests.factories.attempts import answer, held, make_room, start_attempt

FITS, DOES_NOT_FIT, REFUSED = 0, 1, 2


@pytest.fixture
def run(database, monkeypatch, capsys, tmp_path):
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)
    monkeypatch.setenv("KHAOTHI_CENTRE_KEY_FILE", str(tmp_path / "centre.key"))

    def command(*argv):
        status = cli.main(["results", "verify", *map(str, argv)])
        told = capsys.readouterr()
        return status, told.out + told.err

    return command


@pytest.fixture
def sealed(database, now):
    """A closed sitting with one attempt: its id, the candidate's number, the root on paper."""
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)
        service.save_events(db, held(db, "may-07"), [answer(1, room.choice, "A")], now=now)
        close(db, room.officer, room.sitting, reason="Thu bài cuối giờ thi", now=now)
        seal = repository.newest_seal(db, room.sitting.id)
        return room.sitting.id, room.candidate.number, shown(seal.root)


def test_untouched_it_fits_the_seal_and_the_paper(run, sealed):
    sitting, _, paper = sealed
    status, told = run("--sitting", sitting)
    assert status == FITS and "khớp" in told and "--root" in told
    status, told = run("--sitting", sitting, "--root", paper.upper())
    assert status == FITS and "gốc trên giấy" in told


def test_a_changed_answer_is_told_by_number(run, sealed, database):
    sitting, number, paper = sealed
    with database.write() as db:
        if database.engine.dialect.name == "postgresql":
            db.execute(text("ALTER TABLE response_event DISABLE TRIGGER USER"))
        else:
            db.execute(text("DROP TRIGGER response_event_no_update"))
        db.execute(text("UPDATE response_event SET value = :b"), {"b": b'"B"'})
    status, told = run("--sitting", sitting, "--root", paper)
    assert status == DOES_NOT_FIT and f"bị sửa: {number}" in told and "KHÔNG KHỚP" in told


def test_another_root_does_not_fit_and_a_mistyped_one_is_said_to_be_so(run, sealed):
    sitting, _, paper = sealed
    other = paper.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    assert run("--sitting", sitting, "--root", other)[0] == DOES_NOT_FIT
    status, told = run("--sitting", sitting, "--root", paper[:-1])
    assert status == REFUSED and "64 chữ số" in told
    assert run("--sitting", "khong-co")[0] == REFUSED


def test_a_root_for_what_was_never_sealed_does_not_fit(run, database, now):
    with database.write() as db:
        sitting = make_room(db, now=now).sitting.id
    assert run("--sitting", sitting)[0] == FITS
    assert run("--sitting", sitting, "--root", "0" * 64)[0] == DOES_NOT_FIT

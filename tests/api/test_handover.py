"""The hand-over in a browser's requests: quota, three gates, package, receipt, minutes."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from sqlalchemy import select

from api import cli
from itembank.handover.models import Handover, Quota
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import checklist_for
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content
from tests.factories.web import Desk

MET = {criterion.code: "dat" for criterion in checklist_for("choice")}
CELL = "o|toan.12.dao-ham|biet"
TIMES = {"day": "2026-11-23", "began": "08:00", "ended": "11:00"}


@pytest.fixture
def council(database, now):
    with database.write() as db:
        made = make_council(db, now)
        content = choice_content(
            stem="<p>Lời dẫn kín</p>", topic="toan.12.dao-ham", level="biet", grade=12
        )
        _approve(db, made, make_submitted(db, made, content, now=now), now)
        return made


def _approve(db, council, item, now):
    round_ = rounds.open_round(db, item)
    for task in rounds.tasks_of_round(db, round_.id):
        who = "appraiser" if task.assignment.role == "appraiser" else "counter"
        review.give_verdict(
            db, council.actor(db, who), task.assignment, verdict="accept", checklist=MET,
            comment="", now=now,
        )  # fmt: skip
    secretary = council.actor(db, "secretary")
    review.decide(db, secretary, round_, decision="approve", reason="", now=now)


@pytest.fixture
def desk(database, council, clock, tmp_path):
    key_file = str(tmp_path / "centre.key")
    return lambda who: Desk(database, clock, who, centre_key_file=key_file)


def _quota(officer, n, **fields):
    told = {"title": "Đợt 1", "subject": "toan", "grade": "12", CELL: str(n), "reason": ""}
    return officer.post("/ban-giao/chi-tieu/moi", **{**told, "on_shortage": "block", **fields})


def _send(secretary, board, **fields):
    chosen = re.findall(r'name="cau" value="([^"]+)"', secretary.get(board).text)
    told = {"viec": "gui", "cau": chosen, "place": "Phòng họp 2", **TIMES}
    return secretary.post(board, **{**told, **fields})


def test_short_then_marked_then_sent_then_signed_for(desk, database, tmp_path, capsys):
    officer, secretary = desk("officer"), desk("secretary")
    board = _quota(officer, 2).headers["location"]
    shut = _send(secretary, board)
    assert shut.status_code == 409
    assert "Cần 2 câu, có 1: thiếu 1 câu." in shut.text and 'value="Phòng họp 2"' in shut.text
    fields = {"title": "Đợt 1", "subject": "toan", "grade": "12", CELL: "2", "on_shortage": "mark"}
    assert officer.post(f"{board}/sua", **fields).status_code == 422
    assert officer.post(f"{board}/sua", **fields, reason="Kịp kì thi").status_code == 303
    package = _send(secretary, board).headers["location"]
    assert "chờ Sở kí nhận" in secretary.get(package).text
    assert secretary.post(f"{package}/nhan").status_code == 403
    assert officer.post(f"{package}/nhan", note="Đủ").status_code == 303
    assert "Sở đã kí nhận" in secretary.get(package).text
    assert officer.post(f"{package}/nhan").status_code == 403
    _verify(officer.get(f"{package}/tep").content, tmp_path, capsys)


def _verify(file, tmp_path, capsys):
    path = tmp_path / "goi.zip"
    path.write_bytes(file)
    assert cli.main(["handover", "verify", str(path)]) == 0
    told = capsys.readouterr().out
    assert "1 câu" in told and "Thiếu 1 câu" in told
    assert cli.main(["handover", "verify", "--key", "00" * 32, str(path)]) == 2
    path.write_bytes(file[:-40])
    assert cli.main(["handover", "verify", str(path)]) == 2
    assert cli.main(["handover", "verify", str(tmp_path / "none.zip")]) == 2


def test_pressing_send_twice_gives_one_package(desk, database):
    officer, secretary = desk("officer"), desk("secretary")
    board = _quota(officer, 1).headers["location"]
    chosen = re.findall(r'name="cau" value="([^"]+)"', secretary.get(board).text)
    first, again = (_send(secretary, board, cau=chosen) for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    with database.read() as db:
        assert len(db.scalars(select(Handover.id)).all()) == 1


def test_what_was_typed_and_unticked_stays(desk):
    secretary = desk("secretary")
    board = _quota(desk("officer"), 1).headers["location"]
    missing = _send(secretary, board, place="", conclusion="Ghi thêm")
    assert missing.status_code == 422
    assert 'href="#place"' in missing.text and "Ghi thêm</textarea>" in missing.text
    none = secretary.post(board, viec="kiem", note="Lời gửi", **TIMES)
    assert none.status_code == 200 and " checked" not in none.text and "Lời gửi<" in none.text


def test_a_quota_from_a_structure_fills_the_table(desk):
    page = desk("officer").get(
        "/ban-giao/chi-tieu/moi?mon=toan&lop=12&cau-truc=thpt-2025-toan&so-de=2"
    )
    assert page.status_code == 200
    assert re.search(r'name="o\|\|biet" value="\d+"', page.text)


@pytest.mark.parametrize("wrong", [{CELL: ""}, {CELL: "hai"}, {"title": ""}, {"on_shortage": "x"}])
def test_a_wrong_quota_says_where_and_keeps_what_was_typed(desk, database, wrong):
    refused = _quota(desk("officer"), 2, **wrong)
    assert refused.status_code == 422 and "Có chỗ cần sửa" in refused.text
    with database.read() as db:
        assert db.scalars(select(Quota.id)).all() == []


def test_the_secretary_draws_up_minutes_and_the_document_opens(desk):
    secretary = desk("secretary")
    told = {"subject": "toan", "since": "2026-11-01", "until": "2026-11-30", "place": "Sở", **TIMES}
    page = secretary.post("/bien-ban/moi", **told).headers["location"]
    shown = secretary.get(page).text
    assert "Thẩm định viên: chấp nhận" in shown and "Lời dẫn kín" not in shown
    body = secretary.get(f"{page}/tep").content
    assert any("BIÊN BẢN" in p.text for p in Document(io.BytesIO(body)).paragraphs)
    empty = secretary.post("/bien-ban/moi", **{**told, "until": "2026-11-02"})
    assert empty.status_code == 422 and "Chưa có câu nào được hội đồng quyết định" in empty.text


@pytest.mark.parametrize("who", ["author", "appraiser"])
def test_others_are_refused(desk, who):
    board = _quota(desk("officer"), 1).headers["location"]
    package = _send(desk("secretary"), board).headers["location"]
    stranger = desk(who)
    for path in ("/ban-giao", board, package, f"{package}/tep", "/bien-ban", f"{board}/sua"):
        assert stranger.get(path).status_code == 403, path
    assert _quota(stranger, 1).status_code == 403
    assert stranger.post(board, viec="gui").status_code == 403


def test_the_package_opens_as_qti(desk):
    board = _quota(desk("officer"), 1).headers["location"]
    officer = desk("officer")
    package = _send(desk("secretary"), board).headers["location"]
    with zipfile.ZipFile(io.BytesIO(officer.get(f"{package}/tep").content)) as archive:
        qti = zipfile.ZipFile(io.BytesIO(archive.read("qti.zip")))
    assert "imsmanifest.xml" in qti.namelist()

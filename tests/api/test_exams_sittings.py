"""Pages about sittings: roster told by line, codes shown once, the day's verbs, results."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import select

from api.auth import passwords
from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from delivery.sittings.models import Candidate, Sitting
from itembank.audit import AuditEvent
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Role
from tests.factories.forms import make_frozen_form, make_person, make_unit
from tests.factories.results import make_attempt
from tests.factories.sittings import numbered_roster, roster_csv
from tests.factories.web import HTML, Desk, add_staff
from tests.web import make_client


@pytest.fixture
def officer(database, clock, now) -> Desk:
    person, unit = add_staff(database, "canbo", Role.EXAM_OFFICER, now=now)
    with database.write() as db:
        author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
        actor = people.load_actor(db, db.get_one(Person, person.id))
        form = make_frozen_form(db, actor, author, now=now)
    desk = Desk(database, clock, "canbo")
    desk.form, desk.unit = form, unit
    return desk


def _plan(desk: Desk, **changes: str) -> str:
    asked = {
        "title": "Thi thử Toán",
        "form": str(desk.form.id),
        "unit": str(desk.unit.id),
        "day": "2026-11-23",
        "time": "13:45",
        "minutes": "90",
        "openers": "1",
        **changes,
    }
    made = desk.post("/ca-thi/moi", **asked)
    assert made.status_code == 303, made.text
    return made.headers["location"]


def _upload(desk: Desk, where: str, data: bytes, **fields: str):
    return desk.post(f"{where}/danh-sach", files={"tep": ("ds.csv", data, "text/csv")}, **fields)


def _with_roster(desk: Desk, n: int = 3) -> str:
    where = _plan(desk)
    done = desk.post(f"{where}/danh-sach/ghi", text=numbered_roster(n).decode())
    assert done.status_code == 303, done.text
    return where


def _codes(page: str) -> list[str]:
    return re.findall(r"<dd>([A-Z0-9]{5}-[A-Z0-9]{5})</dd>", page)


def test_strangers_and_teachers_stay_out(database, clock, now, officer) -> None:
    where = _plan(officer)
    stranger = make_client(database, clock)
    paths = ("/ca-thi", "/ca-thi/moi", where, f"{where}/ket-qua", f"{where}/ket-qua.csv")
    for path in paths:
        away = stranger.get(path, headers=HTML, follow_redirects=False)
        assert away.status_code == 303
    add_staff(database, "giaovien", Role.TEACHER, now=now, unit=officer.unit)
    teacher = Desk(database, clock, "giaovien")
    for path in paths:
        assert teacher.get(path).status_code == 403, path
    assert teacher.post(f"{where}/phieu").status_code == 403


def test_sitting_is_planned_in_local_time_and_listed_by_date(officer, database) -> None:
    _plan(officer)
    with database.read() as db:
        assert (
            db.scalars(select(Sitting.starts_at)).one().isoformat() == "2026-11-23T06:45:00+00:00"
        )
    page = officer.get("/ca-thi").text
    assert "Thứ Hai, 23/11/2026" in page and "13:45" in page


def test_wrong_plan_is_told_beside_the_fields(officer) -> None:
    refused = officer.post(
        "/ca-thi/moi", title="Giữ lại", form="x", unit="", day="hôm nay", time="", minutes="90"
    )
    assert refused.status_code == 422 and "Giữ lại" in refused.text
    for where in ("form", "unit", "day"):
        assert f'href="#{where}"' in refused.text
    refused = officer.post(
        "/ca-thi/moi",
        title="A",
        form=str(officer.form.id),
        unit=str(officer.unit.id),
        day="23/11/2026",
        time="13:45",
        minutes="abc",
    )
    assert refused.status_code == 422 and 'href="#minutes"' in refused.text


def test_bad_roster_is_told_by_line_and_column_and_adds_nobody(officer, database) -> None:
    where = _plan(officer)
    bad = roster_csv("03000001,A,31/02/2008,,,", "03000001,,05/03/2008,,,")
    refused = _upload(officer, where, bad)
    assert refused.status_code == 422
    assert "dòng 2, cột ngày sinh" in refused.text and "dòng 3, cột họ tên" in refused.text
    with database.read() as db:
        assert db.scalars(select(Candidate)).all() == []


def test_roster_is_looked_at_then_confirmed(officer, database) -> None:
    where = _plan(officer)
    looked = _upload(officer, where, roster_csv(",Lê <i>An</i>,05/03/2008,,,"), council="03")
    assert looked.status_code == 200
    assert "03000001" in looked.text and "Lê &lt;i&gt;An&lt;/i&gt;" in looked.text
    with database.read() as db:
        assert db.scalars(select(Candidate)).all() == []
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", looked.text, re.S)
    assert text
    sent = text[1].replace("&lt;", "<").replace("&gt;", ">").replace("\n", "\r\n")
    done = officer.post(f"{where}/danh-sach/ghi", text=sent, council="03")
    assert done.status_code == 303
    assert "03000001" in officer.get(where).text


def test_codes_are_printed_once_and_are_the_ones_that_fit(officer, database) -> None:
    where = _with_roster(officer)
    slips = officer.post(f"{where}/phieu")
    codes = _codes(slips.text)
    assert slips.status_code == 200 and len(set(codes)) == 3
    assert "không xem lại được" in slips.text and "/thi" in slips.text
    with database.read() as db:
        stored = db.scalars(select(Candidate).order_by(Candidate.number)).all()
    assert all(
        passwords.verify_code(c.code_hash, code) for c, code in zip(stored, codes, strict=True)
    )
    link = re.search(r'href="data:text/csv;base64,([^"]+)"', slips.text)
    assert link
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(link[1]).decode("utf-8-sig"))))
    assert [row["ma_du_thi"] for row in rows] == codes
    for later in (
        officer.get(f"{where}/phieu"),
        officer.get(where),
        officer.post(f"{where}/phieu"),
    ):
        assert not any(code in later.text for code in codes)
    assert "không xem lại được" in officer.get(f"{where}/phieu").text


def test_codes_of_one_room_only(officer, database) -> None:
    where = _with_roster(officer, 30)
    slips = officer.post(f"{where}/phieu", phong="02")
    assert len(_codes(slips.text)) == 6
    with database.read() as db:
        issued = db.scalars(select(Candidate).where(Candidate.code_hash.is_not(None))).all()
    assert {c.room for c in issued} == {"02"}


def test_large_roster_without_rooms_gets_its_codes_in_batches(
    officer, database, monkeypatch
) -> None:
    monkeypatch.setattr("delivery.sittings.service.MOST_CODES_AT_ONCE", 2)
    where = _plan(officer)
    roster = roster_csv(*(f"{i},Lê {i},05/03/2008,,," for i in range(1, 6)))
    officer.post(f"{where}/danh-sach/ghi", text=roster.decode())
    issued = [len(_codes(officer.post(f"{where}/phieu").text)) for _ in range(4)]
    assert issued == [2, 2, 1, 0]


def test_lost_slip_gets_a_new_code_with_a_reason(officer, database) -> None:
    where = _with_roster(officer)
    (old, *_) = _codes(officer.post(f"{where}/phieu").text)
    with database.read() as db:
        who = db.scalars(select(Candidate).order_by(Candidate.number)).first()
    refused = officer.post(f"{where}/thi-sinh/{who.id}/cap-lai", reason=" ")
    assert refused.status_code == 422 and "Ghi lí do" in refused.text
    (new,) = _codes(officer.post(f"{where}/thi-sinh/{who.id}/cap-lai", reason="mất phiếu").text)
    with database.read() as db:
        stored = db.get_one(Candidate, who.id).code_hash
    assert passwords.verify_code(stored, new) and not passwords.verify_code(stored, old)
    assert "mất phiếu" in officer.get(f"{where}/thi-sinh/{who.id}").text


def test_candidate_of_another_sitting_is_not_found(officer, database) -> None:
    first, second = _with_roster(officer), _plan(officer)
    with database.read() as db:
        who = db.scalars(select(Candidate)).first()
    assert officer.get(f"{first}/thi-sinh/{who.id}").status_code == 200
    assert officer.get(f"{second}/thi-sinh/{who.id}").status_code == 404


def test_sitting_opens_closes_scores_and_shows_results(officer, database, clock, now) -> None:
    where = _with_roster(officer)
    assert officer.post(f"{where}/mo").status_code == 422
    officer.post(f"{where}/phieu")
    assert officer.post(f"{where}/mo").status_code == 303
    with database.write() as db:
        sitting = db.scalars(select(Sitting)).one()
        first, second, _ = db.scalars(select(Candidate).order_by(Candidate.number)).all()
        right = {"I.1": "A", "II.1": {"a": True, "b": False, "c": True, "d": True}, "III.1": "3,5"}
        make_attempt(db, sitting, first, right, now=now)
        make_attempt(db, sitting, second, {"I.1": "B"}, now=now, submitted=False)
    clock.forward(hours=2)
    assert "Còn 1 thí sinh chưa nộp bài" in officer.get(where).text
    assert officer.post(f"{where}/dong").status_code == 303
    assert officer.post(f"{where}/dong").status_code == 403
    page = officer.get(f"{where}/ket-qua").text
    assert "Có 2 bài đã nộp mà chưa chấm" in page
    assert Worker(database, Settings(), BODIES).run_one()
    with database.read() as db:
        job = db.scalars(select(Job)).one()
        assert (job.state, job.outcome["scored"]) == ("done", 2)
    page = officer.get(f"{where}/ket-qua").text
    assert "<strong>1,25</strong>" in page and "<strong>0,00</strong>" in page and "Vắng" in page
    assert '<svg class="chart"' in page
    rows = list(csv.reader(io.StringIO(officer.get(f"{where}/ket-qua.csv").text.lstrip("\ufeff"))))
    assert [row[-1] for row in rows] == ["Tổng điểm", "1.25", "0", ""]
    book = zipfile.ZipFile(io.BytesIO(officer.get(f"{where}/ket-qua.xlsx").content))
    assert b"<v>1.25</v>" in book.read("xl/worksheets/sheet1.xml")
    with database.read() as db:
        query = select(AuditEvent.action).where(AuditEvent.action == "results.exported")
        assert len(db.scalars(query).all()) == 2


def test_taking_papers_in_early_needs_a_reason(officer, database, now) -> None:
    where = _with_roster(officer)
    officer.post(f"{where}/phieu")
    officer.post(f"{where}/mo")
    with database.write() as db:
        sitting = db.scalars(select(Sitting)).one()
        who = db.scalars(select(Candidate)).first()
        make_attempt(db, sitting, who, {}, now=now, submitted=False)
    refused = officer.post(f"{where}/dong", reason="ngắn")
    assert refused.status_code == 422 and "Ghi lí do thu bài sớm" in refused.text
    assert officer.post(f"{where}/dong", reason="mất điện toàn trường").status_code == 303


def test_scoring_can_be_asked_for_from_the_results_page(officer, database, now) -> None:
    where = _with_roster(officer)
    asked = officer.post(f"{where}/cham")
    assert asked.status_code == 303 and asked.headers["location"].startswith("/viec/")


def test_results_are_ordered_by_number_or_by_points(officer, database, now) -> None:
    where = _with_roster(officer)
    with database.write() as db:
        sitting = db.scalars(select(Sitting)).one()
        people_ = db.scalars(select(Candidate).order_by(Candidate.number)).all()
        make_attempt(db, sitting, people_[0], {}, now=now)
        make_attempt(db, sitting, people_[1], {"I.1": "A"}, now=now)
    officer.post(f"{where}/cham")
    Worker(database, Settings(), BODIES).run_one()

    def order(query: str) -> list[str]:
        return re.findall(r'class="mono">(\d{8})<', officer.get(f"{where}/ket-qua{query}").text)

    assert order("") == ["03000001", "03000002", "03000003"]
    assert order("?xep=diem") == ["03000002", "03000001", "03000003"]


def test_officer_of_another_unit_sees_nothing(officer, database, clock, now) -> None:
    where = _with_roster(officer)
    with database.write() as db:
        far = make_unit(db, "XA")
    add_staff(database, "noikhac", Role.EXAM_OFFICER, now=now, unit=far)
    other = Desk(database, clock, "noikhac")
    assert other.get(where).status_code == 403
    assert "Thi thử Toán" not in other.get("/ca-thi").text
    assert other.post(f"{where}/phieu").status_code == 403


def test_page_numbers_and_rooms_that_do_not_exist_are_only_empty(officer) -> None:
    where = _with_roster(officer)
    for query in ("?tu=-5", "?tu=99999999999999", "?phong=khong-co", "?tu=100"):
        assert officer.get(where + query).status_code == 200, query
        assert officer.get(f"{where}/ket-qua{query}").status_code == 200, query


def test_every_page_has_one_heading(officer) -> None:
    where = _with_roster(officer)
    for path in ("/ca-thi", "/ca-thi/moi", where, f"{where}/phieu", f"{where}/ket-qua"):
        assert len(re.findall(r"<h1", officer.get(path).text)) == 1, path


def test_the_page_presets_two_people_and_a_quarter_of_an_hour(officer, database) -> None:
    page = officer.get("/ca-thi/moi").text
    assert '<option value="2" selected>' in page and 'value="15"' in page
    where = _plan(officer, openers="2", late_minutes="15")
    with database.read() as db:
        sitting = db.scalars(select(Sitting)).one()
    assert (sitting.openers, sitting.late_minutes) == (2, 15)
    assert "Mở đề cần hai người" in officer.get(where).text

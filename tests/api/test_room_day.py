"""The day's work over HTTP: two people, reasons, the candidate's screen, the minutes and the seal."""

from __future__ import annotations

import io

import pytest
from docx import Document
from sqlalchemy import select

from api.auth import passwords
from api.i18n import english
from api.room.day_views import ACTION_NAMES
from api.room.documents import HELD_WORDS, MESSAGE_WORDS, SUSPENDED_WORDS
from delivery.attempts.models import Attempt, AttemptAction
from delivery.sittings.models import Sitting
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.factories.forms import make_person
from tests.web import make_client, sign_in

PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)
OURS = {"X-Requested-With": "khaothi"}
WHY = "Mất điện ở dãy máy bên trái"


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        for name, role in (
            ("giamthi", Role.INVIGILATOR),
            ("giamthi2", Role.INVIGILATOR),
            ("giaovien", Role.TEACHER),
        ):
            make_person(db, unit, name, role, now=clock.now, password_hash=HASH)
        return made


def staff(database, clock, name):
    client = make_client(database, clock)
    client.headers["X-CSRF-Token"] = sign_in(client, name, PASSWORD)
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
def one(database, clock, room):
    return staff(database, clock, "giamthi")


@pytest.fixture
def two(database, clock, room):
    return staff(database, clock, "giamthi2")


@pytest.fixture
def candidate(database, clock, room):
    client = make_client(database, clock)
    client.post("/thi", data={"sbd": NUMBER, "ma": CODE})
    return client


def begin(candidate):
    candidate.post("/thi/bat-dau")
    return candidate.get("/thi/api/attempt").json()


def save(candidate, document, seq, item):
    change = {"seq": seq, "kind": "answer", "item": str(item), "value": "A", "client_at": ""}
    body = {"writer": document["writer"]["id"], "events": [change]}
    return candidate.post("/thi/api/events", json=body, headers=OURS)


def at(room, rest):
    return f"/phong-thi/{room.sitting.id}{rest}"


def of_one(room, verb):
    return at(room, f"/viec/thi-sinh/{room.candidate.id}/{verb}")


def state_of(database, room):
    with database.read() as db:
        return db.get_one(Sitting, room.sitting.id).state


def test_opening_is_asked_by_one_and_done_by_another(one, two, room, database):
    with database.write() as db:
        sitting = db.get_one(Sitting, room.sitting.id)
        sitting.state, sitting.openers = "planned", 2
    one.post(at(room, "/mo"))
    assert state_of(database, room) == "planned"
    assert "đã đề nghị mở đề" in one.get(at(room, "")).text
    refused = one.post(at(room, "/mo"))
    assert refused.status_code == 403 and "hai người" in refused.text
    two.post(at(room, "/mo"))
    assert state_of(database, room) == "open"


def test_a_pause_with_its_reason_reaches_the_next_save(one, candidate, room):
    document = begin(candidate)
    refused = one.post(of_one(room, "tam-dung"), data={"reason": "ngắn"})
    assert refused.status_code == 422 and ">ngắn</textarea>" in refused.text
    assert save(candidate, document, 1, room.choice).status_code == 200
    assert one.post(of_one(room, "tam-dung"), data={"reason": WHY}).status_code == 200
    answer = save(candidate, document, 2, room.choice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "attempt_paused")
    assert candidate.get("/thi/api/attempt").json()["parts"] == []
    one.post(of_one(room, "tiep-tuc"))
    assert save(candidate, document, 2, room.choice).status_code == 200


def test_a_suspension_by_two_and_the_words_the_candidate_sees(one, two, candidate, room):
    document = begin(candidate)
    one.post(of_one(room, "de-nghi-dinh-chi"), data={"reason": "Sử dụng điện thoại"})
    refused = one.post(of_one(room, "dinh-chi"))
    assert refused.status_code == 422 and "hai người" in refused.text
    two.post(of_one(room, "dinh-chi"))
    clock = save(candidate, document, 1, room.choice).json()["error"]["clock"]
    assert "đình chỉ" in clock["suspended"]["message"] and clock["paused"] is None
    desk = one.get(at(room, "/so-do")).text
    assert "Đình chỉ thi" in desk and "0 = 1 − 1" in desk


def test_a_mistaken_suspension_is_taken_back_by_two_and_the_paper_is_there_again(
    one, two, candidate, room
):
    document = begin(candidate)
    one.post(of_one(room, "de-nghi-dinh-chi"), data={"reason": "Sử dụng điện thoại"})
    two.post(of_one(room, "dinh-chi"))
    panel = one.get(at(room, f"?ghe={room.candidate.id}")).text
    assert "Đề nghị huỷ đình chỉ" in panel and "huy-dinh-chi" in panel
    refused = one.post(of_one(room, "de-nghi-huy-dinh-chi"), data={"reason": "ngắn"})
    assert refused.status_code == 422 and ">ngắn</textarea>" in refused.text
    one.post(of_one(room, "de-nghi-huy-dinh-chi"), data={"reason": "Đình chỉ nhầm ghế bên cạnh"})
    assert "Bạn đã đề nghị huỷ đình chỉ" in one.get(at(room, f"?ghe={room.candidate.id}")).text
    panel = two.get(at(room, f"?ghe={room.candidate.id}")).text
    assert "đề nghị huỷ đình chỉ; người khác quyết định" in panel and "/huy-dinh-chi" in panel
    refused = one.post(of_one(room, "huy-dinh-chi"))
    assert refused.status_code == 422 and "hai người" in refused.text
    assert save(candidate, document, 1, room.choice).status_code == 409
    two.post(of_one(room, "huy-dinh-chi"))
    assert candidate.get("/thi/api/attempt").json()["parts"] != []
    assert save(candidate, document, 1, room.choice).status_code == 200
    page = one.get(at(room, "/bien-ban")).text
    assert "Huỷ đình chỉ, cho thi tiếp" in page and "Đình chỉ nhầm ghế bên cạnh" in page


def test_those_who_decide_find_late_work_from_the_day_page(one, candidate, room, database, clock):
    document = begin(candidate)
    one.post(of_one(room, "thu-bai"), data={"reason": "Ốm, xin nộp bài sớm"})
    change = {"seq": 1, "kind": "answer", "item": str(room.choice), "value": "A", "client_at": ""}
    body = {"writer": document["writer"]["id"], "events": [change]}
    candidate.post("/thi/api/late-events", json=body, headers=OURS)
    with database.write() as db:
        unit = db.get_one(Unit, room.sitting.unit_id)
        make_person(db, unit, "chutich", Role.EXAM_OFFICER, now=clock.now, password_hash=HASH)
    officer = staff(database, clock, "chutich")
    link = f"/ca-thi/{room.sitting.id}/gui-muon"
    assert link not in officer.get(at(room, "/viec")).text
    one.post(at(room, "/dong"), data={"reason": "Hết giờ, thu bài cả phòng"})
    assert link in officer.get(at(room, "/viec")).text
    assert officer.get(link).status_code == 200
    assert link not in one.get(at(room, "/viec")).text


def test_messages_are_counted_and_told_without_the_reason(one, candidate, room):
    begin(candidate)
    one.post(at(room, "/viec/phong/them-gio"), data={"minutes": "5", "reason": WHY, "phong": "03"})
    one.post(at(room, "/viec/phong/thong-bao"), data={"reason": "Câu 3: sửa dấu trừ"})
    assert candidate.get("/thi/api/clock").json()["messages"] == 2
    told = candidate.get("/thi/api/messages").json()["messages"]
    assert [m["text"] for m in told] == ["Bạn được thêm 5 phút làm bài.", "Câu 3: sửa dấu trừ"]


def test_the_minutes_tell_the_day_and_end_with_the_seal(one, candidate, room, clock):
    document = begin(candidate)
    save(candidate, document, 1, room.choice)
    one.post(of_one(room, "them-gio"), data={"minutes": "5", "reason": WHY})
    one.post(of_one(room, "tam-dung"), data={"reason": "Thí sinh xin ra ngoài"})
    clock.forward(minutes=4)
    one.post(of_one(room, "tiep-tuc"))
    one.post(at(room, "/viec/su-viec"), data={"kind": "power", "text": "Mất điện ba phút"})
    page = one.get(at(room, "/bien-ban")).text
    assert "Đã nộp 0 ≠ có mặt 1 − đình chỉ 0" in page and "chưa niêm phong" in page
    one.post(at(room, "/dong"), data={"reason": "Hết giờ, thu bài cả phòng"})
    page = one.get(at(room, "/bien-ban")).text
    assert "Đã nộp 1 = có mặt 1 − đình chỉ 0" in page and "khớp với mã niêm phong" in page
    assert WHY in page and "Mất điện ba phút" in page and "(5 phút)" in page
    assert "Tạm dừng và nghỉ" in page and "<td>4 phút</td>" in page
    file = one.get(at(room, "/bien-ban.docx"))
    paper = Document(io.BytesIO(file.content))
    text = "\n".join(p.text for p in paper.paragraphs)
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert "đã nộp 1 = có mặt 1 − đình chỉ 0" in text
    assert {WHY, "Thêm giờ (5 phút)", "Mất điện ba phút", "4 phút"} <= cells


def test_others_see_none_of_it_and_do_none_of_it(database, clock, room):
    stranger = staff(database, clock, "giaovien")
    for rest in ("/viec", "/bien-ban", "/bien-ban.docx"):
        assert stranger.get(at(room, rest)).status_code == 403
    for path in (
        of_one(room, "tam-dung"),
        at(room, "/viec/phong/tam-dung"),
        at(room, "/viec/su-viec"),
    ):
        assert stranger.post(path, data={"reason": WHY, "text": WHY}).status_code == 403
    anonymous = make_client(database, clock)
    page = anonymous.get(at(room, "/viec"), headers={"accept": "text/html"}, follow_redirects=False)
    assert page.headers["location"].startswith("/dang-nhap")
    with database.read() as db:
        assert db.scalars(select(AttemptAction)).all() == []


def test_an_unknown_verb_and_a_missing_token_are_refused(one, room):
    assert one.post(of_one(room, "bien-mat"), data={"reason": WHY}).status_code == 404
    one.headers.pop("X-CSRF-Token")
    assert one.post(of_one(room, "tam-dung"), data={"reason": WHY}).status_code == 403


def test_process_data_never_stands_before_an_answer(candidate, room, database):
    document = begin(candidate)
    event = {"seq": 1, "kind": "item_left", "item": str(room.choice), "ms": 900, "client_at": ""}
    body = {"writer": document["writer"]["id"], "events": [event]}
    kept = candidate.post("/thi/api/process", json=body, headers=OURS)
    assert kept.json() == {"kept": 1}
    body["events"][0]["kind"] = "keystroke"
    assert candidate.post("/thi/api/process", json=body, headers=OURS).status_code == 422
    assert save(candidate, document, 1, room.choice).status_code == 200


def test_what_a_device_sends_after_the_end_is_kept(one, candidate, room, database):
    document = begin(candidate)
    one.post(of_one(room, "thu-bai"), data={"reason": "Ốm, xin nộp bài sớm"})
    change = {"seq": 1, "kind": "answer", "item": str(room.choice), "value": "A", "client_at": ""}
    body = {"writer": document["writer"]["id"], "events": [change]}
    kept = candidate.post("/thi/api/late-events", json=body, headers=OURS)
    assert kept.json() == {"kept": [1]}
    assert "Thay đổi đến sau giờ" in one.get(at(room, f"/viec?ghe={room.candidate.id}")).text
    with database.read() as db:
        assert db.scalars(select(Attempt)).one().submitted_by == "invigilator"


def test_whoever_comes_late_is_told_and_begins_when_admitted(one, candidate, room, clock, database):
    with database.write() as db:
        db.get_one(Sitting, room.sitting.id).late_minutes = 15
    clock.forward(minutes=16)
    assert "Đã quá giờ vào phòng thi" in candidate.get("/thi/xac-nhan").text
    candidate.post("/thi/bat-dau")
    assert candidate.get("/thi/api/attempt").json()["error"]["code"] == "not_started"
    one.post(of_one(room, "cho-vao-muon"), data={"reason": "Trưởng điểm cho phép vào"})
    assert "Đề đã mở" in candidate.get("/thi/xac-nhan").text
    assert begin(candidate)["attempt"]["state"] == "running"


def test_a_room_that_stands_still_lets_nobody_begin_and_extra_time_is_shown(one, candidate, room):
    one.post(at(room, "/viec/phong/tam-dung"), data={"reason": WHY, "phong": "03"})
    assert "Cả phòng đang tạm dừng" in candidate.get("/thi/xac-nhan").text
    one.post(at(room, "/viec/phong/tiep-tuc"), data={"phong": "03"})
    one.post(
        of_one(room, "che-do"), data={"extra_percent": "25", "font_percent": "150", "reason": WHY}
    )
    assert "112 phút" in candidate.get("/thi/xac-nhan").text
    granted = begin(candidate)["accommodations"]
    assert (granted["extra_percent"], granted["font_percent"]) == (25, 150)


def test_every_word_a_candidate_may_see_has_its_english():
    words = {*HELD_WORDS.values(), *MESSAGE_WORDS.values(), SUSPENDED_WORDS, *ACTION_NAMES.values()}
    assert words - set(english()) == set()

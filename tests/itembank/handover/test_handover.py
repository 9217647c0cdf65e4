"""From approved items through three gates into a signed package, and the department's receipt."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError

from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, Refused
from itembank.handover import package, repository, service
from itembank.handover.minutes import Meeting
from itembank.handover.models import HandoverReceipt
from itembank.handover.quotas import Cell
from itembank.handover.service import GateShut, Parcel, Wanted
from itembank.people import service as people
from itembank.people.models import RoleGrant
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.comments import service as comments
from itembank.review.council import service as council
from itembank.signing import signing_key
from tests.factories.appraisal import (
    ALL_MET,
    MEMBERS,
    make_council_province,
    name_of,
    seat_of,
    speak,
)
from tests.factories.bank import complete_choice, make_draft

KEY = signing_key("11" * 32)
TOPIC = "toan.12.dao-ham"


@pytest.fixture
def province(db, now):
    return make_council_province(db, now=now)


def approved(db, province, now, stem, level="biet"):
    author = province.actor(db, "author")
    item = make_draft(db, author, now=now, content=complete_choice(f"<p>{stem}</p>", level=level))
    review.submit(db, author, item, now=now)
    round_ = rounds.open_round(db, item)
    for role in ("appraiser", "counter_reviewer"):
        speak(db, province, round_, role, now=now)
    review.decide(
        db, province.actor(db, "secretary"), round_, decision="approve", reason="", now=now
    )
    return item


def wanted(count=2, on_shortage="block", reason="", **changes):
    cells = (Cell(TOPIC, "biet", count),)
    return Wanted("Đợt 1", "toan", 12, cells, on_shortage, reason, **changes)


def meeting(now, **changes):
    told = {"place": "Phòng họp 2", "began_at": now - timedelta(hours=3), "ended_at": now}
    return Meeting(**told | changes)


def send(db, province, quota, chosen, now, **changes):
    parcel = Parcel(tuple(item.id for item in chosen), meeting(now), **changes)
    secretary = province.actor(db, "secretary")
    return service.send(db, secretary, quota, parcel, department="Sở", key=KEY, now=now)


def set_quota(db, province, now, *, series=None, **changes):
    officer = province.actor(db, "officer")
    return service.set_quota(db, officer, wanted(**changes), now=now, series=series)


def test_a_full_quota_becomes_a_package_and_two_people_sign(db, province, now):
    two = [approved(db, province, now, stem) for stem in ("Một", "Hai")]
    quota = set_quota(db, province, now)
    sent = send(db, province, quota, two, now, note="Đợt đầu")
    assert not sent.shortages
    with pytest.raises(Refused, match="người gửi gói này"):
        service.receive(db, province.actor(db, "secretary"), sent, now=now)
    receipt = service.receive(db, province.actor(db, "officer"), sent, note="Đủ", now=now)
    assert receipt.file_hash == sent.file_hash
    with pytest.raises(Refused, match="đã có người kí nhận"):
        service.receive(db, province.actor(db, "officer"), sent, now=now)


def test_the_package_holds_the_stored_bytes_and_says_so_itself(db, province, now):
    two = [approved(db, province, now, stem) for stem in ("Một", "Hai")]
    sent = send(db, province, set_quota(db, province, now), two, now)
    file = repository.file_of(db, sent)
    checked = package.check(file, sent.verify_key)
    assert [line["code"] for line in checked.manifest["items"]] == [item.code for item in two]
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for line in checked.manifest["items"]:
            assert package.sha256(archive.read(line["file"])) == line["version"]
        assert {"qti.zip", "bien-ban.docx", "manifest.json", "chu-ki.txt"} <= set(
            archive.namelist()
        )
    assert package.sha256(file) == sent.file_hash


def test_the_same_contents_are_sent_once(db, province, now):
    two = [approved(db, province, now, stem) for stem in ("Một", "Hai")]
    quota = set_quota(db, province, now)
    first = send(db, province, quota, two, now)
    again = send(db, province, quota, list(reversed(two)), now + timedelta(hours=1))
    assert again.id == first.id
    assert repository.file_of(db, again) == repository.file_of(db, first)


def test_a_shortage_blocks_until_the_department_lets_it_be_marked(db, province, now):
    one = approved(db, province, now, "Một")
    quota = set_quota(db, province, now, count=3)
    with pytest.raises(GateShut) as shut:
        send(db, province, quota, [one], now)
    assert [str(p.what) for p in shut.value.problems] == ["Cần 3 câu, có 1: thiếu 2 câu."]
    with pytest.raises(Invalid, match="Chỉ tiêu chưa đủ"):
        set_quota(db, province, now, series=quota.series, count=3, on_shortage="mark")
    marked = set_quota(
        db, province, now, series=quota.series, count=3, on_shortage="mark", reason="Kịp kì thi"
    )
    assert (marked.series, marked.number) == (quota.series, 2)
    with pytest.raises(Conflict, match="vừa được sửa"):
        send(db, province, quota, [one], now)
    sent = send(db, province, marked, [one], now)
    assert [(s["needed"], s["available"], s["short"]) for s in sent.shortages] == [(3, 1, 2)]
    told = repository.minutes_by_id(db, sent.minutes_id).told
    assert [s["available"] for s in told["shortfalls"]] == [1]


def test_a_second_package_completes_the_first(db, province, now):
    first = approved(db, province, now, "Một")
    marked = set_quota(db, province, now, on_shortage="mark", reason="Nộp làm hai đợt")
    send(db, province, marked, [first], now)
    assert repository.ready_items(db, marked) == []
    second = approved(db, province, now, "Hai")
    assert [item.id for item in repository.ready_items(db, marked)] == [second.id]
    assert send(db, province, marked, [second], now).shortages == []
    with pytest.raises(Conflict, match="không còn đúng"):
        send(db, province, marked, [first, second], now)


def test_an_open_remark_and_an_unmet_criterion_shut_the_second_gate(db, province, now):
    author = province.actor(db, "author")
    item = make_draft(db, author, now=now, content=complete_choice("<p>Ba</p>"))
    review.submit(db, author, item, now=now)
    round_ = rounds.open_round(db, item)
    seat = seat_of(db, round_, "appraiser")
    appraiser = province.actor(db, name_of(province, seat.reviewer_id))
    comments.comment(db, appraiser, seat, anchor="stem", text="Đổi chữ này.", now=now)
    review.give_verdict(
        db, appraiser, seat, verdict="accept", checklist=ALL_MET | {"key": "chua_dat"},
        comment="Vẫn nhận được.", now=now,
    )  # fmt: skip
    speak(db, province, round_, "counter_reviewer", now=now)
    secretary = province.actor(db, "secretary")
    review.decide(db, secretary, round_, decision="approve", reason="", now=now)
    found = service.report(db, set_quota(db, province, now, count=1), [item])
    told = [str(one) for one in found.lines[0].criteria]
    assert len(told) == 2
    assert told[0].startswith("Tiêu chí")
    assert told[1] == "Còn 1 nhận xét chưa giải quyết."
    assert [gate.is_open for gate in found.gates] == [True, False, True]


def test_a_version_nobody_appraised_shuts_the_first_gate(db, province, now):
    item = approved(db, province, now, "Một")
    other = approved(db, province, now, "Hai")
    quota = set_quota(db, province, now)
    round_ = rounds.rounds_of_item(db, item)[-1]
    round_.outcome = "returned"  # as if the approval of its version were not on record
    db.flush()
    found = service.report(db, quota, [item, other])
    assert [line.is_ready for line in found.lines] == [False, True]
    with pytest.raises(GateShut, match="còn việc"):
        send(db, province, quota, [item, other], now)


def test_who_lost_the_role_since_has_still_signed_rightly(db, province, now):
    item = approved(db, province, now, "Một")
    quota = set_quota(db, province, now, count=1)
    round_ = rounds.rounds_of_item(db, item)[-1]
    reviewer = rounds.tasks_of_round(db, round_.id)[0].assignment.reviewer_id
    _revoke(db, at=now + timedelta(days=1), who=reviewer)
    assert service.report(db, quota, [item]).lines[0].process == ()
    _revoke(db, at=now - timedelta(days=1), who=reviewer)
    told = [str(one) for one in service.report(db, quota, [item]).lines[0].process]
    assert len(told) == 1 and "không giữ vai trò" in told[0]


def _revoke(db, *, at, who):
    for grant in db.scalars(select(RoleGrant).where(RoleGrant.person_id == who)):
        grant.revoked_at = at
    db.flush()


def test_a_writer_neither_sends_nor_signs(db, province, now):
    item = approved(db, province, now, "Một")
    quota = set_quota(db, province, now, count=1)
    author = province.people["author"]
    for role in (Role.SECRETARY, Role.EXAM_OFFICER):
        people.grant_role(db, None, author, role, province.department, now=now)
    parcel = Parcel((item.id,), meeting(now))
    with pytest.raises(Refused, match="câu do bạn viết"):
        service.send(
            db, province.actor(db, "author"), quota, parcel, department="Sở", key=KEY, now=now
        )
    sent = send(db, province, quota, [item], now)
    with pytest.raises(Refused, match="câu do bạn viết"):
        service.receive(db, province.actor(db, "author"), sent, now=now)


def test_the_sender_cannot_sign_not_even_behind_the_service(db, province, now):
    item = approved(db, province, now, "Một")
    sent = send(db, province, set_quota(db, province, now, count=1), [item], now)
    secretary = province.people["secretary"]
    people.grant_role(db, None, secretary, Role.EXAM_OFFICER, province.department, now=now)
    with pytest.raises(Refused, match="người gửi"):
        service.receive(db, province.actor(db, "secretary"), sent, now=now)
    for sender in (sent.sent_by, province.people["stranger"].id):
        with pytest.raises(DatabaseError), db.begin_nested():
            db.add(
                HandoverReceipt(
                    handover_id=sent.id, sent_by=sender, received_by=secretary.id,
                    file_hash=sent.file_hash, at=now,
                )
            )  # fmt: skip
            db.flush()


@pytest.mark.parametrize(
    "table", ["quota", "appraisal_minutes", "handover", "handover_item", "handover_receipt"]
)
def test_what_was_handed_over_cannot_be_edited(db, province, now, table):
    item = approved(db, province, now, "Một")
    sent = send(db, province, set_quota(db, province, now, count=1), [item], now)
    service.receive(db, province.actor(db, "officer"), sent, now=now)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_first_column(table)} = NULL"):
        with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
            db.execute(text(statement))


def _first_column(table):
    return "handover_id" if table.startswith("handover_") else "id"


def test_every_verb_records_one_audit_event(db, province, now):
    item = approved(db, province, now, "Một")
    sent = send(db, province, set_quota(db, province, now, count=1), [item], now)
    officer = province.actor(db, "officer")
    service.receive(db, officer, sent, now=now)
    service.take_file(db, officer, sent, now=now)
    actions = list(db.scalars(select(AuditEvent.action)))
    for action in ("quota.set", "minutes.drawn_up", "handover.sent", "handover.received",
                   "handover.taken"):  # fmt: skip
        assert actions.count(action) == 1


def test_the_minutes_tell_refusals_and_votes_beside_what_was_approved(db, province, now):
    good = approved(db, province, now, "Một")
    refused, votes = _voted_down(db, province, now)
    sent = send(db, province, set_quota(db, province, now, count=1), [good], now)
    with zipfile.ZipFile(io.BytesIO(repository.file_of(db, sent))) as archive:
        document = Document(io.BytesIO(archive.read("bien-ban.docx")))
    said = "\n".join(p.text for p in document.paragraphs)
    head = "\n".join(cell.text for cell in document.tables[0].rows[0].cells)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head and "Độc lập - Tự do - Hạnh phúc" in head
    assert "BIÊN BẢN" in said and "Phòng họp 2" in said
    assert "duyệt 1 phiên bản, trả lại để sửa 0, không nhận 1" in said
    annex = {row.cells[1].text.split("\n")[0]: row for row in document.tables[-1].rows[1:]}
    assert set(annex) == {good.code, refused.code}
    assert annex[good.code].cells[2].text.replace("\n", "") == good.approved_version
    assert annex[refused.code].cells[5].text == votes
    assert "Lí do chung." in annex[refused.code].cells[6].text
    names = document.tables[1].columns[1].cells
    assert {"Người secretary", "Người appraiser"} <= {cell.text for cell in names}
    assert "Người author" not in {cell.text for cell in names}


def _voted_down(db, province, now):
    author = province.actor(db, "author")
    item = make_draft(db, author, now=now, content=complete_choice("<p>Khác hẳn</p>"))
    review.submit(db, author, item, now=now)
    round_ = rounds.open_round(db, item)
    speak(db, province, round_, "appraiser", "accept", now=now)
    speak(db, province, round_, "counter_reviewer", "reject", now=now)
    case = council.repository.cases_of_item(db, item.id)[0]
    for name in MEMBERS[:3]:
        actor = province.actor(db, name)
        council.vote(db, actor, case, choice="reject", reason="Sai.", now=now)
    council.close_vote(db, province.actor(db, "secretary"), case, reason="Lí do chung.", now=now)
    return item, "Không nhận 3"


def test_only_those_who_may_set_send_and_look(db, province, now):
    item = approved(db, province, now, "Một")
    for who in ("secretary", "author", "appraiser"):
        with pytest.raises(Refused):
            service.set_quota(db, province.actor(db, who), wanted(), now=now)
    quota = set_quota(db, province, now, count=1)
    for who in ("officer", "appraiser", "stranger"):
        with pytest.raises(Refused):
            service.send(
                db, province.actor(db, who), quota, Parcel((item.id,), meeting(now)),
                department="Sở", key=KEY, now=now,
            )  # fmt: skip
    sent = send(db, province, quota, [item], now)
    for who in ("author", "appraiser", "stranger"):
        with pytest.raises(Refused):
            service.take_file(db, province.actor(db, who), sent, now=now)


def test_minutes_need_a_place_and_an_end_after_the_beginning(db, province, now):
    item = approved(db, province, now, "Một")
    quota = set_quota(db, province, now, count=1)
    bad = meeting(now, place=" ", ended_at=now - timedelta(hours=4))
    with pytest.raises(Invalid) as error:
        service.send(
            db, province.actor(db, "secretary"), quota, Parcel((item.id,), bad),
            department="Sở", key=KEY, now=now,
        )  # fmt: skip
    assert [str(p.where) for p in error.value.problems] == ["place", "ended_at"]


def test_the_gates_ask_no_more_of_many_items_than_of_few(db, province, now):
    quota = set_quota(db, province, now)
    items = [approved(db, province, now, stem) for stem in ("Một", "Hai", "Ba", "Bốn")]
    few, many = (_statements(db, quota, chosen) for chosen in (items[:1], items))
    assert few == many


def _statements(db, quota, items):
    """How many statements the report takes, with nothing left over in the session."""
    db.flush()
    db.expire_all()
    chosen = repository.items(db, [item.id for item in items])
    told = []

    def note(*_):
        told.append(1)

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        report = service.report(db, quota, chosen)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert all(line.is_ready for line in report.lines)
    return len(told)

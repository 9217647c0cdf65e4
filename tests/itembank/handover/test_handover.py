"""From approved items through three gates into a signed package, and the department's receipt."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from itembank.errors import Conflict, Invalid, Refused
from itembank.handover import package, repository, service
from itembank.handover.minutes import Meeting
from itembank.handover.package import DamagedPackage
from itembank.handover.quotas import Cell
from itembank.handover.service import GateShut, Parcel, Wanted
from itembank.items import repository as items
from itembank.items.service import SCHEMA
from itembank.people import service as people
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.signing import new_seed, signing_key
from tests.factories.appraisal import make_council_province, seat_of, name_of, speak, ALL_MET
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
        assert {"qti.zip", "bien-ban.docx", "manifest.json", "chu-ki.txt"} <= set(archive.namelist())
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
    from itembank.review.comments import service as comments

    author = province.actor(db, "author")
    item = make_draft(db, author, now=now, content=complete_choice("<p>Ba</p>"))
    review.submit(db, author, item, now=now)
    round_ = rounds.open_round(db, item)
    seat = seat_of(db, round_, "appraiser")
    appraiser = province.actor(db, name_of(province, seat.reviewer_id))
    comments.comment(
        db, appraiser, seat, anchor="stem", text="Đổi chữ này.", now=now
    )
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
    before = "UPDATE role_grant SET revoked_at = :at WHERE person_id = :who"
    later = {"at": now + timedelta(days=1), "who": reviewer}
    _revoke(db, **later)
    assert service.report(db, quota, [item]).lines[0].process == ()
    _revoke(db, at=now - timedelta(days=1), who=reviewer)
    told = [str(one) for one in service.report(db, quota, [item]).lines[0].process]
    assert len(told) == 1 and "không giữ vai trò" in told[0]


def _revoke(db, *, at, who):
    from itembank.people.repository import active_grants
    from itembank.people.models import RoleGrant
    from sqlalchemy import select

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
    from itembank.handover.models import HandoverReceipt

    for sender in (sent.sent_by, province.people["stranger"].id):
        with pytest.raises(DatabaseError), db.begin_nested():
            db.add(
                HandoverReceipt(
                    handover_id=sent.id, sent_by=sender, received_by=secretary.id,
                    file_hash=sent.file_hash, at=now,
                )
            )  # fmt: skip
            db.flush()

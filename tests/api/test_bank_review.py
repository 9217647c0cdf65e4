"""Appraisal and decision over HTTP: blind, complete, by the right people, once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.items import repository
from itembank.items import service as items
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import checklist_for
from tests.factories.council import PASSWORD, make_council, make_submitted
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content
from tests.web import make_client, sign_in


@pytest.fixture
def council(database, now):
    with database.write() as db:
        return make_council(db, now)


@pytest.fixture
def client(database, council, clock):
    return make_client(database, clock)


@pytest.fixture
def item(database, council, now):
    with database.write() as db:
        return make_submitted(db, council, choice_content(stem="<p>Lời dẫn kín</p>"), now=now)


def _round(database, item):
    with database.read() as db:
        return rounds.rounds_of_item(db, repository.item_by_id(db, item.id))[-1]


def _task(database, item, role):
    with database.read() as db:
        tasks = rounds.tasks_of_round(db, _round(database, item).id)
        return next(t for t in tasks if t.assignment.role == role).assignment


def _state(database, item):
    with database.read() as db:
        return repository.item_by_id(db, item.id).state


def _marks(kind="choice", **changed):
    marks = {f"checklist.{c.code}": "dat" for c in checklist_for(kind)}
    return {**marks, **{f"checklist.{code}": mark for code, mark in changed.items()}}


def _send_verdict(client, database, item, who, verdict, comment="", **changed):
    role = {"appraiser": "appraiser", "counter": "counter_reviewer"}[who]
    csrf = sign_in(client, who, PASSWORD)
    sent = {"csrf_token": csrf, "verdict": verdict, "comment": comment, **_marks(**changed)}
    path = f"/tham-dinh/{_task(database, item, role).id}"
    return client.post(path, data=sent, follow_redirects=False)


def _decide(client, database, item, decision, reason="", who="secretary"):
    csrf = sign_in(client, who, PASSWORD)
    sent = {"csrf_token": csrf, "decision": decision, "reason": reason}
    path = f"/hoi-dong/{_round(database, item).id}/quyet-dinh"
    return client.post(path, data=sent, follow_redirects=False)


def test_strangers_are_sent_to_sign_in(client, database, item):
    for path in ("/tham-dinh", f"/tham-dinh/{_task(database, item, 'appraiser').id}", "/hoi-dong"):
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
        assert answer.headers["location"].startswith("/dang-nhap")


def test_the_sheet_is_blind_and_its_opening_is_logged(client, database, item):
    sign_in(client, "appraiser", PASSWORD)
    shown = client.get("/tham-dinh").text
    assert item.code in shown
    sheet = client.get(f"/tham-dinh/{_task(database, item, 'appraiser').id}").text
    assert "Lời dẫn kín" in sheet
    assert "vì A" in sheet  # the declared rationale, outside the candidate's frame
    for secret in ("Nguyễn Thu Hà", "THPT-MOT", "author", str(item.author_id)):
        assert secret not in shown
        assert secret not in sheet.replace("tac-gia", "")
    with database.read() as db:
        opened = db.scalars(select(AuditEvent).where(AuditEvent.action == "item.opened")).all()
    assert [event.object_id for event in opened] == [str(item.id)]


@pytest.mark.parametrize(
    "make",
    [choice_content, cluster_content, short_content, essay_content],
    ids=lambda f: f.__name__,
)
def test_every_kind_has_a_sheet_and_a_round_page(client, database, council, now, make):
    with database.write() as db:
        item = make_submitted(db, council, make(), now=now)
    sign_in(client, "appraiser", PASSWORD)
    assert client.get(f"/tham-dinh/{_task(database, item, 'appraiser').id}").status_code == 200
    sign_in(client, "secretary", PASSWORD)
    assert client.get(f"/hoi-dong/{_round(database, item).id}").status_code == 200


def test_the_author_and_other_reviewers_are_refused_with_the_reason(client, database, item):
    path = f"/tham-dinh/{_task(database, item, 'appraiser').id}"
    for who, reason in (("author", "Bạn là tác giả"), ("counter", "không được phân công")):
        sign_in(client, who, PASSWORD)
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 403
        assert reason in answer.text


def test_an_incomplete_sheet_says_what_is_missing_and_keeps_what_was_typed(client, database, item):
    csrf = sign_in(client, "appraiser", PASSWORD)
    path = f"/tham-dinh/{_task(database, item, 'appraiser').id}"
    sent = {"csrf_token": csrf, "verdict": "revise", "checklist.key": "chua_dat"}
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    assert 'href="#checklist.distractors"' in answer.text
    assert 'href="#comment"' in answer.text
    assert 'href="#checklist.key"' not in answer.text


def test_two_acceptances_and_the_secretary_make_an_approved_item(client, database, item):
    assert _send_verdict(client, database, item, "appraiser", "accept").status_code == 303
    assert _decide(client, database, item, "approve").status_code == 422
    assert _send_verdict(client, database, item, "counter", "accept").status_code == 303
    assert item.code in client.get("/tham-dinh").text
    assert _decide(client, database, item, "approve").status_code == 303
    assert _state(database, item) == "approved"


def test_the_verdict_of_the_other_shows_only_after_ones_own(client, database, item):
    _send_verdict(client, database, item, "appraiser", "revise", "Lời nhận xét thứ nhất")
    sign_in(client, "counter", PASSWORD)
    path = f"/tham-dinh/{_task(database, item, 'counter_reviewer').id}"
    assert "Lời nhận xét thứ nhất" not in client.get(path).text
    _send_verdict(client, database, item, "counter", "accept")
    assert "Lời nhận xét thứ nhất" in client.get(path).text


def test_a_verdict_is_given_once(client, database, item):
    _send_verdict(client, database, item, "appraiser", "accept")
    again = _send_verdict(client, database, item, "appraiser", "reject", "đổi ý")
    assert again.status_code == 409


def test_a_returned_item_comes_back_to_its_author_with_reasons_and_without_names(
    client, database, item
):
    _send_verdict(client, database, item, "appraiser", "revise", "A và C cùng đúng", key="chua_dat")
    _send_verdict(client, database, item, "counter", "accept")
    assert _decide(client, database, item, "return").status_code == 422
    assert _decide(client, database, item, "return", "Sửa phương án C").status_code == 303
    sign_in(client, "author", PASSWORD)
    mine = client.get("/viec-cua-toi").text
    for told in ("Sửa phương án C", "A và C cùng đúng", "Thẩm định"):
        assert told in mine
    for secret in ("Phạm Quốc Bảo", "Đỗ Thị Cúc"):
        assert secret not in mine


def test_the_second_version_shows_reviewers_what_changed(client, database, council, item, clock):
    _send_verdict(client, database, item, "appraiser", "revise", "lời dẫn thiếu")
    _decide(client, database, item, "return", "sửa lời dẫn")
    with database.write() as db:
        author = council.actor(db, "author")
        mine = repository.item_by_id(db, item.id)
        draft = repository.draft_of(db, mine)
        content = items.draft_content(draft).model_copy(update={"stem": "<p>Lời dẫn mở</p>"})
        items.save_draft(db, author, mine, content, expected_revision=draft.revision, now=clock.now)
        review.submit(db, author, mine, now=clock.forward(hours=1))
    with database.read() as db:
        newest = rounds.open_round(db, repository.item_by_id(db, item.id))
        tasks = rounds.tasks_of_round(db, newest.id)
        sheet_id = next(t for t in tasks if t.assignment.role == "appraiser").assignment.id
    sign_in(client, "appraiser", PASSWORD)
    page = client.get(f"/tham-dinh/{sheet_id}").text
    assert "<del>kín</del>" in page
    assert "<ins>mở</ins>" in page


@pytest.mark.parametrize("who", ["author", "appraiser", "officer"])
def test_only_the_secretary_decides(client, database, item, who):
    assert _decide(client, database, item, "approve", who=who).status_code == 403
    assert _state(database, item) == "in_review"


def test_the_secretary_may_not_seat_the_author_or_a_schoolmate(client, database, council, item):
    csrf = sign_in(client, "secretary", PASSWORD)
    path = f"/hoi-dong/{_round(database, item).id}/phan-cong"
    for person in (council.author, council.colleague):
        sent = {"csrf_token": csrf, "role": "appraiser", "reviewer": str(person.id)}
        assert client.post(path, data=sent).status_code == 403
    assert _task(database, item, "appraiser").reviewer_id == council.appraiser.id


def test_a_nul_character_in_a_comment_breaks_nothing(client, database, item):
    answer = _send_verdict(client, database, item, "appraiser", "revise", "thiếu\0 dấu")
    assert answer.status_code in {303, 422}

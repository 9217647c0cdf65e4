"""The search and the item page: what is found, by whom, and how much of it they may read."""

from __future__ import annotations

import pytest

from itembank.items import repository
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import checklist_for
from tests.factories.council import PASSWORD, make_council, make_draft, make_submitted
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content
from tests.web import make_client, sign_in

WORDS = "<p>Đường tiệm cận của đồ thị</p>"


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
        return make_submitted(db, council, choice_content(stem=WORDS), now=now)


@pytest.fixture
def approved(database, council, item, now):
    with database.write() as db:
        round_ = rounds.open_round(db, repository.item_by_id(db, item.id))
        for task in rounds.tasks_of_round(db, round_.id):
            who = {"appraiser": "appraiser", "counter_reviewer": "counter"}[task.assignment.role]
            review.give_verdict(
                db,
                council.actor(db, who),
                task.assignment,
                verdict="accept",
                checklist={c.code: "dat" for c in checklist_for("choice")},
                comment=f"lời của {who}",
                now=now,
            )
        secretary = council.actor(db, "secretary")
        review.decide(db, secretary, round_, decision="approve", reason="", now=now)
    return item


@pytest.mark.parametrize("path", ["/ngan-hang", "/ngan-hang/cau-hoi/{id}"])
def test_strangers_are_sent_to_sign_in_and_reviewers_have_no_bank(client, item, path):
    path = path.format(id=item.id)
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/dang-nhap")
    sign_in(client, "appraiser", PASSWORD)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("words", ["tiem can", "TIỆM CẬN", "do thi"])
def test_words_are_found_without_their_diacritics(client, item, words):
    sign_in(client, "officer", PASSWORD)
    assert item.code in client.get("/ngan-hang", params={"q": words}).text
    assert item.code not in client.get("/ngan-hang", params={"q": words + " zzz"}).text


def test_content_closed_to_a_reader_cannot_be_found_by_its_words(client, item):
    sign_in(client, "colleague", PASSWORD)
    by_code = client.get("/ngan-hang", params={"q": item.code}).text
    assert item.code in by_code
    assert "tiệm cận" not in by_code
    assert item.code not in client.get("/ngan-hang", params={"q": "tiem can"}).text


def test_facets_narrow_and_keep_what_was_chosen(client, database, council, item, now):
    with database.write() as db:
        other = make_submitted(db, council, cluster_content(), now=now)
    sign_in(client, "officer", PASSWORD)
    page = client.get("/ngan-hang", params={"dang": "tf_cluster"}).text
    assert other.code in page
    assert item.code not in page
    assert 'id="dang-tf_cluster" name="dang" value="tf_cluster" checked' in page


@pytest.mark.parametrize("query", ["trang=0", "trang=x", "trang=99999999", "dang=%00", "la=1"])
def test_an_odd_address_is_no_error(client, item, query):
    sign_in(client, "officer", PASSWORD)
    assert client.get(f"/ngan-hang?{query}").status_code == 200


def test_drafts_are_their_authors_own(client, database, council, now):
    with database.write() as db:
        draft = make_draft(db, council, short_content(), now=now)
    sign_in(client, "author", PASSWORD)
    assert draft.code in client.get("/ngan-hang?cua-toi=1").text
    sign_in(client, "officer", PASSWORD)
    assert draft.code not in client.get("/ngan-hang").text
    assert "tác giả" in client.get(f"/ngan-hang/cau-hoi/{draft.id}").text


@pytest.mark.parametrize(
    "make",
    [choice_content, cluster_content, short_content, essay_content],
    ids=lambda f: f.__name__,
)
def test_every_kind_has_an_item_page_with_its_key(client, database, council, now, make):
    with database.write() as db:
        item = make_submitted(db, council, make(), now=now)
    sign_in(client, "author", PASSWORD)
    page = client.get(f"/ngan-hang/cau-hoi/{item.id}")
    assert page.status_code == 200
    assert "Lời giải kín" in page.text


def test_a_colleague_sees_that_the_item_exists_and_why_its_content_is_closed(client, item):
    sign_in(client, "colleague", PASSWORD)
    page = client.get(f"/ngan-hang/cau-hoi/{item.id}")
    assert page.status_code == 200
    assert "tiệm cận" not in page.text
    assert "chỉ mở cho tác giả" in page.text


def test_the_author_reads_the_history_without_names(client, approved):
    sign_in(client, "author", PASSWORD)
    page = client.get(f"/ngan-hang/cau-hoi/{approved.id}").text
    assert "Đã duyệt" in page
    assert "lời của appraiser" in page
    for name in ("Phạm Quốc Bảo", "Đỗ Thị Cúc", "Vũ Thư Kí"):
        assert name not in page


def test_verdicts_stay_closed_to_the_author_while_the_round_is_open(
    client, database, council, item, now
):
    with database.write() as db:
        round_ = rounds.open_round(db, repository.item_by_id(db, item.id))
        task = rounds.tasks_of_round(db, round_.id)[0]
        review.give_verdict(
            db,
            council.actor(db, "appraiser"),
            task.assignment,
            verdict="revise",
            checklist={c.code: "dat" for c in checklist_for("choice")},
            comment="còn kín",
            now=now,
        )
    sign_in(client, "author", PASSWORD)
    assert "còn kín" not in client.get(f"/ngan-hang/cau-hoi/{item.id}").text


def test_an_approved_item_can_be_revised_by_its_author_only(client, database, approved):
    path = f"/ngan-hang/cau-hoi/{approved.id}/sua-moi"
    csrf = sign_in(client, "colleague", PASSWORD)
    assert client.post(path, data={"csrf_token": csrf}).status_code == 403
    csrf = sign_in(client, "author", PASSWORD)
    assert client.post(path, data={"csrf_token": csrf}).status_code == 200
    with database.read() as db:
        item = repository.item_by_id(db, approved.id)
        assert (item.state, item.approved_version is not None) == ("draft", True)
    sign_in(client, "secretary", PASSWORD)
    for page in ("/ngan-hang", f"/ngan-hang/cau-hoi/{approved.id}"):
        shown = client.get(page).text
        assert "Đã duyệt</span>" in shown
        assert "bản mới: Bản nháp" in shown


def test_an_unknown_item_is_not_found(client):
    sign_in(client, "author", PASSWORD)
    assert client.get("/ngan-hang/cau-hoi/01a20257-0000-7000-8000-000000000000").status_code == 404


def test_a_search_is_saved_under_a_name_opened_again_and_deleted(client, approved):
    token = sign_in(client, "secretary", PASSWORD)
    sent = {"csrf_token": token, "ten": "Toán mới", "dia-chi": "mon=toan&xep=newest&la=1"}
    kept = client.post("/ngan-hang/bo-loc", data=sent)
    assert kept.status_code == 200
    assert 'href="/ngan-hang?xep=newest&amp;mon=toan">Toán mới</a>' in kept.text
    place = kept.text.split('action="/ngan-hang/bo-loc/')[1].split('"')[0]
    gone = client.post(f"/ngan-hang/bo-loc/{place}", data={"csrf_token": token})
    assert "Toán mới" not in gone.text

"""Many items of the list at once: tags with a way back, a reviewer, a file; by whom, and how many."""

from __future__ import annotations

import html
import re
import uuid

import pytest

from delivery.practice import repository as practice
from itembank.finding import tags
from itembank.forms import service as forms
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.council import make_council, make_draft, make_submitted
from tests.factories.forms import choice_content, make_item, make_person, small_structure
from tests.factories.web import HASH, Desk

STEMS = ("<p>Câu một</p>", "<p>Câu hai</p>", "<p>Câu ba</p>")


@pytest.fixture
def council(database, now):
    with database.write() as db:
        return make_council(db, now)


@pytest.fixture
def items(database, council, now):
    with database.write() as db:
        return [make_submitted(db, council, choice_content(stem=stem), now=now) for stem in STEMS]


@pytest.fixture
def desk(database, clock, council):
    return lambda who: Desk(database, clock, who)


def ids(items):
    return [str(item.id) for item in items]


def test_tagged_from_the_list_shown_filtered_and_undone(desk, items):
    officer = desk("officer")
    answer = officer.post(
        "/ngan-hang/chon/gan-nhan", cau=ids(items[:2]), nhan="kiểm tra", **{"dia-chi": "mon=toan"}
    )
    where = answer.headers["location"]
    assert where.startswith("/ngan-hang?mon=toan&")
    page = officer.get(where).text
    assert "Đã gắn nhãn «kiểm tra» cho 2 câu." in page
    tagged = officer.get("/ngan-hang?nhan=ki%E1%BB%83m+tra").text
    assert [item.code in tagged for item in items] == [True, True, False]
    undo = re.search(r"/ngan-hang/chon/hoan-tac/[0-9a-f-]+", page).group()
    answer = officer.post(undo, **{"dia-chi": "mon=toan"})
    assert "Đã bỏ nhãn." in officer.get(answer.headers["location"]).text
    assert "kiểm tra" not in officer.get("/ngan-hang").text
    assert officer.post(undo).status_code == 404


def test_everything_that_matches_is_chosen_by_the_address(desk, database, items):
    sent = {"tat-ca": "1", "dia-chi": "q=hai"}
    desk("officer").post("/ngan-hang/chon/gan-nhan", nhan="chỉ hai", **sent)
    with database.read() as db:
        assert tags.tags_of(db, [item.id for item in items]) == {items[1].id: ["chỉ hai"]}


def test_untagged_from_the_list(desk, database, items):
    officer = desk("officer")
    officer.post("/ngan-hang/chon/gan-nhan", cau=ids(items), nhan="x")
    officer.post("/ngan-hang/chon/bo-nhan", cau=ids(items[1:]), nhan="x")
    with database.read() as db:
        assert tags.tags_of(db, [item.id for item in items]) == {items[0].id: ["x"]}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"nhan": "x"}, 422),
        ({"nhan": " ", "cau": "all"}, 422),
        ({"nhan": "x", "cau": ["khong-phai-ma"]}, 422),
        ({"nhan": "x", "cau": [f"00000000-0000-4000-8000-{n:012}" for n in range(501)]}, 413),
    ],
    ids=["nothing chosen", "no tag", "no item", "too many"],
)
def test_what_cannot_be_done_is_refused_in_words(desk, items, fields, status):
    if fields.get("cau") == "all":
        fields = fields | {"cau": ids(items)}
    answer = desk("officer").post("/ngan-hang/chon/gan-nhan", **fields)
    assert answer.status_code == status


@pytest.mark.parametrize("act", ["gan-nhan", "bo-nhan", "phan-cong", "tai-ve/docx"])
def test_the_bank_is_not_for_reviewers_nor_for_strangers(desk, council, items, act):
    fields = {"cau": ids(items), "nhan": "x", "nguoi": f"appraiser:{council.counter.id}"}
    reviewer = desk("appraiser")
    assert reviewer.post(f"/ngan-hang/chon/{act}", **fields).status_code == 403
    reviewer.token = "wrong"
    assert reviewer.post(f"/ngan-hang/chon/{act}", **fields).status_code == 403


def test_the_secretary_gives_many_to_one_reviewer_and_reads_what_was_left(
    desk, database, council, items, now
):
    with database.write() as db:
        draft = make_draft(db, council, choice_content(), now=now)
    secretary = desk("secretary")
    page = secretary.get("/ngan-hang").text
    assert f'value="appraiser:{council.appraiser.id}"' in page
    chosen = [*ids(items), str(draft.id)]
    answer = secretary.post(
        "/ngan-hang/chon/phan-cong", cau=chosen, nguoi=f"appraiser:{council.appraiser.id}"
    )
    assert answer.status_code == 200
    assert f"Đã giao 3 câu cho {council.appraiser.full_name}" in answer.text
    assert draft.code not in answer.text  # another's draft cannot even be named
    refused = secretary.post(
        "/ngan-hang/chon/phan-cong", cau=chosen, nguoi=f"counter_reviewer:{council.author.id}"
    )
    assert "Bạn là tác giả" in html.unescape(refused.text)
    assert "Đã giao 0 câu" in refused.text


def test_others_are_offered_no_reviewers_and_assign_nothing(desk, council, items):
    officer = desk("officer")
    assert "phan-cong" not in officer.get("/ngan-hang").text
    answer = officer.post(
        "/ngan-hang/chon/phan-cong", cau=ids(items), nguoi=f"appraiser:{council.appraiser.id}"
    )
    assert "Đã giao 0 câu" in answer.text


@pytest.mark.parametrize("person", ["", "secretary:x", "appraiser:khong", "appraiser"])
def test_a_reviewer_must_be_named(desk, items, person):
    answer = desk("secretary").post("/ngan-hang/chon/phan-cong", cau=ids(items), nguoi=person)
    assert answer.status_code == 422


def test_the_chosen_ones_leave_as_a_file_and_closed_ones_stay(desk, items):
    taken = desk("officer").post("/ngan-hang/chon/tai-ve/docx", cau=ids(items[:1]))
    assert taken.content[:2] == b"PK"
    assert desk("colleague").post("/ngan-hang/chon/tai-ve/docx", cau=ids(items)).status_code == 422


@pytest.fixture
def form(database, council, now):
    with database.write() as db:
        officer = council.actor(db, "officer")
        paper = small_structure(choice=2)
        return forms.create_form_from(db, officer, paper, code="DE-9", title="Đề 9", now=now)


@pytest.fixture
def approved(database, council, now):
    with database.write() as db:
        stems = ("<p>Duyệt một</p>", "<p>Duyệt hai</p>")
        return [make_item(db, council.author, choice_content(stem=s), now=now) for s in stems]


def test_the_officer_puts_the_chosen_into_an_open_form(desk, database, form, approved, items):
    officer = desk("officer")
    assert f'value="de:{form.id}"' in officer.get("/ngan-hang").text
    chosen = ids([approved[0], items[0]])
    answer = officer.post("/ngan-hang/chon/vao-de", cau=chosen, noi=f"de:{form.id}")
    told = html.unescape(answer.text)
    assert "Đã đưa 1 câu vào đề DE-9 · Đề 9." in told and "1 câu để nguyên." in told
    assert "Câu này chưa được duyệt, hoặc đã thôi dùng." in told
    again = officer.post("/ngan-hang/chon/vao-de", cau=ids(approved), noi=f"de:{form.id}")
    assert "Câu này đã có trong đề." in html.unescape(again.text)
    page = officer.get(f"/de/{form.id}").text
    assert all(item.code in page for item in approved) and items[0].code not in page


def test_a_teacher_starts_a_set_for_a_class_and_adds_to_it(desk, database, approved, items):
    author = desk("author")
    page = author.get("/ngan-hang").text
    assert "bo:moi" in page and 'value="de:' not in page
    first = author.post(
        "/ngan-hang/chon/vao-de", cau=ids([approved[0], items[0]]), noi="bo:moi"
    ).text
    assert "Đã đưa 1 câu vào bộ câu" in first and items[0].code in first
    kept = re.search(r"/luyen-tap/bo/([0-9a-f-]+)", first).group(1)
    second = author.post("/ngan-hang/chon/vao-de", cau=ids(approved), noi=f"bo:{kept}").text
    assert "Câu này đã có trong bộ câu." in html.unescape(second)
    with database.read() as db:
        there = practice.items_of_set(db, uuid.UUID(kept))
    assert [item.id for item in there] == [item.id for item in approved]


def test_nobody_puts_into_what_is_another_persons(desk, form, approved):
    chosen = ids(approved)
    first = desk("author").post("/ngan-hang/chon/vao-de", cau=chosen, noi="bo:moi").text
    kept = re.search(r"/luyen-tap/bo/([0-9a-f-]+)", first).group(1)
    colleague = desk("colleague")
    for place in (f"bo:{kept}", f"de:{form.id}"):
        answer = colleague.post("/ngan-hang/chon/vao-de", cau=chosen, noi=place)
        assert answer.status_code == 403
    assert desk("officer").post(
        "/ngan-hang/chon/vao-de", cau=chosen, noi="bo:moi"
    ).status_code == 403  # fmt: skip


@pytest.mark.parametrize("place", ["", "de:", "de:khong", "bo:khong", "x:1"])
def test_a_place_must_be_named(desk, approved, place):
    answer = desk("officer").post("/ngan-hang/chon/vao-de", cau=ids(approved), noi=place)
    assert answer.status_code in (403, 422)


def test_a_group_is_given_the_work_and_one_of_it_takes_it(desk, database, council, items, now):
    with database.write() as db:
        unit = db.get_one(Unit, council.secretary.unit_id)
        for name in ("to-mot", "to-hai"):
            make_person(db, unit, name, Role.APPRAISER, now=now, password_hash=HASH)
    secretary = desk("secretary")
    group = f"appraiser:to.{unit.id}"
    assert f'value="{group}"' in secretary.get("/ngan-hang").text
    told = secretary.post("/ngan-hang/chon/phan-cong", cau=ids(items[:1]), nguoi=group).text
    assert "Đã giao 1 câu cho tổ" in told
    one, other = desk("to-mot"), desk("to-hai")
    where = re.search(r"/tham-dinh/giao-to/[0-9a-f-]+", one.get("/tham-dinh").text).group()
    assert where in other.get("/tham-dinh").text
    sheet = one.post(where)
    assert sheet.status_code == 303 and one.get(sheet.headers["location"]).status_code == 200
    inbox = other.get("/tham-dinh").text
    assert where not in inbox and "Người to-mot đã nhận" in inbox
    assert other.post(where).status_code == 409
    assert desk("author").post(where).status_code == 403

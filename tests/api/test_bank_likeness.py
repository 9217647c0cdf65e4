"""Near-duplicates on the pages: before a submission is final, and beside the reviewer's sheet."""

from __future__ import annotations

import pytest

from itembank.items import repository as items
from itembank.items import service as writing
from itembank.items.models import Item
from itembank.likeness import repository as pairs
from itembank.review import repository as rounds
from itembank.review import service as review
from tests.factories.appraisal import name_of, seat_of
from tests.factories.bank import complete_choice, make_draft, make_province
from tests.factories.web import HASH, Desk

STEM = "<p>Đường thẳng nào là tiệm cận đứng của đồ thị hàm số đã cho trong hình vẽ bên?</p>"
AGAIN = "<p>Đường thẳng nào là tiệm cận đứng của đồ thị hàm số đã cho ở khung dưới?</p>"


@pytest.fixture
def province(database, now):
    with database.write() as db:
        made = make_province(db, now=now)
        for person in made.people.values():
            person.password_hash, person.must_change_password = HASH, False
    return made


def _pair(database, province, now, writer="author"):
    """An item before its reviewers, and the author's draft that says the same: their ids."""
    with database.write() as db:
        other = province.actor(db, writer)
        first = make_draft(db, other, now=now, content=complete_choice(STEM))
        review.submit(db, other, first, now=now)
        author = province.actor(db, "author")
        twin = make_draft(db, author, now=now, content=complete_choice(AGAIN))
        return first.id, twin.id


def _state(database, item_id):
    with database.read() as db:
        return db.get_one(Item, item_id).state


def test_an_author_sees_the_pair_says_why_and_a_reviewer_marks_it(database, clock, province, now):
    first, twin = _pair(database, province, now)
    author = Desk(database, clock, "author")
    send = f"/ngan-hang/cau-hoi/{twin}/gui"
    held = author.post(send)
    assert held.status_code == 409
    assert "trong hình vẽ bên" in held.text
    assert "ở khung dưới" in held.text
    assert "Giống" in held.text
    assert _state(database, twin) == "draft"

    bare = author.post(send, da_xem="1", why_needed=" ")
    assert bare.status_code == 409
    assert 'href="#why_needed"' in bare.text
    assert author.post(send, da_xem="1", why_needed="Khung khác, cần cả hai").status_code == 303
    assert _state(database, twin) == "in_review"

    with database.read() as db:
        seat = seat_of(db, rounds.open_round(db, items.item_by_id(db, twin)), "appraiser")
        reviewer = Desk(database, clock, name_of(province, seat.reviewer_id))
    sheet = reviewer.get(f"/tham-dinh/{seat.id}").text
    assert "Khung khác, cần cả hai" in sheet
    assert "trong hình vẽ bên" in sheet
    marked = reviewer.post(f"/tham-dinh/{seat.id}/ki-nhau/{first}", reason="Trùng ý")
    assert marked.status_code == 303
    with database.read() as db:
        assert pairs.enemies_of(db, twin) == {first}
    assert "Hai câu kị nhau" in reviewer.get(f"/tham-dinh/{seat.id}").text


def test_of_a_closed_item_not_one_word_is_shown(database, clock, province, now):
    first, twin = _pair(database, province, now, writer="stranger")
    held = Desk(database, clock, "author").post(f"/ngan-hang/cau-hoi/{twin}/gui")
    assert held.status_code == 409
    with database.read() as db:
        code = items.item_by_id(db, first).code
    assert code in held.text
    assert "không mở cho bạn" in held.text
    assert "trong hình vẽ bên" not in held.text
    assert "<del>" in held.text


def test_an_item_of_its_own_goes_straight_to_its_reviewers(database, clock, province, now):
    _, twin = _pair(database, province, now)
    with database.write() as db:
        author, item = province.actor(db, "author"), items.item_by_id(db, twin)
        draft = items.draft_of(db, item)
        other = complete_choice("<p>Nguyên nhân nào khiến giá cả tăng?</p>")
        writing.save_draft(db, author, item, other, expected_revision=draft.revision, now=now)
    sent = Desk(database, clock, "author").post(f"/ngan-hang/cau-hoi/{twin}/gui")
    assert sent.status_code == 303
    assert _state(database, twin) == "in_review"

"""What is like an item is found when it is submitted, bounded in time, and stands on record."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from itembank.errors import Invalid, Refused
from itembank.items import repository as items
from itembank.items import service as writing
from itembank.items import stimuli
from itembank.items.content import StimulusContent
from itembank.likeness import repository as pairs
from itembank.likeness.measure import SHOWN
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.duplicates import repository, service
from itembank.review.duplicates.models import LikenessLook
from itembank.review.duplicates.service import MOST_SECONDS, NearDuplicates
from tests.factories.appraisal import name_of, seat_of
from tests.factories.bank import complete_choice, make_draft, make_province

STEM = "<p>Đường thẳng nào là tiệm cận đứng của đồ thị hàm số đã cho trong hình vẽ bên?</p>"
AGAIN = "<p>Đường thẳng nào là tiệm cận đứng của đồ thị hàm số đã cho ở hình vẽ dưới?</p>"


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


@pytest.fixture
def twins(db, province, now):
    """An item before its reviewers, and a draft that says the same."""
    author = province.actor(db, "author")
    first = make_draft(db, author, now=now, content=complete_choice(STEM))
    review.submit(db, author, first, now=now)
    return first, make_draft(db, author, now=now, content=complete_choice(AGAIN))


def test_a_twin_holds_the_submission_until_its_author_says_why(db, province, twins, now):
    first, twin = twins
    author = province.actor(db, "author")
    with pytest.raises(NearDuplicates) as held:
        service.submit(db, author, twin, now=now)
    assert [near.item.id for near in held.value.look.found] == [first.id]
    assert (twin.state, twin.current_version) == ("draft", None)
    assert db.scalars(select(LikenessLook)).all() == []

    version = service.submit(db, author, twin, now=now, why_needed="Hình vẽ khác")
    look = repository.look_at(db, version.hash)
    assert (look.reason, look.is_whole) == ("Hình vẽ khác", True)
    (found,) = repository.found_by(db, look.id)
    assert (found.item.id, found.version_hash) == (first.id, first.current_version)
    assert found.percent >= SHOWN * 100
    assert twin.state == "in_review"


def test_an_item_of_its_own_is_submitted_at_once_and_the_look_is_kept(db, province, twins, now):
    author = province.actor(db, "author")
    own = make_draft(
        db, author, now=now, content=complete_choice("<p>Nguyên nhân nào khiến giá tăng?</p>")
    )
    version = service.submit(db, author, own, now=now)
    look = repository.look_at(db, version.hash)
    assert look.reason == ""
    assert list(repository.found_by(db, look.id)) == []


def test_what_is_missing_is_told_before_what_is_alike(db, province, twins, now):
    author = province.actor(db, "author")
    _, twin = twins
    draft = items.draft_of(db, twin)
    bare = complete_choice(AGAIN).model_copy(update={"level": None})
    writing.save_draft(db, author, twin, bare, expected_revision=draft.revision, now=now)
    with pytest.raises(Invalid):
        service.submit(db, author, twin, now=now)
    with pytest.raises(Refused):
        service.submit(db, province.actor(db, "colleague"), twin, now=now)


def test_the_look_ends_when_its_time_is_over_and_says_so(db, province, twins, now):
    author = province.actor(db, "author")
    ticks = itertools.count(0.0, 2 * MOST_SECONDS)
    version = service.submit(db, author, twins[1], now=now, clock=lambda: next(ticks))
    look = repository.look_at(db, version.hash)
    assert not look.is_whole
    assert list(repository.found_by(db, look.id)) == []


def test_a_reviewer_marks_what_was_found_and_nothing_else(db, province, twins, now):
    first, twin = twins
    author = province.actor(db, "author")
    other = make_draft(
        db, author, now=now, content=complete_choice("<p>Nguyên nhân nào khiến giá tăng?</p>")
    )
    review.submit(db, author, other, now=now)
    service.submit(db, author, twin, now=now, why_needed="Hình vẽ khác")
    seat = seat_of(db, rounds.open_round(db, twin), "appraiser")
    reviewer = province.actor(db, name_of(province, seat.reviewer_id))
    for actor, one in ((reviewer, other), (province.actor(db, "stranger"), first)):
        with pytest.raises(Refused):
            service.mark_enemies(db, actor, twin, one, reason="Trùng ý", now=now)
    service.mark_enemies(db, reviewer, twin, first, reason="Trùng ý", now=now)
    assert pairs.enemies_of(db, twin.id) == {first.id}
    review.decline(db, reviewer, seat, is_recusal=False, reason="Bận", now=now)
    with pytest.raises(Refused):
        service.mark_enemies(db, reviewer, twin, first, reason="Trùng ý", now=now)


PASSAGES = (
    "<p>Rừng ngập mặn Cần Giờ được trồng lại sau chiến tranh và nay là khu dự trữ sinh quyển.</p>",
    "<p>Chợ nổi Cái Răng họp từ tờ mờ sáng; ghe xuồng treo hàng lên cây sào để gọi khách.</p>",
)
ASKED = "<p>Theo đoạn văn, ý nào sau đây không được tác giả nhắc đến?</p>"
OTHER = "<p>Từ nào trong đoạn gần nghĩa nhất với «phục hồi» khi nói về thiên nhiên?</p>"


def _with(db, author, code, body, stem, now):
    shared = StimulusContent(subject="toan", title=code, body=body)
    version = stimuli.add_stimulus(db, author, code=code, content=shared, now=now)
    return make_draft(db, author, now=now, content=complete_choice(stem, stimulus=version.hash))


def test_shared_material_is_part_of_what_an_item_says(db, province, now):
    author = province.actor(db, "author")
    first = _with(db, author, "RUNG", PASSAGES[0], ASKED, now)
    review.submit(db, author, first, now=now)
    retyped = PASSAGES[0].replace("trồng lại", "trông lại")
    near = _with(db, author, "RUNG-2", retyped, ASKED, now)
    far = _with(db, author, "CHO", PASSAGES[1], ASKED, now)
    same_material = make_draft(
        db, author, now=now,
        content=complete_choice(OTHER, stimulus=items.read_version(db, first.current_version).stimulus),
    )  # fmt: skip

    def found(item):
        content = writing.draft_content(items.draft_of(db, item))
        return [one.item.id for one in service.look_for(db, item, content).found]

    assert found(near) == [first.id]
    assert found(far) == []
    assert found(same_material) == []


def test_what_was_found_is_a_fact(database, now):
    with database.write() as db:
        province = make_province(db, now=now)
        author = province.actor(db, "author")
        first = make_draft(db, author, now=now, content=complete_choice(STEM))
        review.submit(db, author, first, now=now)
        twin = make_draft(db, author, now=now, content=complete_choice(AGAIN))
        service.submit(db, author, twin, now=now, why_needed="Hình vẽ khác")
    for table, column in (("likeness_look", "reason"), ("likeness_pair", "percent")):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
                db.execute(text(change))

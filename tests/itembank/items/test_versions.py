"""Versions are frozen bytes named by their hash; a draft is its author's until it is submitted."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from itembank.errors import Conflict, Invalid, Refused
from itembank.items import repository, service
from itembank.items.models import ItemVersion
from itembank.items.search import Query, search
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import checklist_for
from tests.factories.bank import complete_choice, make_draft, make_province

ALL_MET = {criterion.code: "dat" for criterion in checklist_for("choice")}


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


@pytest.fixture
def author(db, province):
    return province.actor(db, "author")


@pytest.fixture
def item(db, author, now):
    return make_draft(db, author, now=now)


def _write(db, author, item, stem, now, **changes):
    revision = repository.draft_of(db, item).revision
    content = complete_choice(f"<p>{stem}</p>", **changes)
    service.save_draft(db, author, item, content, expected_revision=revision, now=now)


def _appraise(db, province, item, decision, now):
    """A whole round with two acceptances, ended by this decision."""
    round_ = rounds.open_round(db, item)
    secretary = province.actor(db, "secretary")
    for role, name in ((Role.APPRAISER, "appraiser"), (Role.COUNTER_REVIEWER, "counter")):
        task = review.assign(db, secretary, round_, role, province.people[name], now=now)
        review.give_verdict(
            db,
            province.actor(db, name),
            task,
            verdict="accept",
            checklist=ALL_MET,
            comment="",
            now=now,
        )
    review.decide(db, secretary, round_, decision=decision, reason="lí do", now=now)


def _found(db, province, words):
    return [i.code for i in search(db, province.actor(db, "secretary"), Query(text=words)).items]


def test_a_version_is_named_by_the_bytes_that_are_stored(db, author, item, now):
    version = review.submit(db, author, item, now=now)
    stored = db.scalar(select(ItemVersion.stored).where(ItemVersion.hash == version.hash))
    assert hashlib.sha256(stored).hexdigest() == version.hash == item.current_version


def test_editing_after_submission_leaves_the_version_as_it_was(db, author, item, now):
    version = review.submit(db, author, item, now=now)
    review.withdraw(db, author, item, reason="", now=now)
    _write(db, author, item, "Khác hẳn", now)
    assert "1 + 1" in repository.read_version(db, version.hash).stem


def test_nothing_is_edited_while_it_is_before_the_council(db, author, item, now):
    review.submit(db, author, item, now=now)
    with pytest.raises(Refused) as caught:
        _write(db, author, item, "Sửa lén", now)
    assert caught.value.code == "not_editable"


def test_words_of_a_draft_are_not_found_by_others_until_submitted(db, province, author, item, now):
    review.submit(db, author, item, now=now)
    _appraise(db, province, item, "return", now)
    _write(db, author, item, "Điều bí mật", now)
    assert _found(db, province, "bi mat") == []
    assert "bí mật" not in item.label
    review.submit(db, author, item, now=now)
    assert _found(db, province, "bi mat") == [item.code]


def test_lists_describe_what_is_in_use_while_its_author_revises_it(db, province, author, item, now):
    review.submit(db, author, item, now=now)
    _appraise(db, province, item, "approve", now)
    service.revise(db, author, item, now=now)
    _write(db, author, item, "Bản mới", now, level="van_dung")
    review.submit(db, author, item, now=now)
    assert (item.level, "Bản mới" in item.label) == ("biet", False)
    _appraise(db, province, item, "approve", now)
    assert (item.level, "Bản mới" in item.label) == ("van_dung", True)


def test_refusing_a_revision_leaves_the_approved_version_in_use(db, province, author, item, now):
    first = review.submit(db, author, item, now=now)
    _appraise(db, province, item, "approve", now)
    service.revise(db, author, item, now=now)
    _write(db, author, item, "Bản mới", now)
    review.submit(db, author, item, now=now)
    _appraise(db, province, item, "reject", now)
    assert (item.state, item.approved_version) == ("rejected", first.hash)
    assert "1 + 1" in item.label


def test_a_returned_version_does_not_come_back_by_way_of_a_withdrawal(
    db, province, author, item, now
):
    review.submit(db, author, item, now=now)
    _appraise(db, province, item, "return", now)
    _write(db, author, item, "Bản hai", now)
    review.submit(db, author, item, now=now)
    review.withdraw(db, author, item, reason="", now=now)
    _write(db, author, item, "Tính 1 + 1.", now)
    with pytest.raises(Invalid) as caught:
        review.submit(db, author, item, now=now)
    assert caught.value.code == "unchanged"


def test_a_code_that_is_taken_is_refused_by_name(db, author, item, now):
    with pytest.raises(Conflict, match=item.code):
        service.create_item(
            db, author, kind="short", subject="toan", grade=12, code=item.code, now=now
        )


def test_the_same_picture_is_kept_once(db, author, now):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    first, second = (service.add_asset(db, author, svg, most_bytes=1_000, now=now) for _ in "ab")
    assert first.sha256 == second.sha256 == hashlib.sha256(first.body).hexdigest()


def test_an_item_with_a_lost_picture_is_not_submitted(db, author, item, now):
    _write(db, author, item, f'<img src="asset:{"0" * 64}" alt="Đồ thị">', now)
    with pytest.raises(Invalid) as caught:
        review.submit(db, author, item, now=now)
    assert [str(p.where) for p in caught.value.problems] == ["stem"]


def test_cleaning_twice_changes_nothing():
    dirty = complete_choice(
        '<p onclick="x()">Cho <span data-tex="x^2"></span>'
        '<script>alert(1)</script><img src="https://evil.example/a.png" alt="a"></p>'
    )
    once = service.clean(dirty)
    assert service.clean(once) == once
    assert "evil" not in once.stem and "script" not in once.stem and "onclick" not in once.stem
    assert 'data-tex="x^2"' in once.stem

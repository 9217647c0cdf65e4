"""A twin is found from a bank on both databases; enemies are kept apart."""

from __future__ import annotations

import pytest

from itembank.errors import Refused
from itembank.items import repository as items
from itembank.items import service as writing
from itembank.likeness import repository, service
from itembank.likeness.measure import SHOWN
from itembank.people import service as people
from itembank.permissions import Role
from itembank.review import service as review
from tests.factories.bank import make_draft, make_province


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


def _changed(db, author, item, stem, now):
    draft = items.draft_of(db, item)
    content = writing.draft_content(draft).model_copy(update={"stem": stem})
    writing.save_draft(db, author, item, content, expected_revision=draft.revision, now=now)
    return content


STEM = "<p>Đường thẳng nào là tiệm cận đứng của đồ thị hàm số đã cho trong hình vẽ bên?</p>"


def test_a_twin_is_found_and_what_is_not_submitted_is_not(db, province, now):
    author = province.actor(db, "author")
    first, twin, far = (make_draft(db, author, now=now) for _ in range(3))
    _changed(db, author, first, STEM, now)
    content = _changed(db, author, twin, STEM.replace("hình vẽ bên", "hinh ve bên  dưới"), now)
    _changed(db, author, far, "<p>Nguyên nhân của cuộc khởi nghĩa là gì, theo tư liệu?</p>", now)
    assert service.alike(db, twin, content) == []
    review.submit(db, author, first, now=now)
    found = service.alike(db, twin, content)
    assert [near.item.id for near in found] == [first.id]
    assert found[0].likeness >= SHOWN


def test_enemies_are_facts_with_a_last_word(db, province, now):
    author = province.actor(db, "author")
    one, other = make_draft(db, author, now=now), make_draft(db, author, now=now)
    with pytest.raises(Refused):
        service.mark_enemies(db, author, one, other, reason="trùng ý", now=now)
    people.grant_role(db, None, province.people["author"], Role.SECRETARY, province.school, now=now)
    actor = province.actor(db, "author")
    service.mark_enemies(db, actor, other, one, reason="trùng ý", now=now)
    assert repository.enemies_among(db, {one.id, other.id}) == {
        one.id: {other.id},
        other.id: {one.id},
    }
    assert repository.enemies_of(db, one.id) == {other.id}
    service.lift_enemies(db, actor, one, other, reason="đã sửa", now=now)
    assert repository.enemies_of(db, one.id) == set()

"""Items chosen by hand into a form: who may go, who stays out and why, and where they stand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.forms import assembly, repository, service
from itembank.forms.placing import place_items
from itembank.forms.structures import Cell, Part
from itembank.likeness import service as likeness
from itembank.permissions import Role
from itembank.stock import service as stock
from tests.factories.forms import (
    choice_content,
    make_actor,
    make_item,
    make_person,
    make_unit,
    short_content,
    small_structure,
)


@pytest.fixture
def unit(db):
    return make_unit(db)


@pytest.fixture
def officer(db, unit, now):
    return make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)


@pytest.fixture
def author(db, unit, now):
    return make_person(db, unit, "tacgia", Role.TEACHER, now=now)


@pytest.fixture
def item(db, author, now):
    def make(stem="", **how):
        return make_item(db, author, choice_content(stem=f"<p>{stem}</p>"), now=now, **how)

    return make


def _form(db, officer, now, code="D1", **parts):
    paper = small_structure(**(parts or {"choice": 3}))
    return service.create_form_from(db, officer, paper, code=code, title="Đề", now=now)


def _reasons(result):
    return {one.item.code: one.why.template for one in result.left}


def test_chosen_items_stand_in_their_parts_and_the_form_can_be_frozen(
    db, officer, author, item, now
):
    form = _form(db, officer, now, choice=2, short=1)
    number = make_item(db, author, short_content("3,5"), now=now)
    chosen = [number, item("một"), item("hai")]
    result = place_items(db, officer, form, chosen, now=now)
    assert not result.left and len(result.done) == 3
    places = repository.form_items(db, form.id)
    assert [(p.position, p.part, p.number) for p in places] == [
        (1, "I", 1), (2, "I", 2), (3, "III", 1),
    ]  # fmt: skip
    assert {p.placed_by for p in places} == {officer.person_id}
    assert service.freeze_form(db, officer, form, now=now).hash


def test_what_cannot_go_is_told_item_by_item_and_the_rest_goes(db, officer, author, item, now):
    form = _form(db, officer, now, choice=5)
    there, fine, draft = item("có rồi"), item("được"), item("chưa duyệt", approved=False)
    foe, given, used = item("kị"), item("đã giao"), item("đã thi")
    other = make_item(db, author, choice_content(subject="vat_li", stem="<p>lí</p>"), now=now)
    own = item("của mình")
    own.author_id = officer.person_id
    old = _form(db, officer, now, code="CU", choice=1)
    place_items(db, officer, old, [used], now=now)
    service.freeze_form(db, officer, old, now=now)
    stock.note_given_out(db, officer, [given.id], reason="12A1", now=now)
    likeness.mark_enemies(db, officer, there, foe, reason="Cùng ý", now=now)
    place_items(db, officer, form, [there], now=now)
    chosen = [there, fine, draft, foe, given, used, other, own]
    result = place_items(db, officer, form, chosen, now=now)
    assert [one.code for one, _ in result.done] == [fine.code]
    assert _reasons(result) == {
        there.code: "Câu này đã có trong đề.",
        draft.code: "Câu này chưa được duyệt, hoặc đã thôi dùng.",
        foe.code: "Câu này kị câu {code} đã có trong đề.",
        given.code: "Câu này đã lộ (đã giao cho lớp hoặc lọt ra ngoài), không ra đề được nữa.",
        used.code: "Câu này đang khoá vì mới ra đề thi; chưa hết thời gian không dùng lại.",
        other.code: "Câu này của môn khác, không vào đề này được.",
        own.code: "Bạn là tác giả của câu hỏi này, nên không được đưa nó vào đề.",
    }


def test_what_was_placed_by_hand_stays_when_the_rest_is_chosen(db, unit, officer, item, now):
    form, mine = _form(db, officer, now, choice=4), [item("một"), item("hai")]
    for text in ("ba", "bốn", "năm"):
        item(text)
    place_items(db, officer, form, mine, now=now)
    second = make_actor(db, unit, "canbo2", Role.EXAM_OFFICER, now=now)
    service.fill_form(db, second, form, seed=1, now=now, keep=True)
    by = {p.item_id: p.placed_by for p in repository.form_items(db, form.id)}
    assert len(by) == 4
    assert {by[one.id] for one in mine} == {officer.person_id}
    assert list(by.values()).count(second.person_id) == 2


def test_of_two_enemies_chosen_together_one_goes(db, officer, item, now):
    form, one, other = _form(db, officer, now), item("a"), item("b")
    likeness.mark_enemies(db, officer, one, other, reason="Cùng ý", now=now)
    result = place_items(db, officer, form, [one, other], now=now)
    assert len(result.done) == len(result.left) == 1


def test_full_parts_and_kinds_the_paper_lacks_are_told(db, officer, author, item, now):
    form = _form(db, officer, now, choice=1)
    number = make_item(db, author, short_content("1"), now=now)
    result = place_items(db, officer, form, [item("a"), item("b"), number], now=now)
    assert len(result.done) == 1
    assert sorted(_reasons(result).values()) == sorted(
        [
            "Các chỗ của dạng và cấp độ này trong ma trận đề đã đủ câu.",
            "Ma trận đề không có phần nào nhận dạng câu và số điểm của câu này.",
        ]
    )


def test_one_event_for_an_act_and_none_where_nothing_went(db, officer, item, now):
    form, one = _form(db, officer, now), item("a")
    for _ in range(2):
        place_items(db, officer, form, [one], now=now)
    events = select(AuditEvent).where(AuditEvent.action == "form.items_placed")
    assert len(db.scalars(events).all()) == 1


def test_a_frozen_form_takes_nothing_and_nobody_but_the_officer_puts_in(
    db, unit, officer, item, now
):
    form = _form(db, officer, now, choice=1)
    teacher = make_actor(db, unit, "giaovien", Role.TEACHER, now=now)
    with pytest.raises(Refused):
        place_items(db, teacher, form, [item("a")], now=now)
    with pytest.raises(Invalid):
        place_items(db, officer, form, [], now=now)
    place_items(db, officer, form, [item("b")], now=now)
    service.freeze_form(db, officer, form, now=now)
    with pytest.raises(Refused):
        place_items(db, officer, form, [item("c")], now=now)


@given(
    cells=st.lists(
        st.tuples(st.sampled_from(["biet", "hieu", None]), st.integers(1, 4)),
        min_size=1, max_size=3, unique_by=lambda cell: cell[0],
    ),
    levels=st.lists(st.sampled_from(["biet", "hieu", "van_dung"]), max_size=20),
)  # fmt: skip
def test_room_is_taken_until_every_cell_is_full_and_never_beyond(cells, levels):
    matrix = tuple(Cell(level=level, count=n) for level, n in cells)
    count = sum(n for _, n in cells)
    part = Part(code="I", title="I", kind="choice", count=count, weights=(0, 1), matrix=matrix)
    placed: Counter[str | None] = Counter()
    seen = [placed.copy()]
    for level in levels:
        if assembly.has_room(part, level, placed):
            placed[level] += 1
        seen.append(placed.copy())
    named = {level: n for level, n in cells if level}
    beyond = sum(max(0, n - named.get(level, 0)) for level, n in placed.items())
    assert beyond <= dict(cells).get(None, 0)
    assert all(sum(a.values()) <= sum(b.values()) <= count for a, b in pairwise(seen))
    for level in set(levels):  # whoever was sent away was sent away from a full table
        if placed[level] < levels.count(level):
            assert placed[level] >= named.get(level, 0) and beyond == dict(cells).get(None, 0)

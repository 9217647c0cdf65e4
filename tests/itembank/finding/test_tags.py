"""Tags on many items: only where one may read, bounded, on record, and taken back as they were put."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.errors import Invalid, NotFound, TooLarge
from itembank.finding import tags
from itembank.items.search import Query, items_chosen, search, tag_counts
from tests.factories.council import make_council, make_draft, make_submitted
from tests.factories.forms import choice_content


@pytest.fixture
def council(db, now):
    return make_council(db, now)


@pytest.fixture
def items(db, council, now):
    stems = ("<p>Câu một</p>", "<p>Câu hai</p>", "<p>Câu ba</p>")
    return [make_submitted(db, council, choice_content(stem=stem), now=now) for stem in stems]


@pytest.fixture
def officer(db, council):
    return council.actor(db, "officer")


def test_a_tag_is_put_found_and_undone_leaving_what_stood_before(db, officer, items, now):
    first = tags.put_tag(db, officer, items[:1], "Ôn  tập ", now=now)
    second = tags.put_tag(db, officer, items, "Ôn tập", now=now)
    assert (first.tag, first.put, second.put, second.had) == ("Ôn tập", 1, 2, 1)
    found = search(db, officer, Query(tags=("Ôn tập",)))
    assert {item.id for item in found.items} == {item.id for item in items}
    tags.undo(db, officer, second.id, now=now)
    assert tags.tags_of(db, [item.id for item in items]) == {items[0].id: ["Ôn tập"]}
    with pytest.raises(NotFound):
        tags.undo(db, officer, second.id, now=now)


def test_only_who_put_a_tag_undoes_the_act(db, council, officer, items, now):
    act = tags.put_tag(db, officer, items, "khó", now=now)
    with pytest.raises(NotFound):
        tags.undo(db, council.actor(db, "secretary"), act.id, now=now)
    assert tags.act_of(db, officer, act.id).put == len(items)


def test_items_closed_to_the_person_are_neither_tagged_nor_told_of(
    db, council, officer, items, now
):
    colleague = council.actor(db, "colleague")
    assert tags.put_tag(db, colleague, items, "thử", now=now).closed == len(items)
    tags.put_tag(db, officer, items, "kín", now=now)
    assert tag_counts(db, colleague, Query()) == []
    assert search(db, colleague, Query(tags=("kín",))).total == 0
    assert tags.take_tag(db, colleague, items, "kín", now=now).put == 0
    assert tag_counts(db, officer, Query()) == [("kín", len(items))]


def test_drafts_of_others_cannot_be_chosen(db, council, officer, now):
    draft = make_draft(db, council, choice_content(), now=now)
    assert items_chosen(db, officer, [draft.id]) == []
    assert items_chosen(db, council.actor(db, "author"), [draft.id]) == [draft]


def test_counts_of_tags_follow_the_other_filters_and_not_their_own(db, officer, items, now):
    tags.put_tag(db, officer, items[:2], "a", now=now)
    tags.put_tag(db, officer, items[2:], "b", now=now)
    assert tag_counts(db, officer, Query(tags=("b",))) == [("a", 2), ("b", 1)]
    assert tag_counts(db, officer, Query(text="hai")) == [("a", 1)]


def test_taken_off_whoever_put_it(db, council, officer, items, now):
    tags.put_tag(db, officer, items, "cũ", now=now)
    assert tags.take_tag(db, council.actor(db, "author"), items[:2], "cũ", now=now).put == 2
    assert tags.tags_of(db, [i.id for i in items]) == {items[2].id: ["cũ"]}


@pytest.mark.parametrize("tag", ["", "   ", "x" * 61, "a\x00b"])
def test_a_tag_is_a_short_word(db, officer, items, now, tag):
    with pytest.raises(Invalid) as refused:
        tags.put_tag(db, officer, items, tag, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["nhan"]


def test_acts_and_items_are_bounded(db, officer, items, now):
    with pytest.raises(TooLarge):
        tags.put_tag(db, officer, items * tags.MOST_AT_ONCE, "x", now=now)
    with pytest.raises(Invalid):
        tags.put_tag(db, officer, [], "x", now=now)
    for n in range(tags.MOST_ON_AN_ITEM):
        tags.put_tag(db, officer, items[:1], f"nhãn {n}", now=now)
    assert tags.put_tag(db, officer, items[:1], "quá", now=now).full == 1


def test_every_act_leaves_one_event(db, officer, items, now):
    act = tags.put_tag(db, officer, items, "x", now=now)
    tags.undo(db, officer, act.id, now=now)
    tags.take_tag(db, officer, items, "x", now=now)
    told = select(AuditEvent.action).where(AuditEvent.object_type == "item_tag")
    assert db.scalars(told.order_by(AuditEvent.seq)).all() == [
        "items.tagged", "items.tag_undone", "items.untagged"
    ]  # fmt: skip

"""Quotas: least numbers by topic and level, and what is short. No database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.forms.structures import presets
from itembank.handover.quotas import Cell, cells_of_structure, problems_of, read, standings, stored

TOPICS = st.sampled_from(["a", "b"])
LEVELS = st.sampled_from(["biet", "hieu", "van_dung"])
ITEMS = st.lists(st.tuples(TOPICS, LEVELS), max_size=30)
CELLS = st.lists(
    st.builds(Cell, st.none() | TOPICS, st.none() | LEVELS, st.integers(1, 9)), max_size=6
)


@given(CELLS, ITEMS)
def test_a_cell_counts_exactly_what_it_takes(cells, items) -> None:
    for found in standings(cells, items):
        taken = [place for place in items if found.cell.takes(*place)]
        assert found.available == len(taken)
        assert found.short == max(0, found.cell.count - len(taken))


@given(CELLS, ITEMS, st.tuples(TOPICS, LEVELS))
def test_one_more_item_never_makes_anything_shorter(cells, items, more) -> None:
    before = [one.short for one in standings(cells, items)]
    after = [one.short for one in standings(cells, [*items, more])]
    assert all(a <= b for a, b in zip(after, before, strict=True))


@given(CELLS)
def test_what_is_stored_is_read_back(cells) -> None:
    assert list(read(stored(cells))) == cells


@pytest.mark.parametrize("structure", presets().values(), ids=lambda s: s.id)
def test_a_structure_asks_for_all_items_of_its_papers(structure) -> None:
    assert sum(cell.count for cell in cells_of_structure(structure, 3)) == 3 * structure.n_items


def test_a_shortage_is_let_through_only_with_a_reason() -> None:
    cells = [Cell("a", "biet", 1)]
    assert problems_of("Đợt", "toan", cells, "block", "") == []
    assert [str(p.where) for p in problems_of("Đợt", "toan", cells, "mark", " ")] == ["reason"]
    wrong = problems_of(" ", "x", [Cell("a", "biet", -1)], "maybe", "")
    assert [str(p.where) for p in wrong] == ["title", "subject", "on_shortage", "cells"]

"""Forms over a room: laws of the arrangement."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.allocation.grid import (
    Plan,
    are_neighbours,
    shared_by_neighbours,
    spiral,
    spread,
)

sides = st.integers(1, 9)


def all_places(rows, columns):
    return [(r, c) for r in range(rows) for c in range(columns)]


@given(sides, sides, st.integers(4, 24), st.integers(0, 999), st.data())
def test_with_four_forms_no_two_of_the_eight_neighbours_share_one(rows, columns, n, seed, data):
    places = all_places(rows, columns)
    sat = data.draw(st.lists(st.sampled_from(places), unique=True))  # empty seats here and there
    forms = [f"mã {i}" for i in range(n)]
    drawn = spread(sat, forms, random.Random(seed))
    assert set(drawn) == set(sat)
    for one in sat:
        for other in sat:
            if are_neighbours(one, other):
                assert drawn[one] != drawn[other]
    assert shared_by_neighbours(drawn) == []


@given(sides, sides, st.integers(2, 3), st.integers(0, 99))
def test_with_fewer_forms_people_side_by_side_and_in_line_still_differ(rows, columns, n, seed):
    drawn = spread(all_places(rows, columns), list(range(n)), random.Random(seed))
    for (row, column), form in drawn.items():
        assert drawn.get((row, column + 1)) != form
        assert drawn.get((row + 1, column)) != form


def test_the_judge_of_arrangements_finds_what_is_shared():
    assert shared_by_neighbours({(0, 0): "a", (1, 1): "a", (0, 2): "b"}) == [((0, 0), (1, 1))]
    assert len(shared_by_neighbours(dict.fromkeys(all_places(3, 3), "a"))) == 20


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8, 12, 24])
def test_a_full_room_uses_every_form_about_as_often(n):
    drawn = spread(all_places(6, 4), list(range(n)), random.Random(3))
    counts = Counter(drawn.values())
    assert len(counts) == n
    assert max(counts.values()) - min(counts.values()) <= 2


@given(st.integers(0, 60), st.integers(1, 12), st.integers(0, 30), st.data())
def test_a_spiral_is_balanced_over_any_run_of_candidates(n, forms, start, data):
    turn = spiral(n, list(range(forms)), start)
    first = data.draw(st.integers(0, n))
    last = data.draw(st.integers(first, n))
    counts = [turn[first:last].count(form) for form in range(forms)]
    assert max(counts) - min(counts) <= 1


def test_seats_are_numbered_row_by_row_or_as_a_snake():
    assert [Plan(2, 3).place_of(i) for i in (1, 3, 4, 6)] == [(0, 0), (0, 2), (1, 0), (1, 2)]
    assert [Plan(2, 3, True).place_of(i) for i in (3, 4, 6)] == [(0, 2), (1, 2), (1, 0)]
    assert Plan(2, 3).place_of(7) is None and Plan(2, 3).place_of(0) is None

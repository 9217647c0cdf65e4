"""Laws of choosing items: cells are exact or told short, nothing twice, the seed decides."""

from __future__ import annotations

import uuid
from collections import Counter
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from itembank.forms.assembly import Usable, fill, stock
from itembank.forms.structures import ExamStructure, presets

PAPER = presets()["thpt-2025-toan"]
CATEGORIES = {"choice": 2, "tf_cluster": 5, "short": 2}


@st.composite
def usables(draw):
    kind = draw(st.sampled_from(sorted(CATEGORIES)))
    return Usable(
        item_id=uuid.UUID(int=draw(st.integers(0, 2**64))),
        version_hash="0" * 64,
        kind=kind,
        level=draw(st.sampled_from(["biet", "hieu", "van_dung", None])),
        topic=draw(st.sampled_from("abc")),
        n_categories=draw(st.sampled_from([CATEGORIES[kind], 3])),
        times_used=draw(st.integers(0, 2)),
        stimulus=draw(st.sampled_from([None, "s", "t"])),
    )


pools = st.lists(usables(), max_size=80, unique_by=lambda u: u.item_id)
seeds = st.integers(0, 2**31)


@given(pools, seeds)
def test_every_cell_is_exact_or_told_short(pool, seed) -> None:
    chosen, short = fill(PAPER, pool, seed)
    missing = sum(s.cell.count - s.available for s in short)
    assert len(chosen) + missing == PAPER.n_items
    assert len({c.usable.item_id for c in chosen}) == len(chosen)
    assert all(c.usable.suits(c.part) for c in chosen)
    if not short:
        there = Counter((c.part.code, c.usable.level) for c in chosen)
        for part in PAPER.parts:
            for cell in part.matrix:
                assert cell.level is None or there[part.code, cell.level] >= cell.count


@given(pools, seeds, seeds)
def test_what_is_kept_stands_in_a_form_that_is_as_full_as_without(pool, seed, other) -> None:
    chosen, short = fill(PAPER, pool, seed)
    kept: dict[str, list[Usable]] = {}
    for choice in chosen[::2]:
        kept.setdefault(choice.part.code, []).append(choice.usable)
    again, still_short = fill(PAPER, pool, other, kept=kept)
    stands = {(c.part.code, c.usable.item_id) for c in again}
    assert {(part, u.item_id) for part, there in kept.items() for u in there} <= stands
    assert len(stands) == len({item for _, item in stands}) == len(again)
    if not short:
        assert not still_short and len(again) == PAPER.n_items


@given(pools, seeds)
def test_shortage_is_told_only_where_the_bank_is_short(pool, seed) -> None:
    _, short = fill(PAPER, pool, seed)
    in_bank = {(s.part.code, s.cell.level): s.available for s in stock(PAPER, pool)}
    for s in short:
        if s.cell.level is not None:
            assert s.available == in_bank[s.part.code, s.cell.level] < s.cell.count


@given(pools, seeds)
def test_order_of_the_pool_does_not_matter(pool, seed) -> None:
    assert fill(PAPER, pool, seed) == fill(PAPER, list(reversed(pool)), seed)


@given(pools, seeds)
def test_numbers_run_from_one_and_a_stimulus_keeps_its_items_together(pool, seed) -> None:
    chosen, _ = fill(PAPER, pool, seed)
    for part in PAPER.parts:
        here = [c for c in chosen if c.part.code == part.code]
        assert [c.number for c in here] == list(range(1, len(here) + 1))
        names = [c.usable.stimulus for c in here if c.usable.stimulus]
        changes = sum(a != b for a, b in pairwise(names))
        assert changes <= len(set(names)) - 1 if names else True


def _essay(number: int, points: str) -> Usable:
    return Usable(uuid.UUID(int=number), "0" * 64, "essay", None, "", 2, 0, None, Decimal(points))


def test_essays_go_where_their_rubric_is_worth_the_part() -> None:
    paper: ExamStructure = presets()["thpt-2025-ngu-van"]
    pool = [_essay(1, "2"), _essay(2, "4"), _essay(3, "4"), _essay(4, "3")]
    for seed in range(5):
        chosen, short = fill(paper, pool, seed)
        assert not short
        assert [c.usable.rubric_points for c in chosen] == [4, 2, 4]
    _, short = fill(paper, pool[1:], 1)
    assert [(s.part.code, s.available) for s in short] == [("II.1", 0)]

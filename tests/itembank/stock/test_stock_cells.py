"""The arithmetic of the board: shortages add up cell by cell, shades follow the share, forecasts."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from itembank.curriculum import topics
from itembank.forms.structures import presets
from itembank.stock.cells import Cell, Holding, Standing, board, problems_of
from itembank.stock.forecast import Papers, forecast, wanted
from itembank.stock.reuse import months_later, reuse_rule

A, B = Cell("t1", "choice", "biet"), Cell("t1", "choice", "hieu")


def test_what_one_cell_has_too_much_of_makes_up_for_nothing():
    made = board([(A, Standing.USABLE, 50), (B, Standing.USABLE, 3)], {A: 10, B: 10})
    assert made.total().usable == 53
    assert made.total().required == 20
    assert made.total().short == 7
    assert made.shortest == B


def test_only_usable_items_count_towards_what_is_required():
    counted = [(A, Standing.LOCKED, 4), (A, Standing.EXPOSED, 4), (A, Standing.IN_REVIEW, 2)]
    made = board([*counted, (A, Standing.USABLE, 1)], {A: 5})
    assert made.cells[A] == Holding(5, 1, 2, 4, 4, short=4)
    assert made.cells[A].short_after_review == 2


def test_a_cell_that_holds_items_nobody_asked_for_is_not_short():
    made = board([(A, Standing.USABLE, 2)], {})
    assert made.cells[A].required is None
    assert made.cells[A].shade == 0
    assert made.shortest is None


@pytest.mark.parametrize(
    ("usable", "shade"), [(10, 0), (12, 0), (9, 1), (8, 2), (7, 3), (6, 3), (5, 4), (0, 4)]
)
def test_the_shade_is_that_of_the_legend(usable, shade):
    assert board([(A, Standing.USABLE, usable)], {A: 10}).cells[A].shade == shade


def test_totals_are_sums_whatever_the_board():
    rng = random.Random(7)
    cells = [Cell(f"t{i}", kind, "biet") for i in range(6) for kind in ("choice", "short")]
    for _ in range(50):
        required = {c: rng.randrange(9) for c in rng.sample(cells, 7)}
        counted = [(c, Standing.USABLE, rng.randrange(9)) for c in rng.sample(cells, 7)]
        made = board(counted, required)
        held = made.cells.values()
        assert made.total().short == sum(max(0, (h.required or 0) - h.usable) for h in held)
        assert made.total().usable == sum(n for _, _, n in counted)
        assert made.n_short == sum(h.short > 0 for h in held)


def test_every_number_that_cannot_stand_is_told_with_its_cell():
    known = [topics("toan")[0].code]
    wrong = {Cell("no.topic", "choice", "biet"): 1, Cell(known[0], "choice", "biet"): 10_001}
    said = {(str(p.where), str(p.what)) for p in problems_of(wrong, known)}
    assert len(said) == 2
    assert any("10000" in what for _, what in said)


def test_papers_take_what_their_structure_says_with_a_reserve_rounded_up():
    need = wanted([Papers("thpt-2025-toan", 2)], presets(), 10)
    structure = presets()["thpt-2025-toan"]
    for part in structure.parts:
        for cell in part.cells:
            n = need[part.kind, cell.level]
            assert n * 100 >= cell.count * 2 * 110 > (n - 1) * 100


def test_a_cell_for_any_level_takes_what_the_single_levels_leave():
    need = {("choice", "biet"): 4, ("choice", None): 5}
    told = forecast(
        need, {("choice", "biet"): 6, ("choice", "hieu"): 1}, {("choice", "hieu"): 1},
        pace=2.0, months=3,
    )  # fmt: skip
    by_level = {n.level: n for n in told.needs}
    assert by_level["biet"].short == 0
    assert by_level[None].available == 4  # two left of biet, one hieu, one more that reopens
    assert (told.short, told.coming, told.short_at_pace, told.pace_needed) == (1, 6, 0, 1)


def test_months_run_over_years_and_short_months():
    at = datetime(2026, 8, 31, tzinfo=UTC)
    assert months_later(at, -12) == datetime(2025, 8, 31, tzinfo=UTC)
    assert months_later(at, 6) == datetime(2027, 2, 28, tzinfo=UTC)
    assert reuse_rule(date(2026, 1, 1)).months == 12

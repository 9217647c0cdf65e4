"""The demo's families: each gives many complete items, and their keys are what the words ask."""

from __future__ import annotations

from fractions import Fraction

import pytest

from api.demo.bank_files import family_templates
from itembank.families.instances import draw, stock
from itembank.families.template import check
from itembank.items import checks

TEMPLATES = family_templates()


@pytest.mark.parametrize("n", range(3))
def test_each_gives_complete_items(n: int) -> None:
    check(TEMPLATES[n])
    assert stock(TEMPLATES[n]).n_usable >= 8
    assert all(not checks.problems(one.content) for one in draw(TEMPLATES[n], 3, 20))


def test_the_area_is_what_adding_up_thin_strips_gives() -> None:
    for one in draw(TEMPLATES[0], 1, 20):
        a, n = float(one.values["a"]), 20_000
        strips = sum((a - x) * x for x in (a * (i + 0.5) / n for i in range(n))) * a / n
        part = one.content.interaction
        right = next(o.body for o in part.options if o.id == part.key)
        assert strips == pytest.approx(_written(right), abs=1e-4)


def _written(html: str) -> float:
    digits = "".join(c if c.isdigit() else " " for c in html.partition("data-tex=")[2]).split()
    return float(Fraction(int(digits[0]), int(digits[1]) if len(digits) > 1 else 1))


def test_the_seats_are_counted_row_by_row() -> None:
    for one in draw(TEMPLATES[1], 1, 20):
        n, u, d = (int(one.values[name]) for name in "nud")
        assert one.content.interaction.keys == (str(sum(u + d * row for row in range(n))),)


def test_the_last_statement_is_true_where_the_minimum_is_below_zero() -> None:
    seen = set()
    for one in draw(TEMPLATES[2], 1, 60):
        k, c = int(one.values["k"]), int(one.values["c"])
        assert one.content.interaction.statements[3].key is (k**3 - 3 * k * k * k + c < 0)
        seen.add(one.content.interaction.statements[3].key)
    assert seen == {True, False}

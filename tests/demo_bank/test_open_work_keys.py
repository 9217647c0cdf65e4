"""Keys of the teacher's items on their way, computed again; the returned one has two right options."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import sympy

from api.demo.bank_files import open_work

WORK = {entry.item.code: entry for entry in open_work()}
x = sympy.Symbol("x", real=True)


def _key(code: str) -> str:
    return WORK[code].item.content.interaction.key


def test_the_returned_item_has_the_fault_its_reviewer_names() -> None:
    derivative = sympy.diff((3 * x + 1) / (x - 2), x)
    assert sympy.solveset(derivative >= 0, x, sympy.Reals) == sympy.S.EmptySet
    assert WORK["T12-UD-0501"].fate == "returned"


def test_rate_of_outflow() -> None:
    t = sympy.Symbol("t")
    volume = 900 * (1 - t / 30) ** 2
    rate = -sympy.diff(volume, t).subs(t, 10)
    assert WORK["T12-UD-0502"].item.content.interaction.keys == (str(rate),)


def test_second_card_even_given_first_odd() -> None:
    odd_first = [p for p in permutations(range(1, 6), 2) if p[0] % 2]
    share = Fraction(sum(b % 2 == 0 for _, b in odd_first), len(odd_first))
    options = dict(zip("ABCD", ("1/2", "2/5", "3/10", "3/5"), strict=True))
    assert [k for k, v in options.items() if Fraction(v) == share] == [_key("T12-XS-0501")]


def test_derivative_of_x_ln_x() -> None:
    shown = {"A": sympy.log(x) + 1, "B": sympy.log(x), "C": 1 / x, "D": sympy.log(x) + x}
    right = sympy.diff(x * sympy.log(x), x)
    assert [k for k, v in shown.items() if sympy.simplify(v - right) == 0] == [_key("T11-DH-0501")]

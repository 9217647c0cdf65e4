"""Numbers in their places."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.families.expressions import Value, parse
from itembank.families.template import read_value
from itembank.families.writing import fill_html, fill_key, fill_tex, has_zero_factor, plain

VALUES: dict[str, Value] = {
    "a": Fraction(-3), "i": Fraction(1), "m": Fraction(-1), "d": Fraction(3, 4),
    "t": Fraction(1, 3), "z": Fraction(0), "w": "Hải Phòng", "r": 2**0.5,
}  # fmt: skip


def value(source: str) -> Value:
    return parse(source).value(VALUES)


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("x^2 + [[a]]x - [[a]]", "x^2 - 3x + 3"),
        ("[[i]]x^2 + [[m]]x", "x^2 - x"),
        ("[[m]]x+[[i]]", "-x+1"),
        ("[[a]]^2", r"\left(-3\right)^2"),
        ("[[t]]^2", r"\left(\frac{1}{3}\right)^2"),
        ("x^{[[i]]}", "x"),
        (r"2 \cdot [[a]]", r"2 \cdot (-3)"),
        (r"[[i]] \cdot x", r"1 \cdot x"),
        (r"[[i]]\sqrt{2}", r"\sqrt{2}"),
        ("[[d]]", "0{,}75"),
        ("[[d|ps]]", r"\frac{3}{4}"),
        ("[[0 - d|ps]]", r"-\frac{3}{4}"),
        ("[[t]]", r"\frac{1}{3}"),
        ("[[r|tp2]]", "1{,}41"),
        ("(x - [[a]])^2 + (y + [[a]])^2", "(x + 3)^2 + (y - 3)^2"),
        (r"\frac{[[a]]}{[[i]]x}", r"\frac{-3}{x}"),
        ("x_{1}[[i]]", "x_{1}1"),
    ],
)
def test_a_value_fits_its_place(formula: str, written: str) -> None:
    assert fill_tex(formula, value) == written


def test_words_have_a_comma_and_a_true_minus_and_keys_the_hyphen_of_the_keyboard() -> None:
    assert fill_html("<p>[[w]]: [[a]] °C, [[d]]</p>", value) == "<p>Hải Phòng: −3 °C, 0,75</p>"
    assert fill_key("[[a/2]]", value) == "-1,5"


def test_what_is_filled_in_is_words_never_markup() -> None:
    html = fill_html("<p>[[w]]</p>", lambda _: "<img src=x>")
    assert html == "<p>&lt;img src=x&gt;</p>"


def test_a_coefficient_of_zero_is_noticed() -> None:
    assert has_zero_factor("x^2 + [[z]]x", value)
    assert not has_zero_factor("x^2 + [[z]]", value)
    assert not has_zero_factor("1[[z]]x", value)


@given(over=st.integers(-9999, 9999), under=st.integers(1, 400))
def test_a_number_written_is_the_number_read(over: int, under: int) -> None:
    exact = Fraction(over, under)
    assert read_value(plain(exact)) == exact
    assert read_value(plain(exact, "ps")) == exact

"""Every key of the Toán single-choice items, found again by another route than the solution's.

Each check is registered under its item's code and says of an option's text whether that option
answers the question. An item passes when exactly one option does, and it is the declared key.
Data come from the stem's own formulas and tables; what only a figure shows is repeated here.
"""

import itertools
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
import yaml
from scipy.integrate import quad
from scipy.optimize import brentq

from tests.demo_bank.tex_values import (
    SYMBOLS,
    expression,
    formulas,
    interval,
    number,
    point,
    table_rows,
)

BANK = Path(__file__).parents[2] / "api" / "demo" / "bank" / "toan-nhieu-lua-chon.yaml"
ITEMS: dict[str, dict[str, Any]] = {
    item["code"]: item for item in yaml.safe_load(BANK.read_text(encoding="utf-8"))["items"]
}
LETTERS = "ABCD"
# Items whose key rests on words alone, read and solved a second time from the stem: code -> reason.
READ_INDEPENDENTLY: dict[str, str] = {}

Accepts = Callable[[str], bool]
CHECKS: dict[str, Callable[[str], Accepts]] = {}


def accepts(code: str) -> Callable[[Callable[[str], Accepts]], Callable[[str], Accepts]]:
    """Register a function from the stem to a judgement of one option's text."""

    def register(check: Callable[[str], Accepts]) -> Callable[[str], Accepts]:
        CHECKS[code] = check
        return check

    return register


def is_number(value: float) -> Accepts:
    return lambda option: math.isclose(number(option), value, rel_tol=1e-9, abs_tol=1e-9)


def is_number_when_a_is_one(value: float) -> Accepts:
    return lambda option: math.isclose(at(expression(option), a=1), value, abs_tol=1e-9)


def at(formula: sympy.Expr, **values: float) -> float:
    return float(formula.subs({SYMBOLS[name]: value for name, value in values.items()}))


def formula_in(stem: str, beginning: str) -> sympy.Expr:
    """The expression of the stem's formula that begins so."""
    return next(expression(tex) for tex in formulas(stem) if tex.startswith(beginning))


# ---- Derivatives and graphs ----


@accepts("T12-DH-0001")
def falls_all_along_the_interval(stem: str) -> Accepts:
    """The cubic of the table: turning points (−2; 5) and (1; −1)."""
    rows = [[x**3, x**2, x, 1] for x in (-2, 1)] + [[3 * x**2, 2 * x, 1, 0] for x in (-2, 1)]
    slope = np.polyder(np.linalg.solve(rows, [5, -1, 0, 0]))

    def judge(option: str) -> bool:
        low, high = np.clip(interval(option), -50, 50)
        return bool((np.polyval(slope, np.linspace(low, high, 401)[1:-1]) < 0).all())

    return judge


@accepts("T12-DH-0002")
def highest_point_near_the_left_turn(stem: str) -> Accepts:
    """The cubic through the drawn points, with a double root at 1: (x − 1)²(x + 2)."""
    xs = np.linspace(-2, 1, 30001)
    return is_number(round(float(((xs - 1) ** 2 * (xs + 2)).max()), 6))


@accepts("T12-DH-0003")
def valleys_of_a_function_with_those_signs(stem: str) -> Accepts:
    slope = np.poly([-3, 0, 0, 2, 5])  # the signs of the table, double root at 0
    heights = np.polyval(np.polyint(slope), np.linspace(-4, 6, 2001))
    valleys = (heights[1:-1] < heights[:-2]) & (heights[1:-1] < heights[2:])
    return is_number(int(valleys.sum()))


@accepts("T12-DH-0004")
def line_the_curve_approaches(stem: str) -> Accepts:
    curve = formula_in(stem, "y =")
    return lambda option: all(
        abs(at(curve - expression(option), x=far)) < 1e-4 for far in (-1e6, 1e6)
    )


@accepts("T12-DH-0005")
def graph_with_the_drawn_asymptotes_and_intercept(stem: str) -> Accepts:
    def judge(option: str) -> bool:
        curve = expression(option)
        far = [at(curve, x=x) for x in (-1e7, 1e7)]
        blows_up = abs(at(curve, x=-1 + 1e-9)) > 1e6
        return blows_up and np.allclose(far, 2, atol=1e-5) and math.isclose(at(curve, x=0), -1)

    return judge


@accepts("T12-DH-0006")
def clock_time_of_the_busiest_moment(stem: str) -> Accepts:
    flow = formula_in(stem, "N(t)")
    hours = [step / 100 for step in range(1001)]
    return is_number(6 + max(hours, key=lambda t: at(flow, t=t)))


# ---- Antiderivatives and integrals ----


@accepts("T12-NT-0001")
@accepts("T12-NT-0002")
def differentiates_to_the_integrand(stem: str) -> Accepts:
    integrand = formula_in(stem, "f(x) =")

    def judge(option: str) -> bool:
        difference = sympy.diff(expression(option), SYMBOLS["x"]) - integrand
        return all(abs(at(difference, x=x)) < 1e-9 for x in (0.3, 1.7, 2.9))

    return judge


@accepts("T12-NT-0003")
def integral_of_one_such_function(stem: str) -> Accepts:
    """Any F with the two values will do; a parabola is taken."""
    left, right = (float(formula_in(stem, name)) for name in ("F(2)", "F(5)"))
    parabola = np.polyfit([2, 5, 0], [left, right, 1], 2)
    return is_number(round(quad(lambda x: np.polyval(np.polyder(parabola), x), 2, 5)[0], 9))


@accepts("T12-NT-0004")
def area_between_parabola_and_line(stem: str) -> Accepts:
    curve = formula_in(stem, "y = 4x")
    gap = sympy.lambdify(SYMBOLS["x"], curve - formula_in(stem, "y = x"))
    return is_number(quad(gap, 0, brentq(gap, 1, 10))[0])


@accepts("T12-NT-0005")
def volume_as_a_stack_of_discs(stem: str) -> Accepts:
    radius = sympy.lambdify(SYMBOLS["x"], formula_in(stem, "y = "))
    return is_number(quad(lambda x: math.pi * radius(x) ** 2, 0, 3)[0])


@accepts("T12-NT-0006")
def energy_under_the_power_curve(stem: str) -> Accepts:
    power = sympy.lambdify(SYMBOLS["t"], formula_in(stem, "P(t)"))
    return is_number(quad(power, 0, 12)[0])


# ---- Vectors, Oxyz ----


@accepts("T12-OX-0001")
def parallel_to_the_gradient(stem: str) -> Accepts:
    left_side = expression(formulas(stem)[-1].rpartition("colon")[2].partition("=")[0])
    normal = [float(sympy.diff(left_side, SYMBOLS[axis])) for axis in "xyz"]
    return lambda option: bool(np.allclose(np.cross(normal, point(option)), 0))


@accepts("T12-OX-0002")
def line_through_the_point_along_the_vector(stem: str) -> Accepts:
    through, along = (point(tex) for tex in formulas(stem)[1:])

    def judge(option: str) -> bool:
        lines = option.partition(r"\begin{cases}")[2].partition(r"\end{cases}")[0].split(r"\\")
        at_time = [[at(expression(line), t=t) for line in lines] for t in (0, 1)]
        start, step = np.array(at_time[0]), np.subtract(at_time[1], at_time[0])
        apart = np.subtract(through, start)
        return bool(np.allclose([np.cross(step, along), np.cross(step, apart)], 0))

    return judge


@accepts("T12-OX-0003")
def six_points_of_that_sphere_satisfy_the_equation(stem: str) -> Accepts:
    left, _, right = next(tex for tex in formulas(stem) if tex.startswith("(x")).partition("=")
    gap = expression(left) - expression(right)

    def judge(option: str) -> bool:
        centre, radius = np.array(point(option)), float(expression(formulas(option)[1]))
        ends = [centre + sign * radius * axis for sign in (1, -1) for axis in np.eye(3)]
        return all(abs(at(gap, x=x, y=y, z=z)) < 1e-9 for x, y, z in ends)

    return judge


@accepts("T12-VT-0001")
def scalar_product_in_the_unit_cube(stem: str) -> Accepts:
    a, b, a1 = np.array([0, 0, 0]), np.array([1, 0, 0]), np.array([0, 0, 1])
    c1 = np.array([1, 1, 1])
    return is_number_when_a_is_one(float((b - a) @ (a1 - c1)))


@accepts("T12-VT-0002")
def diagonals_share_their_midpoint(stem: str) -> Accepts:
    a, b, c = (np.array(point(tex)) for tex in formulas(stem) if tex[1:2] == "(")
    return lambda option: bool(np.allclose((a + c) / 2, (b + np.array(point(option))) / 2))


@accepts("T12-VT-0003")
def straight_distance_between_two_positions(stem: str) -> Accepts:
    start, end = (point(tex) for tex in formulas(stem) if tex[:2] in ("A(", "B("))
    return is_number(math.dist(start, end))


# ---- Conditional probability: by counting cases ----


@accepts("T12-XS-0001")
def share_of_the_third_among_ten_thousand_fruits(stem: str) -> Accepts:
    shares, faults = ([int(cell.strip("%")) for cell in row] for row in table_rows(stem)[1:])
    faulty = [share * fault for share, fault in zip(shares, faults, strict=True)]
    return is_number(faulty[2] / sum(faulty))


@accepts("T12-XS-0002")
def infected_among_positive_of_ten_thousand_ponds(stem: str) -> Accepts:
    branches = (int(hundredths) for hundredths in re.findall(r"0,(\d\d)", stem))
    infected, healthy, found, _, false_alarm, _ = branches
    positive = infected * found + healthy * false_alarm
    return is_number(round(infected * found / positive, 2))


@accepts("T12-XS-0003")
def green_moved_among_green_drawn(stem: str) -> Accepts:
    first, second = "G" * 4 + "R" * 6, "G" * 3 + "R" * 5
    drawn = [(moved, slip) for moved in first for slip in second + moved]
    green = [moved for moved, slip in drawn if slip == "G"]
    return is_number(green.count("G") / len(green))


# ---- Grouped data ----


@accepts("T12-TK-0001")
def quartiles_on_the_cumulative_polygon(stem: str) -> Accepts:
    groups, counts = table_rows(stem)
    edges = [interval(groups[0])[0]] + [interval(group)[1] for group in groups]
    heights = [0, *itertools.accumulate(int(count) for count in counts)]
    lower, upper = np.interp([heights[-1] / 4, heights[-1] * 3 / 4], heights, edges)
    return is_number(float(upper - lower))


@accepts("T12-TK-0002")
def variance_of_the_midpoints(stem: str) -> Accepts:
    counts = [int(count) for count in re.findall(r"có (\d+) học sinh", stem)]
    return is_number(round(float(np.var(np.repeat([2, 4, 6, 8], counts))), 9))


@accepts("T12-TK-0003")
def line_with_the_smaller_spread(stem: str) -> Accepts:
    groups, first, second = table_rows(stem)
    middles = [sum(interval(group)) / 2 for group in groups]
    spreads = [np.std(np.repeat(middles, [int(n) for n in row])) for row in (first, second)]
    steadier = "Dây chuyền I," if spreads[0] < spreads[1] else "Dây chuyền II,"
    return lambda option: option.startswith(steadier)


# ---- Powers, logarithms, trigonometry ----


@accepts("T11-ML-0001")
def same_value_for_several_a(stem: str) -> Accepts:
    asked = formula_in(stem, r"\log")
    return lambda option: all(
        math.isclose(at(expression(option), a=a), at(asked, a=a)) for a in (0.4, 2, 11)
    )


@accepts("T11-ML-0002")
def curve_through_the_drawn_points(stem: str) -> Accepts:
    return lambda option: all(
        expression(option).subs(SYMBOLS["x"], x) == y for x, y in ((-2, 4), (-1, 2), (0, 1))
    )


@accepts("T11-ML-0003")
def satisfies_the_equation(stem: str) -> Accepts:
    return lambda option: math.isclose(math.log2(number(option) - 1), 3)


@accepts("T11-LG-0001")
def lowest_and_highest_value(stem: str) -> Accepts:
    curve = sympy.lambdify(SYMBOLS["x"], formula_in(stem, "y ="), "numpy")
    values = curve(np.linspace(0, 2 * np.pi, 40001))
    return lambda option: bool(
        np.allclose(interval(option), (values.min(), values.max()), atol=1e-6)
    )


@accepts("T11-LG-0002")
def same_roots_over_two_turns(stem: str) -> Accepts:
    """Where cos x − 1/2 changes sign on (−0.1; 4π − 0.1), against the option's families."""
    xs = np.linspace(-0.1, 4 * np.pi - 0.1, 200_001)
    roots = xs[:-1][np.diff(np.sign(np.cos(xs) - 0.5)) != 0]

    def judge(option: str) -> bool:
        families = [expression(tex.replace("k", "a")) for tex in formulas(option)]
        listed = [at(family, a=k) for family in families for k in range(-9, 10)]
        inside = sorted(x for x in listed if xs[0] < x < xs[-1])
        return len(inside) == len(roots) and bool(np.allclose(inside, roots, atol=1e-3))

    return judge


@accepts("T11-LG-0003")
def time_between_two_high_waters(stem: str) -> Accepts:
    hours = np.arange(0, 48.01, 0.1)
    level = np.interp(hours, [0, 6, 18, 30, 42, 48], [2, 3.5, 0.5, 3.5, 0.5, 2])
    first, second = hours[level == level.max()]
    return is_number(round(float(second - first), 6))


# ---- Sequences, limits ----


@accepts("T11-CS-0001")
def tenth_term_by_adding(stem: str) -> Accepts:
    start, step = (int(formula_in(stem, name)) for name in ("u_1 =", "d ="))
    return is_number(list(itertools.accumulate([step] * 9, initial=start))[9])


@accepts("T11-CS-0002")
def fifth_term_by_multiplying(stem: str) -> Accepts:
    start, ratio = (int(formula_in(stem, name)) for name in ("u_1 =", "q ="))
    return is_number(math.prod([start, *[ratio] * 4]))


@accepts("T11-GH-0001")
def value_the_quotient_nears(stem: str) -> Accepts:
    quotient = expression(formulas(stem)[0].partition("3}")[2])
    return is_number(round((at(quotient, x=3 - 1e-4) + at(quotient, x=3 + 1e-4)) / 2, 6))


# ---- Solids: by coordinates ----


@accepts("T11-HK-0001")
def distance_between_skew_lines(stem: str) -> Accepts:
    """A at the origin, a = 1."""
    b, c, d, s = (np.array(p) for p in [(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1)])
    across = np.cross(d - b, c - s)
    return is_number_when_a_is_one(float(abs((s - b) @ across) / np.linalg.norm(across)))


@accepts("T11-HK-0002")
def frustum_as_a_stack_of_squares(stem: str) -> Accepts:
    bottom, top, edge = (number(f"${tex}$") for tex in formulas(stem))
    height = brentq(
        lambda h: math.dist((bottom / 2,) * 2 + (0,), (top / 2,) * 2 + (h,)) - edge, 0, 9
    )
    return is_number(quad(lambda z: (bottom + (top - bottom) * z / height) ** 2, 0, height)[0])


@accepts("T11-HK-0003")
def angle_between_face_and_base(stem: str) -> Accepts:
    """Seen along CD: the directions from its midpoint to the apex and to the centre."""
    side, edge = (number(f"${tex}$") for tex in formulas(stem)[1:3])
    c, d = np.array([side / 2, side / 2, 0]), np.array([-side / 2, side / 2, 0])
    apex = np.array([0, 0, math.sqrt(edge**2 - c @ c)])
    middle = (c + d) / 2
    cosine = (apex - middle) @ (-middle) / np.linalg.norm(apex - middle) / np.linalg.norm(middle)
    return is_number(round(math.degrees(math.acos(cosine))))


# ---- The laws ----


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_the_declared_key_is_the_only_option_that_answers(code: str) -> None:
    item = ITEMS[code]
    judge = CHECKS[code](item["stem"])
    verdicts = [judge(option["text"]) for option in item["options"]]
    assert verdicts == [letter == item["key"] for letter in LETTERS]


def test_every_item_is_computed_or_listed_as_read_independently() -> None:
    assert set(CHECKS) | set(READ_INDEPENDENTLY) == set(ITEMS)
    assert not set(CHECKS) & set(READ_INDEPENDENTLY)

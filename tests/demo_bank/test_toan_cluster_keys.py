"""Every statement of the Toán true/false clusters, judged again by another route.

Each check takes the stem and the four statements and returns four judgements. The claimed numbers
are read from the statements; data are read from the stem, or repeated where only a figure has them.
"""

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from scipy.integrate import quad

from tests.demo_bank.readings import items_of, numbers
from tests.demo_bank.tex_values import expression, formulas, point, table_rows

ITEMS = items_of("toan-dung-sai.yaml")
# Items no statement of which can be computed: code -> reason. None so far.
READ_INDEPENDENTLY: dict[str, str] = {}

Judgements = tuple[bool, bool, bool, bool]
Check = Callable[[str, Sequence[str]], Judgements]
CHECKS: dict[str, Check] = {}


def judges(code: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS[code] = check
        return check

    return register


def same(one: float | Fraction, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)


def last(text: str) -> float:
    """The number a statement ends with: what it claims."""
    return numbers(re.sub(r"\\text\{[^{}]*\}(\^\d)?", "", text))[-1]


def dedent(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


@judges("T12-DH-0201")
def cubic_through_its_turning_points(stem: str, claims: Sequence[str]) -> Judgements:
    rows = [[x**3, x**2, x, 1] for x in (0, 2)] + [[3 * x**2, 2 * x, 1, 0] for x in (0, 2)]
    curve = np.poly1d(np.linalg.solve(rows, [2, -2, 0, 0]))
    inside = np.linspace(0.001, 1.999, 500)
    meets = np.roots(curve - last(claims[2].split("có")[0]))
    heights = curve(np.linspace(-1, 3, 4001))
    return (
        bool(np.all(np.diff(curve(inside)) < 0)),
        same(curve(0), last(claims[1])),
        len({round(root.real, 6) for root in meets if abs(root.imag) < 1e-9}) == 3,
        same(heights.max() - heights.min(), last(claims[3])),
    )


@judges("T12-DH-0202")
def voyage_priced_hour_by_hour(stem: str, claims: Sequence[str]) -> Judgements:
    length = numbers(stem)[0]

    def total(speed: float) -> float:
        return length / speed * (0.002 * speed**3 + 32)

    slow, deadline = numbers(claims[0])[0], numbers(claims[3])[0]
    speeds = np.linspace(10, 30, 20_001)
    in_time = [total(v) for v in speeds if length / v <= deadline + 1e-9]
    claimed = expression(formulas(claims[1])[0])
    return (
        same(length / slow, last(claims[0])),
        all(same(total(v), float(claimed.subs("v", v))) for v in (11, 17, 29)),
        all(total(a) < total(b) for a, b in pairwise(speeds)),
        same(min(in_time), last(claims[3])),
    )


@judges("T12-TP-0201")
def boat_between_two_buoys(stem: str, claims: Sequence[str]) -> Judgements:
    def speed(t: float) -> float:
        return float(np.interp(t, [0, 40, 200, 260], [0, 12, 12, 0]))

    claimed = expression(formulas(claims[2])[-1])
    whole = quad(speed, 0, 260, points=[40, 200])[0]
    return (
        same((speed(30) - speed(10)) / 20, last(claims[0])),
        same(quad(speed, 40, 200)[0], last(claims[1])),
        all(same(speed(t), float(claimed.subs("t", t))) for t in (200, 230, 260)),
        whole / numbers(stem)[0] > last(claims[3]),
    )


@judges("T12-TP-0202")
def lake_filled_minute_by_minute(stem: str, claims: Sequence[str]) -> Judgements:
    inflow = sympy.lambdify("t", expression(formulas(stem)[1]))
    storm = np.linspace(0, 6, 6001)
    pumped = storm[storm >= 1]
    stored = np.cumsum(inflow(pumped) - 5) * 0.001
    fullest = pumped[stored.argmax()]
    return (
        same(storm[inflow(storm).argmax()], last(claims[0])),
        same(quad(inflow, 0, 6)[0], numbers(claims[1])[0]),
        abs(fullest - last(claims[2])) < 0.01,
        quad(lambda t: inflow(t) - 5, 1, 5)[0] > numbers(claims[3])[2],
    )


@judges("T12-OX-0201")
def drone_followed_along_its_way(stem: str, claims: Sequence[str]) -> Judgements:
    start, end = (np.array(point(tex)) for tex in formulas(stem) if tex[0] in "AB")
    wall = expression(formulas(claims[2])[-1].replace("= 0", ""))
    over = [start, end, start + np.array([0, 0, 9])]
    way = [start + (end - start) * part for part in np.linspace(0, 1, 10_001)]
    return (
        not np.cross(end - start, point(claims[0])).any(),
        same(math.dist(start, end) / 5, last(claims[1])),
        all(same(float(wall.subs({"x": p[0], "y": p[1]})), 0) for p in over),
        min(math.hypot(*place) for place in way) > last(claims[3]),
    )


@judges("T12-OX-0202")
def sphere_by_its_gradient(stem: str, claims: Sequence[str]) -> Judgements:
    x, y, z = sympy.symbols("x y z")
    ball = expression(formulas(stem)[1].replace(r"(S)\colon", "").replace("= 25", "- 25"))
    plane = expression(formulas(stem)[2].replace(r"(P)\colon", "").replace("= 0", ""))
    middle = sympy.solve([ball.diff(v) for v in (x, y, z)], [x, y, z])
    squared = -ball.subs(middle)
    reach = plane.subs(middle) ** 2 / sum(plane.diff(v) ** 2 for v in (x, y, z))
    touch = dict(zip((x, y, z), point(claims[3]), strict=True))
    tangent = expression(formulas(claims[3])[-1].replace("= 0", ""))
    slopes = [[f.diff(v).subs(touch) for v in (x, y, z)] for f in (ball, tangent)]
    return (
        tuple(float(middle[v]) for v in (x, y, z)) == point(claims[0]),
        same(float(sympy.sqrt(squared)), last(claims[1])),
        same(float(sympy.sqrt(squared - reach)), last(claims[2])),
        same(float(ball.subs(touch)), 0)
        and same(float(tangent.subs(touch)), 0)
        and sympy.Matrix(slopes).rank(simplify=True, iszerofunc=lambda v: abs(v) < 1e-9) == 1,
    )


@judges("T12-XS-0201")
def a_thousand_lychees_counted(stem: str, claims: Sequence[str]) -> Judgements:
    share, good_one, good_two = (Fraction(round(n), 100) for n in numbers(stem)[:3])
    first, second = 1000 * share, 1000 * (1 - share)
    good = first * good_one + second * good_two
    bad_first = first * (1 - good_one)
    return (
        same(first * good_one / 1000, last(claims[0])),
        same(1 - good_two, last(claims[1])),
        same(good / 1000, last(claims[2])),
        bad_first / (1000 - good) > last(claims[3]),
    )


@judges("T12-XS-0202")
def swimmers_counted_in_the_table(stem: str, claims: Sequence[str]) -> Judgements:
    boys, girls, both = ([float(cell) for cell in row] for row in table_rows(dedent(stem))[1:])
    assert [b + g for b, g in zip(boys, girls, strict=True)] == both
    return (
        same(boys[0] / both[2], last(claims[0])),
        same(girls[0] / girls[2], last(claims[1])),
        girls[1] / both[1] < last(claims[2]),
        not same(boys[0] / both[2], boys[2] / both[2] * both[0] / both[2]),
    )


@judges("T12-TK-0201")
def sixty_days_of_sunshine(stem: str, claims: Sequence[str]) -> Judgements:
    edges, counts = [8, 12, 16, 20, 24, 28], [6, 12, 22, 14, 6]
    assert sum(counts) == numbers(stem)[0]
    lower, upper = np.interp([15, 45], np.cumsum([0, *counts]), edges)
    days = np.repeat([10, 14, 18, 22, 26], counts)
    return (
        same(edges[-1] - edges[0], last(claims[0])),
        same(lower, last(claims[1])),
        bool(upper - lower < last(claims[2])),
        bool(days.std() < last(claims[3])),
    )


@judges("T11-ML-0201")
def light_lost_metre_by_metre(stem: str, claims: Sequence[str]) -> Judgements:
    kept = 1 - numbers(stem)[1] / 100
    depth, percent = numbers(claims[0])[:2]
    least, floor = numbers(claims[3])[:2]
    return (
        same(kept**depth, percent / 100),
        same(kept, math.exp(-0.8)),
        kept ** numbers(claims[2])[0] > 0.5,
        kept**floor < least / 100,
    )


@judges("T11-LG-0201")
def tide_read_every_minute(stem: str, claims: Sequence[str]) -> Judgements:
    hours = np.linspace(0, 24, 24 * 600 + 1)
    height = np.array([float(v) for v in 1.8 * np.cos(np.pi / 12 * (hours - 5)) + 2.2])
    level, length = numbers(claims[2])[:2]
    return (
        same(height.max(), last(claims[0])),
        same(hours[height.argmax()], numbers(claims[1])[0]),
        bool(abs(np.mean(height >= level - 1e-9) * 24 - length) < 0.01),
        bool(abs(hours[np.gradient(height, hours).argmin()] - numbers(claims[3])[0]) < 0.01),
    )


@judges("T11-HK-0201")
def pyramid_in_coordinates(stem: str, claims: Sequence[str]) -> Judgements:
    side, tall = 6, 6 * math.sqrt(2)
    a, b, c, d = (np.array([x, y, 0.0]) for x, y in ((0, 0), (side, 0), (side, side), (0, side)))
    s = np.array([0, 0, tall])
    slope = math.degrees(math.asin(tall / math.dist(s, c)))
    volume = abs(np.linalg.det([b, d, s])) / 6 * 2  # two tetrahedra SABD of equal volume
    normal = np.cross(b - s, d - s)
    away = abs((c - s) @ normal) / np.linalg.norm(normal)
    return (
        same((c - b) @ (b - a), 0) and same((c - b) @ (s - a), 0),
        same(slope, numbers(formulas(claims[1])[-1])[0]),
        same(volume, float(expression(formulas(claims[2])[-1]))),
        same(away, float(expression(formulas(claims[3])[-1]))),
    )


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_the_declared_keys_are_the_computed_ones(code: str) -> None:
    item = ITEMS[code]
    claims = [statement["text"] for statement in item["statements"]]
    found = CHECKS[code](item["stem"], claims)
    assert [bool(f) for f in found] == [statement["key"] for statement in item["statements"]]


def test_every_cluster_is_computed_or_listed_as_read_independently() -> None:
    assert set(CHECKS) | set(READ_INDEPENDENTLY) == set(ITEMS)
    assert not set(CHECKS) & set(READ_INDEPENDENTLY)


def test_clusters_mix_true_and_false_in_varied_patterns() -> None:
    patterns = [tuple(s["key"] for s in item["statements"]) for item in ITEMS.values()]
    assert all(0 < sum(pattern) < 4 for pattern in patterns)
    assert len(set(patterns)) >= len(patterns) // 2

"""Every short answer of Toán, computed again by another route than the solution's.

A check returns the exact answer; the key must be what a candidate types after the rounding the stem
asks for, and a stem that asks for none must have an answer that needs none.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import count, permutations

import numpy as np
import pytest
import sympy
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from tests.demo_bank.readings import as_typed, items_of, numbers, places_asked_for
from tests.demo_bank.tex_values import expression, formulas, point, table_rows

ITEMS = items_of("toan-tra-loi-ngan.yaml")
# Items whose answer cannot be computed: code -> reason. None so far.
READ_INDEPENDENTLY: dict[str, str] = {}

Check = Callable[[str], float]
CHECKS: dict[str, Check] = {}


def answers(code: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS[code] = check
        return check

    return register


@answers("T12-DH-0301")
def lowest_point_by_a_fine_walk(stem: str) -> float:
    curve = sympy.lambdify("x", expression(formulas(stem)[0]))
    return float(curve(np.linspace(-2, 4, 600_001)).min())


@answers("T12-DH-0302")
def tray_by_search(stem: str) -> float:
    width, length = numbers(stem)[:2]
    best = minimize_scalar(
        lambda x: -x * (width - 2 * x) * (length - 2 * x),
        bounds=(0, width / 2),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return -float(best.fun)


@answers("T12-DH-0303")
def cable_by_search(stem: str) -> float:
    off, along, sea, land = numbers(stem)[:4]
    best = minimize_scalar(
        lambda x: sea * math.hypot(off, x) + land * (along - x),
        bounds=(0, along),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(best.fun)


@answers("T12-DH-0304")
def ticket_price_by_trying(stem: str) -> float:
    price, visitors, step, lost, service = numbers(stem)[:5]

    def profit(asked: Fraction) -> Fraction:
        return (asked - int(service)) * (
            int(visitors) - (asked - int(price)) * int(lost) / int(step)
        )

    tried = [Fraction(tenths, 10) for tenths in range(500, 1501)]
    return float(max(tried, key=profit))


@answers("T12-TP-0301")
def antiderivative_by_area(stem: str) -> float:
    rate = sympy.lambdify("x", expression(formulas(stem)[1]))
    return 2 + float(quad(rate, 1, 2)[0])


@answers("T12-TP-0302")
def painted_strips(stem: str) -> float:
    width, height, door = numbers(stem)[:3]
    arch = np.poly1d(np.polyfit([-width / 2, 0, width / 2], [0, height, 0], 2))
    top = arch(door / 2)
    beside = 2 * quad(arch, door / 2, width / 2)[0]
    above = quad(lambda x: arch(x) - top, -door / 2, door / 2)[0]
    return float(beside + above)


@answers("T12-TP-0303")
def pot_in_thin_slices(stem: str) -> float:
    heights = (np.arange(300_000) + 0.5) / 100_000
    return float(np.sum(math.pi * np.sqrt(heights + 1) ** 2) / 100_000)


@answers("T12-OX-0301")
def gap_between_planes(stem: str) -> float:
    """The shortest way from a point of one plane to the other, along the common normal."""
    first, second = (
        expression(tex.partition("colon")[2].replace("= 0", "")) for tex in formulas(stem)[1:3]
    )
    start = {"x": Fraction(0), "y": Fraction(-7), "z": Fraction(0)}
    assert first.subs(start) == 0
    s = sympy.Symbol("s")
    moved = second.subs({"x": 2 * s, "y": -7 - s, "z": 2 * s}, simultaneous=True)
    return 3 * abs(float(sympy.solve(moved, s)[0]))


@answers("T12-OX-0302")
def flight_timed_in_steps(stem: str) -> float:
    range_ = numbers(stem)[0]
    start, way = (
        np.array(point(tex)) for tex in formulas(stem) if tex.startswith(("A(", r"\vec{u}"))
    )
    step = way / np.linalg.norm(way) * 8
    seconds = np.arange(0, 400, 0.001)
    places = start + seconds[:, None] * step
    inside = np.linalg.norm(places, axis=1) <= range_
    return round(float(inside.sum()) * 0.001, 2)


@answers("T12-XS-0301")
def marbles_enumerated(stem: str) -> float:
    blue, white = (int(n) for n in numbers(stem)[:2])
    draws = list(permutations("x" * blue + "t" * white, 2))
    second_white = [draw for draw in draws if draw[1] == "t"]
    return sum(draw[0] == "x" for draw in second_white) / len(second_white)


@answers("T12-XS-0302")
def ten_thousand_containers(stem: str) -> float:
    wrong, caught, false_alarm = (int(n) for n in numbers(stem)[:3])
    guilty = 100 * wrong
    alarms_right = guilty * caught / 100
    alarms_wrong = (10_000 - guilty) * false_alarm / 100
    return alarms_right / (alarms_right + alarms_wrong)


@answers("T12-TK-0301")
def waiting_times_on_the_ogive(stem: str) -> float:
    rows = table_rows("\n".join(line.strip() for line in stem.splitlines()))
    counts = [float(cell) for cell in rows[1]]
    assert sum(counts) == numbers(stem)[0]
    lower, upper = np.interp(
        [sum(counts) / 4, sum(counts) * 3 / 4], np.cumsum([0, *counts]), range(0, 30, 5)
    )
    return float(upper - lower)


@answers("T12-TK-0302")
def fifty_lychees_weighed(stem: str) -> float:
    weights = np.repeat([19, 21, 23, 25, 27], [4, 12, 18, 10, 6])
    assert len(weights) == numbers(stem)[0]
    return float(weights.std())


@answers("T11-ML-0301")
def acidity_compared(stem: str) -> float:
    rain, sea = numbers(stem)[-2:]
    return math.exp(math.log(10) * (sea - rain))


@answers("T11-ML-0302")
def years_counted_one_by_one(stem: str) -> float:
    loss, limit = (Fraction(str(n)) / 100 for n in numbers(stem)[:2])
    return next(years for years in count() if (1 - loss) ** years < limit)


@answers("T11-LG-0301")
def cabin_followed(stem: str) -> float:
    radius, centre, turn, level = numbers(stem)[:4]
    minutes = (np.arange(1_200_000) + 0.5) * turn / 1_200_000
    heights = centre - radius * np.cos(2 * math.pi * minutes / turn)
    return round(float(np.mean(heights >= level)) * turn, 4)


@answers("T11-CS-0301")
def rows_added_until_enough(stem: str) -> float:
    first, more, wanted = numbers(stem)[:3]
    seats, rows = 0.0, 0
    while seats < wanted:
        seats += first + more * rows
        rows += 1
    return rows


@answers("T11-HK-0301")
def roof_by_cross_products(stem: str) -> float:
    half = numbers(stem)[0] / 2
    apex = np.array([0, 0, half * math.tan(math.radians(45))])
    one, two = np.array([half, -half, 0]), np.array([half, half, 0])
    return 4 * float(np.linalg.norm(np.cross(one - apex, two - apex))) / 2


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_the_declared_key_is_the_computed_answer(code: str) -> None:
    item = ITEMS[code]
    answer = CHECKS[code](item["stem"])
    assert as_typed(round(answer, 6), places_asked_for(item["stem"])) == item["key"]


def test_every_item_is_computed_or_listed_as_read_independently() -> None:
    assert set(CHECKS) | set(READ_INDEPENDENTLY) == set(ITEMS)
    assert not set(CHECKS) & set(READ_INDEPENDENTLY)

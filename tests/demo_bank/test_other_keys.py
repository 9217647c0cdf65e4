"""Physics keys computed again from the printed data; the items whose key rests on words are listed.

English and Ngữ văn have no number to compute: every item there was solved a second time from the
stem and the passage alone, with the key hidden.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.demo_bank.readings import as_typed, items_of, numbers, places_asked_for, stimuli_of
from tests.demo_bank.tex_values import table_rows

PHYSICS = items_of("vat-li.yaml")
ENGLISH = items_of("tieng-anh.yaml")
ESSAYS = items_of("ngu-van.yaml")
LAB = stimuli_of("vat-li.yaml")["L12-DL-001"]["body"]
LETTERS = "ABCD"

READ_INDEPENDENTLY = {
    "L12-NH-0001": "đọc độc lập: mục đích của việc khuấy nước",
    **{code: "đọc độc lập: ngôn ngữ, không có số liệu" for code in ENGLISH},
    **{code: "đọc độc lập: bài viết chấm theo hướng dẫn" for code in ESSAYS},
}


def measured() -> tuple[np.ndarray, np.ndarray]:
    """Seconds and degrees of the laboratory table."""
    rows = table_rows("\n".join(line.strip() for line in LAB.splitlines()))
    seconds, degrees = ([float(cell.replace(",", ".")) for cell in row] for row in rows)
    return np.array(seconds), np.array(degrees)


def mass_and_power() -> tuple[float, float]:
    grams, _, watts = numbers(LAB.partition("|")[0])[:3]
    return grams / 1000, watts


def slope() -> float:
    seconds, degrees = measured()
    return float((degrees[-1] - degrees[0]) / (seconds[-1] - seconds[0]))


def heat_capacity() -> float:
    """J/(kg·K), as the rate of heating gives it: P / (m · dt/dτ)."""
    mass, power = mass_and_power()
    return power / (mass * slope())


# ---- Single choice: the computed value, and what an option's text is worth ----

Value = Callable[[str], float]
CHOICES: dict[str, tuple[Callable[[], float], Value]] = {}


def plain(option: str) -> float:
    return numbers(option)[0]


def scientific(option: str) -> float:
    """The value of `a \\cdot 10^n`."""
    factor, ten, power = numbers(option.replace("^", " "))[:3]
    return float(factor * ten**power)


def hottest_on_the_way() -> float:
    """Pressure and volume followed along the straight line from (2; 3) to (6; 1)."""
    volumes = np.linspace(2, 6, 4001)
    products = volumes * np.interp(volumes, [2, 6], [3, 1])
    return float(300 * products.max() / products[0])


def left_after_32_days() -> float:
    """Decay constant fitted to the points drawn, then continued."""
    rate = np.polyfit([0, 8, 16, 24], np.log([100, 50, 25, 12.5]), 1)[0]
    return 100 * math.exp(32 * rate)


def heat_to_melt() -> float:
    """The heat of melting, kilogram by kilogram of a thousand small portions."""
    stem = PHYSICS["L12-NH-0008"]["stem"].replace("^", " ")
    mass, _, factor, ten, power = numbers(stem)[:5]
    return sum(mass / 1000 * factor * ten**power for _ in range(1000))


def pressure_after_compression() -> float:
    """pV kept constant while the volume shrinks in small steps."""
    first, pressure, last = numbers(PHYSICS["L12-KH-0002"]["stem"])[:3]
    for before, after in pairwise(np.linspace(first, last, 1001)):
        pressure *= before / after
    return float(pressure)


def secondary_turns() -> float:
    """Volts per turn are the same in both windings."""
    turns, primary, secondary = numbers(PHYSICS["L12-TT-0002"]["stem"])[:3]
    return secondary / (primary / turns)


CHOICES["L12-NH-0008"] = (heat_to_melt, scientific)
CHOICES["L12-KH-0002"] = (pressure_after_compression, plain)
CHOICES["L12-TT-0002"] = (secondary_turns, plain)
CHOICES["L12-NH-0002"] = (slope, plain)
CHOICES["L12-NH-0003"] = (heat_capacity, scientific)
CHOICES["L12-KH-0001"] = (hottest_on_the_way, plain)
CHOICES["L12-HN-0001"] = (left_after_32_days, plain)


@pytest.mark.parametrize("code", sorted(CHOICES))
def test_the_key_is_the_option_nearest_to_the_computed_value(code: str) -> None:
    compute, value = CHOICES[code]
    found = compute()
    worths = [value(option["text"]) for option in PHYSICS[code]["options"]]
    nearest = min(range(4), key=lambda k: abs(worths[k] - found))
    assert LETTERS[nearest] == PHYSICS[code]["key"]
    assert math.isclose(worths[nearest], found, rel_tol=0.01)


def test_the_force_on_the_wire_is_the_cross_product_of_current_and_field() -> None:
    """Right is x, up is y, towards the reader is z: current along x, field along −z."""
    force = np.cross([1, 0, 0], [0, 0, -1])
    said = {
        "từ trái sang phải.": (1, 0, 0),
        "từ trên xuống dưới.": (0, -1, 0),
        "từ trước ra sau.": (0, 0, -1),
        "từ dưới lên trên.": (0, 1, 0),
    }
    item = PHYSICS["L12-TT-0001"]
    right = [LETTERS[k] for k, o in enumerate(item["options"]) if said[o["text"]] == tuple(force)]
    assert right == [item["key"]]


# ---- Clusters ----


def keys(code: str) -> list[bool]:
    return [statement["key"] for statement in PHYSICS[code]["statements"]]


def claims(code: str) -> list[list[float]]:
    return [numbers(statement["text"]) for statement in PHYSICS[code]["statements"]]


def test_cluster_on_the_table_and_the_graph() -> None:
    _, degrees = measured()
    mass, power = mass_and_power()
    said = claims("L12-NH-0004")
    heavier = power / (said[3][1] / 1000 * heat_capacity())
    found = [
        math.isclose(degrees[-1] - degrees[0], said[0][1]),
        bool(np.ptp(np.diff(degrees)) <= 0.1 * np.mean(np.diff(degrees))),
        math.isclose(power * said[2][0], said[2][1]),
        math.isclose(heavier, 2 * slope()),
    ]
    assert found == keys("L12-NH-0004")
    assert math.isclose(mass, said[3][0] / 1000)


def test_cluster_on_the_error_of_the_measurement() -> None:
    """A kettle simulated with Newton's law of cooling answers what cannot be read off the table."""
    mass, _ = mass_and_power()
    reference = numbers(PHYSICS["L12-NH-0005"]["stem"])[0]
    said = claims("L12-NH-0005")
    vessel = mass * (heat_capacity() - reference)
    found = [
        apparent_capacity(stop=600) > reference,
        abs(heat_capacity() - reference) / reference <= said[1][0] / 100,
        apparent_capacity(stop=2400) < apparent_capacity(stop=600),
        abs(vessel - said[3][1]) < 1,
    ]
    assert found == keys("L12-NH-0005")


def apparent_capacity(*, stop: int, true_capacity: float = 4180.0, leak: float = 0.1) -> float:
    """What one would find from a run of `stop` seconds if the vessel leaks `leak` W/K."""
    mass, power = mass_and_power()
    warmer = 0.0
    for _ in range(stop):
        warmer += (power - leak * warmer) / (mass * true_capacity)
    return power * stop / (mass * warmer)


# ---- Short answers ----


def kilojoules() -> float:
    _, power = mass_and_power()
    return power * float(measured()[0][-1]) / 1000


def seconds_at_higher_power() -> float:
    """The same share of the heat is useful, so the rate of heating grows with the power."""
    _, power = mass_and_power()
    higher, low, high = numbers(PHYSICS["L12-NH-0007"]["stem"])[:3]
    return (high - low) / (slope() * higher / power)


SHORTS = {"L12-NH-0006": kilojoules, "L12-NH-0007": seconds_at_higher_power}


@pytest.mark.parametrize("code", sorted(SHORTS))
def test_the_declared_key_is_the_computed_answer(code: str) -> None:
    item = PHYSICS[code]
    assert as_typed(round(SHORTS[code](), 6), places_asked_for(item["stem"])) == item["key"]


# ---- Laws of the files ----


def test_every_item_is_computed_or_listed_as_read_independently() -> None:
    computed = {*CHOICES, *SHORTS, "L12-TT-0001", "L12-NH-0004", "L12-NH-0005"}
    assert computed | set(READ_INDEPENDENTLY) == {*PHYSICS, *ENGLISH, *ESSAYS}
    assert not computed & set(READ_INDEPENDENTLY)


def test_items_read_independently_say_so() -> None:
    listed: list[dict[str, Any]] = [
        {**PHYSICS, **ENGLISH, **ESSAYS}[code] for code in READ_INDEPENDENTLY
    ]
    assert all(item["check"] == "đọc độc lập" for item in listed)


def test_english_keys_are_spread_evenly_over_the_letters() -> None:
    positions = [item["key"] for item in ENGLISH.values()]
    assert [positions.count(letter) for letter in LETTERS] == [3, 3, 3, 3]


def test_the_essay_rubric_rises_by_quarters_to_four_points() -> None:
    for essay in ESSAYS.values():
        scales = [[Decimal(level["points"]) for level in row["levels"]] for row in essay["rubric"]]
        assert all(scale[0] == 0 for scale in scales)
        assert all(b - a == Decimal("0.25") for s in scales for a, b in pairwise(s))
        assert sum(scale[-1] for scale in scales) == 4

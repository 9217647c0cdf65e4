"""Vật lí (second file): states followed in small steps, balances solved by search."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import numbers

ANSWERS = Answers("vat-li-bo-sung.yaml")
ABSOLUTE_ZERO = -273.0  # °C, as the stems' temperatures are chosen for


@ANSWERS.value("L12-NH-0102")
def inner_energy(stem: str) -> float:
    heat, work = numbers(stem)
    return heat - work


@ANSWERS.value("L12-KH-0102")
def volume_degree_by_degree(stem: str) -> float:
    """Each degree adds the same fraction of the volume at absolute temperature."""
    volume, first, last = numbers(stem)
    for kelvin in np.arange(first, last) - ABSOLUTE_ZERO:
        volume *= (kelvin + 1) / kelvin
    return float(volume)


@ANSWERS.value("L12-TT-0102")
def flux(stem: str) -> float:
    """Milliweber, as the product of the field with the area vector."""
    area, _, field, angle = numbers(stem.replace("^", " "))[:4]
    normal = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    return float(1000 * field * area * 1e-4 * (np.array([1.0, 0.0]) @ normal))


@ANSWERS.value("L12-TT-0103")
def effective_current(_: str) -> float:
    """Root of the mean square over one period."""
    phases = np.linspace(0, 2 * math.pi, 10_000, endpoint=False)
    return float(np.sqrt(np.mean((4 * np.cos(phases)) ** 2)))


@ANSWERS.value("L12-HN-0101")
def neutrons(stem: str) -> float:
    mass, protons = numbers(stem.replace("_", " "))
    return mass - protons


@ANSWERS.value("L12-NH-0301")
def mixture(stem: str) -> float:
    hot, warm, cold, cool = numbers(stem)
    return float(brentq(lambda t: hot * (warm - t) - cold * (t - cool), cool, warm))


@ANSWERS.value("L12-TT-0301")
def force_on_the_wire(stem: str) -> float:
    length, current, field, angle = numbers(stem)
    along = math.radians(angle)
    wire = np.array([math.cos(along), math.sin(along), 0.0]) * length
    return float(np.linalg.norm(current * np.cross(wire, [field, 0.0, 0.0])))


@ANSWERS.value("L12-HN-0301")
def left_after(stem: str) -> float:
    half_life, hours = numbers(stem)
    return 100 * math.exp(-math.log(2) / half_life * hours)


@ANSWERS.value("L12-HN-0302")
def binding_energy(stem: str) -> float:
    nucleons, _, defect, _, energy = numbers(stem.replace("_", " "))[:5]
    return defect * energy / nucleons


@ANSWERS.cluster("L12-KH-0201")
def tyre(said: Sequence[str]) -> list[bool | None]:
    before, pressure, after = numbers(ANSWERS.items["L12-KH-0201"]["stem"])
    ratio = (after - ABSOLUTE_ZERO) / (before - ABSOLUTE_ZERO)
    return [
        None,
        after - before == numbers(said[1])[0],
        math.isclose(pressure * ratio, numbers(said[2])[0], rel_tol=0.02),
        math.isclose(100 * (1 - 1 / ratio), numbers(said[3])[-1], abs_tol=0.05),
    ]


@ANSWERS.cluster("L12-TT-0201")
def induced(said: Sequence[str]) -> list[bool | None]:
    """Charge by adding up the current over a thousand steps, for both durations."""
    turns, area, _, ohms, first, last, seconds = numbers(
        ANSWERS.items["L12-TT-0201"]["stem"].replace("^", " ")
    )[:7]

    def emf(duration: float) -> float:
        return turns * area * 1e-4 * (last - first) / duration

    def charge(duration: float) -> float:
        return sum(emf(duration) / ohms * duration / 1000 for _ in range(1000))

    return [
        last > first,
        math.isclose(emf(seconds), numbers(said[1])[0]),
        math.isclose(emf(seconds) / ohms, numbers(said[2])[0]),
        math.isclose(charge(numbers(said[3])[2]), 2 * charge(seconds)),
    ]

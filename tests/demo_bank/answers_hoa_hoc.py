"""Hóa học: quantities computed again from the stems."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import isclose
from statistics import mean

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import numbers, stimuli_of
from tests.demo_bank.tex_values import table_rows

ANSWERS = Answers("hoa-hoc.yaml")
MASSES = {"H": 1, "C": 12, "O": 16, "Ca": 40}
ALKYLS = {1: 1, 2: 1, 3: 2}  # carbon atoms -> alkyl groups with as many
CHAINS = {1: 1, 2: 1, 3: 1, 4: 2}  # carbon atoms -> saturated acids with as many


def mass(**atoms: int) -> int:
    return sum(MASSES[symbol] * count for symbol, count in atoms.items())


def vinegar() -> tuple[float, float]:
    """Mean volume of base (mL) and concentration of the vinegar before dilution (mol/L)."""
    body = stimuli_of("hoa-hoc.yaml")["H11-DL-001"]["body"]
    before, diluted, portion, base = numbers(body.partition("|")[0])
    rows = table_rows("\n".join(line.strip() for line in body.splitlines()))
    volume = mean(float(cell.replace(",", ".")) for cell in rows[1])
    return volume, volume * base / portion * diluted / before


@ANSWERS.value("H12-PD-0002")
def cell_voltage(stem: str) -> float:
    _, zinc, _, copper = numbers(stem)  # each after the charge of its ion
    return max(zinc, copper) - min(zinc, copper)


@ANSWERS.value("H12-IA-0002")
def quicklime(stem: str) -> float:
    rock, percent = numbers(stem)[:2]
    return rock * percent / 100 * mass(Ca=1, O=1) / mass(Ca=1, C=1, O=3)


@ANSWERS.value("H11-CB-0301")
def vinegar_concentration(_: str) -> float:
    return vinegar()[1]


@ANSWERS.value("H12-ES-0301")
def esters_by_counting(_: str) -> float:
    """Acid part with n carbon atoms, alkyl group with 4 − n."""
    found = Counter({n: CHAINS[n] * ALKYLS[4 - n] for n in range(1, 4)})
    return float(found.total())


@ANSWERS.value("H12-CA-0301")
def ethanol(stem: str) -> float:
    sugar, percent = numbers(stem)[0], numbers(stem)[-1]
    return (
        float(Fraction(int(sugar), mass(C=6, H=12, O=6)) * 2 * mass(C=2, H=6, O=1)) * percent / 100
    )


@ANSWERS.value("H12-PO-0301")
def links(stem: str) -> float:
    return numbers(stem)[0] / mass(C=2, H=4)


@ANSWERS.value("H12-PD-0301")
def silver(stem: str) -> float:
    ampere, seconds, atomic, faraday = numbers(stem)[:4]
    return atomic * sum(ampere / faraday for _ in range(int(seconds)))


@ANSWERS.value("H12-CT-0301")
def iron(stem: str) -> float:
    portion, _, used, strength = numbers(stem)[:4]  # the charge of iron left out
    return 5 * used * strength / portion


@ANSWERS.cluster("H12-PD-0201")
def copper_electrolysis(said: Sequence[str]) -> list[bool | None]:
    stem = ANSWERS.items["H12-PD-0201"]["stem"]
    millilitres, molar, ampere, seconds, faraday, atomic = numbers(stem)[:6]
    electrons = ampere * seconds / faraday
    left = molar - electrons / 2 / (millilitres / 1000)
    found = (electrons, electrons / 2 * atomic, left)
    claims = [numbers(text)[-1] for text in said[1:]]
    return [None, *(isclose(a, b, rel_tol=1e-6) for a, b in zip(found, claims, strict=True))]


@ANSWERS.cluster("H11-CB-0201")
def vinegar_claims(said: Sequence[str]) -> list[bool | None]:
    volume, strength = vinegar()
    grams, molar_mass = numbers(said[3])[1:]
    return [
        None,
        isclose(volume, numbers(said[1])[0]),
        None,
        isclose(strength * molar_mass, grams, rel_tol=0.02),
    ]

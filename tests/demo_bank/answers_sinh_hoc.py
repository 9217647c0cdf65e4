"""Sinh học: crosses enumerated, food chains walked, replication simulated."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import numbers, stimuli_of

ANSWERS = Answers("sinh-hoc.yaml")
Dna = tuple[int, int]  # the nitrogen of each strand


def gametes(genotype: str) -> list[str]:
    """Equally likely gametes of independent pairs, `AaBb` -> AB, Ab, aB, ab."""
    pairs = [genotype[k : k + 2] for k in range(0, len(genotype), 2)]
    return ["".join(chosen) for chosen in product(*pairs)]


def replicate(molecules: Sequence[Dna], nitrogen: int) -> list[Dna]:
    return [(strand, nitrogen) for molecule in molecules for strand in molecule]


def feeding() -> dict[str, list[str]]:
    """What each consumer of the food web eats, as the table says."""
    body = stimuli_of("sinh-hoc.yaml")["S12-DL-001"]["body"]
    lines = [line.strip().strip("|").split("|") for line in body.splitlines() if "|" in line]
    rows = [(eater.strip().lower(), food.strip().lower()) for eater, food in lines[2:]]
    return {eater: food.split(", ") for eater, food in rows}


def chains(top: str) -> Iterator[tuple[str, ...]]:
    """Food chains that end in `top`, from the producer up."""
    eaten = feeding().get(top)
    if eaten is None:
        yield (top,)
        return
    for food in eaten:
        yield from ((*chain, top) for chain in chains(food))


@ANSWERS.value("S12-NS-0001")
def trisomic(stem: str) -> float:
    return numbers(stem)[-1] + 1


@ANSWERS.value("S12-NS-0002")
def both_dominant(_: str) -> float:
    children = [a + b for a, b in product(gametes("AaBb"), repeat=2)]
    return 100 * sum("A" in child and "B" in child for child in children) / len(children)


@ANSWERS.value("S12-QT-0001")
def heterozygotes(stem: str) -> float:
    """Everything that is not homozygous."""
    p = numbers(stem)[0]
    return 1 - p**2 - (1 - p) ** 2


@ANSWERS.value("S12-HS-0002")
def efficiency(stem: str) -> float:
    _, second, _, third = numbers(stem)[:4]
    return 100 * third / second


@ANSWERS.value("S12-HS-0301")
def chains_to_the_otter(_: str) -> float:
    return float(len(list(chains("rái cá"))))


@ANSWERS.value("S12-PT-0301")
def nucleotides(stem: str) -> float:
    length, pair = numbers(stem)[:2]
    return 2 * length / pair


@ANSWERS.value("S12-NS-0301")
def kinds_of_gametes(_: str) -> float:
    return float(len(set(gametes("AaBbDdee"))))


@ANSWERS.value("S12-NS-0302")
def recombinant_gamete(stem: str) -> float:
    """Half of the recombinants carry A with b, half a with B."""
    return numbers(stem)[-1] / 2


@ANSWERS.value("S12-QT-0301")
def carriers(stem: str) -> float:
    recessive = math.sqrt(numbers(stem)[-1] / 100)
    return 1 - recessive**2 - (1 - recessive) ** 2


@ANSWERS.value("S12-QT-0302")
def fish_in_the_pond(stem: str) -> float:
    marked, caught, again = numbers(stem)
    return marked / (again / caught)


@ANSWERS.cluster("S12-PT-0201")
def replication(said: Sequence[str]) -> list[bool | None]:
    molecules, times = [(15, 15)], 0
    while len(molecules) < 16:
        molecules, times = replicate(molecules, 14), times + 1
    marked = sum(15 in molecule for molecule in molecules)
    later = replicate(molecules, 15)
    mixed = sum(set(molecule) == {14, 15} for molecule in later)
    return [
        None,
        times == numbers(said[1])[0],
        marked == numbers(said[2])[1],
        [mixed, len(later)] == numbers(said[3])[2:4],
    ]


@ANSWERS.cluster("S12-NG-0201")
def pedigree(_: Sequence[str]) -> list[bool | None]:
    """Every genotype the parents can have, the sick daughter and the healthy son given."""
    family = [
        (father, mother, sister, son)
        for father, mother in product(("AA", "Aa"), repeat=2)
        for sister, son in product(("".join(c) for c in product(father, mother)), repeat=2)
        if set(sister) == {"a"} and "A" in son
    ]
    sons = [son for *_, son in family]
    carrier = Fraction(sum("a" in son for son in sons), len(sons))
    x_linked_sick_daughter = any(
        set(father + mother) == {"a"} for father, mother in product("A", "Aa")
    )
    return [
        bool(family),
        x_linked_sick_daughter,
        0 < carrier < 1,
        math.isclose(float(carrier / 4), 1 / 6),
    ]


@ANSWERS.cluster("S12-HS-0201")
def food_web(said: Sequence[str]) -> list[bool | None]:
    eaters = set(feeding())
    producers = {food for eaten in feeding().values() for food in eaten} - eaters
    lengths = {len(chain) for chain in chains("rái cá")}
    return [len(producers) == 2, max(lengths) == numbers(said[1])[0], len(lengths) == 3, None]

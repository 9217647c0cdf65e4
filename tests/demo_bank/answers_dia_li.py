"""Địa lí: averages, shares and rates computed again from the tables."""

from collections.abc import Sequence

import numpy as np

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import numbers, stimuli_of
from tests.demo_bank.tex_values import table_rows

ANSWERS = Answers("dia-li.yaml")


def table(code: str) -> np.ndarray:
    """The cells of a stimulus table without its header, (n_rows, n_columns)."""
    body = stimuli_of("dia-li.yaml")[code]["body"]
    rows = table_rows("\n".join(line.strip() for line in body.splitlines()))[1:]
    return np.array([[float(cell.replace(",", ".")) for cell in row] for row in rows])


def degrees() -> np.ndarray:
    """The twelve monthly means, °C."""
    row: np.ndarray = table("D12-DL-001")[0]
    return row


def rain() -> np.ndarray:
    """The twelve monthly sums, mm."""
    row: np.ndarray = table("D12-DL-001")[1]
    return row


@ANSWERS.value("D12-TN-0301")
def range_of_the_year(_: str) -> float:
    return float(np.ptp(degrees()))


@ANSWERS.value("D12-TN-0302")
def mean_of_the_year(_: str) -> float:
    return float(degrees().mean())


@ANSWERS.value("D12-DC-0301")
def density(stem: str) -> float:
    area, thousands = numbers(stem)[0], numbers(stem)[-1]
    return thousands * 1000 / area


@ANSWERS.value("D12-DC-0302")
def natural_increase(stem: str) -> float:
    """Per mille to per cent."""
    born, died = numbers(stem)
    return (born - died) / 10


@ANSWERS.value("D12-KT-0301")
def yield_of_rice(stem: str) -> float:
    """Ten quintals to the tonne."""
    hectares, tonnes = numbers(stem)
    return 10 * tonnes / hectares


@ANSWERS.value("D10-BD-0301")
def kilometres(stem: str) -> float:
    _, scale, centimetres = numbers(stem)
    return centimetres * scale / 100_000


@ANSWERS.cluster("D12-TN-0201")
def station(said: Sequence[str]) -> list[bool | None]:
    wet = rain()[4:10].sum() / rain().sum()
    return [
        rain().argmax() + 1 == numbers(said[0])[0],
        np.count_nonzero(rain() > numbers(said[1])[1]) == numbers(said[1])[0],
        bool(degrees().mean() < numbers(said[2])[0]),
        bool(wet > numbers(said[3])[2] / 100),
    ]


@ANSWERS.cluster("D12-DC-0201")
def workforce(said: Sequence[str]) -> list[bool | None]:
    before, after = table("D12-DL-002")
    shares = 100 * (after / after.sum() - before / before.sum())
    return [
        after.sum() - before.sum() == numbers(said[0])[-1],
        bool(100 * after[0] / after.sum() == numbers(said[1])[-1]),
        bool(abs(shares[1] - numbers(said[2])[-1]) < 0.5),
        bool((after / before).argmax() == 2),
    ]

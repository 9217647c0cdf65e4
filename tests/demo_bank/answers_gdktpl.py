"""Giáo dục kinh tế và pháp luật: accounts added up, quantities read off the drawn curves."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from math import isclose

import numpy as np

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import BANK, numbers, stimuli_of
from tests.demo_bank.tex_values import table_rows

ANSWERS = Answers("gdktpl.yaml")
INCOME_ROWS = 2
SVG = "{http://www.w3.org/2000/svg}"


def table(code: str) -> np.ndarray:
    """The numbers of a stimulus table, (n_rows, n_columns)."""
    body = stimuli_of("gdktpl.yaml")[code]["body"]
    rows = table_rows("\n".join(line.strip() for line in body.splitlines()))[1:]
    return np.array([[float(cell.replace(",", ".")) for cell in row] for row in rows])


def household() -> tuple[float, np.ndarray]:
    """Income of the month and each of the expenses, million đồng."""
    money = table("G12-DL-001")[:, 0]
    return float(money[:INCOME_ROWS].sum()), money[INCOME_ROWS:]


def quantity_drawn(root: ET.Element, curve: str, price: float) -> float:
    """The quantity where a drawn curve meets a price; the axes are read from their ticks."""
    texts = {t.text: t for t in root.iter(f"{SVG}text")}
    lines = [ln for ln in root.iter(f"{SVG}line") if ln.get("stroke") == texts[curve].get("fill")]
    x1, y1, x2, y2 = (float(lines[0].attrib[name]) for name in ("x1", "y1", "x2", "y2"))
    ticks = [(float(texts[q].attrib["x"]), float(q)) for q in ("20", "45")]
    heights = [(float(texts[p].attrib["y"]) - 5, float(p)) for p in ("30", "40")]
    down = np.polyfit([p for _, p in heights], [y for y, _ in heights], 1)
    across = np.polyfit([x for x, _ in ticks], [q for _, q in ticks], 1)
    y = np.polyval(down, price)
    return float(np.polyval(across, x1 + (y - y1) / (y2 - y1) * (x2 - x1)))


@ANSWERS.value("G12-TT-0003")
def growth(stem: str) -> float:
    _, before, _, after = numbers(stem)[:4]
    return 100 * (after - before) / before


@ANSWERS.value("G12-TC-0001")
def share_saved(_: str) -> float:
    income, expenses = household()
    return float(100 * (income - expenses.sum()) / income)


@ANSWERS.value("G11-CC-0001")
def surplus_as_drawn(stem: str) -> float:
    root = ET.parse(BANK / "figures" / "g11-cung-cau.svg").getroot()
    price = numbers(stem)[-1]
    return quantity_drawn(root, "S", price) - quantity_drawn(root, "D", price)


@ANSWERS.cluster("G12-TC-0201")
def accounts(said: Sequence[str]) -> list[bool | None]:
    income, expenses = household()
    online = table("G12-DL-001")[INCOME_ROWS - 1, 0]
    return [
        income == numbers(said[0])[-1],
        bool(expenses.argmax() == 0),
        bool(100 * expenses[-1] / income > numbers(said[2])[0]),
        bool(expenses.sum() > income - online),
    ]


@ANSWERS.cluster("G12-TT-0201")
def economy(said: Sequence[str]) -> list[bool | None]:
    (gdp, people, poor, farms) = table("G12-DL-002")
    return [
        isclose(100 * (gdp[1] / gdp[0] - 1), numbers(said[0])[-1]),
        isclose(1000 * gdp[1] / people[1], numbers(said[1])[-1]),
        bool(gdp[1] * farms[1] > gdp[0] * farms[0]),
        bool(gdp[1] > gdp[0] and farms[1] < farms[0] and poor[1] < poor[0]),
    ]

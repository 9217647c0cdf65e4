"""The demo bank as the program reads it: items fit to be submitted, figures true to the numbers."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from api.demo.bank_files import read_bank
from itembank.items.checks import problems
from tests.demo_bank.readings import BANK
from tests.demo_bank.test_other_keys import measured

FIGURES = sorted((BANK / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def drawing(name: str) -> ET.Element:
    return ET.parse(BANK / "figures" / f"{name}.svg").getroot()


def test_nothing_keeps_an_item_from_being_submitted() -> None:
    assert {item.code: said for item in read_bank().items if (said := problems(item.content))} == {}


def test_every_stimulus_that_is_named_exists_and_every_one_is_used() -> None:
    bank = read_bank()
    assert {item.stimulus for item in bank.items if item.stimulus} == set(bank.stimuli)


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_fit_a_narrow_screen_and_fetch_nothing(path: Path) -> None:
    root = drawing(path.stem)
    assert max(float(root.attrib["width"]), float(root.attrib["height"])) <= 420
    assert not [name for element in root.iter() for name in element.attrib if "href" in name]


@pytest.mark.parametrize(
    ("name", "counts"),
    [("ds-dien-mat-troi", [6, 12, 22, 14, 6]), ("tln-qua-vai", [4, 12, 18, 10, 6])],
)
def test_bars_are_as_tall_as_the_numbers_above_them(name: str, counts: list[int]) -> None:
    root = drawing(name)
    heights = np.array([float(bar.attrib["height"]) for bar in root.iter(f"{SVG}rect")])
    written = [text.text for text in root.iter(f"{SVG}text")]
    assert np.allclose(heights / heights[0] * counts[0], counts, atol=0.02)
    assert all(str(count) in written for count in counts)


def test_the_points_of_the_heating_graph_are_the_rows_of_the_table() -> None:
    seconds, degrees = measured()
    dots = [
        (float(dot.attrib["cx"]), float(dot.attrib["cy"]))
        for dot in drawing("vl-nhiet-dung").iter(f"{SVG}circle")
    ]
    across, down = (np.array(values) for values in zip(*dots, strict=True))
    for drawn, numbers in ((across, seconds), (down, degrees)):
        line = np.polyfit(numbers, drawn, 1)
        assert np.allclose(np.polyval(line, numbers), drawn, atol=0.1)

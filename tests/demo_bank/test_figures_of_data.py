"""Figures of the bank that show data, held to the tables beside them."""

import xml.etree.ElementTree as ET

import numpy as np

from tests.demo_bank.answers_dia_li import rain
from tests.demo_bank.readings import BANK

SVG = "{http://www.w3.org/2000/svg}"


def test_bars_of_rain_are_as_tall_as_the_table_says() -> None:
    root = ET.parse(BANK / "figures" / "d12-luong-mua.svg").getroot()
    heights = np.array([float(bar.attrib["height"]) for bar in root.iter(f"{SVG}rect")])
    assert np.allclose(heights / heights.max(), rain() / rain().max(), atol=1e-3)

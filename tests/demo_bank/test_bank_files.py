"""Laws every file of the demo bank keeps: complete items, known outcomes, readable formulas and
figures that a browser without network or scripts can show."""

import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from api.demo.bank_files import read_bank
from itembank.items.checks import problems
from itembank.items.rendering import mathml
from tests.demo_bank.readings import BANK

CURRICULUM = Path(__file__).parents[2] / "itembank" / "curriculum" / "data"
FILES = sorted(BANK.glob("*.yaml"))
FIGURES = sorted((BANK / "figures").glob("*.svg"))
FORMULA = re.compile(r"\$\$?([^$]+)\$\$?")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
SVG = "{http://www.w3.org/2000/svg}"
FORBIDDEN = {f"{SVG}{tag}" for tag in ("script", "style", "foreignObject", "image", "a")}


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def outcomes() -> set[tuple[str, str]]:
    return {
        (topic["code"], outcome["code"])
        for path in CURRICULUM.glob("*.yaml")
        for topic in document(path)["topics"]
        for outcome in topic["outcomes"]
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_items_are_tagged_with_outcomes_of_the_curriculum(path: Path) -> None:
    tags = {(item["topic"], item["outcome"]) for item in document(path)["items"]}
    assert tags <= outcomes()


def test_codes_are_unique_over_the_whole_bank() -> None:
    codes = Counter(item["code"] for path in FILES for item in document(path)["items"])
    assert [code for code, times in codes.items() if times > 1] == []


def test_nothing_keeps_an_item_from_being_submitted() -> None:
    bank = read_bank()
    assert {item.code: found for item in bank.items if (found := problems(item.content))} == {}
    named = {item.stimulus for item in bank.items if item.stimulus}
    assert named <= set(bank.stimuli)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_formula_becomes_mathml_without_a_command_left_over(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = [tex for tex in FORMULA.findall(text) if "\\" in _visible(mathml(tex))]
    assert broken == []


def _visible(math: str) -> str:
    return re.sub(r"<annotation.*?</annotation>", "", math)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_picture_exists_and_is_described(path: Path) -> None:
    for description, source in PICTURE.findall(path.read_text(encoding="utf-8")):
        assert len(description) >= 30, source
        assert (BANK / source).is_file(), source


def test_every_figure_is_used() -> None:
    used = {
        Path(source).name
        for path in FILES
        for _, source in PICTURE.findall(path.read_text(encoding="utf-8"))
    }
    assert {figure.name for figure in FIGURES} - used == set()


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_are_small_titled_and_inert(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert path.stat().st_size <= 8192
    assert max(float(root.attrib["width"]), float(root.attrib["height"])) <= 420
    assert root.findtext(f"{SVG}title") and root.findtext(f"{SVG}desc")
    assert not {element.tag for element in root.iter()} & FORBIDDEN
    assert not [name for element in root.iter() for name in element.attrib if "href" in name]

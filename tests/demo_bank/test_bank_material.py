"""What every item of the demo bank owes its readers, whatever the subject."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from latex2mathml.converter import convert

ROOT = Path(__file__).parents[2]
BANK = ROOT / "api" / "demo" / "bank"
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(BANK.glob("*.yaml"))}
ITEMS = [(name, item) for name, content in FILES.items() for item in content["items"]]
FIGURES = sorted((BANK / "figures").glob("*.svg"))
CURRICULA = sorted((ROOT / "itembank" / "curriculum" / "data").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def texts(value: Any) -> Iterator[str]:
    """Every text inside an item or a stimulus."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def test_codes_are_unique() -> None:
    codes = Counter(item["code"] for _, item in ITEMS)
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_item_is_tagged_with_an_outcome_of_its_topic() -> None:
    topics: dict[str, set[str]] = {}
    for path in CURRICULA:
        for topic in yaml.safe_load(path.read_text("utf-8"))["topics"]:
            topics[topic["code"]] = {outcome["code"] for outcome in topic["outcomes"]}
    untagged = [i["code"] for _, i in ITEMS if i["outcome"] not in topics.get(i["topic"], set())]
    assert untagged == []


@pytest.mark.parametrize("name", FILES)
def test_every_formula_becomes_mathml_with_nothing_left_over(name: str) -> None:
    for text in texts(FILES[name]):
        assert text.count("$") % 2 == 0, text
        for display, inline in FORMULA.findall(text):
            assert "\\" not in convert(display or inline), display or inline


@pytest.mark.parametrize("name", FILES)
def test_every_picture_exists_and_is_described(name: str) -> None:
    for text in texts(FILES[name]):
        for description, target in PICTURE.findall(text):
            assert (BANK / target).is_file(), target
            assert len(description) > 20, target


def test_no_figure_is_left_unused() -> None:
    used = {
        Path(target).name
        for f in FILES.values()
        for t in texts(f)
        for _, target in PICTURE.findall(t)
    }
    assert {path.name for path in FIGURES} - used == set()


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_are_small_described_and_inert(path: Path) -> None:
    assert path.stat().st_size <= 8_000
    root = ET.parse(path).getroot()
    assert root.get("viewBox")
    assert root.findtext(f"{SVG}title") and root.findtext(f"{SVG}desc")
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags.isdisjoint({"script", "style", "foreignObject", "image", "use", "a"})


def test_choice_items_have_four_different_options_and_a_reason_for_each() -> None:
    for _, item in ITEMS:
        if item["kind"] != "choice":
            continue
        assert len({option["text"] for option in item["options"]}) == 4, item["code"]
        assert all(option["rationale"] for option in item["options"]), item["code"]
        assert item["key"] in list("ABCD"), item["code"]


def test_keys_of_the_toan_choice_items_are_spread_evenly() -> None:
    keys = Counter(item["key"] for item in FILES["toan-nhieu-lua-chon"]["items"])
    assert set(keys.values()) == {9}


def test_toan_choice_items_fill_three_forms() -> None:
    levels = Counter(item["level"] for item in FILES["toan-nhieu-lua-chon"]["items"])
    assert levels == {"biet": 18, "hieu": 12, "van_dung": 6}


def test_the_bars_of_the_histogram_are_as_tall_as_its_numbers() -> None:
    root = ET.parse(BANK / "figures" / "t12-tk-0002.svg").getroot()
    heights = [float(bar.get("height", "0")) for bar in root.iter(f"{SVG}rect")]
    assert [height / heights[0] * 2 for height in heights] == [2, 8, 6, 4]

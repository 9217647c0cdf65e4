"""Pictures: every mark stands where its number says, and every picture can be read without eyes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from api.charts.categories import CategoryData, category_curves
from api.charts.dif import DifData, GroupCurve, dif_curves
from api.charts.heatmap import HeatData, heatmap, shade
from api.charts.icc import IccData, ObservedGroup, icc
from api.charts.information import InformationData, information_curve
from api.charts.options import OptionCurve, OptionData, option_curves
from api.charts.residuals import FitHistogram, fit_histogram
from api.charts.scatter import Dot, ScatterData, scatter
from api.charts.sparkline import icc_sparkline, trace_sparkline
from api.charts.svg import Scale, logit_label
from api.charts.wright import Bin, WrightData, WrightItem, spread, wright_map
from api.i18n import translate
from itembank.errors import msg

GRID = [i / 10 for i in range(-30, 31)]


def t(message, **params) -> str:
    return translate(message, "vi", **params)


def tags(svg: str, name: str, css: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)
    return [e for e in root.iter(name) if set(css.split()) <= set(e.get("class", "").split())]


def group(theta=0.0, observed=0.5, half=0.1, expected=0.5) -> ObservedGroup:
    return ObservedGroup(theta, 100, observed, observed - half, observed + half, expected)


def wright_item(label="I.1", part="I", thresholds=(0.0,), flagged=False, opened=False):
    return WrightItem(label, part, thresholds, flagged, opened)


PICTURES = {
    "icc": icc(IccData("I.1", [(x, 0.5) for x in GRID], [group()]), t),
    "categories": category_curves(
        CategoryData("II.1", [[(x, 0.3) for x in GRID] for _ in range(5)], [[(0.0, 0.2)]] * 5), t
    ),
    "information": information_curve(
        InformationData([(x, 4.0 - x * x / 4) for x in GRID], [(x, 0.5) for x in GRID]), t
    ),
    "wright": wright_map(WrightData([Bin(-0.25, 0.0, 3), Bin(0.0, 0.25, 5)], [wright_item()]), t),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_well_formed_and_has_a_title_and_a_description(name) -> None:
    root = ElementTree.fromstring(PICTURES[name])
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    texts = {e.get("id"): e.text for e in root if e.get("id")}
    assert all(texts[i] for i in ids)


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_carries_styles_of_its_own(name) -> None:
    """The content policy refuses them, and colours belong to the stylesheet."""
    assert "style=" not in PICTURES[name] and "<style" not in PICTURES[name]
    assert not re.search(r"#[0-9a-f]{6}", PICTURES[name])


def test_a_group_whose_interval_misses_the_curve_is_marked() -> None:
    groups = [group(-1.0, 0.4, 0.05, expected=0.42), group(1.0, 0.8, 0.05, expected=0.6)]
    svg = icc(IccData("I.1", [(x, 0.5) for x in GRID], groups), t)
    dots = tags(svg, "circle", "dot")
    assert ["outside" in d.get("class") for d in dots] == [False, True]
    assert "1 nhóm có khoảng 95 %" in svg


def test_what_lies_beyond_the_axis_is_not_drawn() -> None:
    svg = icc(IccData("I.1", [(x, 0.5) for x in GRID], [group(3.4), group(0.0)]), t)
    assert len(tags(svg, "circle", "dot")) == 1


def test_labels_that_would_say_markup_are_escaped() -> None:
    svg = icc(IccData("<b>&", [(x, 0.5) for x in GRID], []), t)
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;" in svg


def test_each_category_has_its_curve_and_its_number() -> None:
    badges = tags(PICTURES["categories"], "text", "badge-text")
    assert [b.text for b in badges] == ["0", "1", "2", "3", "4"]


def test_a_harder_item_stands_higher_on_the_wright_map() -> None:
    items = [wright_item("I.1", thresholds=(-1.0,)), wright_item("I.2", thresholds=(1.5,))]
    svg = wright_map(WrightData([Bin(0.0, 0.25, 1)], items), t)
    at = {e.text: float(e.get("y")) for e in tags(svg, "text", "item-label")}
    assert at["I.2"] < at["I.1"]


def test_a_cluster_shows_every_threshold_in_order() -> None:
    items = [wright_item("II.1", "II", (-1.0, 0.0, 0.5, 2.0), flagged=True)]
    svg = wright_map(WrightData([Bin(0.0, 0.25, 1)], items), t)
    rings = tags(svg, "text", "ring-text")
    assert [r.text for r in rings] == ["1", "2", "3", "4"]
    heights = [float(r.get("y")) for r in rings]
    assert heights == sorted(heights, reverse=True)
    assert len(tags(svg, "text", "item-label flagged")) == 1


def test_an_item_beyond_the_scale_stays_in_the_picture() -> None:
    svg = wright_map(WrightData([], [wright_item(thresholds=(60.0,))]), t)
    (label,) = tags(svg, "text", "item-label")
    assert 0 < float(label.get("y")) < 708


@pytest.mark.parametrize(
    ("heights", "moved"),
    [
        ([10.0, 40.0, 90.0], [10.0, 40.0, 90.0]),
        ([10.0, 10.0], [3.0, 17.0]),
        ([0.0, 10.0, 12.0, 50.0], [-20 / 3, 22 / 3, 64 / 3, 50.0]),
        ([], []),
    ],
)
def test_labels_move_as_little_as_it_takes_not_to_overlap(heights, moved) -> None:
    assert spread(heights, 14.0) == pytest.approx(moved)


def test_sparklines_are_hidden_from_screen_readers() -> None:
    curve = {"groups": [], "model": {"theta": [-3.0, 3.0], "expected": [0.1, 0.9]}}
    for svg in (icc_sparkline(curve), trace_sparkline([-10.0, -5.0, -4.0, -3.9])):
        assert ElementTree.fromstring(svg).get("aria-hidden") == "true"


def test_a_trace_too_short_to_draw_is_no_picture() -> None:
    assert trace_sparkline([]) == trace_sparkline([-3.0]) == ""


def test_numbers_on_axes_are_written_as_in_vietnam() -> None:
    assert [logit_label(v) for v in (-1.0, 0.0, 2.0, 0.5)] == ["−1", "0", "+2", "+0,5"]


def test_a_scale_maps_its_ends_to_its_ends() -> None:
    scale = Scale(-3.0, 3.0, 100.0, 0.0)
    assert (scale(-3.0), scale(3.0), scale(0.0)) == (100.0, 0.0, 50.0)
    assert scale.clipped(9.0) == 0.0


DOTS = [Dot("I.1", -1.0, -1.1, False), Dot("I.2", 0.5, 1.4, True)]
WORKBENCH = {
    "scatter": scatter(ScatterData(DOTS, msg("Hai thang"), msg("x"), msg("y"), (0.8, 0.5)), t),
    "heatmap": heatmap(
        HeatData(["I.1", "I.2"], [[1.0, 0.35], [0.35, 1.0]], frozenset({("I.1", "I.2")})), t
    ),
    "options": option_curves(
        OptionData("I.1", [OptionCurve("A", True, [0.2, 0.8]), OptionCurve("B", False, [0.8, 0.2])],
                   [10, 10]), t
    ),
    "lz": fit_histogram(FitHistogram(-5.0, 0.25, [0] * 8 + [3] + [5] * 31, -2.58), t),
    "dif": dif_curves(
        DifData("I.1", [GroupCurve("A", [0, 1], [5, 5], [0.2, 0.9], [0.3, 0.8]),
                        GroupCurve("B", [0, 1], [5, 5], [0.1, 0.7], [])]), t
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBENCH)
def test_the_workbenchs_pictures_are_well_formed_titled_and_unstyled(name) -> None:
    root = ElementTree.fromstring(WORKBENCH[name])
    assert root.get("role") == "img"
    texts = {e.get("id"): e.text for e in root if e.get("id")}
    assert all(texts[i] for i in root.get("aria-labelledby").split())
    assert "style=" not in WORKBENCH[name]


def test_dots_that_are_off_are_filled_and_named() -> None:
    svg = WORKBENCH["scatter"]
    assert len(tags(svg, "circle", "dot")) == 2
    assert len(tags(svg, "circle", "dot outside")) == 1
    assert [e.text for e in tags(svg, "text", "item-label")] == ["I.2"]


@pytest.mark.parametrize(
    ("value", "css"),
    [(None, "heat none"), (0.04, "heat zero"), (-0.07, "heat minus-1"), (0.2, "heat plus-3")],
)
def test_the_shade_follows_the_value(value, css) -> None:
    assert shade(value) == css


def test_a_flagged_pair_has_a_frame() -> None:
    (cell,) = tags(WORKBENCH["heatmap"], "rect", "heat")
    assert cell.get("class") == "heat plus-4 flagged"

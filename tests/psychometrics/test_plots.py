"""Every picture says what it shows, in both languages, as SVG and as PNG."""

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate, item_estimate, score, simulate_responses
from psychometrics.classical import distractor_analysis
from psychometrics.dif import dif_curves, item_tables
from psychometrics.fit import q3
from psychometrics.linking import AbilityWeights, anchor_drift, anchor_pairs, link
from psychometrics.posterior_curves import posterior_curves
from psychometrics.sum_scores import score_distribution

pytest.importorskip("matplotlib", reason="matplotlib is not installed")
from psychometrics import plots
from psychometrics.plots.words import WORDS

N = 600
ITEMS = [
    *(item_estimate(f"Câu {k}", "2pl", [1.2, 0.3 * k - 1.8]) for k in range(1, 12)),
    item_estimate("Cụm 12", "gpcm", [0.9, -0.6, 0.1, 0.7]),
]


@pytest.fixture(scope="module")
def responses():
    rng = np.random.default_rng(4)
    drawn = simulate_responses(ITEMS, rng.normal(size=N), rng)
    scores = drawn.scores.copy()
    scores[: 2 * N // 3, 1] = scores[: 2 * N // 3, 0]  # two items that depend on each other
    return ResponseMatrix.from_arrays(scores, items=drawn.items)


@pytest.fixture(scope="module")
def calibration(responses):
    return calibrate(responses, "gpcm", standard_errors=False)


@pytest.fixture(scope="module")
def moved(calibration):
    """The same items on a second occasion, one of them harder."""
    rng = np.random.default_rng(5)
    items = [
        item_estimate(i.item, i.model, [i.a, *(np.add(i.difficulties, 1.5 * (i.item == "Câu 3")))])
        for i in ITEMS
    ]
    drawn = simulate_responses(items, rng.normal(size=N), rng)
    return calibrate(drawn, "gpcm", standard_errors=False)


@pytest.fixture(scope="module")
def pictures(responses, calibration, moved):
    """A way to draw each kind, by name, in a language."""
    curves = posterior_curves(responses, calibration)
    labels = ["nữ" if i % 2 else "nam" for i in range(N)]
    grouped = ResponseMatrix.from_arrays(responses.scores, items=responses.items, groups=labels)
    pairs = anchor_pairs(moved, calibration)
    drift = anchor_drift(pairs, link(moved, calibration), AbilityWeights.uniform())
    rng = np.random.default_rng(6)
    options = distractor_analysis(rng.choice(list("ABCD"), (N, 3)), ["A", "B", "C"])
    sums = responses.scores.sum(axis=1)
    return {
        "item_curve": lambda lang: plots.plot_item_curve(
            calibration.items[0], curves[0], language=lang
        ),
        "category_curves": lambda lang: plots.plot_category_curves(
            calibration.items[11], curves[11], language=lang
        ),
        "group_curves": lambda lang: plots.plot_group_curves(
            {"nam": calibration.items[0], "nữ": moved.items[0]}, {"nam": curves[0]}, language=lang
        ),
        "dif_curves": lambda lang: plots.plot_dif_curves(
            "Câu 1", dif_curves(item_tables(grouped)[0]), language=lang
        ),
        "distractors": lambda lang: plots.plot_distractors(options[0], language=lang),
        "information": lambda lang: plots.plot_information(calibration, language=lang),
        "wright_map": lambda lang: plots.plot_wright_map(
            calibration, score(responses, calibration, "wle"), language=lang
        ),
        "score_distribution": lambda lang: plots.plot_score_distribution(
            sums, score_distribution(calibration), language=lang
        ),
        "drift": lambda lang: plots.plot_drift(drift, language=lang),
        "q3": lambda lang: plots.plot_q3(q3(responses, calibration), language=lang),
    }


SAYS = {
    "item_curve": ("Đường đặc trưng: Câu 1", "Observed, 95% interval"),
    "category_curves": ("Mức 3", "Category 3"),
    "group_curves": ("nam: quan sát", "nam: observed"),
    "dif_curves": ("nữ: mô hình", "Matching score"),
    "distractors": ("A (đáp án)", "A (key)"),
    "information": ("Sai số chuẩn (logit)", "Standard error (logits)"),
    "wright_map": ("Bản đồ Wright", "Number of persons"),
    "score_distribution": ("Tổng điểm", "Sum score"),
    "drift": ("Câu 3", "Difficulty on the base scale"),
    "q3": ("Cụm 12", "Dependence between items (adjusted Q3)"),
}


def text_of(path):
    """All text of an SVG file; fails where it is not well-formed or the text is drawn as shapes."""
    root = ElementTree.parse(path).getroot()
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(element.itertext()) for element in found)


@pytest.mark.parametrize("name", SAYS)
def test_pictures_say_what_they_show(pictures, name, tmp_path):
    for language, said in zip(("vi", "en"), SAYS[name], strict=True):
        figure = pictures[name](language)
        figure.savefig(tmp_path / f"{language}.svg")
        assert said in text_of(tmp_path / f"{language}.svg")
    figure.savefig(tmp_path / "en.png")
    assert (tmp_path / "en.png").read_bytes().startswith(b"\x89PNG")


def test_every_kind_of_picture_is_tried():
    assert {f"plot_{name}" for name in SAYS} == {n for n in plots.__all__ if n != "Picture"}


def test_the_same_picture_is_the_same_bytes(pictures, tmp_path):
    for file in ("a.svg", "b.svg"):
        pictures["item_curve"]("vi").savefig(tmp_path / file)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_notebook_is_shown_the_picture(pictures):
    assert pictures["information"]("vi")._repr_svg_().lstrip().startswith("<?xml")


def test_the_dependent_pair_is_framed_and_the_drifting_anchor_named(pictures):
    frames = pictures["q3"]("vi").axes[0].patches
    assert {tuple(np.add(frame.get_xy(), 0.5)) for frame in frames} == {(0.0, 1.0), (1.0, 0.0)}
    assert [text.get_text() for text in pictures["drift"]("vi").axes[0].texts] == ["Câu 3"]


def test_numbers_have_the_sign_of_the_language(pictures, tmp_path):
    pictures["item_curve"]("vi").savefig(tmp_path / "vi.svg")
    pictures["item_curve"]("en").savefig(tmp_path / "en.svg")
    assert "0,25" in text_of(tmp_path / "vi.svg") and "−2" in text_of(tmp_path / "vi.svg")
    assert "0.25" in text_of(tmp_path / "en.svg")


def test_bars_are_the_shares_of_the_scores(pictures, responses):
    bars = pictures["score_distribution"]("vi").axes[0].patches
    shares = np.bincount(responses.scores.sum(axis=1), minlength=len(bars)) / N
    np.testing.assert_allclose([bar.get_height() for bar in bars], shares)


def test_every_word_is_there_in_both_languages():
    assert all(set(pair) == {"vi", "en"} for pair in WORDS.values())


def test_nothing_else_brings_the_plotting_along():
    code = (
        "import sys, psychometrics, api.commands.calibrate; print('matplotlib' in sys.modules); "
        "import psychometrics.plots; print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

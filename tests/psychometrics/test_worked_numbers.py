"""Worked numbers that no other test holds; docs/methods/worked-numbers.md says where each one is.

LSAT6 and LSAT7: Bock & Lieberman (1970), Psychometrika 35, 179-197, as printed by ltm and mirt and
recomputed. Conditional estimates as eRm prints them. Three items of Kolen & Brennan (2014), *Test Equating,
Scaling, and Linking*, D = 1.7. Six units of Levy & Lemeshow as in R's ``survey::scd``.
"""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from psychometrics import ResponseMatrix, calibrate, category_probabilities, item_estimate, score
from psychometrics.assessment import Total, balanced_repeated_replication, estimate
from psychometrics.sum_scores import score_distribution
from tests.psychometrics.conftest import LSAT6, LSAT7, PATTERNS
from tests.psychometrics.linking.known import calibration

CHECKS = Path(__file__).parents[2] / ".." / "shared" / "psychometric-checks.md"


@pytest.fixture(scope="module")
def fits(lsat6, lsat7):
    return {"lsat6": calibrate(lsat6, "2pl"), "lsat7": calibrate(lsat7, "2pl")}


@pytest.mark.parametrize(
    ("name", "frequencies"),
    [("lsat6", [3, 20, 85, 237, 357, 298]), ("lsat7", [12, 40, 114, 205, 321, 308])],
)
def test_score_frequencies(name, frequencies, request):
    scores = request.getfixturevalue(name).scores.sum(axis=1)
    assert np.bincount(scores).tolist() == frequencies


@pytest.mark.parametrize(
    ("name", "intercepts"),
    [
        ("lsat6", [2.773, 0.990, 0.249, 1.285, 2.053]),
        ("lsat7", [1.856, 0.808, 1.805, 0.486, 1.855]),
    ],
)
def test_intercepts(name, intercepts, fits):
    found = [-item.a * item.b for item in fits[name].items]
    assert found == pytest.approx(intercepts, abs=6e-4)


def test_lsat6_as_ltm_prints_it(fits):
    """ltm stops a little short of the maximum: a to 0.01, b to 0.02."""
    items = fits["lsat6"].items
    b, a = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], [0.8254, 0.7229, 0.8905, 0.6886, 0.6575]
    assert [item.b for item in items] == pytest.approx(b, abs=0.02)
    assert [item.a for item in items] == pytest.approx(a, abs=0.01)


@pytest.mark.parametrize(
    ("name", "counts", "g2", "p"), [("lsat6", LSAT6, 21.23, None), ("lsat7", LSAT7, 31.70, 0.0628)]
)
def test_likelihood_ratio_of_the_table(name, counts, g2, p, fits):
    seen = np.array([n for n in counts if n > 0], dtype=float)
    saturated = float((seen * np.log(seen / seen.sum())).sum())
    found = 2.0 * (saturated - fits[name].log_likelihood)
    assert found == pytest.approx(g2, abs=0.005)
    if p is not None:
        assert chi2.sf(found, 21) == pytest.approx(p, abs=5e-5)
        assert np.sqrt((found / 21 - 1.0) / 999) == pytest.approx(0.023, abs=5e-4)  # RMSEA, mirt


def test_information_criteria_of_lsat7(fits):
    fit = fits["lsat7"]
    deviance = -2.0 * fit.log_likelihood
    assert deviance + 2 * fit.n_parameters == pytest.approx(5337.61, abs=0.005)
    assert deviance + fit.n_parameters * np.log(1000) == pytest.approx(5386.688, abs=0.005)


def conditional_log_likelihood(difficulty, scores):
    """Rasch, given the sum scores: elementary symmetric functions of the easinesses."""
    gamma = np.ones(1)
    for easiness in np.exp(-difficulty):
        gamma = np.append(gamma, 0.0) + np.append(0.0, gamma) * easiness
    return float(-(scores @ difficulty).sum() - np.log(gamma)[scores.sum(axis=1)].sum())


def test_conditional_maximum_likelihood_of_lsat6(lsat6):
    """eRm: difficulties (sum 0), log-likelihood. The marginal Rasch model finds the same order."""
    centre = np.vstack([np.eye(4), -np.ones(4)])
    scores = lsat6.scores.astype(int)
    found = minimize(lambda free: -conditional_log_likelihood(centre @ free, scores), np.zeros(4))
    difficulty = centre @ found.x
    assert difficulty == pytest.approx([-1.2561, 0.4749, 1.2360, 0.1684, -0.6232], abs=1e-4)
    # eRm counts persons with extreme scores too; they add nothing.
    assert -found.fun == pytest.approx(-1091.57, abs=0.005)
    marginal = np.array([item.b for item in calibrate(lsat6, "pcm").items])
    assert marginal - marginal.mean() == pytest.approx(difficulty, abs=0.03)


def test_lsat7_m2_of_the_documentation(fits, lsat7):
    from psychometrics.fit import model_fit

    assert model_fit(lsat7, fits["lsat7"]).value == pytest.approx(11.936, abs=0.005)


def test_lsat7_eap_recomputed(fits):
    """11011: -.233 in mirt's documentation, -.235 at the maximum."""
    one = ResponseMatrix.from_arrays([[1, 1, 0, 1, 1]])
    assert score(one, fits["lsat7"], "eap").theta[0] == pytest.approx(-0.233, abs=0.003)


KB = [
    item_estimate(f"I{k}", "3pl", [1.7 * a, b, c])
    for k, (a, b, c) in enumerate([(1.3, -1.3, 0.1), (0.6, -0.1, 0.17), (1.7, 0.9, 0.18)], start=1)
]


@pytest.mark.parametrize(
    ("theta", "expected"),
    [(-2.0, [0.257968, 0.274470, 0.180188]), (0.0, [0.951846, 0.606147, 0.236641])],
)
def test_probabilities_behind_lord_wingersky(theta, expected):
    found = [category_probabilities(item, theta)[0, 1] for item in KB]
    assert found == pytest.approx(expected, abs=1e-6)


def test_score_distribution_equals_the_sum_over_patterns():
    found = score_distribution(calibration(KB, model="3pl"))
    nodes = calibration(KB).nodes
    weights = np.exp(-0.5 * nodes**2) / np.exp(-0.5 * nodes**2).sum()
    p = np.stack([category_probabilities(item, nodes)[:, 1] for item in KB])
    by_score = np.zeros(4)
    for pattern in itertools.product((0, 1), repeat=3):
        x = np.array(pattern)[:, None]
        by_score[sum(pattern)] += weights @ np.where(x == 1, p, 1 - p).prod(axis=0)
    assert found.probability == pytest.approx(by_score, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "r", "theta"),
    [
        (5, 0, -2.397895),
        (5, 1, -1.098612),
        (5, 2, -0.336472),
        (5, 3, 0.336472),
        (5, 4, 1.098612),
        (5, 5, 2.397895),
        (10, 3, -0.762140),
    ],
)
def test_wle_of_identical_rasch_items(n, r, theta):
    items = [item_estimate(f"I{k}", "2pl", [1.0, 0.0]) for k in range(1, n + 1)]
    row = ResponseMatrix.from_arrays([[1] * r + [0] * (n - r)], items=[i.item for i in items])
    assert score(row, calibration(items), "wle").theta[0] == pytest.approx(theta, abs=1e-6)


ARRESTS = np.array([120.0, 78.0, 185.0, 228.0, 670.0, 530.0])
ALIVE = np.array([25.0, 24.0, 30.0, 49.0, 80.0, 70.0])


def test_replication_of_a_total():
    """21.49419: the root of the sum of squared differences of the pairs, 1, 19 and 10."""
    design = balanced_repeated_replication(np.ones(6), [1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2])
    (found,) = estimate(Total(), ALIVE, design).estimates()
    assert found.value == pytest.approx(278.0)
    assert found.se == pytest.approx(21.49419, abs=5e-6)


def test_replication_of_the_ratio_is_near_taylor():
    """.0098073 by linearisation (R's survey), an independent check of the replicates' order."""
    z = (ALIVE - ALIVE.sum() / ARRESTS.sum() * ARRESTS) / ARRESTS.sum()
    within = z.reshape(3, 2) - z.reshape(3, 2).mean(axis=1, keepdims=True)
    assert np.sqrt(2.0 * (within**2).sum()) == pytest.approx(0.0098073, abs=5e-8)


def test_response_probability_of_two_thirds_is_not_that_of_067():
    """.69 logits belong to 2/3; a page that gives it for .67 has the wrong one (.7082)."""
    assert np.log((2 / 3) / (1 / 3)) == pytest.approx(0.69, abs=0.005)
    assert np.log(0.67 / 0.33) == pytest.approx(0.7082, abs=5e-5)


def test_the_patterns_are_all_of_them():
    assert len(PATTERNS) == 32 and sum(LSAT6) == sum(LSAT7) == 1000


def numbers_of(text):
    """Every decimal of a text, without sign; typographic minus signs are signs."""
    plain = re.sub(r"[−∓±]", "-", text)
    return {float(number) for number in re.findall(r"(?<![\w.])\d*\.\d+", plain)}


def test_every_number_of_the_list_is_in_a_test():
    if not CHECKS.is_file():
        pytest.skip("the list of worked numbers is not beside this project")
    tests = Path(__file__).parent.rglob("*.py")
    known = numbers_of("\n".join(path.read_text("utf-8").replace("_", "") for path in tests))
    assert sorted(numbers_of(CHECKS.read_text("utf-8")) - known) == []


def test_the_page_names_tests_that_exist():
    page = Path(__file__).parents[2] / "docs" / "methods" / "worked-numbers.md"
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", page.read_text("utf-8"))
    assert len(named) > 40
    for file, test in named:
        assert f"def {test}(" in (Path(__file__).parent / file).read_text("utf-8"), (file, test)

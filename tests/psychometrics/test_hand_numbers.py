"""Published and independently recomputed numbers.

LSAT6 and LSAT7: Bock & Lieberman (1970), Psychometrika 35, 179-197; estimates as printed by ltm and
mirt and recomputed. WLE: Warm (1989), exact for identical Rasch items. Single items: by hand.
"""

import numpy as np
import pytest

from psychometrics import (
    Quadrature,
    ResponseMatrix,
    calibrate,
    category_probabilities,
    classical_statistics,
    expected_score,
    item_estimate,
    item_information,
    score,
)
from psychometrics.results import Calibration, Group


def slopes(calibration):
    return [item.a for item in calibration.items]


def difficulties(calibration):
    return [item.b for item in calibration.items]


def known(items, mean=0.0, sd=1.0):
    """A calibration with these items, as if estimated."""
    return Calibration(
        model="2pl",
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=0,
        n_parameters=0,
        cycles=0,
        items=tuple(items),
        groups=(Group("all", mean, sd, 0),),
        n_nodes=61,
        limit=6.0,
    )


def rasch_items(*b):
    return [item_estimate(f"I{i}", "2pl", [1.0, value]) for i, value in enumerate(b, start=1)]


def test_lsat6_2pl(lsat6):
    fit = calibrate(lsat6, "2pl")
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(-2466.653, abs=0.001)
    assert slopes(fit) == pytest.approx([0.8257, 0.7227, 0.8909, 0.6884, 0.6569], abs=5e-4)
    assert difficulties(fit) == pytest.approx([-3.359, -1.370, -0.280, -1.866, -3.126], abs=2e-3)
    # Standard errors as ltm prints them; it stops a little short of the maximum.
    b_errors = [0.8669, 0.3073, 0.0997, 0.4341, 0.8700]
    assert [item.se.b for item in fit.items] == pytest.approx(b_errors, rel=0.01)
    a_errors = [0.2581, 0.1867, 0.2326, 0.1852, 0.2100]
    assert [item.se.a for item in fit.items] == pytest.approx(a_errors, rel=0.01)


def test_lsat7_2pl(lsat7):
    fit = calibrate(lsat7, "2pl")
    assert fit.log_likelihood == pytest.approx(-2658.805, abs=0.001)
    assert slopes(fit) == pytest.approx([0.9875, 1.0808, 1.7075, 0.7650, 0.7357], abs=5e-4)
    assert difficulties(fit) == pytest.approx([-1.879, -0.748, -1.057, -0.635, -2.521], abs=2e-3)


@pytest.mark.parametrize(
    ("name", "log_likelihood", "slope", "b"),
    [
        ("lsat6", -2466.938, 0.7551, [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]),
        ("lsat7", -2664.901, 1.0113, [-1.8474, -0.7822, -1.4447, -0.5157, -1.9708]),
    ],
)
def test_1pl(name, log_likelihood, slope, b, request):
    fit = calibrate(request.getfixturevalue(name), "1pl")
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.001)
    assert slopes(fit) == pytest.approx([slope] * 5, abs=5e-4)
    assert difficulties(fit) == pytest.approx(b, abs=1e-3)


def test_pcm_with_two_categories_is_the_1pl_in_another_unit(lsat7):
    one, rasch = calibrate(lsat7, "1pl"), calibrate(lsat7, "pcm", quadrature=Quadrature())
    assert rasch.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-4)
    assert rasch.groups[0].sd == pytest.approx(one.items[0].a, abs=1e-4)
    assert [b / rasch.groups[0].sd for b in difficulties(rasch)] == pytest.approx(
        difficulties(one), abs=1e-4
    )
    assert rasch.items[0].se.a is None and rasch.groups[0].se_sd is not None


def test_lsat7_likelihood_ratio_against_the_saturated_model(lsat7, lsat7_counts):
    fit = calibrate(lsat7, "2pl")
    counts = np.array(lsat7_counts, dtype=float)
    saturated = (counts * np.log(counts / counts.sum())).sum()
    assert 2 * (saturated - fit.log_likelihood) == pytest.approx(31.70, abs=0.005)


@pytest.mark.parametrize(
    ("pattern", "theta", "se"),
    [
        ("00000", -1.870, 0.693),
        ("00001", -1.527, 0.674),
        ("10101", -0.304, 0.701),
        ("11011", -0.235, 0.706),
        ("11101", 0.265, 0.754),
        ("11111", 0.727, 0.801),
    ],
)
def test_lsat7_eap(lsat7, pattern, theta, se):
    one = ResponseMatrix.from_arrays([[int(digit) for digit in pattern]])
    found = score(one, calibrate(lsat7, "2pl", standard_errors=False), "eap")
    assert found.theta[0] == pytest.approx(theta, abs=2e-3)
    assert found.se[0] == pytest.approx(se, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "p", "item_rest", "alpha", "sem", "mean", "sd"),
    [
        (
            "lsat6",
            [0.924, 0.709, 0.553, 0.763, 0.870],
            [0.1128, 0.1532, 0.1728, 0.1444, 0.1216],
            0.2950,
            0.8691,
            3.819,
            1.0350,
        ),
        (
            "lsat7",
            [0.828, 0.658, 0.772, 0.606, 0.843],
            [0.2457, 0.2467, 0.3132, 0.2228, 0.1748],
            0.4534,
            0.8861,
            3.707,
            1.1986,
        ),
    ],
)
def test_classical_statistics(name, p, item_rest, alpha, sem, mean, sd, request):
    found = classical_statistics(request.getfixturevalue(name))
    assert [item.p for item in found.items] == pytest.approx(p, abs=5e-4)
    assert [item.item_rest for item in found.items] == pytest.approx(item_rest, abs=5e-5)
    assert (found.alpha, found.sem) == pytest.approx((alpha, sem), abs=5e-5)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), abs=5e-5)


@pytest.mark.parametrize("n", [5, 10])
def test_wle_of_identical_rasch_items_is_exact(n):
    rows = [[1] * r + [0] * (n - r) for r in range(n + 1)]
    found = score(ResponseMatrix.from_arrays(rows), known(rasch_items(*[0.0] * n)), "wle")
    r = np.arange(n + 1)
    np.testing.assert_allclose(found.theta, np.log((r + 0.5) / (n - r + 0.5)), atol=1e-8)


def test_wle_and_ml_of_five_rasch_items():
    items = known(rasch_items(-2.0, -1.0, 0.0, 1.0, 2.0))
    rows = ResponseMatrix.from_arrays([[1] * r + [0] * (5 - r) for r in range(6)])
    wle, ml = score(rows, items, "wle"), score(rows, items, "ml")
    expected = [-3.318265, -1.698536, -0.544288, 0.544288, 1.698536, 3.318265]
    assert wle.theta == pytest.approx(expected, abs=1e-6)
    assert wle.se[:3] == pytest.approx([1.826694, 1.213012, 1.093924], abs=1e-6)
    assert ml.theta[1:5] == pytest.approx([-1.925440, -0.590790, 0.590790, 1.925440], abs=1e-6)
    assert ml.is_finite.tolist() == [False, True, True, True, True, False]


def test_pcm_probabilities():
    item = item_estimate("I1", "pcm", [1.0, -0.5, 0.5])
    p = category_probabilities(item, 0.3)[0]
    assert p == pytest.approx([0.198112, 0.440906, 0.360983], abs=1e-6)
    assert expected_score([item], 0.3)[0, 0] == pytest.approx(1.162871, abs=1e-6)


def test_3pl_probability_and_information():
    item = item_estimate("I1", "3pl", [1.2, 0.5, 0.2])
    assert category_probabilities(item, 1.0)[0, 1] == pytest.approx(0.716525, abs=1e-6)
    assert item_information([item], 1.0)[0, 0] == pytest.approx(0.237492, abs=1e-6)

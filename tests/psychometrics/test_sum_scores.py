"""Sum scores: the recursion by hand, tables against mirt 1.47, published numbers, laws."""

import itertools

import numpy as np
import pytest

from psychometrics import (
    Calibration,
    DataError,
    ModelError,
    Quadrature,
    ResponseMatrix,
    calibrate,
    item_estimate,
    score,
)
from psychometrics.lord_wingersky import lord_wingersky, sum_score_curves, without_each_item
from psychometrics.results import Group
from psychometrics.sum_scores import score_distribution, score_from_sums, score_table

NARROW = Quadrature(61, 6.0)
# Kolen & Brennan (2014): three 3PL items (a, b, c) with D = 1.7, the last digits recomputed.
KOLEN_BRENNAN = [(1.30, -1.30, 0.10), (0.60, -0.10, 0.17), (1.70, 0.90, 0.18)]
THEIR_DISTRIBUTIONS = {
    -2.0: [0.441359, 0.417414, 0.128469, 0.012758],
    0.0: [0.014478, 0.312943, 0.536047, 0.136532],
    1.0: [0.000397, 0.073483, 0.412435, 0.513685],
}


def known(items, sd=1.0):
    group = Group("all", 0.0, sd, 0)
    return Calibration(
        "gpcm", True, 0.0, 0.0, 0.0, 0, 0, 0, tuple(items), (group,), n_nodes=61, limit=6.0
    )


def rasch(*difficulties):
    return [item_estimate(f"I{i}", "pcm", [1.0, b]) for i, b in enumerate(difficulties)]


def binary(*p):
    return [np.array([[1 - own], [own]]) for own in p]


@pytest.mark.parametrize("theta", THEIR_DISTRIBUTIONS)
def test_three_items_of_kolen_and_brennan(theta):
    p = [c + (1 - c) / (1 + np.exp(-1.7 * a * (theta - b))) for a, b, c in KOLEN_BRENNAN]
    found = lord_wingersky(binary(*p))[:, 0]
    assert found == pytest.approx(THEIR_DISTRIBUTIONS[theta], abs=6e-7)


def test_the_book_with_its_rounded_probabilities():
    found = lord_wingersky(binary(0.26, 0.27, 0.18))[:, 0]
    assert found == pytest.approx([0.4430, 0.4167, 0.1277, 0.0126], abs=6e-5)


def random_items(seed, sizes=(2, 3, 2, 4)):
    rng = np.random.default_rng(seed)
    return [rng.dirichlet(np.ones(size), 5).T for size in sizes]


def test_the_recursion_equals_counting_every_pattern():
    items = random_items(1)
    expected = np.zeros((8, 5))
    for pattern in itertools.product(*(range(len(item)) for item in items)):
        expected[sum(pattern)] += np.prod(
            [item[k] for item, k in zip(items, pattern, strict=True)], 0
        )
    found = lord_wingersky(items)
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=1e-13)


def test_leaving_out_equals_doing_without():
    items = random_items(2)
    found = without_each_item(items)
    for i in range(len(items)):
        rest = lord_wingersky(items[:i] + items[i + 1 :])
        np.testing.assert_allclose(found[i, : len(rest)], rest, rtol=1e-13)
        assert (found[i, len(rest) :] == 0).all()


def test_small_probabilities_keep_their_digits():
    """500 items of p = 0.001: 60 right has probability 1e-103, and it is right to ten digits."""
    p = np.array([[0.999], [0.001]])
    found = lord_wingersky([p] * 500)[:, 0]
    from scipy.special import gammaln

    log_choose = gammaln(501) - gammaln(61) - gammaln(441)
    expected = log_choose + 60 * np.log(0.001) + 440 * np.log(0.999)
    assert np.log(found[60]) == pytest.approx(expected, rel=1e-10)
    assert found.sum() == pytest.approx(1.0, abs=1e-12)


def test_derivatives_of_the_score_probabilities_equal_finite_differences():
    from psychometrics.calibrated_items import calibrated_items
    from psychometrics.item_curves import item_curves

    items = calibrated_items(
        [
            *rasch(-1.0, 0.5),
            item_estimate("P", "gpcm", [1.2, -0.3, 0.4]),
            item_estimate("T", "3pl", [1.5, 0.2, 0.2]),
        ]
    )
    theta, step = np.array([-1.3, 0.0, 0.9]), 1e-5

    def at(shift):
        return sum_score_curves(item_curves(items, theta + shift))

    centre, up, down = at(0.0), at(step), at(-step)
    np.testing.assert_allclose(
        centre.first, (up.probability - down.probability) / (2 * step), atol=1e-9
    )
    np.testing.assert_allclose(centre.second, (up.first - down.first) / (2 * step), atol=1e-9)


@pytest.mark.parametrize(
    ("name", "distribution", "eap"),
    [
        (
            "lsat6",
            [2.276, 20.469, 89.028, 229.126, 362.422, 296.679],
            [-1.897, -1.413, -0.935, -0.446, 0.075, 0.646],
        ),
        (
            "lsat7",
            [10.090, 44.659, 109.773, 207.738, 319.186, 308.554],
            [-1.870, -1.432, -0.949, -0.413, 0.152, 0.727],
        ),
    ],
)
def test_lsat(name, distribution, eap, request):
    """Recomputed independently from Bock & Lieberman's counts, 2PL, per 1,000 persons."""
    calibration = calibrate(request.getfixturevalue(name), "2pl", standard_errors=False)
    table = score_table(calibration)
    assert 1000 * table.probability == pytest.approx(distribution, abs=0.02)
    assert table.theta == pytest.approx(eap, abs=1e-3)
    found = score_distribution(calibration)
    assert found.probability == pytest.approx(table.probability)
    assert found.mean == pytest.approx(found.probability @ found.score)


@pytest.mark.parametrize(
    ("name", "not_items", "model", "oracle"),
    [
        ("LSAT7", (), "2pl", "2pl.mirt"),
        ("Science", (), "gpcm", "gpcm.mirt"),
        ("Science", (), "grm", "graded.mirt"),
        ("sim_2pl", (), "2pl", "2pl.mirt"),
        ("timssAusTwn", ("IDCNTRY", "ITSEX", "IDBOOK"), "gpcm", "gpcm.mirt"),
        ("verbal", ("Anger", "Gender"), "2pl", "2pl.mirt"),
    ],
)
def test_tables_equal_mirt(name, not_items, model, oracle, reference):
    found = reference(name)
    data = found.responses(not_items=not_items)
    table = score_table(calibrate(data, model, quadrature=NARROW, standard_errors=False))
    rows = found.result(oracle)["EAPsum"]
    assert table.score.tolist() == [row["Sum.Scores"] for row in rows]
    assert table.theta == pytest.approx([row["F1"] for row in rows], abs=2e-3)
    assert table.se == pytest.approx([row["SE_F1"] for row in rows], rel=0.01)
    expected = table.probability * data.n_persons
    assert expected == pytest.approx([row["expected"] for row in rows], abs=0.05)


def test_rasch_tables_are_the_estimates_of_patterns():
    """The sum score is sufficient: any pattern with that sum has the same estimate."""
    calibration = known(rasch(-2.0, -1.0, 0.0, 1.0, 2.0))
    rows = ResponseMatrix.from_arrays(
        [[1] * r + [0] * (5 - r) for r in range(6)], items=[f"I{i}" for i in range(5)]
    )
    for method in ("eap", "ml", "wle"):
        table, single = score_table(calibration, method), score(rows, calibration, method)
        np.testing.assert_allclose(table.theta, single.theta, atol=1e-7)
        np.testing.assert_allclose(table.se, single.se, atol=1e-7)
        assert table.is_finite.tolist() == single.is_finite.tolist()
    wle = score_table(calibration, "wle")
    assert wle.theta[:3] == pytest.approx([-3.318265, -1.698536, -0.544288], abs=1e-6)
    assert wle.se[:3] == pytest.approx([1.826694, 1.213012, 1.093924], abs=1e-6)


@pytest.mark.parametrize("n", [5, 10])
def test_wle_of_identical_rasch_items_is_exact(n):
    r = np.arange(n + 1)
    found = score_table(known(rasch(*[0.0] * n)), "wle").theta
    np.testing.assert_allclose(found, np.log((r + 0.5) / (n - r + 0.5)), atol=1e-8)


def test_low_scores_below_chance_have_no_maximum():
    """Three-parameter items: a score no better than guessing has no finite maximum."""
    items = [
        item_estimate(f"I{i}", "3pl", [1.2, b, 0.25]) for i, b in enumerate(np.linspace(-2, 2, 20))
    ]
    table = score_table(known(items), "ml")
    assert not table.is_finite[0] and not table.is_finite[-1]
    assert (np.isfinite(table.theta) == table.is_finite).all()
    assert (np.isfinite(table.se) == table.is_finite).all()
    assert table.is_finite[6:20].all()
    assert (np.diff(table.theta[table.is_finite]) > 0).all()


def test_persons_get_the_table_of_the_items_they_saw():
    calibration = known(rasch(-1.0, 0.0, 1.0, 2.0))
    data = ResponseMatrix.from_arrays(
        [[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]],
        observed=[[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]],
        items=[f"I{i}" for i in range(4)],
    )
    found = score_from_sums(data, calibration)
    whole, short = score_table(calibration), score_table(calibration, items=["I0", "I1"])
    assert found.theta[:3].tolist() == [whole.theta[2], whole.theta[2], short.theta[2]]
    assert (found.theta[3], found.se[3], found.from_prior_only[3]) == (0.0, 1.0, True)
    ml = score_from_sums(data, calibration, "ml")
    assert ml.is_finite.tolist() == [True, True, False, False]


def test_sums_start_at_the_lowest_categories():
    items = [item_estimate("A", "gpcm", [1.0, 0.0, 0.5], first_category=1), *rasch(0.3)]
    table = score_table(known(items))
    assert table.score.tolist() == [1, 2, 3, 4]
    data = ResponseMatrix.from_arrays([[3, 0]], items=["A", "I0"])
    assert score_from_sums(data, known(items)).theta[0] == table.theta[2]


def test_refusals():
    calibration = known(rasch(0.0, 1.0))
    with pytest.raises(ModelError, match="no score table of kind 'map'"):
        score_table(calibration, "map")
    with pytest.raises(DataError, match="'I9' is not among"):
        score_table(calibration, items=["I9"])
    with pytest.raises(DataError, match="Group 'B'"):
        score_distribution(calibration, group="B")
    with pytest.raises(DataError, match="no items"):
        score_table(calibration, items=[])

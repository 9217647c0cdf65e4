"""DIF under IRT models: agreement of routes to one number, closed forms, what is said and refused."""

import numpy as np
import pytest

from psychometrics import ModelError, ResponseMatrix, calibrate, item_estimate
from psychometrics.dif import curve_difference, likelihood_ratio_dif, lord_dif, wald_dif
from psychometrics.linking import link
from psychometrics.quadrature import Quadrature
from psychometrics.results import Group
from tests.psychometrics.dif import known

GRID = Quadrature()


@pytest.fixture(scope="module")
def planted():
    """Ten items, 800 persons a group, impact, one item harder for girls."""
    items = known.dichotomous(10)
    harder = known.moved(items, "I6", 0.7)
    return known.two_groups(items, 11, n=800, impact=-0.4, focal_items=harder)


@pytest.fixture(scope="module")
def dropped(planted):
    return likelihood_ratio_dif(planted, quadrature=GRID)


@pytest.mark.parametrize("item", ["I2", "I6"])
def test_it_is_the_difference_of_two_calibrations(planted, dropped, item):
    equal = calibrate(planted, quadrature=GRID, standard_errors=False, tolerance=1e-8)
    free = calibrate(
        planted, quadrature=GRID, standard_errors=False, tolerance=1e-8, free_across_groups=[item]
    )
    found = dropped.item(item)
    difference = 2 * (free.log_likelihood - equal.log_likelihood)
    assert found.any.statistic == pytest.approx(difference, abs=1e-4)
    assert found.any.df == free.n_parameters - equal.n_parameters
    for estimate in found.estimates:
        assert estimate.reported == pytest.approx(free.item(estimate.item).reported, abs=2e-4)


def test_the_planted_item_is_found_with_direction_and_size(dropped):
    assert "I6" in [own.item for own in dropped.flagged]
    effect = dropped.item("I6").effects[0]
    assert effect.focal == "girls"
    assert effect.signed_difference < -0.05
    assert effect.signed_area < -0.4
    assert effect.unsigned_difference >= abs(effect.signed_difference)
    assert effect.unsigned_area >= abs(effect.signed_area) - 1e-9


def test_parts_add_up(dropped):
    for own in dropped.items:
        assert own.uniform.statistic + own.nonuniform.statistic == pytest.approx(
            own.any.statistic, abs=1e-6
        )


def test_exchanging_the_groups_changes_no_statistic(planted, dropped):
    labels = [planted.groups[code] for code in planted.group_codes]
    other = likelihood_ratio_dif(
        ResponseMatrix.from_arrays(
            planted.scores, items=planted.items, groups=labels, reference_group="girls"
        )
    )
    for one, two in zip(dropped.items, other.items, strict=True):
        assert two.any.statistic == pytest.approx(one.any.statistic, abs=2e-3)


def test_sequential_dropping_frees_the_planted_item_alone(planted):
    found = likelihood_ratio_dif(planted, scheme="drop_sequential", quadrature=GRID)
    assert found.rounds == (("I6",),)
    assert "I6" not in found.anchors
    assert not found.item("I6").is_anchor
    assert [own.item for own in found.flagged] == ["I6"]


def test_sequential_adding_starts_from_the_anchors(planted):
    found = likelihood_ratio_dif(
        planted, anchors=["I0", "I1", "I2"], scheme="add_sequential", quadrature=GRID
    )
    assert {"I0", "I1", "I2"} <= set(found.anchors)
    assert "I6" not in found.anchors
    assert found.item("I0").any is None and found.item("I0").is_anchor


def test_wald_with_anchors_agrees_with_the_likelihood_ratio(planted):
    anchors = ["I0", "I1", "I2", "I3", "I4", "I5"]
    wald = wald_dif(planted, anchors=anchors, quadrature=GRID)
    ratio = likelihood_ratio_dif(planted, anchors=anchors, quadrature=GRID)
    assert wald.method == "wald_1" and ratio.scheme == "add"
    assert wald.log_likelihood == pytest.approx(ratio.log_likelihood, abs=1e-4)
    for label in ("I6", "I7", "I8", "I9"):
        one, two = wald.item(label), ratio.item(label)
        assert one.any.statistic == pytest.approx(two.any.statistic, rel=0.15, abs=0.2)
        assert (one.any.df, one.uniform.df, one.nonuniform.df) == (2, 1, 1)


def test_wald_is_the_joint_calibration_s_covariance(planted):
    """calibrate() with the same items free, its reported covariance, slopes compared."""
    anchors = ["I0", "I1", "I2", "I3", "I4", "I5"]
    free = ["I6", "I7", "I8", "I9"]
    joint = calibrate(planted, free_across_groups=free, covariance=True, quadrature=GRID)
    found = wald_dif(planted, anchors=anchors, quadrature=GRID)
    for label in free:
        spread = joint.covariance.of(f"a[{label}@girls]", f"a[{label}@boys]")
        contrast = np.array([1.0, -1.0])
        difference = joint.item(f"{label}@girls").a - joint.item(f"{label}@boys").a
        statistic = difference**2 / (contrast @ spread @ contrast)
        assert found.item(label).nonuniform.statistic == pytest.approx(
            statistic, rel=2e-3, abs=1e-4
        )


def test_wald_without_anchors_finds_the_planted_item(planted):
    found = wald_dif(planted, quadrature=GRID)
    assert found.method == "wald_2" and found.anchors == ()
    assert "I6" in [own.item for own in found.flagged]


@pytest.mark.parametrize(
    ("model", "df", "has_slopes"), [("1pl", 1, False), ("pcm", 1, False), ("2pl", 2, True)]
)
def test_degrees_of_freedom_follow_the_model(planted, model, df, has_slopes):
    small = planted.select(np.arange(0, planted.n_persons, 4))
    for found in (likelihood_ratio_dif(small, model), wald_dif(small, model)):
        own = found.item("I3")
        assert own.any.df == df
        assert (own.nonuniform is not None) == has_slopes
        assert own.uniform.df == 1


@pytest.mark.parametrize(("model", "df"), [("gpcm", 4), ("grm", 4), ("pcm", 3), ("nominal", 6)])
def test_polytomous_items(model, df):
    rng = np.random.default_rng(1)
    items = [
        item_estimate(f"I{k}", "gpcm", [1.0, *(rng.normal(0, 0.5) + np.array([-1.0, 0.0, 1.0]))])
        for k in range(6)
    ]
    harder = known.moved(items, "I2", 0.8)
    responses = known.two_groups(items, 3, n=600, focal_items=harder)
    found = likelihood_ratio_dif(responses, model, quadrature=GRID)
    assert found.converged
    assert found.item("I2").any.df == df
    assert min(found.items, key=lambda own: own.any.p).item == "I2"
    assert found.item("I2").effects[0].signed_difference < 0
    assert wald_dif(responses, model, anchors=["I0", "I1"]).item("I2").any.df == df


def test_asymptotes_count_but_not_as_intercepts():
    items = [
        item_estimate(f"I{k}", "3pl", [1.2, b, 0.2]) for k, b in enumerate(np.linspace(-1, 1, 8))
    ]
    responses = known.two_groups(items, 3, n=700)
    found = likelihood_ratio_dif(responses, "3pl", priors=["g=logitnormal(-1.386,0.5)"])
    own = found.item("I4")
    assert (own.any.df, own.uniform.df, own.nonuniform.df) == (3, 1, 2)
    assert own.effects[0].signed_area is None  # the asymptotes differ: infinite
    assert abs(own.effects[0].signed_difference) < 0.1


def test_three_groups_are_tested_at_once_or_one_by_one():
    items = known.dichotomous(8)
    first = known.two_groups(items, 3, n=400)
    third = known.two_groups(items, 4, n=400, focal_items=known.moved(items, "I5", 0.9))
    responses = ResponseMatrix.from_arrays(
        np.concatenate([first.scores, third.scores[400:]]),
        items=first.items,
        groups=["a"] * 400 + ["b"] * 400 + ["c"] * 400,
    )
    found = likelihood_ratio_dif(responses, quadrature=GRID)
    own = found.item("I5")
    assert own.any.df == 4
    assert [effect.focal for effect in own.effects] == ["b", "c"]
    assert own.effects[1].signed_difference < -0.08
    assert wald_dif(responses, quadrature=GRID).item("I5").any.df == 4
    alone = likelihood_ratio_dif(responses, focal="c", quadrature=GRID)
    assert [group.group for group in alone.groups] == ["a", "c"]
    assert alone.item("I5").any.df == 2


def population(mean=0.0, sd=1.0):
    return Group("girls", mean, sd, 100)


def test_areas_are_raju_s():
    """Closed forms for the 2PL: b_R - b_F, and Raju's (1988) for the unsigned area."""
    one = item_estimate("I", "2pl", [0.8, -0.3])
    two = item_estimate("I", "2pl", [1.5, 0.4])
    found = curve_difference(one, two, population())
    assert found.signed_area == pytest.approx(-0.7, abs=1e-6)
    a1, b1, a2, b2 = 0.8, -0.3, 1.5, 0.4
    inner = np.log1p(np.exp(a1 * a2 * (b2 - b1) / (a2 - a1)))
    raju = abs(2 * (a2 - a1) / (a1 * a2) * inner - (b2 - b1))
    assert found.unsigned_area == pytest.approx(raju, abs=1e-4)


def test_common_asymptotes_shrink_the_area():
    one = item_estimate("I", "3pl", [1.0, 0.0, 0.2])
    two = item_estimate("I", "3pl", [1.0, 0.5, 0.2])
    found = curve_difference(one, two, population())
    assert found.signed_area == pytest.approx(-0.8 * 0.5, abs=1e-6)
    assert found.unsigned_area == pytest.approx(0.8 * 0.5, abs=1e-6)


def test_polytomous_area_is_the_sum_of_the_shifts():
    one = item_estimate("I", "gpcm", [1.1, -1.0, 0.0, 1.2])
    two = item_estimate("I", "gpcm", [1.1, -0.8, 0.1, 1.2])
    assert curve_difference(one, two, population()).signed_area == pytest.approx(-0.3, abs=1e-6)


def test_equal_items_have_no_effect():
    one = item_estimate("I", "2pl", [1.0, 0.2])
    found = curve_difference(one, one, population(1.0, 0.7))
    assert found.signed_area == found.unsigned_area == found.unsigned_difference == 0.0


def test_lord_finds_the_planted_item(planted):
    def alone(code):
        rows = planted.group_codes == code
        return calibrate(
            ResponseMatrix.from_arrays(planted.scores[rows], items=planted.items), covariance=True
        )

    reference, focal = alone(0), alone(1)
    found = lord_dif(reference, focal, link(focal, reference, method="haebara"))
    assert min(found, key=lambda own: own.test.p).item == "I6"
    largest = max(found, key=lambda own: own.difference[1])
    assert largest.item == "I6"
    with pytest.raises(ModelError, match="covariance=True"):
        lord_dif(calibrate(planted), focal, link(focal, reference))


def test_an_item_one_group_cannot_determine_is_said_and_not_tested(planted):
    scores = planted.scores.copy()
    scores[planted.group_codes == 1, 3] = 1
    labels = [planted.groups[code] for code in planted.group_codes]
    spoilt = ResponseMatrix.from_arrays(scores, items=planted.items, groups=labels)
    for found in (likelihood_ratio_dif(spoilt), wald_dif(spoilt)):
        assert found.item("I3").any is None
        caution = next(c for c in found.cautions if c.item == "I3")
        assert caution.code == "category_unseen_in_group"
        assert caution.params["group"] == "girls"
        assert found.item("I6").any is not None


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"anchors": ["nobody"]}, "unknown_dif_anchor"),
        ({"anchors": []}, "unknown_dif_anchor"),
        ({"scheme": "add"}, "scheme_needs_anchors"),
        ({"scheme": "guess"}, "unknown_scheme"),
        ({"focal": "boys"}, "unknown_focal_group"),
    ],
)
def test_bad_options_are_refused(planted, options, code):
    with pytest.raises(ModelError) as refused:
        likelihood_ratio_dif(planted, **options)
    assert refused.value.code == code


def test_weight_two_is_the_person_twice(planted):
    small = planted.select(np.arange(0, planted.n_persons, 5))
    labels = [small.groups[code] for code in small.group_codes]
    heavy = ResponseMatrix.from_arrays(
        small.scores, items=small.items, groups=labels, weights=np.full(small.n_persons, 2.0)
    )
    twice = small.select(np.tile(np.arange(small.n_persons), 2))
    one, other = (likelihood_ratio_dif(r, quadrature=GRID) for r in (heavy, twice))
    assert [own.any.statistic for own in one.items] == pytest.approx(
        [own.any.statistic for own in other.items], abs=1e-5
    )


def test_the_order_of_items_changes_nothing(planted, dropped):
    order = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5]
    labels = [planted.groups[code] for code in planted.group_codes]
    other = likelihood_ratio_dif(
        ResponseMatrix.from_arrays(
            planted.scores[:, order], items=[planted.items[i] for i in order], groups=labels
        ),
        quadrature=GRID,
    )
    for own in dropped.items:
        assert other.item(own.item).any.statistic == pytest.approx(own.any.statistic, abs=1e-4)


def test_a_slope_that_runs_away_is_said_and_not_tested_by_wald():
    """Guttman-like answers of one group on one item: its own slope there is infinite."""
    rng = np.random.default_rng(12)
    responses = known.two_groups(known.dichotomous(10), 12, n=150)
    scores = responses.scores.copy()
    girls = responses.group_codes == 1
    rest = scores[girls][:, 1:].sum(axis=1) + 0.01 * rng.random(girls.sum())
    scores[girls, 0] = rest > np.median(rest)
    labels = [responses.groups[code] for code in responses.group_codes]
    sharp = ResponseMatrix.from_arrays(scores, items=responses.items, groups=labels)
    found = wald_dif(sharp, quadrature=GRID)
    assert found.item("I0").any is None
    assert ("slope_runs_away", "I0") in {(c.code, c.item) for c in found.cautions}
    assert found.item("I4").any is not None


def test_a_model_for_each_item_by_name_or_in_order():
    """The two ways of writing a mixture give the same; labels may hold the sign of a version."""
    items = known.dichotomous(6)
    drawn = known.two_groups(items, 5, n=300)
    labels = ["a@x"] * 300 + ["b@y"] * 300
    responses = ResponseMatrix.from_arrays(drawn.scores, items=drawn.items, groups=labels)
    one = likelihood_ratio_dif(responses, ["1pl"] * 3 + ["2pl"] * 3, quadrature=GRID)
    responses = ResponseMatrix.from_arrays(
        drawn.scores, items=drawn.items, groups=[label[0] for label in labels]
    )
    by_name = {f"I{k}": "1pl" if k < 3 else "2pl" for k in range(6)}
    other = likelihood_ratio_dif(responses, by_name, quadrature=GRID)
    assert [own.any.df for own in one.items] == [1, 1, 1, 2, 2, 2]
    assert [own.any.statistic for own in one.items] == pytest.approx(
        [own.any.statistic for own in other.items], abs=1e-5
    )
    assert one.items[4].effects[0].focal == "b@y"

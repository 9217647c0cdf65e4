"""Correlated dimensions: the laws, the definition, and what is refused."""

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest

from psychometrics import (
    ConvergenceWarning,
    DataError,
    ModelError,
    Quadrature,
    ResponseMatrix,
    calibrate,
    item_estimate,
)
from psychometrics.assessment import latent_regression
from psychometrics.multidimensional import (
    calibrate_multidimensional,
    score_multidimensional,
    simulate_multidimensional,
)
from psychometrics.multidimensional.between_calibrate import _grids, _joint, _start
from psychometrics.multidimensional.between_information import observed_information
from psychometrics.multidimensional.correlations import (
    correlation_jacobian,
    correlation_matrix,
    unbounded,
)
from psychometrics.multidimensional.dimension_setup import set_up
from psychometrics.multidimensional.joint_normal import JointNormal
from psychometrics.priors import parse_prior
from tests.psychometrics.multidimensional.brute_force import joint_posteriors
from tests.psychometrics.multidimensional.samples import (
    dimensions_of,
    models_of,
    several_abilities,
)

COARSE = Quadrature(13, 5.0)


def fitted(responses, **options):
    return calibrate_multidimensional(
        responses, dimensions_of(responses), models_of(responses), **options
    )


def objective_of(responses, models=None, priors=(), n_nodes=13):
    setups = set_up(responses, dimensions_of(responses), models or models_of(responses), priors)
    start = _start(setups)
    return _joint(setups, _grids(setups, start, n_nodes)), start


def in_two_groups(responses, seed=5):
    labels = np.random.default_rng(seed).choice(["north", "south"], responses.n_persons)
    return ResponseMatrix.from_arrays(
        responses.scores, observed=responses.observed, items=responses.items, groups=list(labels)
    )


def numbers(calibration):
    """Everything estimated, by label."""
    items = {item.item: item.reported for item in calibration.items}
    group = calibration.groups[0]
    return items | {"sd": np.array(group.sd), "r": np.array(group.correlation)}


def difference(one, other):
    mine, theirs = numbers(one), numbers(other)
    return max(float(np.abs(mine[key] - theirs[key]).max()) for key in mine)


class TestCorrelations:
    def test_any_z_is_a_correlation_matrix_and_comes_back(self):
        z = np.random.default_rng(3).normal(0.0, 1.5, 6)
        matrix = correlation_matrix(z)
        assert np.allclose(np.diag(matrix), 1.0)
        assert np.linalg.eigvalsh(matrix).min() > 0
        assert np.allclose(unbounded(matrix), z)

    def test_jacobian_is_the_derivative(self):
        z, h = np.array([0.4, -0.8, 1.1]), 1e-6
        where = np.tril_indices(3, -1)
        numeric = [
            (correlation_matrix(z + h * e) - correlation_matrix(z - h * e))[where] / (2 * h)
            for e in np.eye(3)
        ]
        assert np.allclose(correlation_jacobian(z), np.transpose(numeric), atol=1e-9)

    def test_information_of_the_joint_normal_is_the_covariance_of_its_score(self):
        population = JointNormal(np.array([0.2, -0.1]), np.log([0.9, 1.2]), np.array([0.5]))
        nodes = (np.linspace(-7, 7, 71),) * 2
        weights = population.weights(nodes)
        scores = []
        for at in np.ndindex(weights.shape):
            one = np.zeros_like(weights)
            one[at] = 1.0
            scores.append(population.gradient(nodes, one, weights))
        covariance = np.einsum("n,ni,nj->ij", weights.ravel(), np.array(scores), np.array(scores))
        assert np.allclose(covariance, population.information, atol=1e-5)


class TestDefinition:
    @pytest.mark.parametrize(("n_dimensions", "n_nodes"), [(2, 15), (3, 11), (4, 8)])
    def test_likelihood_is_that_of_the_product_grid(self, n_dimensions, n_nodes):
        responses = several_abilities(300, 0.5, n_dimensions, 4, seed=7)
        calibration = fitted(responses, quadrature=Quadrature(n_nodes, 5.0), standard_errors=False)
        _, _, marginal = joint_posteriors(responses, calibration)
        whole = float(np.log(marginal).sum())
        assert calibration.log_likelihood == pytest.approx(whole, abs=1e-8)

    def test_scores_are_posterior_moments(self):
        responses = several_abilities(300, 0.5, 3, 4, seed=8)
        calibration = fitted(responses, quadrature=COARSE, standard_errors=False)
        points, joint, marginal = joint_posteriors(responses.rows(0, 50), calibration)
        posterior = joint / marginal[:, None]
        mean = posterior @ points
        spread = np.einsum("np,pi,pj->nij", posterior, points, points)
        spread -= mean[:, :, None] * mean[:, None, :]
        scores = score_multidimensional(responses, calibration)
        assert np.allclose(scores.theta[:50], mean, atol=1e-10)
        assert np.allclose(scores.covariance[:50], spread, atol=1e-10)
        assert np.allclose(scores.se[:50] ** 2, np.diagonal(spread, axis1=1, axis2=2))

    @pytest.mark.parametrize("n_dimensions", [2, 3, 4])
    def test_gradient_is_the_derivative(self, n_dimensions):
        responses = in_two_groups(several_abilities(150, 0.5, n_dimensions, 3, seed=9))
        objective, start = objective_of(
            responses, priors=[parse_prior("a=lognormal(0,0.5)")], n_nodes=9
        )
        free = objective.collect(start)
        free += 0.1 * np.random.default_rng(1).normal(size=len(free))
        gradient, h = objective.evaluate(free).gradient, 1e-5
        numeric = [
            (objective.evaluate(free + h * e).value - objective.evaluate(free - h * e).value)
            / (2 * h)
            for e in np.eye(len(free))
        ]
        assert np.allclose(gradient, numeric, atol=2e-5)

    @pytest.mark.parametrize("n_dimensions", [2, 3, 4])
    def test_information_is_the_derivative_of_the_gradient(self, n_dimensions):
        responses = in_two_groups(several_abilities(150, 0.5, n_dimensions, 3, seed=10))
        objective, start = objective_of(responses, n_nodes=9)
        free = objective.collect(start)
        information = observed_information(objective, free, objective.evaluate(free).counts)
        h = 1e-4
        numeric = [
            (objective.evaluate(free - h * e).gradient - objective.evaluate(free + h * e).gradient)
            / (2 * h)
            for e in np.eye(len(free))
        ]
        assert np.allclose(information, numeric, atol=1e-5 * np.abs(information).max())


class TestLaws:
    def test_without_correlation_it_is_one_calibration_a_dimension(self, two_abilities):
        objective, start = objective_of(two_abilities)
        start[objective.starts()[-1] :] = 0.0
        apart = 0.0
        for part, full in zip(objective.parts, objective.split(start)[0], strict=True):
            apart += part.evaluate(part.free.collect(full)).value
        assert objective.evaluate(objective.collect(start)).value == pytest.approx(apart, abs=1e-8)

    def test_items_of_one_dimension_split_in_two_correlate_one(self):
        rng = np.random.default_rng(4)
        theta = rng.normal(size=2000)
        items = [
            item_estimate(f"{d}{i}", "2pl", [1.4, b])
            for d in "AB"
            for i, b in enumerate(np.linspace(-1.5, 1.5, 10))
        ]
        both = {"A": items[:10], "B": items[10:]}
        responses = simulate_multidimensional(both, np.stack([theta, theta], axis=1), rng)
        calibration = calibrate_multidimensional(
            responses,
            dimensions_of(responses),
            quadrature=Quadrature(61, 6.0),
            standard_errors=False,
        )
        together = calibrate(responses, standard_errors=False)
        assert calibration.correlation[0, 1] > 0.97
        gain = calibration.log_likelihood - together.log_likelihood
        assert -0.05 < gain < 4.0  # one parameter more
        shift = [calibration.item(i.item).a - i.a for i in together.items]
        assert np.abs(shift).max() < 0.05

    def test_likelihood_never_falls(self, two_abilities):
        trace = np.array(fitted(two_abilities, standard_errors=False).trace)
        assert np.all(np.diff(trace) >= -1e-9 * np.abs(trace[:-1]))

    def test_order_of_persons_and_items_does_not_matter(self, two_abilities):
        base = fitted(two_abilities)
        rng = np.random.default_rng(6)
        rows, columns = rng.permutation(400), rng.permutation(two_abilities.n_items)
        turned = ResponseMatrix.from_arrays(
            two_abilities.scores[rows][:, columns],
            observed=two_abilities.observed[rows][:, columns],
            items=[two_abilities.items[c] for c in columns],
        )
        other = fitted(turned)
        order = [other.dimensions.index(name) for name in base.dimensions]
        assert np.allclose(
            np.array(other.correlation)[np.ix_(order, order)], base.correlation, atol=1e-8
        )
        for item in base.items:
            assert np.allclose(item.reported, other.item(item.item).reported, atol=1e-8)

    def test_weight_two_is_the_person_twice(self, two_abilities):
        doubled = two_abilities.select(np.repeat(np.arange(400), np.arange(400) % 2 + 1))
        doubled = replace(doubled, persons=np.arange(doubled.n_persons).astype(np.str_))
        weighted = replace(two_abilities, weights=np.arange(400) % 2 + 1.0)
        assert difference(fitted(doubled), fitted(weighted)) < 1e-8

    def test_persons_of_weight_zero_do_not_matter(self, two_abilities):
        weights = np.r_[np.zeros(50), np.ones(350)]
        without = fitted(two_abilities.select(np.arange(50, 400)))
        assert difference(fitted(replace(two_abilities, weights=weights)), without) < 1e-8

    def test_chunks_do_not_matter(self, two_abilities, monkeypatch):
        base = fitted(two_abilities)
        monkeypatch.setattr("psychometrics.multidimensional.product_pass.LARGEST_CHUNK", 37)
        assert difference(base, fitted(two_abilities)) < 1e-8


class TestOtherRoutes:
    def test_population_regression_with_these_items_finds_the_same_population(self):
        """Adaptive Gauss-Hermite nodes and Newton's method instead of a grid and L-BFGS.

        At the joint maximum the population is the best one for these items, too.
        """
        responses = several_abilities(800, 0.6, 3, 8, seed=17)
        calibration = fitted(responses, standard_errors=False)
        apart = calibrate(responses, models_of(responses), standard_errors=False)
        by_dimension = {
            name: replace(apart, items=tuple(i for i in calibration.items if i.item[0] == name))
            for name in calibration.dimensions
        }
        found = latent_regression(responses, by_dimension)
        assert np.allclose(found.residual_covariance, calibration.correlation, atol=2e-3)
        assert found.log_likelihood == pytest.approx(calibration.log_likelihood, abs=0.05)


class TestChoices:
    def test_slopes_fixed_leave_the_variance_free(self):
        rng = np.random.default_rng(12)
        theta = rng.multivariate_normal([0, 0], [[1.96, 0.84], [0.84, 0.64]], 1500)
        items = {
            d: [
                item_estimate(f"{d}{i}", "pcm", [1.0, b])
                for i, b in enumerate([-1, -0.5, 0, 0.4, 1])
            ]
            for d in "AB"
        }
        responses = simulate_multidimensional(items, theta, rng)
        calibration = calibrate_multidimensional(responses, dimensions_of(responses), "pcm")
        group = calibration.groups[0]
        for estimate, error, truth in zip(group.sd, group.se_sd, [1.4, 0.8], strict=True):
            assert abs(estimate - truth) < 3 * error
        assert abs(group.correlation[0][1] - 0.75) < 3 * group.se_correlation[0][1]
        assert {item.a for item in calibration.items} == {1.0}

    def test_groups_have_their_own_means_and_correlations(self):
        rng = np.random.default_rng(13)
        items = {
            d: [
                item_estimate(f"{d}{i}", "2pl", [1.3, b])
                for i, b in enumerate([-1, -0.5, 0, 0.4, 1])
            ]
            for d in "AB"
        }
        spread = [np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([[1.0, 0.8], [0.8, 1.0]])]
        theta = np.concatenate(
            [
                rng.multivariate_normal(m, s, 1500)
                for m, s in zip([[0, 0], [0.5, -0.4]], spread, strict=True)
            ]
        )
        drawn = simulate_multidimensional(items, theta, rng)
        responses = ResponseMatrix.from_arrays(
            drawn.scores, items=drawn.items, groups=["a"] * 1500 + ["b"] * 1500
        )
        first, second = calibrate_multidimensional(responses, dimensions_of(responses)).groups
        assert first.mean == (0.0, 0.0)
        assert first.sd == (1.0, 1.0)
        assert abs(first.correlation[0][1] - 0.3) < 3 * first.se_correlation[0][1]
        assert abs(second.correlation[0][1] - 0.8) < 3 * second.se_correlation[0][1]
        for estimate, error, truth in zip(second.mean, second.se_mean, [0.5, -0.4], strict=True):
            assert abs(estimate - truth) < 3 * error

    def test_priors_reach_the_items_they_name(self, two_abilities):
        free, held = (
            fitted(two_abilities),
            fitted(two_abilities, priors=["a[A1]=lognormal(0,0.01)"]),
        )
        assert held.item("A1").a == pytest.approx(1.0, abs=0.02)
        assert abs(free.item("A1").a - 1.0) > 0.05
        assert held.priors == ("a[A1]=lognormal(0,0.01)",)

    def test_result_is_plain_values(self, two_abilities):
        written = json.dumps(fitted(two_abilities).to_dict(), allow_nan=False)
        read = json.loads(written)
        assert read["dimensions"] == ["A", "B"]
        assert read["items"][0]["dimension"] == "A"
        assert read["population"][0]["se"]["correlation"][0][1] > 0

    def test_cut_short_it_says_so(self, two_abilities):
        with pytest.warns(ConvergenceWarning):
            calibration = fitted(two_abilities, max_cycles=1, standard_errors=False)
        assert not calibration.converged
        assert "not_converged" in [caution.code for caution in calibration.cautions]

    def test_dimensions_that_measure_the_same_are_named(self):
        rng = np.random.default_rng(14)
        theta = np.repeat(rng.normal(size=(800, 1)), 2, axis=1)
        items = {d: [item_estimate(f"{d}{i}", "2pl", [1.5, 0.0]) for i in range(6)] for d in "AB"}
        responses = simulate_multidimensional(items, theta, rng)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            calibration = calibrate_multidimensional(
                responses, dimensions_of(responses), standard_errors=False
            )
        assert "dimensions_not_distinct" in [caution.code for caution in calibration.cautions]


class TestNodesTooFarApart:
    def nearly_one(self):
        rng = np.random.default_rng(1)
        theta = np.repeat(rng.normal(size=(400, 1)), 3, axis=1)
        items = {
            d: [
                item_estimate(f"{d}{i}", "2pl", [2.5, b])
                for i, b in enumerate(np.linspace(-1, 1, 5))
            ]
            for d in "ABC"
        }
        return simulate_multidimensional(items, theta, rng)

    def test_a_grid_that_cannot_hold_the_correlation_is_named(self):
        responses = self.nearly_one()
        calibration = calibrate_multidimensional(
            responses,
            dimensions_of(responses),
            quadrature=Quadrature(17, 5.5),
            standard_errors=False,
        )
        assert "grid_too_coarse" in [caution.code for caution in calibration.cautions]

    def test_without_a_grid_of_its_own_more_nodes_are_tried(self):
        responses = self.nearly_one()
        group = calibrate_multidimensional(responses, dimensions_of(responses)).groups[0]
        for row in range(1, 3):
            for column in range(row):
                away = 1.0 - group.correlation[row][column]
                assert away < 3 * group.se_correlation[row][column]


class TestRefusals:
    @pytest.mark.parametrize(
        ("dimensions", "code"),
        [
            ({"A1": "A"}, "item_without_dimension"),
            ({"X9": "A"}, "dimension_for_unknown_item"),
        ],
    )
    def test_dimensions_that_do_not_fit_the_columns(self, two_abilities, dimensions, code):
        with pytest.raises(ModelError) as refused:
            calibrate_multidimensional(two_abilities, dimensions, "gpcm")
        assert refused.value.code == code

    def test_one_dimension_or_five(self, two_abilities):
        for n in (1, 5):
            chosen = {label: str(i % n) for i, label in enumerate(two_abilities.items)}
            with pytest.raises(ModelError) as refused:
                calibrate_multidimensional(two_abilities, chosen, "gpcm")
            assert refused.value.code == "wrong_number_of_dimensions"

    def test_prior_on_an_item_that_is_not_there(self, two_abilities):
        with pytest.raises(ModelError) as refused:
            fitted(two_abilities, priors=["a[X]=lognormal(0,1)"])
        assert refused.value.code == "bad_prior"

    def test_scoring_names_what_is_not_calibrated(self, two_abilities):
        calibration = fitted(two_abilities, standard_errors=False)
        other = replace(two_abilities, items=("X", *two_abilities.items[1:]))
        with pytest.raises(DataError) as refused:
            score_multidimensional(other, calibration)
        assert refused.value.code == "unknown_item"


def test_nothing_observed_gets_the_population(two_abilities):
    calibration = fitted(two_abilities, standard_errors=False)
    blank = replace(two_abilities, observed=np.zeros_like(two_abilities.observed))
    scores = score_multidimensional(blank, calibration)
    assert scores.from_prior_only.all()
    assert np.allclose(scores.theta, 0.0, atol=1e-9)
    assert np.allclose(scores.covariance[0], calibration.groups[0].covariance, atol=1e-4)

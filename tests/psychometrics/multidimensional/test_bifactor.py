"""Bifactor and testlet models: the laws, the definition, and what is refused."""

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
from psychometrics.multidimensional import (
    bifactor_indices,
    bifactor_item,
    calibrate_bifactor,
    calibrate_multidimensional,
    score_bifactor,
    simulate_bifactor,
)
from psychometrics.multidimensional.bifactor_calibrate import _objective, _set_up
from psychometrics.multidimensional.bifactor_information import observed_information
from psychometrics.priors import parse_prior
from psychometrics.responses.missing import FOR_CALIBRATION
from tests.psychometrics.multidimensional.brute_force import clustered_posteriors
from tests.psychometrics.multidimensional.samples import (
    clustered_items,
    models_of,
    several_abilities,
    with_testlets,
)

GENERAL, SPECIFIC = Quadrature(13, 5.0), Quadrature(7, 4.0)
KINDS = ["bifactor", "testlet"]


def in_two_groups(responses):
    labels = np.random.default_rng(5).choice(["north", "south"], responses.n_persons)
    return ResponseMatrix.from_arrays(
        responses.scores, observed=responses.observed, items=responses.items, groups=list(labels)
    )


def objective_of(responses, specific, kind, priors=()):
    parsed = [parse_prior(prior) for prior in priors]
    used = responses.treat(FOR_CALIBRATION)
    setup = _set_up(used, specific, kind, models_of(responses), parsed)
    return _objective(setup, GENERAL, SPECIFIC)


def moved(objective, seed=1):
    free = objective.free.collect(objective.template)
    return free + 0.1 * np.random.default_rng(seed).normal(size=len(free))


def numbers(calibration):
    """Everything estimated, by label."""
    found = {
        item.general.item: [*item.general.reported, item.specific_slope]
        for item in calibration.items
    }
    return found | {factor.name: [factor.sd] for factor in calibration.factors}


def difference(one, other):
    mine, theirs = numbers(one), numbers(other)
    return max(float(np.abs(np.subtract(mine[key], theirs[key])).max()) for key in mine)


@pytest.fixture(scope="module")
def free_slopes(three_testlets):
    responses, specific, _ = three_testlets
    return calibrate_bifactor(
        responses,
        specific,
        "bifactor",
        models_of(responses),
        quadrature=Quadrature(25, 6.0),
        specific_quadrature=Quadrature(13, 5.0),
    )


@pytest.mark.parametrize("kind", KINDS)
class TestDefinition:
    def fitted(self, data, kind, **options):
        responses, specific, _ = data
        return calibrate_bifactor(
            responses,
            specific,
            kind,
            models_of(responses),
            quadrature=GENERAL,
            specific_quadrature=SPECIFIC,
            **options,
        )

    def test_likelihood_is_that_of_the_product_of_all_grids(self, three_testlets, kind):
        calibration = self.fitted(three_testlets, kind, standard_errors=False)
        _, _, marginal = clustered_posteriors(three_testlets[0], calibration)
        whole = float(np.log(marginal).sum())
        assert calibration.log_likelihood == pytest.approx(whole, abs=1e-8)

    def test_scores_are_posterior_moments(self, three_testlets, kind):
        calibration = self.fitted(three_testlets, kind, standard_errors=False)
        responses = three_testlets[0].rows(0, 60)
        points, joint, marginal = clustered_posteriors(responses, calibration)
        mean = joint @ points / marginal[:, None]
        sd = np.sqrt(joint @ points**2 / marginal[:, None] - mean**2)
        scores = score_bifactor(responses, calibration)
        assert np.allclose(scores.general, mean[:, 0], atol=1e-10)
        assert np.allclose(scores.se_general, sd[:, 0], atol=1e-10)
        assert np.allclose(scores.specific, mean[:, 1:], atol=1e-10)
        assert np.allclose(scores.se_specific, sd[:, 1:], atol=1e-10)

    def test_gradient_is_the_derivative(self, three_testlets, kind):
        responses, specific, _ = three_testlets
        objective = objective_of(in_two_groups(responses), specific, kind, ["a=lognormal(0,0.5)"])
        free, h = moved(objective), 1e-5
        numeric = [
            (objective.evaluate(free + h * e).value - objective.evaluate(free - h * e).value)
            / (2 * h)
            for e in np.eye(len(free))
        ]
        assert np.allclose(objective.evaluate(free).gradient, numeric, atol=5e-5)

    def test_information_is_the_derivative_of_the_gradient(self, three_testlets, kind):
        responses, specific, _ = three_testlets
        objective = objective_of(in_two_groups(responses), specific, kind)
        free, h = moved(objective), 1e-4
        counts = objective.evaluate(free).counts
        information = observed_information(objective, objective.expand(free), counts)
        numeric = [
            (objective.evaluate(free - h * e).gradient - objective.evaluate(free + h * e).gradient)
            / (2 * h)
            for e in np.eye(len(free))
        ]
        assert np.allclose(information, numeric, atol=1e-5 * np.abs(information).max())

    def test_likelihood_never_falls(self, three_testlets, kind):
        trace = np.array(self.fitted(three_testlets, kind, standard_errors=False).trace)
        assert np.all(np.diff(trace) >= -1e-9 * np.abs(trace[:-1]))

    def test_order_of_persons_and_items_does_not_matter(self, three_testlets, kind):
        responses, specific, _ = three_testlets
        rng = np.random.default_rng(6)
        rows, columns = rng.permutation(400), rng.permutation(responses.n_items)
        turned = ResponseMatrix.from_arrays(
            responses.scores[rows][:, columns],
            observed=responses.observed[rows][:, columns],
            items=[responses.items[c] for c in columns],
        )
        other = self.fitted((turned, specific, None), kind)
        assert difference(self.fitted(three_testlets, kind), other) < 1e-8

    def test_weight_two_is_the_person_twice(self, three_testlets, kind):
        responses, specific, _ = three_testlets
        doubled = responses.select(np.repeat(np.arange(400), np.arange(400) % 2 + 1))
        doubled = replace(doubled, persons=np.arange(doubled.n_persons).astype(np.str_))
        weighted = replace(responses, weights=np.arange(400) % 2 + 1.0)
        one = self.fitted((doubled, specific, None), kind)
        assert difference(one, self.fitted((weighted, specific, None), kind)) < 1e-8

    def test_chunks_do_not_matter(self, three_testlets, kind, monkeypatch):
        base = self.fitted(three_testlets, kind)
        monkeypatch.setattr("psychometrics.multidimensional.bifactor_calibrate.CHUNK_ROWS", 37)
        assert difference(base, self.fitted(three_testlets, kind)) < 1e-8


class TestRelations:
    def test_without_specific_slopes_it_is_unidimensional(self, three_testlets):
        responses, specific, _ = three_testlets
        objective = objective_of(responses, specific, "bifactor")
        full = objective.template.copy()
        full[objective.n_general :] = 0.0
        free = objective.free.collect(full)
        general = objective.general
        alone = general.evaluate(general.free.collect(full[: objective.n_general])).value
        assert objective.evaluate(free).value == pytest.approx(alone, abs=1e-8)

    def test_three_testlets_are_three_correlated_dimensions(self):
        """Two estimations that share no pass over the data find the same maximum.

        An ability of SD s_d a testlet beside a common one gives its items dimensions that correlate
        1 / sqrt((1 + s_d^2)(1 + s_e^2)), and three such numbers are any three correlations.
        """
        responses = several_abilities(600, 0.6, 3, 5, seed=31)
        cluster = {label: label[0] for label in responses.items}
        models = models_of(responses)
        testlets = calibrate_bifactor(
            responses,
            cluster,
            "testlet",
            models,
            quadrature=Quadrature(61, 6.0),
            specific_quadrature=Quadrature(41, 6.0),
        )
        dimensions = calibrate_multidimensional(
            responses, cluster, models, quadrature=Quadrature(41, 6.0)
        )
        assert testlets.log_likelihood == pytest.approx(dimensions.log_likelihood, abs=1e-4)
        spread = [np.sqrt(1.0 + factor.sd**2) for factor in testlets.factors]
        implied = 1.0 / np.outer(spread, spread)
        off = ~np.eye(3, dtype=bool)
        assert np.allclose(implied[off], dimensions.correlation[off], atol=1e-4)
        for item, of_testlet in zip(dimensions.items, testlets.items, strict=True):
            scale = spread["ABC".index(item.item[0])]
            assert item.a == pytest.approx(of_testlet.general.a * scale, abs=1e-4)

    def test_a_testlet_is_a_bifactor_model_with_proportional_slopes(
        self, three_testlets, free_slopes
    ):
        responses, specific, _ = three_testlets
        free = free_slopes
        bound = calibrate_bifactor(responses, specific, "testlet", models_of(responses))
        assert free.log_likelihood > bound.log_likelihood
        assert free.n_parameters - bound.n_parameters == len(specific) - 3
        for item in bound.items:
            if item.specific is not None:
                expected = item.general.a * bound.factor(item.specific).sd
                assert item.specific_slope == pytest.approx(expected)

    def test_items_alone_have_no_specific_slope(self, free_slopes):
        alone = [item for item in free_slopes.items if item.specific is None]
        assert [item.general.item for item in alone] == ["Z1", "Z2", "Z3"]
        assert {item.specific_slope for item in alone} == {0.0}
        assert {item.se_specific_slope for item in alone} == {None}

    def test_no_effect_of_the_testlet_is_said(self):
        rng = np.random.default_rng(8)
        items = [
            bifactor_item(item_estimate(f"{t}{i}", "2pl", [1.2, b]), t, 0.0)
            for t in "ABC"
            for i, b in enumerate([-1.0, 0.0, 1.0])
        ]
        responses = simulate_bifactor(items, rng.normal(size=4000), np.zeros((4000, 3)), rng)
        specific = {label: label[0] for label in responses.items}
        calibration = calibrate_bifactor(responses, specific, "testlet", standard_errors=False)
        together = calibrate(responses, standard_errors=False)
        assert calibration.log_likelihood >= together.log_likelihood - 1e-4
        assert min(factor.sd for factor in calibration.factors) < 0.3

    def test_rasch_testlets_leave_the_general_variance_free(self):
        rng = np.random.default_rng(9)
        items = [
            bifactor_item(item_estimate(f"{t}{i}", "pcm", [1.0, b]), t, 0.8)
            for t in "ABCD"
            for i, b in enumerate([-1.0, -0.3, 0.3, 1.0])
        ]
        general, factors = rng.normal(0.0, 1.3, 3000), rng.normal(size=(3000, 4))
        responses = simulate_bifactor(items, general, factors, rng)
        specific = {label: label[0] for label in responses.items}
        calibration = calibrate_bifactor(responses, specific, "testlet", "pcm")
        group = calibration.groups[0]
        assert abs(group.sd - 1.3) < 3 * group.se_sd
        for factor in calibration.factors:
            assert abs(factor.sd - 0.8) < 3 * factor.se_sd

    def test_ignoring_the_testlets_overstates_what_is_known(self):
        """Wainer & Wang (2000), J. Educ. Meas. 37, 203-220."""
        responses, specific, _ = with_testlets(1500, (5, 5, 5), 0, seed=41, missing=0.0)
        with_effects = calibrate_bifactor(
            responses, specific, "bifactor", models_of(responses), standard_errors=False
        )
        from psychometrics import score

        ignored = score(responses, calibrate(responses, models_of(responses)))
        assert score_bifactor(responses, with_effects).se_general.mean() > 1.1 * ignored.se.mean()


class TestIndices:
    def calibration(self):
        """Six items: general loadings 0.7, specific ones 0.4 in two clusters of two, two alone."""
        residual = np.sqrt(np.pi**2 / 3)
        rest = np.sqrt(1 - 0.49 - 0.16)
        alone = np.sqrt(1 - 0.49)
        pair = [
            bifactor_item(
                item_estimate(f"I{i}", "2pl", [0.7 / rest * residual, 0.0]),
                "A" if i < 2 else "B",
                0.4 / rest * residual,
            )
            for i in range(4)
        ]
        single = [
            bifactor_item(item_estimate(f"I{i}", "2pl", [0.7 / alone * residual, 0.0]))
            for i in (4, 5)
        ]
        rng = np.random.default_rng(1)
        drawn = simulate_bifactor(
            pair + single, rng.normal(size=300), rng.normal(size=(300, 2)), rng
        )
        fitted = calibrate_bifactor(
            drawn,
            {f"I{i}": "A" if i < 2 else "B" for i in range(4)},
            "testlet",
            standard_errors=False,
        )
        return replace(fitted, items=tuple(pair + single))

    def test_hand_calculation(self):
        found = bifactor_indices(self.calibration())
        total = 4.2**2 + 2 * 0.8**2 + 4 * 0.35 + 2 * 0.51
        assert found.omega_h == pytest.approx(4.2**2 / total)
        assert found.omega == pytest.approx((4.2**2 + 2 * 0.8**2) / total)
        assert found.omega_specific["A"] == pytest.approx(0.64 / (0.64 + 1.4**2 + 0.7))
        assert found.ecv == pytest.approx(6 * 0.49 / (6 * 0.49 + 4 * 0.16))
        assert found.item_ecv["I0"] == pytest.approx(0.49 / 0.65)
        assert found.item_ecv["I5"] == 1.0
        assert found.puc == pytest.approx(13 / 15)


class TestResult:
    def test_result_is_plain_values(self, three_testlets):
        responses, specific, _ = three_testlets
        calibration = calibrate_bifactor(responses, specific, "testlet", models_of(responses))
        read = json.loads(json.dumps(calibration.to_dict(), allow_nan=False))
        assert read["kind"] == "testlet"
        assert [factor["name"] for factor in read["factors"]] == ["A", "B", "C"]
        assert read["factors"][0]["se"]["sd"] > 0
        assert read["items"][0]["se"]["specific_slope"] > 0

    def test_factors_point_upwards(self, free_slopes):
        for factor in free_slopes.factors:
            slopes = [i.specific_slope for i in free_slopes.items if i.specific == factor.name]
            assert sum(slopes) > 0

    def test_a_specific_slope_without_a_maximum_is_named(self):
        """Two items of a cluster that everybody answers alike have all in common."""
        responses, specific, _ = with_testlets(500, (3, 3, 4), 0, seed=0, missing=0.0)
        scores = responses.scores.copy()
        scores[:, 1] = scores[:, 2] = np.minimum(scores[:, 1], 1)
        responses = ResponseMatrix.from_arrays(scores, items=responses.items)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            calibration = calibrate_bifactor(
                responses,
                specific,
                "bifactor",
                models_of(responses),
                quadrature=Quadrature(21, 5.0),
                specific_quadrature=Quadrature(9, 4.0),
                standard_errors=False,
                max_cycles=60,
            )
        assert max(item.specific_slope for item in calibration.items) > 10
        assert "specific_slope_at_boundary" in [caution.code for caution in calibration.cautions]

    def test_nothing_observed_gets_the_population(self, three_testlets):
        responses, specific, _ = three_testlets
        calibration = calibrate_bifactor(
            responses, specific, "testlet", models_of(responses), standard_errors=False
        )
        blank = replace(responses, observed=np.zeros_like(responses.observed))
        scores = score_bifactor(blank, calibration)
        assert scores.from_prior_only.all()
        assert np.allclose(scores.general, 0.0, atol=1e-9)
        assert np.allclose(scores.se_specific, 1.0, atol=1e-4)

    def test_a_factor_without_a_column_keeps_its_prior(self, three_testlets):
        responses, specific, _ = three_testlets
        calibration = calibrate_bifactor(
            responses, specific, "testlet", models_of(responses), standard_errors=False
        )
        kept = [c for c, label in enumerate(responses.items) if not label.startswith("B")]
        part = ResponseMatrix.from_arrays(
            responses.scores[:, kept],
            observed=responses.observed[:, kept],
            items=[responses.items[c] for c in kept],
        )
        scores = score_bifactor(part, calibration)
        assert (scores.specific[:, 1] == 0.0).all()
        assert (scores.se_specific[:, 1] == 1.0).all()


class TestRefusals:
    def refused(self, responses, specific, kind="bifactor", model=None):
        with pytest.raises((ModelError, DataError)) as refusal:
            calibrate_bifactor(responses, specific, kind, model or models_of(responses))
        return refusal.value

    def test_factors_the_data_cannot_determine(self, three_testlets):
        responses = three_testlets[0]
        few = {"A1": "A", "A2": "A"}
        assert self.refused(responses, few).code == "specific_factor_too_small"
        assert self.refused(responses, {}).code == "no_specific_factor"
        assert self.refused(responses, {"X": "A"}).code == "factor_for_unknown_item"
        everything = {label: "A" for label in responses.items}
        assert self.refused(responses, everything).code == "general_ability_not_identified"
        halves = {label: "A" if label < "B" else "B" for label in responses.items}
        assert self.refused(responses, halves, "testlet").code == "general_ability_not_identified"

    def test_unknown_kind(self, three_testlets):
        responses, specific, _ = three_testlets
        assert self.refused(responses, specific, "hierarchical").code == "unknown_kind"

    def test_nominal_items(self, three_testlets):
        responses, specific, _ = three_testlets
        assert self.refused(responses, specific, model="nominal").code == "one_ability_only"


def test_simulated_proportions_are_the_models(seed=51):
    """Every category of every item as often as its probability, averaged over the abilities."""
    items, rng = clustered_items((3, 3, 3), 2, seed), np.random.default_rng(seed)
    n = 40_000
    general, specific = rng.normal(size=n), rng.normal(size=(n, 3))
    responses = simulate_bifactor(items, general, specific, rng)
    from psychometrics import category_probabilities

    for column, item in enumerate(items):
        theta = general
        if item.specific is not None:
            eta = specific[:, "ABC".index(item.specific)]
            theta = general + item.specific_slope / item.general.a * eta
        expected = category_probabilities(item.general, theta).mean(axis=0)
        share = np.bincount(responses.scores[:, column], minlength=len(expected)) / n
        assert np.allclose(share, expected, atol=4 * 0.5 / np.sqrt(n))

"""The population model: reference programs, laws, recovery."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from psychometrics import DataError, ModelError, Quadrature, ResponseMatrix, item_estimate
from psychometrics.assessment import Background, latent_regression, plausible_values
from psychometrics.assessment.likelihood import likelihood_of
from psychometrics.assessment.posterior import posterior_for
from psychometrics.assessment.regression_step import Population, evaluate
from psychometrics.responses.missing import FOR_CALIBRATION, ResponseKind
from tests.psychometrics.assessment.conftest import known, simulate

REFERENCES = [
    ("sim_latreg", ("x1", "x2"), ()),
    ("pisaRead", ("female", "hisei", "migra"), ("idstud", "idschool")),
]


def reference_run(found, variables, ignored):
    """Responses, background and the items as TAM estimated them together with the regression."""
    with (found.folder / "data.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    x = [[float(row[header.index(name)]) for name in variables] for row in rows]
    responses = found.responses(not_items=(*variables, *ignored))
    estimates = found.result("latreg_rasch.tam")["xsi"]
    items = [item_estimate(row["name"], "2pl", [1.0, row["xsi"]]) for row in estimates]
    return responses, known(items), Background.from_arrays(x, variables)


@pytest.mark.parametrize(("name", "variables", "ignored"), REFERENCES)
def test_same_as_tam(name, variables, ignored, reference):
    """TAM 4.4, items at its joint estimates: there the free intercept is zero.

    The same 61 nodes on ±6, which cut the tails of pisaRead (residual SD 1.35).
    """
    found = reference(name)
    responses, items, background = reference_run(found, variables, ignored)
    fit = latent_regression(responses, items, background, quadrature=Quadrature(61, 6.0))
    expected = found.result("latreg_pv.tam")
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)
    beta = [row["V1"] for row in expected["beta"]]
    assert fit.coefficients[:, 0] == pytest.approx(beta, abs=5e-4)
    assert fit.residual_covariance[0, 0] == pytest.approx(
        expected["resid_variance"][0][0], abs=5e-4
    )
    assert fit.reliability[0] == pytest.approx(expected["EAP_rel"], abs=1e-4)


def test_same_as_mirt(reference):
    """mirt 1.47, the same model; its items."""
    found = reference("sim_latreg")
    responses, _, background = reference_run(found, *REFERENCES[0][1:])
    expected = found.result("latreg_rasch.mirt")
    items = [
        item_estimate(label, "2pl", [1.0, -rows[0]["d"]])
        for label, rows in expected["items"].items()
    ]
    fit = latent_regression(responses, known(items), background)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)
    betas = [row["F1"] for row in expected["lr_betas"]]
    assert fit.coefficients[:, 0] == pytest.approx(betas, abs=1e-4)
    assert fit.residual_covariance[0, 0] == pytest.approx(expected["group"][0]["COV_11"], abs=1e-4)


def test_wider_nodes_find_the_tails_the_reference_cuts(reference):
    """Own choice of nodes equals a far wider and finer grid, and lies above the cut one."""
    responses, items, background = reference_run(reference("pisaRead"), *REFERENCES[1][1:])
    own = latent_regression(responses, items, background)
    wide = latent_regression(responses, items, background, quadrature=Quadrature(401, 20.0))
    assert own.log_likelihood == pytest.approx(wide.log_likelihood, abs=1e-5)
    assert own.coefficients == pytest.approx(wide.coefficients, abs=1e-6)
    assert own.se == pytest.approx(wide.se, rel=1e-5)


@pytest.mark.parametrize("fixture", ["one_dimension", "two_dimensions"])
def test_gradient_and_information_are_derivatives(fixture, request):
    """Of the log-likelihood and of the gradient, by central differences in (B, precision)."""
    data = request.getfixturevalue(fixture)
    likelihood = likelihood_of(data.responses, data.calibrations)
    x = data.background.with_intercept().values
    weights = data.responses.weights
    covariance = data.residual_covariance
    start = Population(data.coefficients + 0.05, covariance)
    posterior = posterior_for(likelihood, x @ start.coefficients, start.sd, 0.2)
    here = evaluate(posterior, x, weights, start)
    n_dimensions, size = len(covariance), start.coefficients.size
    precision = np.linalg.inv(covariance)
    pairs = [(i, j) for i in range(n_dimensions) for j in range(i, n_dimensions)]

    def at(position, step):
        coefficients, moved = start.coefficients.copy(), precision.copy()
        if position < size:
            d, column = divmod(position, len(coefficients))
            coefficients[column, d] += step
        else:
            i, j = pairs[position - size]
            moved[i, j] += step
            moved[j, i] = moved[i, j]
        return evaluate(posterior, x, weights, Population(coefficients, np.linalg.inv(moved)))

    h = 1e-4
    for position in range(len(here.gradient)):
        up, down = at(position, h), at(position, -h)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * h)
        assert here.gradient[position] == pytest.approx(slope, rel=2e-4, abs=2e-3)
        curvature = -(up.gradient - down.gradient) / (2 * h)
        scale = np.abs(np.diag(here.information)).max()
        assert here.information[position] == pytest.approx(curvature, abs=2e-4 * scale)


def test_two_dimensions_agree_with_a_product_grid(two_dimensions):
    """161 x 161 nodes for every person: log-likelihood and EAPs."""
    data = two_dimensions
    fit = latent_regression(data.responses, data.calibrations, data.background)
    grid = np.linspace(-8, 8, 161)
    table = likelihood_of(data.responses, data.calibrations).on(grid).of(np.arange(400))
    precision = np.linalg.inv(fit.residual_covariance)
    constant = np.log(0.01) - np.log(2 * np.pi) + 0.5 * np.log(np.linalg.det(precision))
    total, means = 0.0, []
    for person, mu in enumerate(data.background.with_intercept().values @ fit.coefficients):
        a, b = grid - mu[0], grid - mu[1]
        joint = table[0, person][:, None] + table[1, person] - precision[0, 1] * np.outer(a, b)
        joint -= 0.5 * (precision[0, 0] * a**2)[:, None] + 0.5 * precision[1, 1] * b**2
        weights = np.exp(joint - joint.max())
        total += joint.max() + np.log(weights.sum()) + constant
        weights /= weights.sum()
        means.append([weights.sum(axis=1) @ grid, weights.sum(axis=0) @ grid])
    assert fit.log_likelihood == pytest.approx(total, abs=0.005)
    assert fit.eap == pytest.approx(np.array(means), abs=2e-5)


def test_uncorrelated_dimensions_factorise(two_dimensions):
    """With independent residuals the joint log-likelihood is the sum of the separate ones."""
    data = two_dimensions
    covariance = np.diag([0.8, 0.9])
    x = data.background.with_intercept().values
    together = likelihood_of(data.responses, data.calibrations)
    both = Population(data.coefficients, covariance)
    posterior = posterior_for(together, x @ both.coefficients, both.sd, 0.3)
    joint = evaluate(posterior, x, data.responses.weights, both).log_likelihood
    separate = 0.0
    for d, name in enumerate(data.calibrations):
        columns = [label for label in data.responses.items if label.startswith(name)]
        positions = [data.responses.items.index(label) for label in columns]
        own = ResponseMatrix.from_arrays(data.responses.scores[:, positions], items=columns)
        alone = Population(data.coefficients[:, [d]], covariance[d : d + 1, d : d + 1])
        nodes = posterior_for(
            likelihood_of(own, data.calibrations[name]), x @ alone.coefficients, alone.sd, 0.3
        )
        separate += evaluate(nodes, x, own.weights, alone).log_likelihood
    assert joint == pytest.approx(separate, abs=0.002)


@pytest.mark.parametrize(
    ("coefficients", "covariance"),
    [
        ([[0.0], [0.6], [0.2]], 0.5),
        ([[0.0, 0.2], [0.6, 0.3]], [[0.6, 0.4], [0.4, 0.7]]),
        (
            [[0.0, 0.2, -0.1], [0.6, 0.3, 0.4]],
            [[0.6, 0.4, 0.3], [0.4, 0.7, 0.4], [0.3, 0.4, 0.8]],
        ),
        (
            [[0.0, 0.2, -0.1, 0.1], [0.6, 0.3, 0.4, 0.0]],
            0.3 * np.eye(4) + 0.4,
        ),
    ],
    ids=["1", "2", "3", "4"],
)
def test_truth_is_recovered(coefficients, covariance):
    """One sample: no gross error (4.5 SE). Whether the SEs are right is judged by replication."""
    data = simulate(21, 800, 10, coefficients, covariance)
    fit = latent_regression(data.responses, data.calibrations, data.background)
    assert fit.converged
    z = (fit.coefficients - data.coefficients) / fit.se
    upper = np.triu_indices(len(fit.residual_covariance))
    difference = (fit.residual_covariance - data.residual_covariance)[upper]
    assert np.abs(z).max() < 4.5
    assert np.abs(difference / fit.se_residual_covariance[upper]).max() < 4.5
    rises = np.diff(fit.trace)
    assert (rises > -1e-6 * abs(fit.log_likelihood)).all()


def test_weight_two_is_the_person_twice(one_dimension):
    data = one_dimension
    x, scores = data.background.values[:300], data.responses.scores[:300]
    weights = np.where(np.arange(300) < 100, 2.0, 1.0)
    twice = np.concatenate([np.arange(300), np.arange(100)])
    labels = data.responses.items
    weighted = latent_regression(
        ResponseMatrix.from_arrays(scores, items=labels, weights=weights),
        data.calibration,
        Background.from_arrays(x),
    )
    repeated = latent_regression(
        ResponseMatrix.from_arrays(scores[twice], items=labels),
        data.calibration,
        Background.from_arrays(x[twice]),
    )
    assert weighted.coefficients == pytest.approx(repeated.coefficients, abs=1e-8)
    assert weighted.se == pytest.approx(repeated.se, abs=1e-8)


def test_order_of_persons_does_not_matter(one_dimension):
    data = one_dimension
    order = np.random.default_rng(5).permutation(data.responses.n_persons)
    straight = latent_regression(data.responses, data.calibration, data.background)
    shuffled = latent_regression(
        data.responses.select(order),
        data.calibration,
        Background.from_arrays(data.background.values[order]),
    )
    assert shuffled.coefficients == pytest.approx(straight.coefficients, abs=1e-8)
    assert shuffled.eap == pytest.approx(straight.eap[order], abs=1e-8)


def test_without_background_it_is_the_population(one_dimension):
    """Mean and SD of everybody; nobody's responses give the population itself as posterior."""
    data = one_dimension
    empty = replace(data.responses, observed=data.responses.observed.copy())
    empty.observed[0] = False
    fit = latent_regression(empty, data.calibration)
    assert fit.columns == ("(intercept)",)
    assert fit.eap[0, 0] == pytest.approx(fit.coefficients[0, 0], abs=1e-6)
    assert fit.posterior_sd[0, 0] ** 2 == pytest.approx(fit.residual_covariance[0, 0], abs=1e-5)
    assert fit.r_squared[0] == pytest.approx(0.0, abs=1e-12)


def test_linearly_dependent_columns_are_named(one_dimension):
    x = one_dimension.background.values
    both = Background.from_arrays(
        np.column_stack([x, x[:, 0] - 2 * x[:, 1]]), ["sex", "books", "score"]
    )
    with pytest.raises(DataError) as refused:
        latent_regression(one_dimension.responses, one_dimension.calibration, both)
    assert refused.value.code == "background_not_of_full_rank"
    named = {*refused.value.params["columns"], *refused.value.params["others"]}
    assert named == {"sex", "books", "score"}


def test_a_constant_column_beside_the_intercept_is_named(one_dimension):
    x = np.ones((one_dimension.responses.n_persons, 1))
    with pytest.raises(DataError) as refused:
        latent_regression(
            one_dimension.responses,
            one_dimension.calibration,
            Background.from_arrays(x, ["country"]),
        )
    assert {*refused.value.params["columns"], *refused.value.params["others"]} == {
        "(intercept)",
        "country",
    }


def test_bad_requests_are_refused(one_dimension, two_dimensions):
    responses, calibration = one_dimension.responses, one_dimension.calibration
    with pytest.raises(DataError, match="rows of background"):
        latent_regression(responses, calibration, Background.from_arrays(np.zeros((3, 1))))
    with pytest.raises(ModelError, match="stands in"):
        latent_regression(responses, {"a": calibration, "b": calibration})
    with pytest.raises(DataError, match="No column belongs"):
        other = known([item_estimate("unused", "2pl", [1.0, 0.0])])
        latent_regression(responses, {"a": calibration, "b": other})
    with pytest.raises(ModelError, match="one dimension"):
        latent_regression(
            two_dimensions.responses, two_dimensions.calibrations, quadrature=Quadrature()
        )
    nobody = replace(responses, observed=np.zeros_like(responses.observed))
    with pytest.raises(DataError, match="observed response"):
        latent_regression(nobody, calibration)


def standardised_errors(seeds, coefficients, covariance):
    """(estimate - truth) / SE of coefficients and residual covariances, (n_seeds, n_estimates)."""
    found = []
    for seed in seeds:
        data = simulate(seed, 800, 10, coefficients, covariance)
        fit = latent_regression(data.responses, data.calibrations, data.background)
        upper = np.triu_indices(len(fit.dimensions))
        regression = (fit.coefficients - data.coefficients) / fit.se
        residual = (fit.residual_covariance - data.residual_covariance)[upper]
        spread = residual / fit.se_residual_covariance[upper]
        found.append([*regression.ravel(), *spread])
    return np.array(found)


def test_standard_errors_describe_the_scatter():
    """40 replications, four estimates each: pooled SD of the standardised errors near one."""
    z = standardised_errors(range(1000, 1040), [[0.0], [0.6], [0.2]], 0.5)
    assert z.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * z.size))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("coefficients", "covariance"),
    [([[0.0], [0.6], [0.2]], 0.5), ([[0.0, 0.2], [0.6, 0.3]], [[0.6, 0.4], [0.4, 0.7]])],
    ids=["one", "two"],
)
def test_coverage(coefficients, covariance):
    """200 replications: intervals cover 95 % pooled (±1.5) and 90 to 99 % each."""
    z = standardised_errors(range(200), coefficients, covariance)
    covered = np.abs(z) < 1.959964
    assert covered.mean() == pytest.approx(0.95, abs=0.015)
    assert ((covered.mean(axis=0) > 0.90) & (covered.mean(axis=0) < 0.99)).all()
    assert (np.abs(z.mean(axis=0)) < 0.1 + 3 / np.sqrt(200)).all()


def test_kinds_of_missing_responses_are_treated_as_asked(one_dimension):
    """Not reached counts as wrong in scoring and as nothing where that is asked for."""
    data = one_dimension
    kinds = np.zeros(data.responses.scores.shape, dtype=np.int8)
    kinds[:, -3:] = ResponseKind.NOT_REACHED
    labels = data.responses.items
    given = ResponseMatrix.from_arrays(data.responses.scores, kinds=kinds, items=labels)
    wrong = data.responses.scores.copy()
    wrong[:, -3:] = 0
    as_wrong = ResponseMatrix.from_arrays(wrong, items=labels)
    fewer = ResponseMatrix.from_arrays(data.responses.scores[:, :-3], items=labels[:-3])
    options = {"calibrations": data.calibration, "background": data.background}
    scored = latent_regression(given, **options)
    left_out = latent_regression(given, missing=FOR_CALIBRATION, **options)
    assert scored.eap == pytest.approx(latent_regression(as_wrong, **options).eap, abs=1e-9)
    assert left_out.eap == pytest.approx(latent_regression(fewer, **options).eap, abs=1e-9)


def test_units_and_offsets_of_variables_cost_no_digits(one_dimension):
    """A variable in other units: the same fit, its coefficient in the new unit."""
    data = one_dimension
    plain = latent_regression(data.responses, data.calibration, data.background)
    moved = Background.from_arrays(1e6 + 10.0 * data.background.values)
    shifted = latent_regression(data.responses, data.calibration, moved)
    assert shifted.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert shifted.coefficients[1:] == pytest.approx(0.1 * plain.coefficients[1:], rel=1e-6)
    assert shifted.se[1:] == pytest.approx(0.1 * plain.se[1:], rel=1e-6)


def test_data_without_a_residual_are_refused(one_dimension):
    """Everybody right, everybody alike, or the score itself as background: said, not iterated."""
    responses, calibration = one_dimension.responses, one_dimension.calibration
    labels = responses.items
    right = ResponseMatrix.from_arrays(np.ones_like(responses.scores), items=labels)
    alike = ResponseMatrix.from_arrays(np.repeat(responses.scores[:1], 300, axis=0), items=labels)
    total = Background.from_arrays(responses.scores.sum(axis=1), ["score"])
    for given, background in ((right, None), (alike, None), (responses, total)):
        with pytest.raises(DataError) as refused:
            latent_regression(given, calibration, background)
        assert refused.value.code in ("nothing_left_unexplained", "abilities_run_off")
    with pytest.raises(DataError, match="3 persons"):
        latent_regression(
            responses.select(range(3)),
            calibration,
            Background.from_arrays(one_dimension.background.values[:3]),
        )


def test_number_of_threads_changes_no_bit(monkeypatch):
    """7,000 persons: several chunks of the fit, seven blocks of draws."""
    data = simulate(44, 7000, 5, [[0.0], [0.5]], 0.8)
    results = []
    for threads in (1, 3):
        monkeypatch.setattr(
            "psychometrics.assessment.ordered.worker_threads", lambda own=threads: own
        )
        fit = latent_regression(data.responses, data.calibrations, data.background)
        drawn = plausible_values(
            data.responses,
            data.calibrations,
            fit,
            np.random.default_rng(1),
            background=data.background,
        )
        results.append((fit.coefficients.tobytes(), fit.eap.tobytes(), drawn.values.tobytes()))
    assert results[0] == results[1]

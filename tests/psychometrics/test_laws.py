"""What must hold of any calibration: a true maximum, and nothing depends on how data are laid out."""

import numpy as np
import pytest

from psychometrics import (
    ConvergenceWarning,
    DataError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    score,
    simulate_responses,
)
from psychometrics.calibrate import _objective
from psychometrics.estimation.standard_errors import observed_information

PRIORS = {
    "3pl": ("g=logitnormal(-1.386294,0.5)",),
    "4pl": ("g=logitnormal(-1.386294,0.5)", "d=beta(17,2)", "a=lognormal(0.2,0.4)"),
}
DICHOTOMOUS = ("1pl", "2pl", "3pl", "4pl")
MODELS = [*DICHOTOMOUS, "pcm", "rsm", "gpcm", "grm", "nominal"]


def items(model):
    b = [-1.2, -0.4, 0.1, 0.7, 1.3, -0.8]
    a = [1.0, 1.4, 0.8, 1.1, 1.6, 0.7]
    if model == "3pl":
        return [item_estimate(f"I{i}", "3pl", [a[i], b[i], 0.2]) for i in range(6)]
    if model == "4pl":
        return [item_estimate(f"I{i}", "4pl", [a[i], b[i], 0.2, 0.93]) for i in range(6)]
    if model in ("1pl", "2pl"):
        return [item_estimate(f"I{i}", "2pl", [a[i], b[i]]) for i in range(6)]
    drawn = "gpcm" if model == "nominal" else model
    slopes = [1.0] * 4 if model in ("pcm", "rsm") else a
    polytomous = [
        item_estimate(f"I{i}", drawn, [slopes[i], b[i] - 0.7, b[i], b[i] + 0.8]) for i in range(4)
    ]
    return [*polytomous, item_estimate("I4", "2pl", [1.0, b[4]])]


def responses(model, n=1000, seed=1, missing=True, groups=False):
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n)
    observed = rng.random((n, len(items(model)))) > (0.15 if missing else -1.0)
    drawn = simulate_responses(items(model), theta, rng, observed=observed)
    labels = rng.choice(["A", "B"], n) if groups else None
    return ResponseMatrix.from_arrays(
        drawn.scores, observed=drawn.observed, items=drawn.items, groups=labels
    )


def priors(model):
    return PRIORS.get(model, ())


def numbers(calibration):
    """Every estimate (the standard errors are left to a law of their own)."""
    found = [calibration.log_likelihood]
    for item in calibration.items:
        found += [item.a, *item.reported]
    for group in calibration.groups:
        found += [group.mean, group.sd]
    return np.array(found)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("groups", [False, True])
def test_gradient_equals_finite_differences(model, groups):
    objective = _objective(responses(model, 150, groups=groups), model, None, (), 64)
    rng = np.random.default_rng(3)
    point = objective.free.collect(objective.template)
    point = point + 0.2 * rng.normal(size=point.size)
    gradient, step = objective.evaluate(point).gradient, 1e-5
    for j in range(point.size):
        move = np.zeros(point.size)
        move[j] = step
        rise = objective.evaluate(point + move).value - objective.evaluate(point - move).value
        assert gradient[j] == pytest.approx(rise / (2 * step), abs=1e-4, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_information_equals_differences_of_the_gradient(model):
    from psychometrics.priors import parse_prior

    parsed = tuple(parse_prior(text) for text in priors(model))
    objective = _objective(responses(model, 200, groups=True), model, None, parsed, 64)
    point = objective.free.collect(objective.template)
    here = objective.evaluate(point)
    information = observed_information(objective, objective.expand(point), here.counts)
    step = 1e-4
    for j in range(point.size):
        move = np.zeros(point.size)
        move[j] = step
        change = (
            objective.evaluate(point + move).gradient - objective.evaluate(point - move).gradient
        )
        np.testing.assert_allclose(information[j], -change / (2 * step), atol=2e-4, rtol=1e-5)


def test_information_of_a_booklet_design_equals_differences_of_the_gradient():
    observed = np.zeros((120, 5), dtype=bool)
    for row in range(120):
        observed[row, [(row + k) % 5 for k in range(3)]] = True  # five booklets of three items
    rng = np.random.default_rng(2)
    data = simulate_responses(items("gpcm"), rng.normal(size=120), rng)
    data = ResponseMatrix.from_arrays(data.scores, observed=observed)
    objective = _objective(data, "gpcm", None, (), 16)
    point = objective.free.collect(objective.template)
    counts = objective.evaluate(point).counts
    information = observed_information(objective, objective.expand(point), counts)
    for j in range(point.size):
        move = 1e-4 * np.eye(point.size)[j]
        up, down = objective.evaluate(point + move), objective.evaluate(point - move)
        numeric = (down.gradient - up.gradient) / 2e-4
        np.testing.assert_allclose(information[j], numeric, atol=2e-4, rtol=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_search_ends_at_a_maximum_and_never_falls(model):
    cycles = []
    fit = calibrate(responses(model), model, priors=priors(model), progress=cycles.append)
    assert fit.converged and fit.gradient_norm < 1e-6
    assert (np.diff(fit.trace) >= -1e-9).all()
    assert [progress.cycle for progress in cycles] == list(range(1, fit.cycles + 1))
    assert cycles[-1].log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_order_chunks_and_duplication_change_nothing(model):
    data = responses(model)
    base = numbers(calibrate(data, model, priors=priors(model)))

    def again(matrix, **options):
        fit = calibrate(matrix, model, priors=priors(model), **options)
        return numbers(fit)

    shuffled = data.select(np.random.default_rng(5).permutation(data.n_persons))
    np.testing.assert_allclose(again(shuffled), base, atol=1e-8, rtol=0)
    np.testing.assert_allclose(again(data, chunk_rows=37), base, atol=1e-8, rtol=0)


@pytest.mark.parametrize("model", ["2pl", "gpcm", "3pl"])
def test_weight_two_is_the_same_person_twice(model):
    data = responses(model, 1000)
    doubled = np.arange(1000) % 3 == 0
    weighted = ResponseMatrix.from_arrays(
        data.scores, observed=data.observed, weights=1.0 + doubled
    )
    rows = np.concatenate([np.arange(1000), np.flatnonzero(doubled)])
    twice = ResponseMatrix.from_arrays(data.scores[rows], observed=data.observed[rows])
    fits = [calibrate(m, model, priors=priors(model)) for m in (weighted, twice)]
    np.testing.assert_allclose(numbers(fits[0]), numbers(fits[1]), atol=1e-8, rtol=0)


@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_order_of_items_changes_nothing(model):
    data = responses(model)
    order = np.arange(data.n_items)[::-1]
    turned = ResponseMatrix.from_arrays(
        data.scores[:, order],
        observed=data.observed[:, order],
        items=[data.items[i] for i in order],
    )
    fit, other = (calibrate(m, model) for m in (data, turned))
    for item in fit.items:
        assert other.item(item.item).a == pytest.approx(item.a, abs=1e-8)


def test_a_person_of_weight_zero_does_not_count():
    data = responses("gpcm", 300)
    weights = np.ones(300)
    weights[:100] = 0.0
    zero = ResponseMatrix.from_arrays(data.scores, observed=data.observed, weights=weights)
    fits = [calibrate(m, "gpcm") for m in (zero, data.select(np.arange(100, 300)))]
    np.testing.assert_allclose(numbers(fits[0]), numbers(fits[1]), atol=1e-9)


def test_persons_without_responses_are_said_and_change_nothing(lsat7):
    scores = np.vstack([lsat7.scores, np.zeros((3, 5))])
    observed = np.vstack([lsat7.observed, np.zeros((3, 5), dtype=bool)])
    fit = calibrate(ResponseMatrix.from_arrays(scores, observed=observed), "2pl")
    assert fit.log_likelihood == pytest.approx(calibrate(lsat7, "2pl").log_likelihood, abs=1e-6)
    assert "persons_without_responses" in [caution.code for caution in fit.cautions]


def test_groups_move_with_their_abilities():
    rng = np.random.default_rng(11)
    truth = items("2pl") * 1
    theta = np.concatenate([rng.normal(size=1500), rng.normal(0.8, 1.3, 1500)])
    drawn = simulate_responses(truth, theta, rng)
    labels = ["north"] * 1500 + ["south"] * 1500
    data = ResponseMatrix.from_arrays(drawn.scores, items=drawn.items, groups=labels)
    fit = calibrate(data, "2pl")
    reference, focal = fit.groups
    assert (reference.group, reference.mean, reference.sd) == ("north", 0.0, 1.0)
    assert focal.se_mean is not None and focal.se_sd is not None
    assert abs(focal.mean - 0.8) < 4 * focal.se_mean
    assert abs(focal.sd - 1.3) < 4 * focal.se_sd


def test_a_callback_can_cancel(lsat7):
    class Cancelled(Exception):
        pass

    def stop(progress):
        if progress.cycle == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        calibrate(lsat7, "2pl", progress=stop)


def test_stopping_early_warns_and_is_recorded(lsat7):
    with pytest.warns(ConvergenceWarning):
        fit = calibrate(lsat7, "2pl", max_cycles=2)
    assert not fit.converged
    assert "not_converged" in [caution.code for caution in fit.cautions]


def test_3pl_without_prior_says_what_is_weak(lsat7):
    fit = calibrate(lsat7.select(np.arange(0, 1000, 2)), "3pl")
    codes = {caution.code for caution in fit.cautions}
    assert "few_responses_for_3pl" in codes
    for item in fit.items:
        if item.c < 1e-3:
            assert item.se.c is None
            assert any(
                c.code == "asymptote_at_boundary" and c.item == item.item for c in fit.cautions
            )


def codes(fit):
    return {caution.code for caution in fit.cautions}


def test_what_is_remarkable_about_an_item_is_said():
    rng = np.random.default_rng(4)
    theta = rng.normal(size=3000)
    steps = [item_estimate(f"S{i}", "gpcm", [1.0, 1.0, -1.0]) for i in range(3)]
    easy = item_estimate("E", "2pl", [0.8, -5.2])
    weak = item_estimate("W", "2pl", [0.1, 0.0])
    wrong = item_estimate("K", "2pl", [-1.0, 0.0])
    data = simulate_responses([*steps, easy, weak, wrong], theta, rng)
    fit = calibrate(data, "gpcm")
    assert {"unordered_steps", "low_slope", "negative_slope"} <= codes(fit)
    few = calibrate(data.select(np.arange(90)), "gpcm", standard_errors=False)
    assert "few_responses" in codes(few)


def test_thresholds_that_coincide_are_said_and_leave_the_other_errors():
    """Nobody in the middle category but one person of middling ability."""
    rng = np.random.default_rng(6)
    truth = [item_estimate(f"I{i}", "2pl", [1.3, b]) for i, b in enumerate((-1, -0.5, 0, 0.5, 1))]
    data = simulate_responses(truth, rng.normal(size=800), rng)
    scores = data.scores.copy()
    scores[:, 0] *= 2
    scores[0, 0] = 1
    fit = calibrate(ResponseMatrix.from_arrays(scores), "grm")
    assert fit.converged
    assert {"sparse_category", "thresholds_coincide"} & codes(fit)
    assert all(item.se.a is not None for item in fit.items)


@pytest.mark.filterwarnings("ignore::psychometrics.ConvergenceWarning")
@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("seed", range(36))
def test_poor_data_are_refused_or_give_numbers_never_nan(seed):
    rng = np.random.default_rng(seed)
    model = MODELS[seed % len(MODELS)]
    n_categories = 2 if model in DICHOTOMOUS else 3
    scores = rng.integers(0, n_categories, (rng.integers(3, 50), rng.integers(1, 5))).astype(float)
    if seed % 4 == 0:
        scores.sort(axis=0)  # the same order of persons on every item: slopes without a maximum
    if seed % 3 == 0:
        scores[rng.random(scores.shape) < 0.3] = np.nan
    data = ResponseMatrix.from_arrays(scores)
    try:
        fit = calibrate(data, model, max_cycles=200)
    except DataError as error:
        assert error.params
        return
    assert np.isfinite(numbers(fit)).all() and fit.to_json()
    for method in ("eap", "map", "ml", "wle"):
        found = score(data, fit, method)
        assert (np.isfinite(found.theta) == found.is_finite).all()
        assert (np.isfinite(found.se) == found.is_finite).all()

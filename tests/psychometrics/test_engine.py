"""The passes over the persons: same bytes whoever does them, same maximum whatever path leads there."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate, item_estimate, score, simulate_responses
from psychometrics.ability import score_batches
from psychometrics.calibrate import _objective
from psychometrics.calibrated_items import items_of
from psychometrics.estimation.blas_threads import one_blas_thread, worker_threads
from psychometrics.estimation.chunks import thinned
from psychometrics.estimation.expected_counts import expected_counts, log_table
from psychometrics.estimation.optimise import maximise
from psychometrics.estimation.sampled_start import climb
from psychometrics.quadrature import Quadrature
from psychometrics.score_equation import derivatives

NODES = Quadrature(31, 5.0)
PRIOR = ("g=logitnormal(-1.386294,0.5)",)


def drawn(model, n, n_items=8, seed=3, seen=1.0):
    rng = np.random.default_rng(seed)
    items = []
    for i in range(n_items):
        a, b = rng.lognormal(0.0, 0.25), rng.normal()
        reported = {
            "2pl": [a, b],
            "3pl": [a, b, 0.2],
            "gpcm": [a, b - 0.5, b + 0.5],
            "grm": [a, b - 0.7, b + 0.7],
        }
        items.append(item_estimate(f"I{i}", model, reported[model]))
    observed = rng.random((n, n_items)) < seen
    return simulate_responses(items, rng.normal(size=n), rng, observed=observed)


def estimates(fit):
    return np.concatenate([item.reported for item in fit.items])


def counts_of(data, threads, model="gpcm"):
    objective = _objective(data, model, NODES, (), 64)
    full = objective.template
    table = log_table(objective.coded, full, objective.nodes)
    return expected_counts(objective.coded, table, objective.log_weights(full), threads)


@pytest.mark.parametrize("seen", [1.0, 0.6])
def test_the_number_of_threads_does_not_change_a_bit(seen):
    data = drawn("gpcm", 3000, seen=seen)
    one = counts_of(data, 1)
    for threads in (2, 3, 8):
        other = counts_of(data, threads)
        assert other.log_likelihood == one.log_likelihood
        assert other.columns.tobytes() == one.columns.tobytes()
        assert other.nodes.tobytes() == one.nodes.tobytes()


def test_the_same_calibration_twice_gives_the_same_bytes():
    data = drawn("2pl", 4000)
    fits = [calibrate(data, "2pl", quadrature=NODES) for _ in range(2)]
    assert fits[0].to_json() == fits[1].to_json()


def booklets(model, n, seed=8):
    """Persons of three booklets that overlap, and some of them with gaps."""
    data = drawn(model, n, n_items=9, seed=seed)
    observed = np.zeros((n, 9), dtype=bool)
    for row in range(n):
        first = 3 * (row % 3)
        observed[row, [(first + k) % 9 for k in range(6)]] = True
    observed &= np.random.default_rng(seed).random((n, 9)) > 0.05
    return ResponseMatrix.from_arrays(data.scores, observed=observed, items=data.items)


@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_expected_counts_of_booklets_are_those_of_the_definition(model):
    data = booklets(model, 300)
    objective = _objective(data, model, NODES, (), 32)
    full, nodes = objective.template, objective.nodes
    log_weights = objective.log_weights(full)
    counts = expected_counts(
        objective.coded, log_table(objective.coded, full, nodes), log_weights, 2
    )
    log_p = {}
    for block in objective.item_set.blocks:
        table = block.model.log_probability(block.of(full), nodes)
        log_p |= dict(zip(block.items.tolist(), table, strict=True))
    joint = np.zeros((300, len(nodes)))
    for row, column in np.argwhere(data.observed):
        joint[row] += log_p[column][data.scores[row, column]]
    joint += log_weights[0]
    marginal = np.logaddexp.reduce(joint, axis=1)
    assert counts.log_likelihood == pytest.approx(marginal.sum(), rel=1e-13)
    posterior = np.exp(joint - marginal[:, None])
    for block in objective.item_set.blocks:
        found = counts.of_block(objective.item_set, block)
        for i, column in enumerate(block.items):
            for category in range(block.n_categories):
                gave = data.observed[:, column] & (data.scores[:, column] == category)
                np.testing.assert_allclose(
                    found[i, category], posterior[gave].sum(axis=0), atol=1e-10
                )


@pytest.mark.parametrize(("model", "priors"), [("2pl", ()), ("gpcm", ()), ("3pl", PRIOR)])
def test_a_sample_changes_the_path_and_not_the_maximum(model, priors):
    data = drawn(model, 40_000, seed=5)
    fit = calibrate(data, model, quadrature=NODES, priors=priors)
    from psychometrics.priors import parse_prior

    objective = _objective(data, model, NODES, [parse_prior(text) for text in priors], 2048)
    start = objective.free.collect(objective.template)
    plain = maximise(objective, start, tolerance=1e-9, max_cycles=500, progress=None)
    assert fit.converged and (np.diff(fit.trace) >= -1e-9).all()
    value = fit.log_likelihood + fit.log_prior
    assert value == pytest.approx(plain.evaluation.value, abs=1e-6)


def test_a_sample_saves_passes_over_the_data():
    data = drawn("2pl", 60_000, n_items=20, seed=6)
    objective = _objective(data, "2pl", NODES, (), 2048)
    start = objective.free.collect(objective.template)
    settings = {"tolerance": 1e-6, "max_cycles": 100, "progress": None}
    assert climb(objective, start, **settings).evaluations <= 6
    assert maximise(objective, start, **settings).evaluations >= 10


def test_a_sample_has_the_weight_of_the_whole():
    objective = _objective(drawn("2pl", 5000), "2pl", NODES, (), 512)
    sample = thinned(objective.coded, 10)
    assert sample.n_persons == pytest.approx(500, abs=10)
    assert sample.total_weight == pytest.approx(objective.coded.total_weight, rel=0.02)


def test_chunk_sizes_change_estimates_by_less_than_1e_8_with_many_persons():
    data = drawn("2pl", 40_000, seed=7)
    fits = [calibrate(data, "2pl", quadrature=NODES, chunk_rows=rows) for rows in (2048, 1000, 777)]
    for other in fits[1:]:
        np.testing.assert_allclose(estimates(other), estimates(fits[0]), atol=1e-8, rtol=0)


@pytest.mark.parametrize("model", ["2pl", "3pl", "gpcm", "grm"])
@pytest.mark.parametrize("seen", [1.0, 0.6])
def test_abilities_solve_their_equation(model, seen):
    data = drawn(model, 600, n_items=12, seen=seen)
    fit = calibrate(data, model, priors=PRIOR if model == "3pl" else (), standard_errors=False)
    items, coded = items_of(data, fit)
    found = score(data, fit, "wle")
    rows = np.flatnonzero(found.is_finite)
    at = derivatives(items, coded, rows, found.theta[rows])
    value = at.score + at.expected_slope / (2.0 * at.expected)
    assert np.abs(value / at.expected).max() < 1e-8


def test_abilities_do_not_depend_on_who_else_is_scored():
    data = booklets("gpcm", 500)
    fit = calibrate(data, "gpcm", standard_errors=False)
    some = np.random.default_rng(1).permutation(500)[:120]
    for method in ("eap", "wle", "map", "ml"):
        together, alone = score(data, fit, method), score(data.select(some), fit, method)
        np.testing.assert_allclose(alone.theta, together.theta[some], atol=1e-10)


def test_scores_of_batches_are_the_scores():
    data = drawn("2pl", 400)
    fit = calibrate(data, "2pl", standard_errors=False)
    (only,) = score_batches(data, fit, "eap")
    assert only.theta.tobytes() == score(data, fit, "eap").theta.tobytes()


def test_blas_gets_its_threads_back():
    before = worker_threads()
    with one_blas_thread():
        assert worker_threads() == before
        with one_blas_thread():
            pass
        assert worker_threads() == before
    assert worker_threads() == before


def test_an_error_in_a_worker_reaches_the_caller():
    objective = _objective(drawn("2pl", 20_000), "2pl", NODES, (), 512)
    table = log_table(objective.coded, objective.template, objective.nodes)
    broken = replace(table, columns=table.columns[:-1])
    with pytest.raises(IndexError):
        expected_counts(objective.coded, broken, objective.log_weights(objective.template), 2)

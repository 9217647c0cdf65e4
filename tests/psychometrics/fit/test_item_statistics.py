"""Infit, outfit, RMSD and MD against mirt 1.47, and their laws."""

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate, item_estimate, score, simulate_responses
from psychometrics.calibrated_items import items_of
from psychometrics.fit import item_fit
from psychometrics.fit.estimated import estimated_parameters
from psychometrics.fit.posterior_mean_squares import posteriors_of
from psychometrics.fit.score_vectors import score_vectors


def test_mean_squares_at_eap_equal_mirt(any_run, mirt_run):
    """Of Rasch and partial credit models: mirt reports them for no other.

    Where responses are missing mirt's standardised outfit counts the missing ones; ours does not.
    """
    data, calibration, expected = mirt_run(*any_run)
    if "infit" not in expected:
        return
    found = item_fit(data, calibration, abilities=score(data, calibration))
    for own, row in zip(found, expected["infit"], strict=True):
        assert own.infit == pytest.approx(row["infit"], abs=2e-3)
        assert own.outfit == pytest.approx(row["outfit"], abs=2e-3)
        assert own.infit_t == pytest.approx(row["z.infit"], abs=5e-3)
        if data.observed.all():
            assert own.outfit_t == pytest.approx(row["z.outfit"], abs=5e-3)


def test_md_is_where_the_group_lies_and_rmsd_is_never_smaller(mixed_items, known_calibration):
    """One item half a logit easier in group B: MD says so, with its sign, and only there."""
    rng = np.random.default_rng(1)
    theta, groups = rng.normal(size=6000), ["A", "B"] * 3000
    scores = simulate_responses(mixed_items, theta, rng).scores.copy()
    first = mixed_items[3]
    easier = item_estimate(first.item, "2pl", [first.a, first.b - 0.5])
    in_b = np.array(groups) == "B"
    scores[in_b, 3] = simulate_responses([easier], theta[in_b], rng).scores[:, 0]
    labels = [item.item for item in mixed_items]
    data = ResponseMatrix.from_arrays(scores, items=labels, groups=groups)
    found = item_fit(data, known_calibration(mixed_items))
    for item in found:
        a, b = item.groups
        assert (a.group, b.group, a.n + b.n) == ("A", "B", item.n)
        for part in (a, b):
            assert part.rmsd >= abs(part.md) - 1e-12
    assert found[3].groups[1].md > 0.07
    assert max(abs(item.groups[1].md) for i, item in enumerate(found) if i != 3) < 0.04
    assert max(abs(item.groups[0].md) for item in found) < 0.04


def test_md_vanishes_on_the_calibration_sample(drawn):
    """A condition of the maximum for slope-intercept models: observed and expected totals agree."""
    data = drawn(2)
    found = item_fit(data, calibrate(data, "gpcm", standard_errors=False))
    assert max(abs(item.md) for item in found) < 1e-5


def test_weight_two_is_the_person_twice(drawn):
    data = drawn(3, 300, booklets=True)
    calibration = calibrate(data, "pcm", standard_errors=False)
    doubled = ResponseMatrix.from_arrays(
        data.scores, observed=data.observed, items=data.items, weights=np.full(300, 2.0)
    )
    twice = data.select(np.repeat(np.arange(300), 2))
    for abilities in (False, True):
        a, b = (
            item_fit(d, calibration, abilities=score(d, calibration) if abilities else None)
            for d in (doubled, twice)
        )
        for own, other in zip(a, b, strict=True):
            values = (own.infit, own.outfit, own.infit_t, own.outfit_t, own.rmsd, own.md)
            assert values == pytest.approx(
                (other.infit, other.outfit, other.infit_t, other.outfit_t, other.rmsd, other.md),
                abs=1e-9,
            )


def test_an_item_nobody_saw_has_no_fit(mixed_items, known_calibration, drawn):
    data = drawn(4, 50)
    seen = np.ones(data.scores.shape, dtype=bool)
    seen[:, 0] = False
    nobody = ResponseMatrix.from_arrays(data.scores, observed=seen, items=data.items)
    first, *others = item_fit(nobody, known_calibration(mixed_items))
    assert (first.n, first.infit, first.outfit, first.rmsd, first.md) == (0, None, None, None, None)
    assert all(item.n == 50 and item.infit is not None for item in others)


def test_scores_of_the_persons_sum_to_nothing_at_the_maximum(drawn):
    """Fisher's identity: the gradient of the log-likelihood is the sum of the score vectors."""
    data = drawn(6, 400, booklets=True)
    calibration = calibrate(data, "gpcm", standard_errors=False)
    items, coded = items_of(data, calibration)
    estimated = estimated_parameters(data, calibration)
    place, total = np.argsort(items.item_set.order), 0.0
    for rows, posteriors, group in posteriors_of(data, calibration, items, coded):
        given, seen = coded.scores[rows][:, place], coded.observed[rows][:, place]
        total = total + score_vectors(estimated, posteriors, given, seen, calibration, group).sum(
            axis=0
        )
    assert np.linalg.norm(total) / 400 < 1e-5


def test_another_sample_has_more_spread(drawn):
    """Nothing of its residuals was absorbed by the estimates."""
    data = drawn(7, 600)
    calibration = calibrate(data, "gpcm", standard_errors=False)
    same, other = item_fit(data, calibration), item_fit(data, calibration, same_sample=False)
    for own, new in zip(same, other, strict=True):
        assert (own.infit, own.outfit) == (new.infit, new.outfit)
        assert abs(own.infit_t) > abs(new.infit_t)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["pcm", "2pl"])
def test_level_of_the_standardised_mean_squares(model):
    """200 replications of 1,000 persons and 20 items."""
    rng = np.random.default_rng(8)
    slopes = np.ones(20) if model == "pcm" else rng.lognormal(0.0, 0.3, 20)
    difficulties = np.linspace(-2, 2, 20)
    items = [item_estimate(f"I{i}", "2pl", [slopes[i], difficulties[i]]) for i in range(20)]
    t = []
    for _ in range(200):
        data = simulate_responses(items, rng.normal(size=1000), rng)
        found = item_fit(data, calibrate(data, model, standard_errors=False))
        t.append([(item.infit_t, item.outfit_t) for item in found])
    beyond, sd = (np.abs(t) > 1.96).mean(axis=(0, 1)), np.std(t, axis=(0, 1))
    print(f"{model}: infit t, outfit t: {beyond} beyond 1.96; SD {sd}")
    assert (beyond > 0.035).all() and (beyond < 0.095).all()

"""Estimates scatter around the truth as their standard errors say. Slow: many replications.

100 replications a model, 2,000 persons, seeds 0 to 99. Tolerances follow from the design: a pooled
coverage of 95 % has a Monte-Carlo standard error near 0.5 % at the sizes used, a mean standardised error
near 0.1.
"""

import numpy as np
import pytest

from psychometrics import calibrate, item_estimate, simulate_responses

REPLICATIONS, PERSONS = 100, 2000


def truth(model):
    slopes = np.array([0.8, 1.0, 1.2, 1.4, 1.6, 0.9, 1.1, 1.3])
    b = np.linspace(-1.5, 1.5, 8)
    if model == "1pl":
        slopes[:] = 1.1
    if model in ("1pl", "2pl"):
        return [item_estimate(f"I{i}", "2pl", [slopes[i], b[i]]) for i in range(8)]
    slopes = np.ones(8) if model == "pcm" else slopes
    return [
        item_estimate(f"I{i}", model, [slopes[i], b[i] - 0.8, b[i], b[i] + 0.9]) for i in range(8)
    ]


def standardised_errors(model, seed):
    """(estimate - truth) / SE of every estimated parameter."""
    rng = np.random.default_rng(seed)
    items = truth(model)
    responses = simulate_responses(items, rng.normal(size=PERSONS), rng)
    fit = calibrate(responses, model)
    assert fit.converged
    found = []
    for item, true in zip(fit.items, items, strict=True):
        errors = item.se.steps if item.steps is not None else item.se.b
        errors = errors if isinstance(errors, tuple) else (errors,)
        found += [(item.a - true.a) / item.se.a] if item.se.a else []
        pairs = zip(item.difficulties, true.difficulties, errors, strict=True)
        found += [(estimate - value) / error for estimate, value, error in pairs]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("model", ["1pl", "2pl", "pcm", "gpcm", "grm"])
def test_bias_and_coverage(model):
    z = np.array([standardised_errors(model, seed) for seed in range(REPLICATIONS)])
    covered = (np.abs(z) < 1.959963984540054).mean()
    assert 0.935 < covered < 0.965
    assert (np.abs(z.mean(axis=0)) < 0.1 + 3.0 / np.sqrt(REPLICATIONS)).all()

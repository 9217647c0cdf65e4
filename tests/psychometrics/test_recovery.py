"""Estimates scatter around the truth as their standard errors say, for every model.

The fast test only sees gross errors (a wrong sign, a standard error that is off by a quarter); the
slow one holds every model to the bounds in ``docs/methods/recovery.md``. Designs and seeds are those of
``benchmarks/recovery.py``.
"""

import numpy as np
import pytest

from benchmarks.recovery import MODELS, Z95, deviations, summarise

REPLICATIONS = 200


@pytest.mark.parametrize("model", MODELS)
def test_errors_are_of_the_size_of_the_standard_errors(model):
    found = [d for seed in (1000, 1001) for d in deviations(model, seed, n=1000)]
    z = np.array([(d.estimate - d.truth) / d.se for d in found])
    assert 0.85 < (np.abs(z) < Z95).mean() <= 1.0
    assert 0.75 < np.sqrt(np.mean(z**2)) < 1.3
    assert np.abs(z).max() < 6


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_bias_and_coverage(model):
    """|bias| <= 0.1 SE + 2 Monte-Carlo SE; coverage 94-96 % pooled by kind and 90-99 % for each."""
    summaries = summarise(model, [deviations(model, seed) for seed in range(REPLICATIONS)])
    assert [s for s in summaries if not s.is_met] == []

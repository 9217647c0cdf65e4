"""Exposure control keeps the rates it promises."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.adaptive import (
    AdaptivePolicy,
    Progressive,
    RateLimit,
    Stopping,
    SympsonHetter,
    Usage,
    set_up_sympson_hetter,
    simulate_adaptive,
)
from psychometrics.adaptive.chance import item_uniforms, step_generator

from .conftest import make_pool


def test_lotteries_are_uniform_and_independent_over_items_and_examinees():
    draws = np.array([item_uniforms(seed, np.arange(50)) for seed in range(4000)])
    assert abs(draws.mean() - 0.5) < 4 / np.sqrt(12 * draws.size)
    shares = np.histogram(draws, bins=20, range=(0, 1))[0] / draws.size
    assert np.abs(shares - 0.05).max() < 0.002
    correlation = np.corrcoef(draws.T) - np.eye(50)
    assert np.abs(correlation).max() < 5 / np.sqrt(4000)
    big = item_uniforms(2**63 - 1, np.arange(5))
    assert ((big >= 0) & (big < 1)).all()


def test_draws_belong_to_examinee_and_step():
    assert step_generator(5, 2).random() == step_generator(5, 2).random()
    assert len({step_generator(s, k).random() for s in range(5) for k in range(5)}) == 25


def test_eligible_shares_are_the_parameters():
    pool = make_pool(20, n_enemies=0)
    k = np.linspace(0.05, 1.0, 20)
    control = SympsonHetter(k)
    shares = np.mean([control.eligible(pool, seed, None) for seed in range(3000)], axis=0)
    assert np.abs(shares - k).max() < 4 * np.sqrt(0.25 / 3000)


def test_sympson_hetter_brings_the_largest_rate_down():
    pool = make_pool(150, n_enemies=0)
    policy = AdaptivePolicy(pool, Stopping(10))
    rng = np.random.default_rng(1)
    free = simulate_adaptive(pool.items, rng.normal(size=400), policy, rng)
    assert free.exposure.max() == 1.0  # everybody starts with the same item
    found = set_up_sympson_hetter(
        pool.items, rng.normal(size=300), policy, rng, rate=0.25, iterations=12
    )
    assert found.trace[0] == 1.0 and found.converged
    fresh = AdaptivePolicy(pool, Stopping(10), exposure=found.control)
    again = simulate_adaptive(pool.items, rng.normal(size=600), fresh, rng)
    assert again.exposure.max() < 0.25 + 4 * np.sqrt(0.25 * 0.75 / 600)
    assert again.overlap < free.overlap
    assert set(again.lengths) == {10}


def test_a_rate_limit_holds_for_every_item_at_every_moment():
    pool = make_pool(150, n_enemies=0)
    policy = AdaptivePolicy(pool, Stopping(10), exposure=RateLimit(0.2), choice=Progressive())
    run = simulate_adaptive(
        pool.items, np.random.default_rng(4).normal(size=300), policy, np.random.default_rng(5)
    )
    counts = np.zeros(150)
    for n, test in enumerate(run.tests, start=1):
        counts[pool.positions(test.items)] += 1
        assert counts.max() < 0.2 * n + 1
    assert run.exposure.max() <= 0.2 + 1 / 300


def test_progressive_spreads_the_first_items():
    pool = make_pool(150, n_enemies=0)
    runs = [
        simulate_adaptive(
            pool.items,
            np.random.default_rng(4).normal(size=200),
            AdaptivePolicy(pool, Stopping(15), **choice),
            np.random.default_rng(5),
        )
        for choice in ({}, {"choice": Progressive()})
    ]
    assert runs[1].overlap < 0.75 * runs[0].overlap
    assert runs[1].exposure.max() < 0.9 < runs[0].exposure.max()
    assert runs[1].rmse < 1.35 * runs[0].rmse


def test_bad_parameters_are_refused(pool):
    with pytest.raises(DataError, match="Row 2"):
        SympsonHetter(np.array([1.0, 0.0]))
    with pytest.raises(ModelError, match="exposure rate"):
        RateLimit(1.5)
    with pytest.raises(DataError, match="one for each"):
        RateLimit(0.5).eligible(pool, 0, Usage(np.zeros(3, dtype=np.intp), 10))

"""The next item: the most informative, within the rules, and the same again from the same state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import DataError, item_information
from psychometrics.adaptive import (
    AdaptivePolicy,
    Closeness,
    ExamineeState,
    InformationFloor,
    KullbackLeibler,
    MultinomialContent,
    PosteriorVariance,
    Precision,
    Progressive,
    ProportionalContent,
    Randomesque,
    SlopeStrata,
    Stopping,
    TimeLimit,
    WeightedDeviations,
    item_pool,
)
from psychometrics.adaptive.restrictions import ContentBound

from .conftest import make_pool


def walk(policy, seed=0, answer=lambda item, step: step % 2):
    """Items of one test with made-up answers."""
    state = ExamineeState(seed=seed)
    while (decision := policy.next(state)).item is not None:
        lowest = policy.pool.items[policy.pool.position[decision.item]].first_category
        state = state.after(decision.item, lowest + answer(decision.item, len(state.items)))
    return state, decision


def test_the_most_informative_item_comes_next(mixed_pool):
    policy = AdaptivePolicy(mixed_pool, Stopping(12))
    state = ExamineeState()
    for step in range(12):
        decision = policy.next(state)
        information = item_information(mixed_pool.items, decision.theta)[0]
        free = [label not in state.items for label in mixed_pool.labels]
        chosen = information[mixed_pool.position[decision.item]]
        assert chosen >= information[free].max() - 0.002
        first = mixed_pool.items[mixed_pool.position[decision.item]].first_category
        state = state.after(decision.item, first + step % 2)


@pytest.mark.parametrize(
    "criterion",
    [KullbackLeibler(), PosteriorVariance(), Closeness()],
    ids=lambda c: type(c).__name__,
)
def test_other_criteria_give_whole_tests_without_repetition(pool, criterion):
    state, decision = walk(AdaptivePolicy(pool, Stopping(15), criterion))
    assert len(set(state.items)) == 15
    assert decision.verdict.reason == "length"


def test_expected_posterior_variance_is_what_bayes_gives(mixed_pool):
    """By enumeration of the next response, for one item of each model."""
    policy = AdaptivePolicy(mixed_pool, Stopping(12))
    tables = policy.tables
    seen = np.array([0, 25, 33])
    at = policy.estimator.estimate(tables, seen, np.array([1, 2, 0]))
    values = PosteriorVariance().values(tables, at)
    for item in (1, 21, 31, 41):
        expected = 0.0
        for category in range(mixed_pool.items[item].n_categories):
            p = tables.probability[tables.first_row[item] + category]
            marginal = at.posterior @ p
            after = at.posterior * p / marginal
            mean = after @ tables.nodes
            expected += marginal * (after @ (tables.nodes - mean) ** 2)
        assert values[item] == pytest.approx(-expected, rel=1e-9)


def test_kullback_leibler_is_nearly_information_for_a_narrow_posterior(pool):
    """KL(theta, theta + d) = d^2 I / 2 for small d, so the ranking is that of information."""
    policy = AdaptivePolicy(pool, Stopping(150))
    items = np.arange(120)
    rng = np.random.default_rng(5)
    at = policy.estimator.estimate(policy.tables, items, rng.integers(0, 2, 120))
    divergence = KullbackLeibler().values(policy.tables, at)
    information = policy.tables.information_at(at.theta)
    large = information > 0.2
    half_variance = 0.5 * at.se**2
    assert np.allclose(divergence[large] / (information[large] * half_variance), 1.0, atol=0.15)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**63 - 1), n=st.integers(0, 10))
def test_same_state_same_decision(seed, n):
    pool = make_pool(80, seed=2, n_enemies=5)
    rng = np.random.default_rng(seed % 1000)
    items = tuple(pool.labels[i] for i in rng.choice(80, n, replace=False))
    state = ExamineeState(items, tuple(int(s) for s in rng.integers(0, 2, n)), seed)
    for choice in (Randomesque(5), Progressive()):
        first, again = (AdaptivePolicy(pool, Stopping(20), choice=choice) for _ in range(2))
        assert first.next(state) == again.next(state)
        assert first.next(state).item not in items


def test_enemies_never_meet():
    pool = make_pool(60, n_enemies=60)
    state, _ = walk(AdaptivePolicy(pool, Stopping(20)))
    chosen = set(pool.positions(state.items))
    assert all(len(chosen & set(group.tolist())) <= 1 for group in pool.enemies)


def test_items_of_a_stimulus_come_together_and_in_number():
    pool = make_pool(120, stimuli=10, n_enemies=0)
    for seed in range(5):
        policy = AdaptivePolicy(pool, Stopping(20), choice=Randomesque(8))
        state, _ = walk(policy, seed)
        stimuli = [pool.stimulus_of.get(p, "alone") for p in pool.positions(state.items)]
        for stimulus in set(stimuli) - {"alone"}:
            places = [k for k, known in enumerate(stimuli) if known == stimulus]
            assert places[-1] - places[0] == len(places) - 1
            assert 3 <= len(places) <= 4


def test_randomesque_takes_one_of_the_best(pool):
    plain = AdaptivePolicy(pool, Stopping(10))
    values = plain.tables.information_at(0.0)
    best = {pool.labels[i] for i in np.argsort(-values)[:4]}
    first = {
        AdaptivePolicy(pool, Stopping(10), choice=Randomesque(4)).next(ExamineeState(seed=s)).item
        for s in range(80)
    }
    assert first == best


def test_progressive_weight_runs_from_chance_to_information():
    rule = Progressive(acceleration=1.0)
    shares = [rule.share(step, 10) for step in range(10)]
    assert shares[0] == 0.0 and shares[-1] == 1.0
    assert all(np.diff(shares) > 0)
    # By hand: sum of 0..q-1 over sum of 0..9.
    assert shares[4] == pytest.approx((1 + 2 + 3 + 4) / 45)


def test_multinomial_content_meets_its_numbers_exactly(pool):
    targets = {"C0": 0.3, "C1": 0.3, "C2": 0.2, "C3": 0.1, "C4": 0.1, "C5": 0.0}
    policy = AdaptivePolicy(
        pool, Stopping(20), restrictions=(MultinomialContent("content", targets),)
    )
    orders = set()
    for seed in range(5):
        state, _ = walk(policy, seed)
        areas = [pool.categories["content"][p] for p in pool.positions(state.items)]
        assert {area: areas.count(area) for area in targets} == {
            "C0": 6, "C1": 6, "C2": 4, "C3": 2, "C4": 2, "C5": 0
        }  # fmt: skip
        orders.add(tuple(areas))
    assert len(orders) == 5


def test_proportional_content_keeps_each_area_within_one_item(pool):
    targets = {"C0": 0.4, "C1": 0.3, "C2": 0.3}
    policy = AdaptivePolicy(
        pool, Stopping(20), restrictions=(ProportionalContent("content", targets),)
    )
    state, _ = walk(policy)
    areas = [pool.categories["content"][p] for p in pool.positions(state.items)]
    for area, share in targets.items():
        assert abs(areas.count(area) - 20 * share) <= 1


def test_weighted_deviations_pull_towards_the_bounds(pool):
    bounds = tuple(ContentBound("content", f"C{k}", 3, 4, weight=5.0) for k in range(6))

    def misses(restrictions):
        state, _ = walk(AdaptivePolicy(pool, Stopping(20), restrictions=restrictions))
        areas = [pool.categories["content"][p] for p in pool.positions(state.items)]
        counts = [areas.count(f"C{k}") for k in range(6)]
        return sum(max(3 - n, 0) + max(n - 4, 0) for n in counts)

    assert misses((WeightedDeviations(bounds),)) <= 1
    assert misses(()) > 2


def test_strata_keep_the_steepest_items_for_the_end(pool):
    policy = AdaptivePolicy(pool, Stopping(20), Closeness(), restrictions=(SlopeStrata(4),))
    state, _ = walk(policy)
    strata = SlopeStrata(4).stratum_of(policy.tables, pool)
    assert strata[pool.positions(state.items)].tolist() == [k // 5 for k in range(20)]
    assert np.bincount(strata).tolist() == [75, 75, 75, 75]
    slopes = [pool.slopes[strata == k].mean() for k in range(4)]
    assert slopes == sorted(slopes)


def test_stopping_rules_name_their_reason(pool):
    def reason(rule, answer=lambda item, step: step % 2, **state):
        policy = AdaptivePolicy(pool, Stopping(40, rules=(rule,)))
        return walk(policy, answer=answer)

    state, end = reason(Precision(0.35))
    assert end.verdict.reason == "precision" and end.se <= 0.35
    state, end = reason(InformationFloor(0.5), answer=lambda item, step: 1)
    assert end.verdict.reason == "information" and len(state.items) < 40
    policy = AdaptivePolicy(pool, Stopping(40, minimum=5, rules=(TimeLimit(60.0),)))
    assert policy.next(ExamineeState(seconds=59.9)).item is not None
    assert policy.next(ExamineeState(seconds=60.0)).verdict.reason == "time"
    small = item_pool(pool.items[:3])
    assert walk(AdaptivePolicy(small, Stopping(10)))[1].verdict.reason == "no_item"


def test_a_minimum_length_is_kept(pool):
    policy = AdaptivePolicy(pool, Stopping(40, minimum=12, rules=(Precision(2.0),)))
    state, _ = walk(policy)
    assert len(state.items) == 12


def test_bad_states_are_refused(pool):
    policy = AdaptivePolicy(pool, Stopping(10))
    with pytest.raises(DataError, match="not in the pool"):
        policy.next(ExamineeState(("nobody",), (1,)))
    with pytest.raises(DataError, match="outside the calibrated 0 to 1"):
        policy.next(ExamineeState((pool.labels[0],), (2,)))
    with pytest.raises(DataError, match="scored"):
        ExamineeState((pool.labels[0],), ())


def test_bad_pools_are_refused():
    pool = make_pool(10, n_enemies=0)
    twice = (*pool.items, pool.items[0])
    with pytest.raises(DataError, match="already in the pool"):
        item_pool(twice)
    with pytest.raises(DataError, match="10 items"):
        item_pool(pool.items, categories={"content": ["C0"]})
    with pytest.raises(DataError, match="Row 3"):
        item_pool(pool.items, amounts={"words": [1, 2, np.nan, *range(7)]})
    with pytest.raises(DataError, match="no attribute 'topic'"):
        pool.in_category("topic", "C0")
    with pytest.raises(DataError, match="no items"):
        item_pool([])

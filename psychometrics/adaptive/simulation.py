"""Adaptive tests of simulated examinees."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.adaptive.exposure import Usage
from psychometrics.adaptive.policy import Decision, ExamineeState, NextItemPolicy
from psychometrics.adaptive.pool import ItemPool
from psychometrics.adaptive.simulation_report import AdaptiveSimulation, SimulatedTest
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, calibrated_items
from psychometrics.errors import DataError
from psychometrics.results import Calibration, ItemEstimate

LARGEST_SEED = 2**63


def simulate_adaptive(
    bank: Calibration | Sequence[ItemEstimate],
    abilities: ArrayLike,
    policy: NextItemPolicy,
    rng: np.random.Generator,
) -> AdaptiveSimulation:
    """Give every simulated examinee an adaptive test.

    Parameters
    ----------
    bank : Calibration or sequence of ItemEstimate
        The items as they truly are: responses are drawn from them. The policy's pool holds them as
        they were calibrated, so that the effect of calibration error can be studied.
    abilities : (n_examinees,)
        True abilities, logits.
    policy : NextItemPolicy
    rng : numpy.random.Generator
        The same state gives the same tests. What an examinee would answer to an item does not
        depend on the policy, so two policies can be compared on the same examinees.

    Returns
    -------
    AdaptiveSimulation

    Raises
    ------
    DataError
        An item of the policy's pool is not in the bank or has other categories there, or an
        ability is not a number.
    """
    true_items = _true_items(bank, policy.pool)
    theta = _checked(abilities)
    usage = Usage(np.zeros(policy.pool.n_items, dtype=np.intp), 0)
    tests = []
    for ability in theta:
        answers = draw_scores(true_items, float(ability), rng)
        seed = int(rng.integers(LARGEST_SEED))
        test = _one_test(policy, answers, seed, usage)
        usage = _after(usage, policy.pool, test)
        tests.append(test)
    return AdaptiveSimulation(policy.pool, theta, tuple(tests))


def draw_scores(items: CalibratedItems, ability: float, rng: np.random.Generator) -> IntArray:
    """One examinee's category on every item, counted from zero, (n_items,)."""
    uniform = rng.random(items.item_set.n_items)
    result = np.zeros(len(uniform), dtype=np.intp)
    theta = np.array([ability])
    for block in items.item_set.blocks:
        p = np.exp(block.model.log_probability(block.of(items.full), theta))[:, :, 0]
        below = np.cumsum(p, axis=1)[:, :-1]
        result[block.items] = (uniform[block.items][:, None] >= below).sum(axis=1)
    return result


def _one_test(policy: NextItemPolicy, answers: IntArray, seed: int, usage: Usage) -> SimulatedTest:
    pool, state, path = policy.pool, ExamineeState(seed=seed), []
    decision: Decision = policy.next(state, usage)
    while decision.item is not None:
        place = pool.position[decision.item]
        score = int(answers[place] + pool.first_category[place])
        state = state.after(decision.item, score)
        decision = policy.next(state, usage)
        path.append(decision.theta)
    return SimulatedTest(state.items, state.scores, tuple(path), decision)


def _after(usage: Usage, pool: ItemPool, test: SimulatedTest) -> Usage:
    counts = usage.counts.copy()
    counts[pool.positions(test.items)] += 1
    return Usage(counts, usage.n_examinees + 1)


def _true_items(bank: Calibration | Sequence[ItemEstimate], pool: ItemPool) -> CalibratedItems:
    estimates = bank.items if isinstance(bank, Calibration) else bank
    known = {item.item: item for item in estimates}
    for item in pool.items:
        true = known.get(item.item)
        if true is None or (true.n_categories, true.first_category) != (
            item.n_categories,
            item.first_category,
        ):
            raise DataError(
                "bank_and_pool",
                f"Item {item.item!r} of the pool is not in the bank with the same categories; add "
                "it or leave it out of the pool.",
                item=item.item,
            )
    return calibrated_items([known[label] for label in pool.labels])


def _checked(abilities: ArrayLike) -> FloatArray:
    theta = np.atleast_1d(np.asarray(abilities, dtype=np.float64))
    if not len(theta) or not np.isfinite(theta).all():
        rows = np.flatnonzero(~np.isfinite(theta))
        row = int(rows[0]) + 1 if len(rows) else 0
        raise DataError(
            "bad_ability",
            f"Row {row}: the ability is not a number; give finite logits."
            if row
            else "No abilities; give at least one.",
            row=row,
        )
    return theta

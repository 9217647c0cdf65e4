"""Speed of adaptive testing: the next item, the shadow test, a simulation.

Run with ``python -m benchmarks.adaptive``; one JSON line a figure. Where catsim is installed its
selector is timed beside ours on the same bank.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib.util import find_spec

import numpy as np

from benchmarks.figure import Figure
from psychometrics.adaptive import (
    AdaptivePolicy,
    ExamineeState,
    ItemPool,
    ShadowPolicy,
    StimulusSet,
    Stopping,
    item_pool,
    simulate_adaptive,
)
from psychometrics.adaptive.assembly import (
    AmountSum,
    CategoryAmount,
    CategoryCount,
    Constraint,
    TestLength,
)
from psychometrics.adaptive.assembly.solver import default_solver
from psychometrics.adaptive.simulation import draw_scores
from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.results import item_estimate

LENGTH = 22
NEXT_ITEM_TARGET, SHADOW_TARGET = 0.1, 50.0
AREAS, LEVELS, KEYS, FORMATS = 8, 3, 4, 2


def figures() -> Iterator[Figure]:
    """Every figure of adaptive testing."""
    yield from _next_item()
    yield from _shadow("1,000 items", _pool(1000, n_enemies=300), examinees=10, plain_steps=22)
    yield from _shadow("10,000 items", _pool(10_000, n_enemies=300), examinees=5, plain_steps=4)
    with_stimuli = _pool(1000, n_enemies=300, n_stimuli=60)
    yield from _shadow("1,000 items, 60 stimuli", with_stimuli, examinees=5, plain_steps=4)
    yield _simulation()


def _next_item() -> Iterator[Figure]:
    """The whole of ``AdaptivePolicy.next``: ability update, stopping rule, bars, selection."""
    pool = _pool(10_000, n_enemies=300)
    policy = AdaptivePolicy(pool, Stopping(40))
    steps = [_median_ms(lambda state=state: policy.next(state)) for state in _states(policy, 40)]
    name = "next item, 10,000-item bank, ability update included"
    yield _timed(name, float(np.median(steps)), NEXT_ITEM_TARGET)
    yield _timed(f"{name}, slowest of 40 steps", max(steps), NEXT_ITEM_TARGET)
    if find_spec("catsim") is not None:
        yield _timed("next item, same bank: catsim, estimate and selection", _catsim(pool), None)


def _states(
    policy: AdaptivePolicy | ShadowPolicy, length: int, seed: int = 1
) -> list[ExamineeState]:
    """The states of one simulated test before each item."""
    pool, rng = policy.pool, np.random.default_rng(seed)
    answers = draw_scores(calibrated_items(pool.items), float(rng.normal()), rng)
    states = [ExamineeState(seed=seed)]
    while len(states) < length:
        item = policy.next(states[-1]).item
        if item is None:
            break
        states.append(states[-1].after(item, int(answers[pool.position[item]])))
    return states


def _shadow(label: str, pool: ItemPool, *, examinees: int, plain_steps: int) -> Iterator[Figure]:
    """Steps of whole simulated tests, and the unreduced program at some of the same steps."""
    policy = ShadowPolicy(pool, _table())
    _ = policy.tables, policy.model.program
    every, plain = [], []
    for seed in range(examinees):
        states = _states(policy, LENGTH, seed)
        every += [_once_ms(lambda state=state: policy.next(state)) for state in states]
        if seed == 0:
            picked = states[:: max(1, LENGTH // plain_steps)]
            plain = [_once_ms(lambda state=state: _plain(policy, state)) for state in picked]
    name = f"shadow test, 22 items, 28 constraints, 300 enemy sets, {label}"
    yield _timed(f"{name}, mean step", float(np.mean(every)), SHADOW_TARGET)
    yield _timed(f"{name}, 95th percentile", float(np.quantile(every, 0.95)), SHADOW_TARGET)
    yield _timed(f"{name}, unreduced HiGHS, mean step", float(np.mean(plain)), None)


def _plain(policy: ShadowPolicy, state: ExamineeState) -> float:
    """The same step's program with every item of the pool, to the same gap."""
    pool, program = policy.pool, policy.model.program
    decision = policy.tables.information_at(_theta(policy, state))
    lower = program.column_lower.copy()
    lower[pool.positions(state.items)] = 1.0
    objective = np.concatenate([decision, np.zeros(len(pool.stimuli))])
    whole = replace(program, objective=objective, column_lower=lower)
    found = default_solver().solve(whole, gap=policy.gap, absolute_gap=0.0, seconds=60.0)
    return found.objective


def _theta(policy: ShadowPolicy, state: ExamineeState) -> float:
    items = np.array(policy.pool.positions(state.items), dtype=np.intp)
    return policy.estimator.estimate(policy.tables, items, np.array(state.scores, np.intp)).theta


def _simulation() -> Figure:
    pool = _pool(500, n_enemies=50)
    policy = AdaptivePolicy(pool, Stopping(30))
    abilities = np.random.default_rng(3).normal(size=1000)
    start = time.perf_counter()
    simulate_adaptive(pool.items, abilities, policy, np.random.default_rng(4))
    seconds = time.perf_counter() - start
    name = "simulation, 1,000 examinees, 30 items each, bank of 500"
    return Figure(name, round(seconds, 2), "s", None, None)


def _catsim(pool: ItemPool) -> float:
    """catsim's estimate and maximum-information selection halfway through a test of 40 items."""
    from catsim.estimation import NumericalSearchEstimator
    from catsim.item_bank import ItemBank
    from catsim.selection import MaxInfoSelector

    parameters = np.array([[item.a, item.difficulties[0], item.c, 1.0] for item in pool.items])
    bank, given = ItemBank(parameters), list(range(20))
    answers = [place % 2 == 0 for place in given]
    selector, estimator = MaxInfoSelector(), NumericalSearchEstimator()

    def step() -> None:
        theta = estimator.estimate(
            item_bank=bank, administered_items=given, response_vector=answers, est_theta=0.0
        )
        selector.select(item_bank=bank, administered_items=given, est_theta=theta)

    return _median_ms(step, 20)


def _table() -> tuple[Constraint, ...]:
    """28 constraints: length, areas, levels, keys, formats, words, seconds, words of each area."""
    return (
        TestLength(LENGTH, LENGTH),
        *(CategoryCount("area", f"A{k}", 2, 4) for k in range(AREAS)),
        *(CategoryCount("level", f"L{k}", 6, 9) for k in range(LEVELS)),
        *(CategoryCount("key", f"K{k}", 4, 7) for k in range(KEYS)),
        *(CategoryCount("format", f"F{k}", 8, 14) for k in range(FORMATS)),
        AmountSum("words", 1200, 1500),
        AmountSum("seconds", 1400, 1650),
        *(CategoryAmount("words", "area", f"A{k}", 80, 330) for k in range(AREAS)),
    )


def _pool(n: int, *, n_enemies: int, n_stimuli: int = 0, seed: int = 1) -> ItemPool:
    """3PL items with the attributes of the table, enemy sets of two to four items."""
    rng = np.random.default_rng(seed)
    slopes, b = rng.lognormal(0.1, 0.3, n), rng.normal(0.0, 1.1, n)
    c = rng.beta(5, 17, n)
    items = [item_estimate(f"I{i}", "3pl", [slopes[i], b[i], c[i]]) for i in range(n)]
    labels = [item.item for item in items]
    in_stimuli = 5 * n_stimuli
    return item_pool(
        items,
        categories={
            name: [f"{name[0].upper()}{k}" for k in rng.integers(0, size, n)]
            for name, size in (
                ("area", AREAS),
                ("level", LEVELS),
                ("key", KEYS),
                ("format", FORMATS),
            )
        },
        amounts=_amounts(n, rng),
        enemies=[
            list(rng.choice(labels[in_stimuli:], rng.integers(2, 5), replace=False))
            for _ in range(n_enemies)
        ],
        stimuli=[
            StimulusSet(f"S{k}", tuple(labels[5 * k : 5 * k + 5]), 3, 4) for k in range(n_stimuli)
        ],
    )


def _amounts(n: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    return {"words": rng.integers(20, 120, n).astype(float), "seconds": rng.gamma(9.0, 8.0, n)}


def _once_ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3


def _median_ms(call: Callable[[], object], repeats: int = 200) -> float:
    return float(np.median([_once_ms(call) for _ in range(repeats)]))


def _timed(name: str, value: float, target: float | None) -> Figure:
    rounded = round(value, 4)
    return Figure(name, rounded, "ms", target, None if target is None else rounded <= target)


if __name__ == "__main__":
    for figure in figures():
        print(json.dumps(asdict(figure)), flush=True)

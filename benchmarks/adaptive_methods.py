"""The table of selection methods in docs/methods/exposure.md: accuracy against security.

Run with ``python -m benchmarks.adaptive_methods`` (about two minutes on one core).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from psychometrics.adaptive import (
    AdaptivePolicy,
    AdaptiveSimulation,
    Closeness,
    ItemPool,
    KullbackLeibler,
    PosteriorVariance,
    Progressive,
    Randomesque,
    RateLimit,
    SlopeStrata,
    Stopping,
    item_pool,
    set_up_sympson_hetter,
    simulate_adaptive,
)
from psychometrics.results import item_estimate

N_ITEMS, N_EXAMINEES, LENGTH, RATE = 300, 1000, 25, 0.25


def policies(pool: ItemPool) -> Iterator[tuple[str, AdaptivePolicy]]:
    """Name and policy of each row of the table."""
    plain = AdaptivePolicy(pool, Stopping(LENGTH))
    yield "maximum information", plain
    yield "Kullback-Leibler", replace(plain, criterion=KullbackLeibler())
    yield "expected posterior variance", replace(plain, criterion=PosteriorVariance())
    yield "randomesque, 5 best", replace(plain, choice=Randomesque(5))
    yield "progressive", replace(plain, choice=Progressive())
    limited = replace(plain, choice=Progressive(), exposure=RateLimit(RATE))
    yield f"progressive-restricted, {RATE}", limited
    strata = replace(plain, criterion=Closeness(), restrictions=(SlopeStrata(5),))
    yield "5 strata of slope", strata
    abilities = np.random.default_rng(20).normal(size=N_EXAMINEES)
    found = set_up_sympson_hetter(
        pool.items, abilities, plain, np.random.default_rng(21), rate=RATE
    )
    yield f"Sympson-Hetter, {RATE}", replace(plain, exposure=found.control)


def main() -> None:
    """Print the rows as Markdown."""
    rng = np.random.default_rng(1)
    items = [
        item_estimate(
            f"I{i}", "3pl", [rng.lognormal(0.1, 0.3), rng.normal(0, 1.1), rng.beta(5, 17)]
        )
        for i in range(N_ITEMS)
    ]
    pool, abilities = item_pool(items), np.random.default_rng(30).normal(size=N_EXAMINEES)
    for name, policy in policies(pool):
        run = simulate_adaptive(items, abilities, policy, np.random.default_rng(31))
        print(_row(name, run), flush=True)


def _row(name: str, run: AdaptiveSimulation) -> str:
    figures = run.summary()
    cells = [f"{figures[key]:.3f}" for key in ("bias", "rmse", "mean_se", "coverage")]
    cells += [f"{figures['largest_exposure']:.2f}", f"{figures['items_used']:.0f}"]
    return f"| {name} | {' | '.join(cells)} | {figures['overlap']:.2f} |"


if __name__ == "__main__":
    main()

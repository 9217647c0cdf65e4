"""Delivering a multistage test item by item, and simulating it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.adaptive.chance import step_generator
from psychometrics.adaptive.exposure import Usage
from psychometrics.adaptive.multistage.panel import Module, Panel
from psychometrics.adaptive.multistage.routing import InformationRouting, Routing, Standing
from psychometrics.adaptive.policy import Decision, ExamineeState
from psychometrics.adaptive.pool import ItemPool
from psychometrics.adaptive.provisional import ProvisionalEstimator
from psychometrics.adaptive.simulation import simulate_adaptive
from psychometrics.adaptive.simulation_report import AdaptiveSimulation, SimulatedTest
from psychometrics.adaptive.stopping import Verdict
from psychometrics.adaptive.tables import AbilityTables, ability_tables, coded
from psychometrics.errors import DataError
from psychometrics.results import Calibration, ItemEstimate


@dataclass(frozen=True, eq=False)
class MultistagePolicy:
    """Gives the items of a module in their order and routes at its end.

    Like every policy it keeps nothing between calls: the path is read from the items given. Where
    the first stage has several modules (parallel routing tests) the examinee's seed draws one.
    """

    panel: Panel
    routing: Routing = field(default_factory=InformationRouting)
    estimator: ProvisionalEstimator = field(default_factory=ProvisionalEstimator)

    @property
    def pool(self) -> ItemPool:
        """The items the panel draws on."""
        return self.panel.pool

    @cached_property
    def tables(self) -> AbilityTables:
        """The pool's curves on the grid, made once."""
        return ability_tables(self.pool)

    def next(self, state: ExamineeState, usage: Usage | None = None) -> Decision:
        """The next item of the module, the first of the next module, or the end.

        Raises
        ------
        DataError
            The items given are not the beginning of a path of this panel.
        """
        items = np.array(self.pool.positions(state.items), dtype=np.intp)
        categories = coded(self.pool, items, state.scores)
        at = self.estimator.estimate(self.tables, items, categories)
        path, remaining = self._place(state)
        if remaining:
            return Decision(remaining[0], at.theta, at.se)
        onward = self.panel.onward(path[-1]) if path else self.panel.stages[0]
        if not onward:
            return Decision(None, at.theta, at.se, Verdict("length"))
        if not path:
            module = onward[int(step_generator(state.seed, 0).integers(len(onward)))]
        else:
            now = Standing(path, at.theta, int(categories.sum()))
            module = self.routing.choose(self.panel, self.tables, onward, now)
        return Decision(module.items[0], at.theta, at.se)

    def _place(self, state: ExamineeState) -> tuple[tuple[Module, ...], tuple[str, ...]]:
        """The modules begun so far, and what is left of the last."""
        path: tuple[Module, ...] = ()
        remaining: tuple[str, ...] = ()
        for step, item in enumerate(state.items, start=1):
            if not remaining:
                module = self.panel.module_of.get(item)
                possible = self.panel.onward(path[-1]) if path else self.panel.stages[0]
                if module is None or module not in possible:
                    raise _off_path(step, item)
                path, remaining = (*path, module), module.items
            if item != remaining[0]:
                raise _off_path(step, item)
            remaining = remaining[1:]
        return path, remaining


@dataclass(frozen=True, eq=False)
class MultistageSimulation:
    """Simulated multistage tests.

    Attributes
    ----------
    panel : Panel
    tests : AdaptiveSimulation
        Accuracy, exposure, overlap as for any adaptive test.
    """

    panel: Panel
    tests: AdaptiveSimulation

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Module names of each examinee's path, (n_examinees,)."""
        return tuple(self._path(test) for test in self.tests.tests)

    @property
    def route_shares(self) -> Mapping[tuple[str, ...], float]:
        """Share of the examinees on each path that was taken, the most frequent first."""
        counts = Counter(self.paths)
        return {path: n / len(self.paths) for path, n in counts.most_common()}

    def _path(self, test: SimulatedTest) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.panel.module_of[item].name for item in test.items))


def simulate_multistage(
    bank: Calibration | Sequence[ItemEstimate],
    abilities: ArrayLike,
    policy: MultistagePolicy,
    rng: np.random.Generator,
) -> MultistageSimulation:
    """Give every simulated examinee the multistage test; see :func:`simulate_adaptive`."""
    return MultistageSimulation(policy.panel, simulate_adaptive(bank, abilities, policy, rng))


def _off_path(step: int, item: str) -> DataError:
    return DataError(
        "off_path",
        f"Item {step} of the test, {item!r}, does not follow from the panel; use the panel the "
        "test was begun with.",
        step=step,
        item=item,
    )

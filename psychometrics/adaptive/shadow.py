"""Adaptive testing with shadow tests: every constraint is met, whatever the examinee answers.

At each step the best full-length test for the present estimate is assembled, all items given so
far included; the next item is the best of its items not yet given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from psychometrics.adaptive.assembly.constraints import Constraint, TestLength
from psychometrics.adaptive.assembly.model import GAP, SECONDS, AssemblyModel, BestTest
from psychometrics.adaptive.assembly.program import Solver
from psychometrics.adaptive.assembly.solver import default_solver
from psychometrics.adaptive.availability import shared_values
from psychometrics.adaptive.choosing import Best, Choice
from psychometrics.adaptive.exposure import ExposureControl, Usage
from psychometrics.adaptive.policy import Decision, ExamineeState
from psychometrics.adaptive.pool import ItemPool
from psychometrics.adaptive.provisional import Provisional, ProvisionalEstimator
from psychometrics.adaptive.stopping import Progress, Stopping, StoppingRule, Verdict
from psychometrics.adaptive.tables import AbilityTables, ability_tables, coded
from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.errors import ModelError


@dataclass(frozen=True, eq=False)
class ShadowPolicy:
    """The shadow-test approach.

    Parameters
    ----------
    pool : ItemPool
        Its enemies and stimuli are constraints too.
    constraints : tuple of Constraint
        One of them a :class:`TestLength`.
    rules : tuple of StoppingRule
        A test that ends before its full length meets upper bounds, not lower ones; leave this
        empty where every test must be complete.
    choice : Choice
        How the item is taken from the shadow test; the most informative unless said.
    exposure : ExposureControl, optional
        Items that are not eligible stay out of the shadow test, unless no test exists without
        them.
    estimator : ProvisionalEstimator
    gap : float
        Relative, between the shadow test's information and the best possible.
    solver : Solver, optional

    References
    ----------
    van der Linden & Reese (1998), Appl. Psych. Meas. 22, 259-270. van der Linden (2005), Linear
    models for optimal test design, ch. 9. van der Linden & Veldkamp (2004), J. Educational and
    Behavioral Statistics 29, 273-291 (eligibility).
    """

    pool: ItemPool
    constraints: tuple[Constraint, ...]
    rules: tuple[StoppingRule, ...] = ()
    choice: Choice = field(default_factory=Best)
    exposure: ExposureControl | None = None
    estimator: ProvisionalEstimator = field(default_factory=ProvisionalEstimator)
    gap: float = GAP
    seconds: float = SECONDS
    solver: Solver | None = None

    def __post_init__(self) -> None:
        if not any(isinstance(constraint, TestLength) for constraint in self.constraints):
            raise ModelError(
                "no_test_length",
                "A shadow test needs its length; add a TestLength to the constraints.",
            )

    @cached_property
    def tables(self) -> AbilityTables:
        """The pool's curves on the grid, made once."""
        return ability_tables(self.pool)

    @cached_property
    def model(self) -> AssemblyModel:
        """The constraints, laid out once."""
        return AssemblyModel(self.pool, self.constraints, self.solver or default_solver())

    @cached_property
    def stopping(self) -> Stopping:
        """The full length and the rules that may end the test before it."""
        lengths = [c.maximum for c in self.constraints if isinstance(c, TestLength)]
        return Stopping(min(lengths), rules=self.rules)

    def next(self, state: ExamineeState, usage: Usage | None = None) -> Decision:
        """Assemble the shadow test and decide on the next item.

        Raises
        ------
        ModelError
            No test meets the constraints; the error names those that contradict each other.
        """
        given = self.pool.positions(state.items)
        items = np.array(given, dtype=np.intp)
        at = self.estimator.estimate(self.tables, items, coded(self.pool, items, state.scores))
        information = self.tables.information_at(at.theta)
        verdict = self._verdict(state, at, information, given)
        if verdict is not None:
            return Decision(None, at.theta, at.se, verdict)
        shadow = self.shadow_test(information, given, state.seed, usage)
        labels = tuple(self.pool.labels[item] for item in shadow.items)
        fresh = [item for item in shadow.items if item not in set(given)]
        if not fresh:
            return Decision(None, at.theta, at.se, Verdict("length"), labels)
        chosen = self._chosen(information, fresh, given, state.seed)
        return Decision(self.pool.labels[chosen], at.theta, at.se, shadow=labels)

    def shadow_test(
        self,
        values: FloatArray,
        given: Sequence[int] = (),
        seed: int = 0,
        usage: Usage | None = None,
    ) -> BestTest:
        """The best full test that holds the given items, ``values`` (n_items,) summed."""
        barred = self._left_behind(given)
        if self.exposure is not None:
            resting = barred | ~self.exposure.eligible(self.pool, seed, usage)
            found = self.model.best_if_any(
                values, given=given, barred=resting, gap=self.gap, seconds=self.seconds
            )
            if found is not None:
                return found
        return self.model.best(
            values, given=given, barred=barred, gap=self.gap, seconds=self.seconds
        )

    def _verdict(
        self, state: ExamineeState, at: Provisional, information: FloatArray, given: Sequence[int]
    ) -> Verdict | None:
        free = np.ones(self.pool.n_items, dtype=np.bool_)
        free[list(given)] = False
        best = float(np.max(information, where=free, initial=-np.inf))
        return self.stopping.verdict(Progress(at, self.tables.nodes, state.seconds, best))

    def _left_behind(self, given: Sequence[int]) -> BoolArray:
        """Items of stimuli that the test has left: their number is settled."""
        barred = np.zeros(self.pool.n_items, dtype=np.bool_)
        stimuli = {self.pool.stimulus_of[item] for item in given if item in self.pool.stimulus_of}
        for place in stimuli - {self.pool.stimulus_of.get(given[-1]) if given else None}:
            barred[self.pool.stimulus_items[place]] = True
        return barred

    def _chosen(
        self, information: FloatArray, fresh: list[int], given: list[int], seed: int
    ) -> int:
        """The item to give: of the stimulus in front of the examinee as long as it has any."""
        values = np.full(self.pool.n_items, -np.inf)
        opened = self.pool.stimulus_of.get(given[-1]) if given else None
        together = [item for item in fresh if self.pool.stimulus_of.get(item) == opened]
        inside = together if opened is not None and together else fresh
        values[inside] = information[inside]
        if inside is fresh:
            values = shared_values(self.pool, values)
        return self.choice.choose(values, seed, len(given), self.stopping.maximum)

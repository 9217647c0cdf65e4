"""The next item of an adaptive test, from what the examinee has done so far.

A policy keeps nothing between two calls: the same state gives the same decision, so a test can be
resumed on another machine and every decision repeated from the record.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from psychometrics.adaptive.availability import (
    available,
    keep_together,
    open_stimulus,
    shared_values,
)
from psychometrics.adaptive.choosing import Best, Choice
from psychometrics.adaptive.criteria import Criterion, FisherInformation
from psychometrics.adaptive.exposure import ExposureControl, Usage
from psychometrics.adaptive.pool import ItemPool
from psychometrics.adaptive.provisional import Provisional, ProvisionalEstimator
from psychometrics.adaptive.restrictions import Restriction, Situation
from psychometrics.adaptive.stopping import Progress, Stopping, Verdict
from psychometrics.adaptive.tables import AbilityTables, ability_tables, coded
from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.errors import DataError


@dataclass(frozen=True)
class ExamineeState:
    """What one examinee has done so far.

    Attributes
    ----------
    items : tuple of str
        Labels of the items given, in order.
    scores : tuple of int
        Their scores, as the items number their categories.
    seed : int
        The examinee's own; every random draw comes from it.
    seconds : float
        Time used.
    """

    items: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
    seed: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if len(self.items) != len(self.scores):
            raise DataError(
                "scores_and_items",
                f"{len(self.items)} items were given but {len(self.scores)} scored; score each "
                "item before asking for the next.",
                n_items=len(self.items),
                n_scores=len(self.scores),
            )

    def after(self, item: str, score: int, seconds: float = 0.0) -> "ExamineeState":
        """The state after one more item, which took ``seconds``."""
        return ExamineeState(
            (*self.items, item), (*self.scores, score), self.seed, self.seconds + seconds
        )


@dataclass(frozen=True)
class Decision:
    """What happens next.

    Attributes
    ----------
    item : str or None
        Label of the next item; None where the test has ended.
    theta, se : float
        The estimate so far, logits.
    verdict : Verdict or None
        Why the test ended; None while it goes on.
    shadow : tuple of str
        The full test assembled at this step, where the policy assembles one.
    """

    item: str | None
    theta: float
    se: float
    verdict: Verdict | None = None
    shadow: tuple[str, ...] = ()


class NextItemPolicy(Protocol):
    """Anything that decides on the next item."""

    @property
    def pool(self) -> ItemPool:
        """The items it draws on."""

    def next(self, state: ExamineeState, usage: Usage | None = None) -> Decision:
        """The next item, or the end of the test."""


@dataclass(frozen=True, eq=False)
class AdaptivePolicy:
    """Item-by-item selection under exposure, content and stimulus rules.

    Parameters
    ----------
    pool : ItemPool
    stopping : Stopping
    criterion : Criterion
        What makes an item worth giving; Fisher information unless said.
    choice : Choice
        The best item unless said.
    restrictions : tuple of Restriction
        Applied in order; one that would bar every item is set aside for the step.
    exposure : ExposureControl, optional
        Set aside likewise where no item is left.
    estimator : ProvisionalEstimator

    Notes
    -----
    A step on a pool of 10,000 items, update of the ability included, takes less than 0.1 ms
    (benchmarks/adaptive.py); the criteria that look at every category of every item take longer.
    """

    pool: ItemPool
    stopping: Stopping
    criterion: Criterion = field(default_factory=FisherInformation)
    choice: Choice = field(default_factory=Best)
    restrictions: tuple[Restriction, ...] = ()
    exposure: ExposureControl | None = None
    estimator: ProvisionalEstimator = field(default_factory=ProvisionalEstimator)

    @cached_property
    def tables(self) -> AbilityTables:
        """The pool's curves on the grid, made once."""
        return ability_tables(self.pool)

    def next(self, state: ExamineeState, usage: Usage | None = None) -> Decision:
        """Decide on the next item.

        Parameters
        ----------
        state : ExamineeState
        usage : Usage, optional
            How often items have been given so far; for rules that look at it.

        Raises
        ------
        DataError
            An item is not in the pool, or a score not among its categories.
        """
        given = self.pool.positions(state.items)
        items = np.array(given, dtype=np.intp)
        at = self.estimator.estimate(self.tables, items, coded(self.pool, items, state.scores))
        free = self._free(given)
        information = np.where(free, self.tables.information_at(at.theta), -np.inf)
        verdict = self._verdict(state, given, at, float(information.max()))
        if verdict is not None:
            return Decision(None, at.theta, at.se, verdict)
        values = self._eligible(self._values(at, information, free), state.seed, usage)
        now = Situation(self.pool, self.tables, given, state.seed, self.stopping.maximum)
        return Decision(self.pool.labels[self._chosen(values, now)], at.theta, at.se)

    def _free(self, given: list[int]) -> BoolArray:
        n_left = self.stopping.maximum - len(given)
        return keep_together(self.pool, given, available(self.pool, given), n_left)

    def _verdict(
        self, state: ExamineeState, given: list[int], at: Provisional, best: float
    ) -> Verdict | None:
        """Why the test ends; ``best`` is minus infinity where no item is left."""
        progress = Progress(at, self.tables.nodes, state.seconds, best)
        verdict = self.stopping.verdict(progress)
        if best == -np.inf:
            return verdict or Verdict("no_item")
        if verdict is None or verdict.reason in ("length", "time"):
            return verdict
        opened = open_stimulus(self.pool, given)
        goes_on = opened is not None and opened.must_go_on and len(given) < self.stopping.maximum
        return None if goes_on else verdict

    def _values(self, at: Provisional, information: FloatArray, free: BoolArray) -> FloatArray:
        if isinstance(self.criterion, FisherInformation):
            return information
        return np.where(free, self.criterion.values(self.tables, at), -np.inf)

    def _eligible(self, values: FloatArray, seed: int, usage: Usage | None) -> FloatArray:
        if self.exposure is None:
            return values
        narrowed = np.where(self.exposure.eligible(self.pool, seed, usage), values, -np.inf)
        return narrowed if np.isfinite(narrowed).any() else values

    def _chosen(self, values: FloatArray, now: Situation) -> int:
        if self.pool.stimuli and open_stimulus(self.pool, now.given) is None:
            values = shared_values(self.pool, values)
        for restriction in self.restrictions:
            narrowed = restriction.adjusted(values, now)
            if np.isfinite(narrowed).any():
                values = narrowed
        return self.choice.choose(values, now.seed, now.step, now.length)

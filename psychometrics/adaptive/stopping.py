"""When a test ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from psychometrics.adaptive.provisional import Provisional
from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError

Reason = Literal["length", "precision", "information", "time", "classified", "combined", "no_item"]
Side = Literal["above", "below"]


@dataclass(frozen=True, eq=False)
class Progress:
    """What stopping rules look at.

    Attributes
    ----------
    at : Provisional
    nodes : (n_nodes,)
        Of ``at.log_likelihood``.
    seconds : float
        Time used so far.
    best_information : float
        Largest information at the estimate among the items that may still be given.
    """

    at: Provisional
    nodes: FloatArray
    seconds: float
    best_information: float


@dataclass(frozen=True)
class Verdict:
    """Why a test ends, and on which side of the cut score where the rule says so."""

    reason: Reason
    side: Side | None = None


class StoppingRule(Protocol):
    """One reason to end a test."""

    def verdict(self, progress: Progress) -> Verdict | None:
        """The verdict, or None to go on."""


@dataclass(frozen=True)
class Precision:
    """The standard error is at most ``se`` logits."""

    se: float

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when precise enough."""
        return Verdict("precision") if progress.at.se <= self.se else None


@dataclass(frozen=True)
class InformationFloor:
    """No item left would add as much as ``information`` at the estimate."""

    information: float

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when the pool has nothing more to tell about this examinee."""
        return Verdict("information") if progress.best_information < self.information else None


@dataclass(frozen=True)
class TimeLimit:
    """The examinee has used ``seconds``."""

    seconds: float

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when time is up."""
        return Verdict("time") if progress.seconds >= self.seconds else None


@dataclass(frozen=True)
class SequentialRatio:
    r"""Wald's sequential probability ratio test at a cut score.

    The log of :math:`L(\theta_c + \delta) / L(\theta_c - \delta)` at or above
    :math:`\log((1 - \beta) / \alpha)` classifies above, at or below
    :math:`\log(\beta / (1 - \alpha))` below. ``alpha`` is the chance of "above" at
    :math:`\theta_c - \delta`, ``beta`` of "below" at :math:`\theta_c + \delta`.

    References
    ----------
    Wald (1947), Sequential analysis. Reckase (1983), in New horizons in testing, 237-255. Eggen
    (1999), Appl. Psych. Meas. 23, 249-261.
    """

    cut: float
    delta: float
    alpha: float = 0.05
    beta: float = 0.05

    def __post_init__(self) -> None:
        _check_test(self.delta, self.alpha, self.beta)

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when one side is likelier enough."""
        value = progress.at.log_likelihood
        above, below = np.interp(
            [self.cut + self.delta, self.cut - self.delta], progress.nodes, value
        )
        return _decided(float(above - below), self.alpha, self.beta)


@dataclass(frozen=True)
class GeneralisedRatio:
    r"""The same test with the likelihood's suprema beyond the indifference region.

    :math:`\sup_{\theta \ge \theta_c + \delta} \ell - \sup_{\theta \le \theta_c - \delta} \ell`
    against the same bounds. It ends sooner than the ratio at two points for examinees far from the
    cut; as there, the bounds hold approximately, because the suprema are taken after looking.

    References
    ----------
    Bartroff, Finkelman & Lai (2008), Psychometrika 73, 473-486. Thompson (2009), Educational and
    Psychological Measurement 69, 778-793.
    """

    cut: float
    delta: float
    alpha: float = 0.05
    beta: float = 0.05

    def __post_init__(self) -> None:
        _check_test(self.delta, self.alpha, self.beta)

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when one side is likelier enough."""
        value, nodes = progress.at.log_likelihood, progress.nodes
        ends = [self.cut + self.delta, self.cut - self.delta]
        above, below = np.interp(ends, nodes, value)
        highest = max(float(above), float(value[nodes >= ends[0]].max(initial=-math.inf)))
        lowest = max(float(below), float(value[nodes <= ends[1]].max(initial=-math.inf)))
        return _decided(highest - lowest, self.alpha, self.beta)


@dataclass(frozen=True)
class AllOf:
    """Every one of the rules would end the test."""

    rules: tuple[StoppingRule, ...]

    def verdict(self, progress: Progress) -> Verdict | None:
        """Stop when all agree; the side is that of the first rule that gives one."""
        found = [rule.verdict(progress) for rule in self.rules]
        if any(verdict is None for verdict in found):
            return None
        sides = [verdict.side for verdict in found if verdict is not None and verdict.side]
        return Verdict("combined", sides[0] if sides else None)


@dataclass(frozen=True)
class Stopping:
    """Ends at ``maximum`` items, or after at least ``minimum`` when any of the rules says so.

    The time limit binds before the minimum.
    """

    maximum: int
    minimum: int = 0
    rules: tuple[StoppingRule, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.maximum or self.maximum < 1:
            raise ModelError(
                "bad_test_length",
                f"A test of {self.minimum} to {self.maximum} items cannot be; give a maximum of at "
                "least 1 and a minimum not above it.",
                minimum=self.minimum,
                maximum=self.maximum,
            )

    def verdict(self, progress: Progress) -> Verdict | None:
        """The first reason to end, or None to go on."""
        n = progress.at.n_responses
        if n >= self.maximum:
            return _first(self.rules, progress, classify=True) or Verdict("length")
        if n < self.minimum:
            timed = [rule for rule in self.rules if isinstance(rule, TimeLimit)]
            return _first(timed, progress)
        return _first(self.rules, progress)


def _first(
    rules: Sequence[StoppingRule], progress: Progress, *, classify: bool = False
) -> Verdict | None:
    for rule in rules:
        verdict = rule.verdict(progress)
        if verdict is not None and (verdict.side is not None or not classify):
            return verdict
    return None


def _decided(log_ratio: float, alpha: float, beta: float) -> Verdict | None:
    if log_ratio >= math.log((1.0 - beta) / alpha):
        return Verdict("classified", "above")
    if log_ratio <= math.log(beta / (1.0 - alpha)):
        return Verdict("classified", "below")
    return None


def _check_test(delta: float, alpha: float, beta: float) -> None:
    if not (delta > 0 and 0 < alpha < 0.5 and 0 < beta < 0.5):
        raise ModelError(
            "bad_ratio_test",
            f"A ratio test needs delta above 0 and error rates between 0 and 0.5, not {delta}, "
            f"{alpha}, {beta}.",
            delta=delta,
            alpha=alpha,
            beta=beta,
        )

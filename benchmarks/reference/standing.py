"""Who is right where estimates differ: both sets of estimates on the same objective."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.reference.brute_force import log_likelihood, log_posterior
from benchmarks.reference.comparison import Comparison, Verdict
from psychometrics import Calibration, ResponseMatrix

SAME_OBJECTIVE = 0.01  # largest difference between what it reports and what we find there
AT_MAXIMUM = 1e-6  # gradient norm per person of ours


@dataclass(frozen=True)
class Standing:
    """The reference's estimates on our objective, summed by brute force.

    Attributes
    ----------
    reported_difference : float
        Log-likelihood that the reference reports minus ours at its estimates.
    unnormalised_difference : float
        The same where the weights of the nodes are not brought to sum one.
    shortfall : float
        Objective (with log priors) at our estimates minus that at its own.
    """

    reported_difference: float
    unnormalised_difference: float
    shortfall: float
    is_ours_at_maximum: bool

    @property
    def evidence(self) -> str:
        """Why the reference is at fault; empty where it is not."""
        if not self.is_ours_at_maximum or self.shortfall <= 0:
            return ""
        if abs(self.reported_difference) <= SAME_OBJECTIVE:
            return (
                "not at the maximum of its own objective: summed by brute force it is "
                f"{self.shortfall:.2g} higher at our estimates"
            )
        if abs(self.unnormalised_difference) <= SAME_OBJECTIVE:
            return (
                "weights of the nodes not brought to sum one, so that its log-likelihood leaves out "
                "the population beyond them; summed so at its estimates we find the same within "
                f"{abs(self.unnormalised_difference):.1g}"
            )
        return ""


def standing(
    responses: ResponseMatrix, ours: Calibration, theirs: Calibration, reported: float
) -> Standing:
    """Compare the objective at both sets of estimates."""
    return Standing(
        reported - log_likelihood(responses, theirs),
        reported - log_likelihood(responses, theirs, normalised=False),
        log_posterior(responses, ours) - log_posterior(responses, theirs),
        ours.converged and ours.gradient_norm < AT_MAXIMUM,
    )


def judged(comparisons: Iterable[Comparison], evidence: str) -> list[Comparison]:
    """Failures become faults of the reference where there is evidence."""
    return [
        replace(comparison, verdict=Verdict.FAULT, note=evidence)
        if evidence and comparison.verdict is Verdict.FAILS
        else comparison
        for comparison in comparisons
    ]


def judged_estimates(comparisons: Iterable[Comparison], evidence: str) -> list[Comparison]:
    """The same, if log-likelihood or parameters fail: standard errors alone are no matter of it."""
    found = list(comparisons)
    differs = any(
        one.verdict is Verdict.FAILS and one.quantity.startswith(("log-lik", "parameters"))
        for one in found
    )
    return judged(found, evidence) if differs else found


def are_at_fault(comparisons: Iterable[Comparison]) -> bool:
    """Whether the reference's parameters are."""
    return any(
        one.verdict is Verdict.FAULT and one.quantity.startswith("parameters")
        for one in comparisons
    )

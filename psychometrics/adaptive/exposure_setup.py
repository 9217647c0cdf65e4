"""Finding the Sympson-Hetter parameters by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.adaptive.exposure import SympsonHetter, check_rate
from psychometrics.adaptive.policy import AdaptivePolicy
from psychometrics.adaptive.shadow import ShadowPolicy
from psychometrics.adaptive.simulation import simulate_adaptive
from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.results import Calibration, ItemEstimate

SMALLEST = 1e-3  # an item keeps a small chance, so that its selection stays observable
ROUGH_ITERATIONS = 4  # while the parameters still move; after them the selection rates are averaged
TOLERATED_ERRORS = 3.0  # standard errors of a simulated rate


@dataclass(frozen=True, eq=False)
class ExposureSetUp:
    r"""The result of the iterations.

    Attributes
    ----------
    control : SympsonHetter
        Of the last iteration.
    converged : bool
        Whether its largest rate is at most three standard errors of a simulated rate,
        :math:`\sqrt{r (1 - r) / n}`, above the target.
    largest_rate : float
    trace : tuple of float
        Largest exposure rate after each iteration.
    """

    control: SympsonHetter
    converged: bool
    largest_rate: float
    trace: tuple[float, ...]


def set_up_sympson_hetter(
    bank: Calibration | Sequence[ItemEstimate],
    abilities: ArrayLike,
    policy: AdaptivePolicy | ShadowPolicy,
    rng: np.random.Generator,
    *,
    rate: float,
    iterations: int = 15,
) -> ExposureSetUp:
    r"""Simulate tests until no item is given to more than a share ``rate`` of the examinees.

    An item's lottery is independent of whether the item gets selected, so the share of examinees
    for whom it was selected is :math:`P(S_i) = P(A_i) / K_i`; each iteration sets

    .. math:: K_i = \min(1, \text{rate} / P(S_i))

    and, so that a test can always be filled, makes the parameters of the largest K equal to 1 when
    fewer than a test's length of them are. After four iterations :math:`P(S_i)` is a mean over
    those since, weighted with their number, so that neither the sampling error of one iteration nor
    the rough beginning stays in the parameters.

    Parameters
    ----------
    bank, abilities, policy, rng : as for :func:`simulate_adaptive`
        The abilities are those of the examinees the test is meant for: the rates hold for them.
        1,000 abilities give rates with a sampling error near 0.01.
    rate : float
        Between test length / pool size and 1.
    iterations : int

    References
    ----------
    Sympson & Hetter (1985), Proc. 27th annual meeting of the Military Testing Association, 973-977.
    Hetter & Sympson (1997), in Computerized adaptive testing: from inquiry to operation, 141-144.
    """
    check_rate(rate)
    if iterations < 1:
        raise ModelError(
            "no_iterations", f"{iterations} iterations cannot be; give at least 1.", n=iterations
        )
    k, selected, trace = np.ones(policy.pool.n_items), np.zeros(policy.pool.n_items), []
    for iteration in range(iterations):
        if iteration:
            k = _parameters(selected, rate, policy.stopping.maximum)
        controlled = replace(policy, exposure=SympsonHetter(k))
        run = simulate_adaptive(bank, abilities, controlled, rng)
        trace.append(float(run.exposure.max()))
        weight = 2.0 / max(iteration - ROUGH_ITERATIONS + 2, 2)
        selected = selected + weight * (run.exposure / k - selected)
    error = np.sqrt(rate * (1.0 - rate) / run.n_examinees)
    converged = trace[-1] <= rate + TOLERATED_ERRORS * error
    return ExposureSetUp(SympsonHetter(k), bool(converged), trace[-1], tuple(trace))


def _parameters(selected: FloatArray, rate: float, length: int) -> FloatArray:
    k = np.where(selected > rate, rate / np.maximum(selected, rate), 1.0)
    k = np.maximum(k, SMALLEST)
    if (k >= 1.0).sum() < length:
        k[np.argsort(-k, kind="stable")[:length]] = 1.0
    return np.asarray(k)

"""Standard errors of equating: draw persons with replacement, equate, and look at the spread."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from psychometrics.equating.conversion import Conversion
from psychometrics.errors import ModelError, PsychometricsError
from psychometrics.linking.resampling import resampled
from psychometrics.responses.matrix import ResponseMatrix

Sample = TypeVar("Sample", bound="Resamplable")


class Resamplable(Protocol):
    """Data of one sample of persons."""

    def resampled(self: Sample, rng: np.random.Generator) -> Sample:
        """As many persons drawn with replacement."""


class ResponseSample:
    """A response matrix as a sample, for methods that calibrate anew in every replication."""

    def __init__(self, responses: ResponseMatrix) -> None:
        self.responses = responses

    def resampled(self, rng: np.random.Generator) -> "ResponseSample":
        """As many persons drawn with replacement, within groups."""
        return ResponseSample(resampled(self.responses, rng))


def with_bootstrap_errors(
    equate: Callable[..., Conversion],
    samples: Sequence[Resamplable],
    rng: np.random.Generator,
    *,
    replications: int = 500,
) -> Conversion:
    r"""Equate, and add the bootstrap standard error of equating at every score.

    .. math:: \mathrm{see}(x) = \Big[\frac{1}{R-1} \sum_r (e_r(x) - \bar e(x))^2\Big]^{1/2}

    Parameters
    ----------
    equate : callable
        Takes one argument a sample and returns a conversion, everything included that depends on
        the data: smoothing, calibration, linking. For example
        ``lambda x, y: equate(smooth(x, 6).frequencies, smooth(y, 6).frequencies)``.
    samples : sequence of ScoreFrequencies, JointFrequencies or ResponseSample
        Each is one independent sample of persons.
    rng : numpy.random.Generator
        The same state gives the same errors.
    replications : int

    Returns
    -------
    Conversion
        Of the data as they are, with ``see``; ``constants`` say how many replications failed.

    Raises
    ------
    ModelError
        Fewer than two replications are asked for, or more than half of them cannot be equated.

    References
    ----------
    Efron & Tibshirani (1993), *An Introduction to the Bootstrap*. Kolen & Brennan (2014), ch. 7.
    """
    if replications < 2:
        raise ModelError("too_few_replications", "A bootstrap needs at least two replications.")
    found, draws = equate(*samples), []
    for _ in range(replications):
        try:
            draws.append(equate(*(sample.resampled(rng) for sample in samples)).equivalents)
        except PsychometricsError:
            continue
    n_failed = replications - len(draws)
    if n_failed > replications / 2 or len(draws) < 2:
        raise ModelError(
            "bootstrap_failed",
            f"{n_failed} of {replications} replications could not be equated; the samples are too "
            "small for this method.",
            n_failed=n_failed,
        )
    constants = dict(found.constants) | {"replications": float(replications)}
    constants["failed_replications"] = float(n_failed)
    return replace(found, see=np.std(draws, axis=0, ddof=1), constants=constants)

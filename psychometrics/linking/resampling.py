"""Sampling errors of a link by calibrating resampled persons again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError, PsychometricsError
from psychometrics.linking.link import Link, Method, link, with_covariance
from psychometrics.linking.weights import AbilityWeights
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration

Calibrate = Callable[[ResponseMatrix], Calibration]


@dataclass(frozen=True, eq=False)
class BootstrappedLink:
    """A link with the errors of its bootstrap.

    Attributes
    ----------
    link : Link
        From the data as they are; its errors are the bootstrap's.
    draws : (n_replications - n_failed, 2)
        A and B of each replication.
    n_failed : int
        Replications whose data could not be calibrated or linked.
    """

    link: Link
    draws: FloatArray
    n_failed: int


def resampled(responses: ResponseMatrix, rng: np.random.Generator) -> ResponseMatrix:
    """As many persons drawn with replacement from each group, as frequency weights.

    A row of weight 2 counts as two persons.
    """
    weights = np.zeros(responses.n_persons)
    for code in range(len(responses.groups)):
        frequency = np.where(responses.group_codes == code, responses.weights, 0.0)
        total = float(frequency.sum())
        if total > 0:
            weights += rng.multinomial(round(total), frequency / total)
    return replace(responses, weights=weights)


def bootstrap_link(
    new: ResponseMatrix,
    base: ResponseMatrix,
    calibrate: Calibrate,
    rng: np.random.Generator,
    *,
    replications: int = 200,
    method: Method = "haebara",
    anchors: Sequence[str] | None = None,
    weights: AbilityWeights | None = None,
) -> BootstrappedLink:
    """Draw persons with replacement, calibrate both samples, link, again and again.

    Parameters
    ----------
    new, base : ResponseMatrix
    calibrate : callable
        From responses to a calibration, such as ``lambda r: calibrate(r, "2pl",
        standard_errors=False)``.
    rng : numpy.random.Generator
        The same state gives the same draws.

    Returns
    -------
    BootstrappedLink

    Raises
    ------
    ModelError
        Fewer than half of the replications succeeded.

    Notes
    -----
    Covers sampling of persons, not the choice of anchors (see
    :func:`psychometrics.linking.jackknife_link`). Costs two calibrations a replication.
    """

    def linked(one: ResponseMatrix, other: ResponseMatrix) -> Link:
        sides = calibrate(one), calibrate(other)
        return link(*sides, method=method, anchors=anchors, weights=weights)

    found, draws = linked(new, base), []
    for _ in range(replications):
        samples = resampled(new, rng), resampled(base, rng)
        try:
            draws.append(linked(*samples).coefficients)
        except PsychometricsError:
            continue
    n_failed = replications - len(draws)
    if len(draws) < 2 or n_failed > replications / 2:
        raise ModelError(
            "bootstrap_failed",
            f"{n_failed} of {replications} replications could not be calibrated or linked; the "
            "samples are too small.",
            n_failed=n_failed,
        )
    values = np.array(draws)
    return BootstrappedLink(with_covariance(found, np.cov(values, rowvar=False)), values, n_failed)

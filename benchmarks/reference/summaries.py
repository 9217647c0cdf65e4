"""Information criteria, likelihood ratio against the saturated model, reliability."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.reference.collection import Result
from benchmarks.reference.comparison import Comparison
from psychometrics import AbilityEstimates, Calibration, ResponseMatrix, score, test_information

TWICE_LOG_LIKELIHOOD = 0.02
RELIABILITY = 0.002
FREE_VARIANCE = (
    "mirt's marginal reliability takes the population variance as one where it is not; ours would be "
    "the mean of I / (I + 1 / variance)"
)


def compare_criteria(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    """Deviance, AIC, BIC and G2, as far as the reference gives them."""
    values, subject = result.values, result.subject
    for name, own in _criteria(responses, calibration).items():
        if isinstance(values.get(name), int | float):
            yield subject.differences(name, [own], [values[name]], TWICE_LOG_LIKELIHOOD)


def _criteria(responses: ResponseMatrix, calibration: Calibration) -> dict[str, float]:
    deviance, k = -2.0 * calibration.log_likelihood, calibration.n_parameters
    found = {
        "deviance": deviance,
        "AIC": deviance + 2.0 * k,
        "BIC": deviance + k * float(np.log(responses.n_persons)),
    }
    if responses.is_complete:
        _, counts = np.unique(responses.scores, axis=0, return_counts=True)
        saturated = float((counts * np.log(counts / counts.sum())).sum())
        found["G2"] = 2.0 * saturated + deviance
    return found


def compare_reliabilities(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    """Of EAP and WLE, and of the test in its population."""
    values, subject = result.values, result.subject
    empirical = _only(values.get("empirical_rxx"))
    if empirical is not None:
        own = _of_eap(score(responses, calibration), 1)
        yield subject.differences("reliability of EAP", [own], [empirical], RELIABILITY)
    if isinstance(values.get("EAP_rel"), float):
        own = _of_eap(score(responses, calibration), 0)
        yield subject.differences("reliability of EAP", [own], [values["EAP_rel"]], RELIABILITY)
    if isinstance(values.get("WLE_rel"), float):
        wle = score(responses, calibration, "wle")
        own = float(1.0 - (wle.se**2).mean() / wle.theta.var(ddof=1))
        yield subject.differences("reliability of WLE", [own], [values["WLE_rel"]], RELIABILITY)
    marginal = values.get("marginal_rxx")
    if marginal is not None and calibration.groups[0].sd != 1.0:
        yield subject.not_comparable("marginal reliability", FREE_VARIANCE)
    elif marginal is not None:
        yield subject.differences(
            "marginal reliability", [_marginal(calibration)], [marginal], RELIABILITY
        )


def _only(value: Any) -> float | None:
    return float(next(iter(value.values()))) if isinstance(value, dict) else value


def _of_eap(abilities: AbilityEstimates, ddof: int) -> float:
    variance = float(abilities.theta.var(ddof=ddof))
    return float(variance / (variance + (abilities.se**2).mean()))


def _marginal(calibration: Calibration) -> float:
    information = test_information(calibration, calibration.nodes)
    weights = np.exp(calibration.groups[0].log_weights(calibration.nodes))
    return float(weights @ (information / (information + 1.0)))

"""Plausible values at the size of a national assessment, the regression's fit included.

Guards the promise that a whole round is conditioned and drawn while one waits: 100,000 persons, 40
items, 50 conditioning variables, 10 values.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.figure import Figure, at_most
from psychometrics import ResponseMatrix, item_estimate, simulate_responses
from psychometrics.assessment import Background, latent_regression, plausible_values
from psychometrics.results import Calibration, Group

PERSONS, ITEMS, VARIABLES, VALUES = 100_000, 40, 50, 10
TARGET_SECONDS = 10.0


def assessment(persons: int) -> tuple[ResponseMatrix, Calibration, Background]:
    """Responses of persons whose ability depends on all the variables; R squared near 0.5."""
    rng = np.random.default_rng(468)
    x = rng.normal(size=(persons, VARIABLES))
    theta = x @ rng.normal(0, 0.1, VARIABLES) + rng.normal(0, 0.7, persons)
    slopes, difficulties = rng.uniform(0.7, 1.8, ITEMS), rng.normal(0, 1, ITEMS)
    items = [item_estimate(f"I{i}", "2pl", [slopes[i], difficulties[i]]) for i in range(ITEMS)]
    calibration = Calibration(
        model="2pl",
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=persons,
        n_parameters=0,
        cycles=0,
        items=tuple(items),
        groups=(Group("all", 0.0, 1.0, persons),),
        n_nodes=61,
        limit=6.0,
    )
    return simulate_responses(items, theta, rng), calibration, Background.from_arrays(x)


def seconds(persons: int = PERSONS) -> float:
    """Time of the fit and of the draws."""
    responses, calibration, background = assessment(persons)
    start = time.perf_counter()
    fit = latent_regression(responses, calibration, background)
    plausible_values(
        responses,
        calibration,
        fit,
        np.random.default_rng(1),
        background=background,
        n_values=VALUES,
    )
    return time.perf_counter() - start


def figures() -> Iterator[Figure]:
    """One figure."""
    yield at_most(
        "plausible values 100,000 persons x 50 variables x 10, fit included",
        seconds(),
        "s",
        TARGET_SECONDS,
    )


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(figure.as_json() + "\n")

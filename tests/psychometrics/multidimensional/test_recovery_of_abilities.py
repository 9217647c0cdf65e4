"""Recovery and coverage over many replications; the tables are in docs/methods/."""

import numpy as np
import pytest

from psychometrics import item_estimate
from psychometrics.multidimensional import (
    bifactor_item,
    calibrate_bifactor,
    calibrate_multidimensional,
    simulate_bifactor,
    simulate_multidimensional,
)

REPLICATIONS = 200
N_PERSONS = 2000
Z95 = 1.959963984540054
SHARES = (0.94, 0.96)


class Recovered:
    """Estimates and standard errors of one kind of parameter, replication by replication."""

    def __init__(self, truth):
        self.truth = np.array(truth)
        self.estimates: list[list[float]] = []
        self.errors: list[list[float]] = []

    def add(self, estimates, errors):
        self.estimates.append(list(estimates))
        self.errors.append(list(errors))

    def bias_excess(self):
        """Bias beyond 0.1 SE and two Monte-Carlo standard errors, at most."""
        estimates, errors = np.array(self.estimates), np.array(self.errors)
        bias = np.abs(estimates.mean(axis=0) - self.truth)
        chance = 2.0 * estimates.std(axis=0, ddof=1) / np.sqrt(len(estimates))
        return float((bias - 0.1 * errors.mean(axis=0) - chance).max())

    def coverage(self):
        """Share of 95 % intervals that hold the truth, by parameter."""
        away = np.abs(np.array(self.estimates) - self.truth) / np.array(self.errors)
        return (away < Z95).mean(axis=0)


def judge(found, name):
    for kind, recovered in found.items():
        by_parameter = recovered.coverage()
        print(
            f"{name} {kind}: n={len(by_parameter)} coverage {by_parameter.mean():.4f} "
            f"[{by_parameter.min():.3f}, {by_parameter.max():.3f}] "
            f"bias excess {recovered.bias_excess():.4f}"
        )
    for kind, recovered in found.items():
        by_parameter = recovered.coverage()
        if by_parameter.size >= 12:
            assert SHARES[0] <= by_parameter.mean() <= SHARES[1], kind
        assert by_parameter.min() >= 0.90, kind
        assert by_parameter.max() <= 0.995, kind
        assert recovered.bias_excess() <= 0.0, kind


@pytest.mark.slow
def test_two_correlated_dimensions():
    rng = np.random.default_rng(2026)
    slopes, difficulties = rng.uniform(0.8, 1.8, 20), np.tile(np.linspace(-1.5, 1.5, 10), 2)
    items = {
        d: [
            item_estimate(f"{d}{i}", "2pl", [slopes[10 * k + i], difficulties[10 * k + i]])
            for i in range(10)
        ]
        for k, d in enumerate("AB")
    }
    found = {"a": Recovered(slopes), "b": Recovered(difficulties), "r": Recovered([0.7])}
    for _ in range(REPLICATIONS):
        theta = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.7], [0.7, 1.0]], N_PERSONS)
        responses = simulate_multidimensional(items, theta, rng)
        home = {label: label[0] for label in responses.items}
        calibration = calibrate_multidimensional(responses, home)
        group = calibration.groups[0]
        found["a"].add([i.a for i in calibration.items], [i.se.a for i in calibration.items])
        found["b"].add([i.b for i in calibration.items], [i.se.b for i in calibration.items])
        found["r"].add([group.correlation[0][1]], [group.se_correlation[0][1]])
    judge(found, "between")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bifactor", "testlet"])
def test_four_clusters(kind):
    rng = np.random.default_rng(2027)
    slopes, difficulties = rng.uniform(0.8, 1.8, 24), np.tile(np.linspace(-1.5, 1.5, 6), 4)
    sds = np.repeat([0.5, 0.7, 0.9, 1.1], 6)
    specific = slopes * sds if kind == "testlet" else rng.uniform(0.6, 1.4, 24)
    names = np.repeat(list("ABCD"), 6)
    items = [
        bifactor_item(item_estimate(f"{n}{i}", "2pl", [a, b]), str(n), s)
        for i, (n, a, b, s) in enumerate(zip(names, slopes, difficulties, specific, strict=True))
    ]
    found = {"a": Recovered(slopes), "b": Recovered(difficulties)}
    found["specific slope"] = Recovered(specific)
    if kind == "testlet":
        found["testlet sd"] = Recovered(sds[::6])
    for _ in range(REPLICATIONS):
        general, factors = rng.normal(size=N_PERSONS), rng.normal(size=(N_PERSONS, 4))
        responses = simulate_bifactor(items, general, factors, rng)
        cluster = {label: label[0] for label in responses.items}
        calibration = calibrate_bifactor(responses, cluster, kind)
        general_part = [item.general for item in calibration.items]
        found["a"].add([i.a for i in general_part], [i.se.a for i in general_part])
        found["b"].add([i.b for i in general_part], [i.se.b for i in general_part])
        found["specific slope"].add(
            [i.specific_slope for i in calibration.items],
            [i.se_specific_slope for i in calibration.items],
        )
        if kind == "testlet":
            found["testlet sd"].add(
                [f.sd for f in calibration.factors], [f.se_sd for f in calibration.factors]
            )
    judge(found, kind)

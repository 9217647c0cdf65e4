"""The order of persons and items, chunks, and weights say nothing about the items: every model.

Estimates agree to 1e-8, covariances to 1e-7 of the standard errors' product; with groups, mixtures of models and an
estimated density of ability too.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate, item_estimate, simulate_responses

A = (1.0, 1.4, 0.8, 1.1, 1.6, 0.7)
B = (-1.2, -0.4, 0.1, 0.7, 1.3, -0.8)
N = 700
ASYMPTOTE = "g=logitnormal(-1.386294,0.5)"


@dataclass(frozen=True)
class Case:
    """A kind of calibration."""

    name: str
    model: object
    drawn: str = "2pl"
    groups: bool = False
    options: dict[str, object] = field(default_factory=dict)


UPPER = {"priors": (ASYMPTOTE, "d=beta(17,2)", "a=lognormal(0.2,0.4)")}
MIXED = {"I0": "gpcm", "I1": "grm", "I2": "nominal", "I3": "gpcm", "*": "2pl"}
CASES = [
    Case("1pl", "1pl"),
    Case("2pl", "2pl"),
    Case("3pl", "3pl", "3pl", options={"priors": (ASYMPTOTE,)}),
    Case("4pl", "4pl", "4pl", options=UPPER),
    Case("pcm", "pcm", "gpcm"),
    Case("rsm", "rsm", "gpcm"),
    Case("gpcm", "gpcm", "gpcm"),
    Case("grm", "grm", "gpcm"),
    Case("nominal", "nominal", "gpcm"),
    Case("mixed models", MIXED, "gpcm"),
    Case("two groups", "gpcm", "gpcm", groups=True),
    Case("own items of a group", "2pl", groups=True, options={"free_across_groups": ("I2",)}),
    Case("equal slopes", "2pl", options={"constraints": ("a[I1]=a[I3]", "b[I5]=-0.8")}),
    Case("histogram", "2pl", options={"density": "histogram"}),
]


def items(drawn):
    if drawn == "3pl":
        return [item_estimate(f"I{i}", "3pl", [A[i], B[i], 0.2]) for i in range(6)]
    if drawn == "4pl":
        return [item_estimate(f"I{i}", "4pl", [A[i], B[i], 0.2, 0.93]) for i in range(6)]
    binary = [item_estimate(f"I{i}", "2pl", [A[i], B[i]]) for i in range(6)]
    if drawn == "2pl":
        return binary
    steps = [[A[i], B[i] - 0.7, B[i], B[i] + 0.8] for i in range(4)]
    return [*(item_estimate(f"I{i}", "gpcm", s) for i, s in enumerate(steps)), *binary[4:]]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


def drawn(case):
    rng = np.random.default_rng(5)
    theta = rng.normal(size=N)
    observed = rng.random((N, 6)) > 0.12
    data = simulate_responses(items(case.drawn), theta, rng, observed=observed)
    labels = rng.choice(["A", "B"], N) if case.groups else None
    return rebuilt(data, labels)


def rebuilt(data, labels, rows=slice(None), columns=None, weights=None):
    columns = np.arange(data.n_items) if columns is None else columns
    return ResponseMatrix.from_arrays(
        data.scores[rows][:, columns],
        observed=data.observed[rows][:, columns],
        items=[data.items[i] for i in columns],
        groups=None if labels is None else np.asarray(labels)[rows],
        reference_group=None if labels is None else "A",
        weights=weights,
    )


def labels_of(data):
    return None if len(data.groups) == 1 else [data.groups[code] for code in data.group_codes]


def numbers(case, data, **options):
    """Estimates, then standard errors, by label whatever the order of the items."""
    fit = calibrate(data, case.model, covariance=True, **case.options, **options)
    labels = sorted(fit.covariance.labels)
    values = [fit.log_likelihood]
    for item in sorted(fit.items, key=lambda one: one.item):
        values += [item.a, *item.reported]
    for group in sorted(fit.groups, key=lambda one: one.group):
        values += [group.mean, group.sd, *group.histogram]
    return np.array(values), fit.covariance.of(*labels)


def assert_same(found, expected):
    np.testing.assert_allclose(found[0], expected[0], atol=1e-8, rtol=0)
    size = np.sqrt(np.diag(expected[1]))
    size = np.where(size > 0, size, 1.0)
    np.testing.assert_allclose(
        found[1] / np.outer(size, size), expected[1] / np.outer(size, size), atol=1e-7, rtol=0
    )


def test_order_of_persons(case):
    data = drawn(case)
    rows = np.random.default_rng(1).permutation(N)
    assert_same(numbers(case, rebuilt(data, labels_of(data), rows)), numbers(case, data))


def test_order_of_items(case):
    data = drawn(case)
    order = np.random.default_rng(2).permutation(6)
    assert_same(numbers(case, rebuilt(data, labels_of(data), columns=order)), numbers(case, data))


@pytest.mark.parametrize("chunk_rows", [37, 5000])
def test_size_of_chunks(case, chunk_rows):
    data = drawn(case)
    assert_same(numbers(case, data, chunk_rows=chunk_rows), numbers(case, data))


def test_one_person_at_a_time():
    case = next(case for case in CASES if case.name == "two groups")
    data = drawn(case)
    assert_same(numbers(case, data, chunk_rows=1), numbers(case, data))


def test_the_likelihood_never_falls(case):
    fit = calibrate(drawn(case), case.model, standard_errors=False, **case.options)
    assert fit.converged
    assert (np.diff(fit.trace) >= -1e-9).all()


def test_weight_two_is_the_person_twice(case):
    data = drawn(case)
    doubled = np.flatnonzero(np.arange(N) % 3 == 0)
    weights = np.ones(N)
    weights[doubled] = 2.0
    rows = np.concatenate([np.arange(N), doubled])
    labels = labels_of(data)
    weighted = rebuilt(data, labels, weights=weights)
    assert_same(numbers(case, weighted), numbers(case, rebuilt(data, labels, rows)))

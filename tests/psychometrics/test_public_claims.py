"""What the public docstrings claim, tried; and that they say what a reader needs."""

import importlib
import inspect

import numpy as np
import pytest

import psychometrics
from psychometrics import calibrate, item_estimate, score, simulate_responses, test_information
from tests.psychometrics.linking.known import calibration

PACKAGES = [
    *("adaptive", "adaptive.multistage", "adaptive.assembly", "assessment", "classical", "dif"),
    *("equating", "exports", "fit", "linking", "standards", "multidimensional"),
]
B = (-1.2, -0.4, 0.3, 0.9)


def items(model):
    tails = {"3pl": [0.2], "4pl": [0.2, 0.95]}
    if model in ("gpcm", "grm"):
        return [item_estimate(f"I{k}", model, [1.2, b - 0.6, b, b + 0.5]) for k, b in enumerate(B)]
    if model == "nominal":
        return [item_estimate(f"I{k}", model, [0.6, 1.4, 0.3 - b, -b]) for k, b in enumerate(B)]
    return [item_estimate(f"I{k}", model, [1.2, b, *tails.get(model, [])]) for k, b in enumerate(B)]


@pytest.mark.parametrize(
    ("model", "is_same"),
    [
        ("2pl", True),
        ("gpcm", True),
        ("grm", True),
        ("nominal", True),
        ("3pl", False),
        ("4pl", False),
    ],
)
def test_wle_and_warm_differ_with_asymptotes_only(model, is_same):
    rng = np.random.default_rng(4)
    data = simulate_responses(items(model), rng.normal(size=60), rng)
    first, second = (score(data, calibration(items(model)), method) for method in ("wle", "warm"))
    both = first.is_finite & second.is_finite
    largest = np.abs(first.theta - second.theta)[both].max()
    assert (largest < 1e-8) == is_same


def test_the_inverse_root_of_the_information_is_the_error_of_ml():
    """Where observed and expected information are one: the 2PL."""
    rng = np.random.default_rng(1)
    data = simulate_responses(items("2pl"), rng.normal(size=40), rng)
    found = score(data, calibration(items("2pl")), "ml")
    theta = found.theta[found.is_finite]
    expected = 1.0 / np.sqrt(test_information(items("2pl"), theta))
    np.testing.assert_allclose(found.se[found.is_finite], expected, atol=1e-8)


def test_default_nodes_are_as_said(lsat7):
    fixed, free = (calibrate(lsat7, m, standard_errors=False) for m in ("2pl", "pcm"))
    assert (fixed.n_nodes, fixed.limit) == (61, 6.0)
    assert (free.n_nodes, free.limit) == (121, 12.0)


def public():
    for name in psychometrics.__all__:
        yield "psychometrics", name
    for package in PACKAGES:
        full = f"psychometrics.{package}"
        yield from ((full, name) for name in importlib.import_module(full).__all__)


@pytest.mark.parametrize(("package", "name"), list(public()))
def test_every_public_name_says_what_it_is(package, name):
    found = getattr(importlib.import_module(package), name)
    if not (inspect.isfunction(found) or inspect.isclass(found)):
        return
    text = inspect.getdoc(found) or ""
    assert text.split("\n")[0].rstrip(":").endswith((".", "?")), f"{package}.{name}: no sentence"


@pytest.mark.parametrize("name", psychometrics.__all__)
def test_functions_of_the_front_page_name_every_parameter(name):
    found = getattr(psychometrics, name)
    if not inspect.isfunction(found) or name == "item_estimate":
        return
    text = inspect.getdoc(found)
    assert "Parameters\n---" in text
    for parameter in inspect.signature(found).parameters:
        assert parameter in text, parameter

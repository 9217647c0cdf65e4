"""`make reference`: agrees with every result beside the project, and does not pass what differs."""

import csv
import json
import subprocess
import sys

import pytest

from tests.psychometrics.conftest import LSAT7, PATTERNS, REFERENCE

# LSAT7, 2PL: exact maximum of the marginal likelihood, 61 nodes on [-6, 6] (numpy and scipy, L-BFGS-B
# on the summed likelihood), as in the published estimates of Bock & Lieberman's data.
MAXIMUM = -2658.805113632331
ITEMS = [f"Item.{k}" for k in range(1, 6)]


def run(*arguments):
    command = [sys.executable, "-m", "benchmarks.reference", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def comparisons(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def mirt_result(log_likelihood, slopes, intercepts):
    rows = [
        {"item": item, "est": {"a1": a, "d": d}, "se": {"a1": None, "d": None}}
        for item, a, d in zip(ITEMS, slopes, intercepts, strict=True)
    ]
    return {
        "engine": "mirt",
        "version": "0",
        "options": {"itemtype": "2PL", "quadpts": 61, "theta_lim": [-6, 6], "model": None},
        "logLik": log_likelihood,
        "npar": 10,
        "slope_intercept": {
            "items": rows,
            "group": {"est": {"MEAN_1": 0, "COV_11": 1}, "se": {"MEAN_1": None, "COV_11": None}},
        },
        "wall_clock_of_the_moon": 1,
    }


@pytest.fixture(scope="module")
def estimates(lsat7):
    from psychometrics import Quadrature, calibrate

    found = calibrate(lsat7, "2pl", quadrature=Quadrature(61, 6.0)).items
    return [item.a for item in found], [-item.a * item.b for item in found]


@pytest.fixture
def folder(tmp_path):
    """A collection of one data set in the published shape."""

    def write(result):
        inner = tmp_path / "LSAT7"
        inner.mkdir()
        with (inner / "data.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = [row for row, n in zip(PATTERNS, LSAT7, strict=True) for _ in range(n)]
            csv.writer(stream).writerows([ITEMS, *[row.tolist() for row in rows]])
        (inner / "2pl.mirt.json").write_text(json.dumps(result), encoding="utf-8")
        return tmp_path

    return write


def test_the_collection_beside_the_project():
    if not REFERENCE.is_dir():
        pytest.skip("the reference results are not beside this project")
    done = run("--json")
    found = comparisons(done)
    assert done.returncode == 0, [c for c in found if c["verdict"] == "FAILS"]
    n_files = len(list(REFERENCE.glob("*/*.json")))
    assert len({(c["data_set"], c["result"]) for c in found}) == n_files
    assert sum(c["verdict"] == "agrees" for c in found) > 10 * n_files
    assert all(c["note"] for c in found if c["verdict"] != "agrees")


def test_what_agrees_is_said(folder, estimates):
    done = run(folder(mirt_result(MAXIMUM, *estimates)), "--json")
    found = {c["quantity"]: c for c in comparisons(done)}
    assert done.returncode == 0
    assert found["log-likelihood"]["verdict"] == "agrees"
    assert found["parameters, slope and intercept"]["verdict"] == "agrees"
    assert found["wall_clock_of_the_moon"]["verdict"] == "not comparable"


@pytest.mark.parametrize("move", [0.01, -0.3])
def test_estimates_off_the_maximum_are_the_reference_s_fault_only_with_its_likelihood(
    move, folder, estimates
):
    """Moved estimates with the likelihood of the maximum: nothing explains them, so it fails."""
    slopes, intercepts = estimates
    done = run(folder(mirt_result(MAXIMUM + 1.0, [slopes[0] + move, *slopes[1:]], intercepts)))
    assert done.returncode == 1
    assert "FAILS" in done.stdout


def test_a_likelihood_higher_than_ours_fails(folder, estimates):
    assert run(folder(mirt_result(MAXIMUM + 0.5, *estimates))).returncode == 1


def test_a_file_that_breaks_off_fails_and_names_the_place(folder, estimates):
    broken = mirt_result(MAXIMUM, *estimates)
    del broken["slope_intercept"]["group"]
    done = run(folder(broken))
    assert done.returncode == 1
    assert "KeyError" in done.stdout


def test_an_absent_folder_is_said(tmp_path):
    done = run(tmp_path / "nowhere")
    assert done.returncode == 2
    assert "SKIPPED" in done.stdout

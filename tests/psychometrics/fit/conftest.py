"""Calibrations that carry a reference program's own parameters, and data with known truth."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from psychometrics import Calibration, ResponseMatrix, item_estimate, simulate_responses
from psychometrics.results import Group

TIMSS_NOT_ITEMS = ("IDCNTRY", "ITSEX", "IDBOOK")
PISA_NOT_ITEMS = ("idstud", "idschool", "female", "hisei", "migra")
VERBAL_NOT_ITEMS = ("Anger", "Gender")


def known(items, *, sd: float = 1.0, model: str = "gpcm", n_parameters: int = 0) -> Calibration:
    """A calibration of these items, however it came about; 61 nodes on [-6, 6]."""
    return Calibration(
        model=model,
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=0,
        n_parameters=n_parameters,
        cycles=0,
        items=tuple(items),
        groups=(Group("all", 0.0, sd, 0),),
        n_nodes=61,
        limit=6.0,
    )


def _of_mirt(result: dict[str, Any], data: ResponseMatrix, model: str) -> Calibration:
    """mirt's own estimates, so that what is compared is the statistic and not the calibration."""
    items = []
    for row, first in zip(result["IRTpars"]["items"], data.first_category, strict=True):
        est = row["est"]
        b = [est[f"b{k}"] for k in range(1, 9) if f"b{k}" in est] or [est["b"]]
        own = "2pl" if len(b) == 1 and model in ("gpcm", "grm") else model
        c = [est["g"]] if model == "3pl" else []
        items.append(
            item_estimate(row["item"], own, [est.get("a", 1.0), *b, *c], first_category=int(first))
        )
    variance = result["slope_intercept"]["group"]["est"]["COV_11"]
    return known(items, sd=variance**0.5, model=model, n_parameters=result["npar"])


@pytest.fixture(scope="session")
def mirt_run(reference) -> Callable[..., Any]:
    """Data, calibration at mirt's estimates and mirt's results of a run."""
    done: dict[Any, Any] = {}

    def find(name: str, not_items: tuple[str, ...], model: str, oracle: str) -> Any:
        if (name, oracle) not in done:
            found = reference(name)
            data, result = found.responses(not_items=not_items), found.result(oracle)
            done[name, oracle] = (data, _of_mirt(result, data, model), result)
        return done[name, oracle]

    return find


MIRT_RUNS = [
    ("LSAT7", (), "2pl", "2pl.mirt"),
    ("LSAT7", (), "pcm", "rasch.mirt"),
    ("LSAT7", (), "3pl", "3pl_norm.mirt"),
    ("Science", (), "gpcm", "gpcm.mirt"),
    ("Science", (), "grm", "graded.mirt"),
    ("Science", (), "pcm", "pcm.mirt"),
    ("sim_2pl", (), "2pl", "2pl.mirt"),
    ("sim_2pl", (), "pcm", "rasch.mirt"),
    ("timssAusTwn", TIMSS_NOT_ITEMS, "gpcm", "gpcm.mirt"),
    ("timssAusTwn", TIMSS_NOT_ITEMS, "pcm", "pcm.mirt"),
    ("pisaRead", PISA_NOT_ITEMS, "2pl", "2pl.mirt"),
    ("pisaRead", PISA_NOT_ITEMS, "pcm", "rasch.mirt"),
    ("verbal", VERBAL_NOT_ITEMS, "2pl", "2pl.mirt"),
    ("verbal", VERBAL_NOT_ITEMS, "pcm", "rasch.mirt"),
]
MIXED_RUNS = [
    ("sim_mixed", ("booklet",), "gpcm", "2pl_gpcm.mirt"),
    ("sim_mixed", ("booklet",), "grm", "2pl_grm.mirt"),
    ("sim_mixed", ("booklet",), "pcm", "pcm.mirt"),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``complete_run``, ``any_run``: every run of mirt, and those with booklets beside."""
    rasch = [run for run in MIRT_RUNS if run[2] == "pcm"]
    kinds = {"complete_run": MIRT_RUNS, "any_run": MIRT_RUNS + MIXED_RUNS, "rasch_run": rasch}
    for name, runs in kinds.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, runs, ids=[f"{run[0]}-{run[-1]}" for run in runs])


@pytest.fixture(scope="session")
def known_calibration() -> Callable[..., Calibration]:
    return known


BOOKLETS = [[i // 4 in (k, (k + 1) % 3) for i in range(12)] for k in range(3)]


@pytest.fixture(scope="session")
def mixed_items() -> list[Any]:
    """Ten items of two categories and two of three."""
    slopes = [0.7, 0.9, 1.0, 1.2, 1.4, 0.8, 1.1, 1.3, 0.9, 1.0]
    difficulties = [-1.4, -0.9, -0.5, -0.2, 0.0, 0.2, 0.5, 0.8, 1.1, 1.5]
    binary = [
        item_estimate(f"I{i}", "2pl", [a, b])
        for i, (a, b) in enumerate(zip(slopes, difficulties, strict=True))
    ]
    graded = [item_estimate(f"P{i}", "gpcm", [0.9, b - 0.7, b + 0.7]) for i, b in enumerate((0, 1))]
    return [*binary[:5], graded[0], *binary[5:], graded[1]]


@pytest.fixture(scope="session")
def drawn(mixed_items) -> Callable[..., ResponseMatrix]:
    """Responses to the mixed items; in three overlapping booklets where asked."""

    def draw(seed: int, n: int = 800, *, booklets: bool = False) -> ResponseMatrix:
        rng = np.random.default_rng(seed)
        observed = np.array(BOOKLETS)[rng.integers(0, 3, n)] if booklets else None
        return simulate_responses(mixed_items, rng.normal(size=n), rng, observed=observed)

    return draw

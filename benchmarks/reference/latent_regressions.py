"""Latent regressions and plausible values of TAM and mirt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from benchmarks.reference.mirt_results import LOG_LIKELIHOOD, PARAMETER
from benchmarks.reference.runs import NotComparable
from benchmarks.reference.tam_results import IGNORED_ERRORS, nodes_of, variances_of
from psychometrics import Quadrature, ResponseMatrix
from psychometrics.arrays import FloatArray
from psychometrics.assessment import (
    Background,
    JointCalibration,
    calibrate_with_background,
    plausible_values,
)

ABILITY = 0.002
N_VALUES = 200  # ours, so that chance is the reference's alone
N_REFERENCE = 20
MOST_ERRORS = 4.0  # Monte-Carlo standard errors
SEED = 20


@dataclass(frozen=True)
class Conditioned:
    """Data, background and our fit of both."""

    responses: ResponseMatrix
    background: Background
    fit: JointCalibration


def is_regression(values: Any) -> bool:
    """Whether a result conditions on background variables."""
    if "lr_betas" in values:
        return True
    is_tam = values.get("engine") == "TAM" and len(values.get("beta", [])) > 1
    variance = values.get("resid_variance") or values.get("variance") or [0]
    return bool(is_tam and isinstance(variance[0], list))


def conditioned(data_set: DataSet, result: Result) -> Conditioned:
    """Our fit of the same model at the same nodes."""
    values = result.values
    items = tuple(_difficulties(values))
    columns = _background_columns(data_set, values, items)
    responses = data_set.responses(items)
    background = Background.from_arrays(data_set.numbers(columns), columns)
    options = values.get("options", {})
    nodes = Quadrature(int(options["quadpts"])) if "quadpts" in options else nodes_of(values)
    fit = calibrate_with_background(responses, background, "pcm", quadrature=nodes)
    return Conditioned(responses, background, fit)


def _difficulties(values: Any) -> dict[str, float]:
    """By item, from either program."""
    if isinstance(values.get("items"), dict):
        return {k: -rows[0]["d"] for k, rows in values["items"].items() if k != "GroupPars"}
    rows = values.get("xsi") or values["se"]["xsi"]
    return {row.get("name", row.get("item")): row.get("xsi", row.get("est")) for row in rows}


def _slopes(values: Any) -> list[float]:
    """Without the intercept, which both fix at zero."""
    rows = values.get("lr_betas") or values["beta"]
    return [float(next(v for k, v in row.items() if k != "name")) for row in rows][1:]


def _background_columns(data_set: DataSet, values: Any, items: Sequence[str]) -> list[str]:
    """Named by mirt; TAM takes the last columns beside the items that are no identifiers."""
    n = len(_slopes(values))
    named = [str(row["name"]) for row in values.get("lr_betas") or []][1:]
    if named:
        return named
    columns = [name for name in data_set.other_columns(items) if not name.lower().startswith("id")]
    if len(columns) != n:
        raise NotComparable(f"{len(columns)} columns beside the items for {n} coefficients")
    return columns


def compare_regression(data_set: DataSet, result: Result) -> Iterator[Comparison]:
    """Log-likelihood, coefficients, residual variance, difficulties, EAP; then plausible values."""
    values, subject = result.values, result.subject
    found = conditioned(data_set, result)
    regression, items = found.fit.regression, found.fit.calibration.items
    own = regression.log_likelihood
    yield subject.differences("log-likelihood", [own], [values["logLik"]], LOG_LIKELIHOOD)
    slopes = regression.coefficients[:, 0]
    yield subject.differences("regression coefficients", slopes, _slopes(values), PARAMETER)
    variance = [regression.residual_covariance[0, 0]]
    yield subject.differences("residual variance", variance, _residual_variance(values), PARAMETER)
    theirs = list(_difficulties(values).values())
    difficulties = [item.difficulties[0] for item in items]
    yield subject.differences("parameters, items", difficulties, theirs, PARAMETER)
    if isinstance(values.get("person_EAP_first"), list):
        there = [row["EAP"] for row in values["person_EAP_first"]]
        yield subject.differences("EAP", regression.eap[: len(there), 0], there, ABILITY)
        errors = [row["SD.EAP"] for row in values["person_EAP_first"]]
        sd = regression.posterior_sd[: len(there), 0]
        yield subject.differences("SE of EAP", sd, errors, 0.01, scale="relative")
    if values.get("EAP_rel") is not None:
        reliability = [float(regression.reliability[0])]
        yield subject.differences("EAP reliability", reliability, [values["EAP_rel"]], PARAMETER)
    if values.get("engine") == "TAM":
        yield subject.not_comparable("SE", IGNORED_ERRORS)
    if "pv_mean_of_means" in values:
        yield from _compare_plausible_values(result, found)


def _residual_variance(values: Any) -> list[float]:
    if "group" in values:
        return [values["group"][0]["COV_11"]]
    return variances_of({"variance": values.get("resid_variance") or values["variance"]})


def _compare_plausible_values(result: Result, found: Conditioned) -> Iterator[Comparison]:
    """In Monte-Carlo standard errors of the reference's twenty values."""
    values, subject = result.values, result.subject
    draws = plausible_values(
        found.responses,
        found.fit.calibration,
        found.fit.regression,
        np.random.default_rng(SEED),
        background=found.background,
        n_values=N_VALUES,
        draw_coefficients=False,
    ).of()
    own = _statistics_of_values(draws, found.background)
    theirs = {
        "mean": [values["pv_mean_of_means"]],
        "variance": [values["pv_mean_variance"]],
        "regression": values["pv_regression_mean"],
        "residual variance": [values["pv_residual_variance"]],
    }
    for name, there in theirs.items():
        mean, sd = own[name].mean(axis=0), own[name].std(axis=0, ddof=1)
        error = sd * np.sqrt(1.0 / N_REFERENCE + 1.0 / N_VALUES)
        yield subject.differences(
            f"plausible values, {name}",
            mean / error,
            np.asarray(there) / error,
            MOST_ERRORS,
            note="in Monte-Carlo standard errors",
        )


def _statistics_of_values(draws: FloatArray, background: Background) -> dict[str, FloatArray]:
    """Of every set of values, (n_values, n_statistics)."""
    x = background.with_intercept().values
    coefficients = np.linalg.lstsq(x, draws, rcond=None)[0]
    residual = draws - x @ coefficients
    df = len(draws) - x.shape[1]
    return {
        "mean": draws.mean(axis=0)[:, None],
        "variance": draws.var(axis=0, ddof=1)[:, None],
        "regression": coefficients.T,
        "residual variance": ((residual**2).sum(axis=0) / df)[:, None],
    }

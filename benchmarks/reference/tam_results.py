"""Results of TAM: one population, or several groups."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.reference.abilities import ABILITY, STANDARD_ERROR
from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from benchmarks.reference.estimates import of_irt_table, with_estimates
from benchmarks.reference.group_results import run_of_groups
from benchmarks.reference.mirt_results import LOG_LIKELIHOOD, PARAMETER, run_of_mirt
from benchmarks.reference.runs import Calibrations, NotComparable, Run
from benchmarks.reference.standing import (
    Standing,
    are_at_fault,
    judged_estimates,
    standing,
)
from benchmarks.reference.summaries import compare_criteria, compare_reliabilities
from psychometrics import Calibration, ItemEstimate, Quadrature, ResponseMatrix, score

IGNORED_ERRORS = (
    "TAM's standard errors leave out the covariances between items and with the slopes; they are no "
    "target (README of the collection)"
)
IGNORED_FIT = (
    "TAM's mean squares are taken over simulated abilities, and the standard errors behind its t are "
    "0.40 to 1.00 of the right ones (README of the collection); infit is compared with mirt's"
)


def compare_tam(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    """Everything a result holds that is meant the same way here."""
    responses, calibration = ours.of(run_of_tam(data_set, result))
    estimates: Sequence[Comparison] = [
        *_compare_estimates(result, calibration),
        *compare_criteria(result, responses, calibration),
    ]
    used = calibration
    unfinished = ""
    if "item_irt" in result.values:
        theirs = _as_calibration(result, calibration)
        found = standing(responses, calibration, theirs, result.values["logLik"])
        unfinished = "" if found.evidence else _not_converged(found, calibration)
        estimates = judged_estimates(estimates, found.evidence or unfinished)
        used = theirs if are_at_fault(estimates) else calibration
    yield from estimates
    if unfinished and are_at_fault(estimates):
        yield result.subject.not_comparable("abilities", "its estimates are not final")
    else:
        yield from _compare_abilities(result, responses, used)
        yield from compare_reliabilities(result, responses, used)
    yield result.subject.not_comparable("SE", IGNORED_ERRORS)
    if "itemfit" in result.values:
        yield result.subject.not_comparable("item fit", IGNORED_FIT)


def _not_converged(found: Standing, calibration: Calibration) -> str:
    """TAM's known fault with a prior on guessing."""
    if not calibration.priors or found.shortfall <= 0 or not found.is_ours_at_maximum:
        return ""
    return (
        "TAM's 3PL with a prior did not converge (README of the collection): the objective is "
        f"{found.shortfall:.2g} lower at its estimates, and the log-likelihood it reports differs from "
        f"theirs by {abs(found.reported_difference):.2g}"
    )


def _compare_estimates(result: Result, calibration: Calibration) -> Iterator[Comparison]:
    values, subject = result.values, result.subject
    yield subject.differences(
        "log-likelihood", [calibration.log_likelihood], [values["logLik"]], LOG_LIKELIHOOD
    )
    if "npar" in values:
        yield subject.differences(
            "number of parameters", [calibration.n_parameters], [values["npar"]], 0.0
        )
    own, there = [], []
    for item, row in zip(calibration.items, _rows(values, calibration), strict=True):
        theirs = of_irt_table(row, item, _guessing(values, item))
        own += item.reported.tolist()
        there += theirs.reported.tolist()
    yield subject.differences("parameters, items", own, there, PARAMETER)
    variances = [group.sd**2 for group in calibration.groups]
    yield subject.differences("parameters, population", variances, variances_of(values), PARAMETER)
    if calibration.has_groups:
        means = [group.mean for group in calibration.groups]
        there = [row["V1"] for row in values["beta"]]
        yield subject.differences("parameters, means", means, there, PARAMETER)


def _rows(values: Mapping[str, Any], calibration: Calibration) -> list[Mapping[str, Any]]:
    """One row an item with slope, location and deviations; of short results from the steps."""
    if "item_irt" in values:
        return list(values["item_irt"])
    steps: dict[str, list[float]] = {}
    for row in values["xsi"]:
        steps.setdefault(re.sub(r"_Cat\d+$", "", row.get("name", row.get("item"))), []).append(
            row["xsi"]
        )
    rows: list[Mapping[str, Any]] = []
    for item in calibration.items:
        own = steps[item.item]
        taus = {f"tau.Cat{k}": step for k, step in enumerate(own, start=1)}
        rows.append(
            {"alpha": item.a, "beta": 0.0 if len(own) > 1 else own[0]}
            | (taus if len(own) > 1 else {})
        )
    return rows


def _guessing(values: Mapping[str, Any], item: ItemEstimate) -> float | None:
    if item.c is None:
        return None
    return float(next(row["guess"] for row in values["item"] if row["item"] == item.item))


def variances_of(values: Mapping[str, Any]) -> list[float]:
    """Population variances, however they are nested."""
    return [float(row[0] if isinstance(row, list) else row) for row in values["variance"]]


def _as_calibration(result: Result, like: Calibration) -> Calibration:
    values = result.values
    items = [
        of_irt_table(row, item, _guessing(values, item))
        for item, row in zip(like.items, values["item_irt"], strict=True)
    ]
    means = [row["V1"] for row in values["beta"]] if like.has_groups else []
    return with_estimates(like, items, variances_of(values), means)


def _compare_abilities(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    values, subject = result.values, result.subject
    eap, wle = values.get("person_EAP_first"), values.get("WLE_first")
    if isinstance(eap, list):
        own = score(responses.select(range(len(eap))), calibration, "eap")
        yield subject.differences("EAP", own.theta, [row["EAP"] for row in eap], ABILITY)
        there = [row["SD.EAP"] for row in eap]
        yield subject.differences("SE of EAP", own.se, there, STANDARD_ERROR, scale="relative")
    if isinstance(wle, list):
        own = score(responses.select(range(len(wle))), calibration, "wle")
        yield subject.differences("WLE", own.theta, [row["theta"] for row in wle], ABILITY)
        there = [row["error"] for row in wle]
        yield subject.differences("SE of WLE", own.se, there, STANDARD_ERROR, scale="relative")
    elif wle is not None:
        yield subject.not_comparable("WLE", str(wle.get("error", wle)))


def run_of_tam(data_set: DataSet, result: Result) -> Run:
    """The same run of mirt with TAM's nodes, or what the tables say.

    Raises
    ------
    NotComparable
        Priors or groups that the files do not name.
    """
    sibling = data_set.find(f"{result.run}.mirt")
    quadrature = nodes_of(result.values)
    if sibling is not None and "slope_intercept" in sibling.values:
        run = run_of_mirt(sibling)
    elif sibling is not None and "group_pars" in sibling.values:
        run = run_of_groups(data_set, sibling)
    else:
        run = _inferred(data_set, result, quadrature)
    return Run(run.items, run.models, quadrature, run.priors, run.groups, run.reference_group)


def nodes_of(values: Mapping[str, Any]) -> Quadrature:
    """``seq(-6,6,length.out=61)``, from the options or the conventions."""
    text = values.get("options", {}).get("nodes") or values.get("conventions", {}).get("nodes", "")
    found = re.search(r"seq\(\s*(-?[\d.]+)\s*,\s*([\d.]+)\s*,\s*length\.out\s*=\s*(\d+)", text)
    return Quadrature() if found is None else Quadrature(int(found[3]), float(found[2]))


def _inferred(data_set: DataSet, result: Result, quadrature: Quadrature) -> Run:
    values = result.values
    if "item_irt" not in values:
        raise NotComparable("neither this result nor one of mirt beside it names the model")
    if any("guess" in row for row in values.get("item", [])):
        raise NotComparable("the prior on guessing is not named")
    items = tuple(row["item"] for row in values["item_irt"])
    model = "pcm" if all(row["alpha"] == 1 for row in values["item_irt"]) else "gpcm"
    if model == "pcm" and any(row["name"] == "Cat1" for row in values["xsi"]):
        model = "rsm"
    n_groups = len(values["variance"]) if not isinstance(values["variance"][0], list) else 1
    groups = _groups(data_set, result, items, n_groups) if n_groups > 1 else ((), None)
    return Run(items, (model,) * len(items), quadrature, (), *groups)


def _groups(
    data_set: DataSet, result: Result, items: Sequence[str], n_groups: int
) -> tuple[tuple[str, ...], str]:
    """Each person's group and the first group: the column named in the file's name, or the only one."""
    columns = [
        name for name in data_set.other_columns(items) if len(set(data_set.table[name])) == n_groups
    ]
    named = [name for name in columns if result.run.endswith(f"_{name}")] or columns
    if len(named) != 1:
        raise NotComparable(f"{len(named)} columns could hold the groups")
    labels = data_set.table[named[0]]
    return tuple(labels), min(labels, key=lambda label: (len(label), label))

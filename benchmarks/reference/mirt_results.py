"""Results of mirt: one population, or several groups."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.reference.abilities import compare_abilities, compare_sum_scores
from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from benchmarks.reference.estimates import of_slope_intercept, with_estimates
from benchmarks.reference.fit_statistics import compare_fit
from benchmarks.reference.item_values import (
    Named,
    named_values,
    paired_errors,
    paired_values,
    population_values,
    rating_scale_values,
)
from benchmarks.reference.runs import Calibrations, NotComparable, Run, priors_of_mirt
from benchmarks.reference.standing import are_at_fault, judged_estimates, standing
from benchmarks.reference.step_errors import judged_step_errors
from benchmarks.reference.summaries import compare_criteria, compare_reliabilities
from psychometrics import Calibration, Quadrature

LOG_LIKELIHOOD, PARAMETER, STANDARD_ERROR = 0.01, 0.002, 0.01
POLYTOMOUS = {"graded": "grm", "gpcm": "gpcm", "rsm": "rsm", "nominal": "nominal"}
POLYTOMOUS |= {"Rasch": "pcm"}


def run_of_mirt(result: Result) -> Run:
    """The calibration a result of one population describes.

    Raises
    ------
    NotComparable
        A model or a prior that has no counterpart.
    """
    values, options = result.values, result.values["options"]
    rows = values["slope_intercept"]["items"]
    items = tuple(row["item"] for row in rows)
    types = options["itemtype"]
    types = [types] if isinstance(types, str) else list(types)
    models = tuple(_model(row, types) for row in rows)
    return Run(items, models, quadrature_of(options), priors_of_mirt(options.get("model"), items))


def quadrature_of(options: Mapping[str, Any]) -> Quadrature:
    """mirt's nodes."""
    limits = options.get("theta_lim") or [-6, 6]
    return Quadrature(int(options["quadpts"]), float(max(limits)))


def _model(row: Mapping[str, Any], types: Sequence[str]) -> str:
    est, se = row["est"], row.get("se") or {}
    if "a2" in est:
        raise NotComparable("results in several dimensions are not read here")
    if se.get("logit(u)") is not None:
        return "4pl"
    if se.get("logit(g)") is not None:
        return "3pl"
    n_categories = sum(name in est for name in (f"d{k}" for k in range(1, 100))) + 1
    if "rsm" in types or "Rasch" in types:
        return "rsm" if "rsm" in types else "pcm"
    if n_categories <= 2:
        return "2pl"
    fitting = [POLYTOMOUS[name] for name in types if name in POLYTOMOUS]
    if "ak1" not in est and "grm" in fitting:
        return "grm"
    if len(fitting) != 1:
        raise NotComparable(f"item type {', '.join(types)} has no counterpart")
    return fitting[0]


def compare_mirt(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    """Everything a result of one population holds.

    Where its estimates are at fault, abilities and fit are compared at them.
    """
    run = run_of_mirt(result)
    responses, calibration = ours.of(run)
    theirs = _as_calibration(result, calibration)
    found = standing(responses, calibration, theirs, result.values["logLik"])
    criteria = compare_criteria(result, responses, calibration)
    estimates = judged_estimates(
        [*compare_estimates(result, calibration), *criteria], found.evidence
    )
    rows = [(row["item"], row["se"]) for row in result.values.get("IRTpars", {}).get("items", [])]
    yield from judged_step_errors(estimates, rows, run, responses, calibration)
    used = theirs if are_at_fault(estimates) else calibration
    yield from compare_abilities(result, responses, used)
    yield from compare_sum_scores(result, responses, used)
    yield from compare_fit(result, responses, used)
    yield from compare_reliabilities(result, responses, used)


def _as_calibration(result: Result, like: Calibration) -> Calibration:
    table = result.values["slope_intercept"]
    items = [of_slope_intercept(row["est"], like.item(row["item"])) for row in table["items"]]
    return with_estimates(like, items, [table["group"]["est"]["COV_11"]])


def compare_estimates(result: Result, calibration: Calibration) -> Iterator[Comparison]:
    """Log-likelihood, number of parameters, parameters and standard errors in every form given."""
    values, subject = result.values, result.subject
    yield subject.differences(
        "log-likelihood", [calibration.log_likelihood], [values["logLik"]], LOG_LIKELIHOOD
    )
    if values.get("logPrior"):
        own = [calibration.log_prior]
        yield subject.differences(
            "log-likelihood, prior", own, [values["logPrior"]], LOG_LIKELIHOOD
        )
    if "npar" in values:
        yield subject.differences(
            "number of parameters", [calibration.n_parameters], [values["npar"]], 0.0
        )
    for form in ("slope_intercept", "IRTpars"):
        if isinstance(values.get(form), dict) and "items" in values[form]:
            yield from _compare_form(result, form, calibration)


def _compare_form(result: Result, form: str, calibration: Calibration) -> Iterator[Comparison]:
    rows, group = result.values[form]["items"], result.values[form].get("group")
    own = _own_values(rows, calibration)
    if group:
        rows, own = [*rows, group], [*own, population_values(calibration.groups[0])]
    name = "slope and intercept" if form == "slope_intercept" else "IRT form"
    values = [paired_values(mine, row["est"]) for mine, row in zip(own, rows, strict=True)]
    errors = [paired_errors(mine, row["se"]) for mine, row in zip(own, rows, strict=True)]
    subject = result.subject
    yield subject.differences(f"parameters, {name}", *_flat(values), PARAMETER)
    yield subject.differences(f"SE, {name}", *_flat(errors), STANDARD_ERROR, scale="relative")


def _own_values(rows: Sequence[Mapping[str, Any]], calibration: Calibration) -> list[Named]:
    if calibration.items[0].model == "rsm" and "c" in rows[0]["est"]:
        return rating_scale_values(calibration)
    return [named_values(calibration, calibration.item(row["item"])) for row in rows]


def _flat(pairs: Sequence[tuple[list[Any], list[Any]]]) -> tuple[list[Any], list[Any]]:
    return [x for own, _ in pairs for x in own], [x for _, other in pairs for x in other]

"""Results of mirt for several groups, and likelihood-ratio tests of DIF."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.reference.abilities import STANDARD_ERROR, compare_method
from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from benchmarks.reference.item_values import (
    Named,
    named_values,
    paired_errors,
    paired_values,
    population_values,
)
from benchmarks.reference.mirt_results import LOG_LIKELIHOOD, PARAMETER, quadrature_of
from benchmarks.reference.runs import Calibrations, NotComparable, Run
from benchmarks.reference.step_errors import judged_step_errors
from psychometrics import Quadrature, ResponseMatrix, calibrate

CHI_SQUARE = 0.002
TESTS = {"test_a_d": (), "test_d": ("a[{0}@reference]=a[{0}@focal]",)}


def run_of_groups(data_set: DataSet, result: Result) -> Run:
    """Items equal over groups, the first group standard.

    Raises
    ------
    NotComparable
        No column holds the groups, or other constraints.
    """
    values = result.values
    table = items_table(values)
    items, labels = tuple(table), list(values["group_pars"])
    invariance = values.get("options", {}).get("invariance")
    if invariance is not None and set(invariance) != {
        "slopes",
        "intercepts",
        "free_means",
        "free_var",
    }:
        raise NotComparable(f"invariance {', '.join(invariance)} has no counterpart")
    try:
        _, groups = data_set.group_column(items, labels)
    except LookupError as error:
        raise NotComparable(str(error)) from error
    models = tuple(_model(rows[0]) for rows in table.values())
    quadrature = quadrature_of(values["options"])
    return Run(items, models, quadrature, (), tuple(groups), labels[0])


def items_table(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters (and errors) of every item, slope and intercept."""
    return _items_only(values.get("items_slope_intercept") or values["items"])


def _items_only(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without mirt's entry for the population."""
    return {label: rows for label, rows in table.items() if label != "GroupPars"}


def _model(est: Mapping[str, Any]) -> str:
    if est.get("g") or abs(est.get("logit(g)", 999)) < 900:
        return "3pl"
    if "d2" not in est:
        return "2pl"
    return "gpcm" if "ak1" in est else "grm"


def compare_groups(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    """Log-likelihood, items, populations and abilities."""
    values, subject = result.values, result.subject
    run = run_of_groups(data_set, result)
    responses, calibration = ours.of(run)
    yield subject.differences(
        "log-likelihood", [calibration.log_likelihood], [values["logLik"]], LOG_LIKELIHOOD
    )
    if "npar" in values:
        yield subject.differences(
            "number of parameters", [calibration.n_parameters], [values["npar"]], 0.0
        )
    tables = {"slope and intercept": items_table(values)}
    if "items_IRTpars" in values:
        tables["IRT form"] = _items_only(values["items_IRTpars"])
    for form, table in tables.items():
        own = {label: named_values(calibration, calibration.item(label)) for label in table}
        errors = [(label, rows[1]) for label, rows in table.items() if len(rows) > 1]
        found = list(_of_table(result, form, own, table))
        yield from judged_step_errors(found, errors, run, responses, calibration)
    populations = {group.group: population_values(group) for group in calibration.groups}
    yield from _of_table(result, "population", populations, values["group_pars"])
    for name in ("EAP_first_persons", "EAP_last_persons"):
        if isinstance(values.get(name), list):
            rows = values[name]
            first = int(rows[0].get("name", 1)) - 1
            persons = range(first, first + len(rows))
            yield from compare_method(result, responses, calibration, "eap", rows, persons)
    for name in ("M2", "C2"):
        if isinstance(values.get(name), dict):
            yield subject.not_comparable(name, str(values[name].get("error")))


def _of_table(
    result: Result, form: str, own: Mapping[str, Named], table: Mapping[str, Any]
) -> Iterator[Comparison]:
    values = [paired_values(own[label], rows[0]) for label, rows in table.items()]
    errors = [paired_errors(own[label], rows[1]) for label, rows in table.items() if len(rows) > 1]
    subject = result.subject
    mine, theirs = ([x for pair in values for x in pair[k]] for k in (0, 1))
    yield subject.differences(f"parameters, {form}", mine, theirs, PARAMETER)
    if errors:
        found, there = ([x for pair in errors for x in pair[k]] for k in (0, 1))
        yield subject.differences(f"SE, {form}", found, there, STANDARD_ERROR, scale="relative")


def focal_responses(
    data_set: DataSet, items: tuple[str, ...], note: str, reference: str, focal: str
) -> ResponseMatrix:
    """Responses in two groups; ``note`` says which cell of which column is the focal group.

    Raises
    ------
    NotComparable
        It does not say.
    """
    found = re.search(r"(\w+)\s*==\s*(\w+)", note)
    if found is None or found[1] not in data_set.table:
        raise NotComparable("no file says which persons are the focal group")
    cells = data_set.table[found[1]]
    labels = [focal if cell == found[2] else reference for cell in cells]
    return data_set.responses(items, labels, reference)


def compare_likelihood_ratios(data_set: DataSet, result: Result) -> Iterator[Comparison]:
    """Each item freed in turn against all items equal."""
    values, subject = result.values, result.subject
    items = tuple(row["name"] for row in values["test_a_d"])
    sibling = data_set.find("difR")
    note = f"{sibling.values.get('note', '') if sibling else ''} {values.get('note', '')}"
    responses = focal_responses(data_set, items, note, "reference", "focal")
    quadrature = Quadrature(61, 6.0)
    base = calibrate(responses, "2pl", quadrature=quadrature, standard_errors=False)
    yield subject.differences(
        "log-likelihood", [base.log_likelihood], [values["base_logLik"]], LOG_LIKELIHOOD
    )
    there = [values["base_groups"]["focal"][0][name] for name in ("MEAN_1", "COV_11")]
    group = base.group("focal")
    yield subject.differences("parameters, population", [group.mean, group.sd**2], there, PARAMETER)
    for name, constraints in TESTS.items():
        rows = values.get(name, [])
        found = []
        for row in rows:
            fit = calibrate(
                responses,
                "2pl",
                quadrature=quadrature,
                free_across_groups=[row["name"]],
                constraints=[text.format(row["name"]) for text in constraints],
                standard_errors=False,
            )
            found.append(2.0 * (fit.log_likelihood - base.log_likelihood))
        statistics = [row["X2"] for row in rows]
        yield subject.differences(
            f"DIF likelihood ratio, {name}",
            found,
            statistics,
            CHI_SQUARE,
            scale="relative above one",
        )

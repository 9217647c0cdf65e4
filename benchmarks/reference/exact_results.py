"""Exact maxima found by an independent program (numpy and scipy)."""

import re
from collections.abc import Iterator
from typing import Any

from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from benchmarks.reference.item_values import named_values
from benchmarks.reference.mirt_results import (
    LOG_LIKELIHOOD,
    PARAMETER,
    STANDARD_ERROR,
    run_of_mirt,
)
from benchmarks.reference.runs import Calibrations, NotComparable, Run

VALUES = {"a": "a", "d": "d", "g": "g"}
ERRORS = {"se_a": "a", "se_d": "d", "se_logit_g": "logit(g)"}


def compare_exact(data_set: DataSet, result: Result, ours: Calibrations) -> Iterator[Comparison]:
    """Objective, parameters and standard errors."""
    values, subject = result.values, result.subject
    responses, calibration = ours.of(run_of_exact(data_set, result))
    own = [named_values(calibration, calibration.item(label)) for label in responses.items]
    objective = calibration.log_likelihood + calibration.log_prior
    yield subject.differences(
        "log-likelihood", [calibration.log_likelihood], [values["logLik_at_max"]], LOG_LIKELIHOOD
    )
    yield subject.differences(
        "objective with priors", [objective], [values["objective_max"]], LOG_LIKELIHOOD
    )
    there, names = _listed(values, VALUES)
    found = [[item[name][0] for item in own if name in item] for name in names]
    yield subject.differences("parameters", _flat(found), _flat(there), PARAMETER)
    there, names = _listed(values, ERRORS)
    errors = [[item[name][1] for item in own if name in item] for name in names]
    yield subject.differences("SE", _flat(errors), _flat(there), STANDARD_ERROR, scale="relative")


def _flat(lists: list[list[Any]]) -> list[Any]:
    return [value for values in lists for value in values]


def _listed(values: Any, keys: dict[str, str]) -> tuple[list[list[Any]], list[str]]:
    """The reference's lists and our names for them; asymptotes fixed at zero are no parameters."""
    present = [key for key in keys if values.get(key) and any(values[key])]
    return [values[key] for key in present], [keys[key] for key in present]


def run_of_exact(data_set: DataSet, result: Result) -> Run:
    """The run of mirt it is the maximum of.

    Raises
    ------
    NotComparable
        There is none: items, nodes and priors are then not known.
    """
    sibling = data_set.find(f"{result.run}.mirt")
    if sibling is None or "slope_intercept" not in sibling.values:
        raise NotComparable("no result of mirt names the items, nodes and priors of this run")
    run = run_of_mirt(sibling)
    nodes = re.search(r"(\d+) nodes, -?([\d.]+)\.\.([\d.]+)", str(result.values.get("note", "")))
    if nodes and (int(nodes[1]), float(nodes[3])) != (run.quadrature.n_nodes, run.quadrature.limit):
        raise NotComparable("its nodes are not those of mirt's run")
    return run

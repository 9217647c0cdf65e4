"""Linking constants and equated scores of equateIRT."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison
from psychometrics import Calibration, ItemEstimate, item_estimate
from psychometrics.equating import Conversion, irt_observed_score, irt_true_score
from psychometrics.linking import AbilityWeights, link, transform
from psychometrics.results import Group

CONSTANT = 0.002
SCORE = 0.002
NODES = 30  # Gauss-Hermite, as its note says
NO_COVARIANCE = "the file does not hold the covariance of the item parameters that it comes from"


def compare_links(data_set: DataSet, result: Result) -> Iterator[Comparison]:
    """A and B of every direct link, by method; then the two conversion tables."""
    values, subject = result.values, result.subject
    forms = {f"test{k}": _form(rows) for k, rows in enumerate(values["coef"], start=1)}
    weights = AbilityWeights.gauss_hermite(NODES)
    for method in dict.fromkeys(row["method"] for row in values["direct"]):
        rows = [row for row in values["direct"] if row["method"] == method and not row.get("error")]
        own = [
            link(forms[row["from"]], forms[row["to"]], method=method.lower(), weights=weights)
            for row in rows
        ]
        for name in ("A", "B"):
            mine, there = [getattr(one, name) for one in own], [row[name] for row in rows]
            yield subject.differences(f"{method} {name}", mine, there, CONSTANT)
    yield subject.not_comparable("SE of A and B", NO_COVARIANCE)
    for name in values:
        if name.startswith("score_"):
            yield from _compare_scores(result, name, forms)


def _form(rows: Sequence[Mapping[str, Any]]) -> Calibration:
    return Calibration(
        model="2pl",
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=0,
        n_parameters=0,
        cycles=0,
        items=tuple(_item(row) for row in rows),
        groups=(Group("all", 0.0, 1.0, 0),),
        n_nodes=61,
        limit=6.0,
    )


def _item(row: Mapping[str, Any]) -> ItemEstimate:
    """Intercept and slope in the order of the columns; ``c.i`` is the logit of the asymptote."""
    values = {key: value for key, value in row.items() if key not in ("name", "c.i", "c")}
    intercept, slope = values.values()
    reported = [slope, -intercept / slope]
    if "c.i" in row:
        return item_estimate(row["name"], "3pl", [*reported, 1.0 / (1.0 + np.exp(-row["c.i"]))])
    return item_estimate(row["name"], "pcm" if slope == 1 else "2pl", reported)


def _compare_scores(
    result: Result, name: str, forms: Mapping[str, Calibration]
) -> Iterator[Comparison]:
    """``score_TSE_1_2``: scores of form 2 and their equivalents on form 1 brought to its scale."""
    found, rows = re.fullmatch(r"score_(TSE|OSE)_(\w+)_(\w+)", name), result.values[name]
    if found is None or not isinstance(rows, list):
        yield result.subject.not_comparable(name, "not a table of equated scores")
        return
    old, new = f"test{found[2]}", f"test{found[3]}"
    conversion = _conversion(found[1], forms[old], forms[new])
    equivalents = dict(zip(conversion.scores, conversion.equivalents, strict=True))
    own = [equivalents.get(float(row[new])) for row in rows]
    there = [row[f"{old}.as.{new}"] for row in rows]
    yield result.subject.differences(f"equated scores, {found[1]}", own, there, SCORE)


def _conversion(kind: str, old: Calibration, new: Calibration) -> Conversion:
    """By Stocking-Lord; observed scores in a population that is half of either group."""
    found = link(old, new, method="stocking-lord", weights=AbilityWeights.gauss_hermite(NODES))
    brought = transform(old, found).items
    if kind == "TSE":
        return irt_true_score(new.items, brought)
    return irt_observed_score(
        new.items,
        brought,
        AbilityWeights.gauss_hermite(NODES),
        AbilityWeights.gauss_hermite(NODES, mean=found.B, sd=found.A),
        new_weight=0.5,
    )

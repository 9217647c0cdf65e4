"""Abilities of the first persons, and of every sum score."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from benchmarks.reference.brute_force import weighted_curvature_error
from benchmarks.reference.collection import Result
from benchmarks.reference.comparison import Comparison, Verdict, as_floats, largest_difference
from psychometrics import Calibration, ResponseMatrix, score
from psychometrics.ability import Method
from psychometrics.arrays import FloatArray
from psychometrics.sum_scores import score_table

ABILITY, STANDARD_ERROR = 0.002, 0.01
FLAT = 3.0  # logits; a maximum with a larger standard error has no digits to compare
LISTS = {"eap": ("EAP", "EAP_first"), "map": ("MAP",), "ml": ("ML",), "wle": ("WLE",)}


def compare_abilities(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    """EAP, MAP, ML and WLE with standard errors, of as many persons as the reference lists."""
    listed = result.values.get("scores_first_persons", {}) | {
        name: result.values[name] for name in ("EAP_first",) if name in result.values
    }
    for method in get_args(Method):
        for name in LISTS.get(method, ()):
            if isinstance(listed.get(name), list):
                yield from compare_method(result, responses, calibration, method, listed[name])


def compare_method(
    result: Result,
    responses: ResponseMatrix,
    calibration: Calibration,
    method: Method,
    rows: Sequence[Mapping[str, Any]],
    persons: Sequence[int] | None = None,
) -> Iterator[Comparison]:
    """One method."""
    theta, se = columns_of(rows)
    chosen = np.arange(len(rows)) if persons is None else np.asarray(persons)
    own = score(responses.select(chosen), calibration, method)
    note = ""
    if method == "ml":
        flat = se > FLAT
        theta, se = np.where(flat, np.nan, theta), np.where(flat, np.nan, se)
        note = f"{int(flat.sum())} persons with SE above {FLAT:g} left out" if flat.any() else ""
    name, subject = method.upper(), result.subject
    yield subject.differences(name, own.theta, theta, ABILITY, note=note)
    errors = subject.differences(f"SE of {name}", own.se, se, STANDARD_ERROR, scale="relative")
    if method == "wle" and errors.verdict is Verdict.FAILS:
        errors = _curvature(result, responses.select(chosen), calibration, theta, se)
    yield errors


def _curvature(
    result: Result,
    responses: ResponseMatrix,
    calibration: Calibration,
    theta: FloatArray,
    se: FloatArray,
) -> Comparison:
    """mirt's standard error of a WLE is another one than Warm's."""
    repeated = weighted_curvature_error(responses, calibration, theta)
    deviation = largest_difference(repeated, se, "relative")
    reason = (
        "mirt gives the curvature of the weighted likelihood, repeated here; ours is 1/sqrt(I) as in "
        "Warm (1989) and TAM"
    )
    known = float("inf") if deviation is None else deviation
    return result.subject.definition("SE of WLE", known, STANDARD_ERROR, reason)


def columns_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    """Abilities and standard errors, whatever the dimension is called."""
    name = next(key for key in rows[0] if f"SE_{key}" in rows[0])
    return (
        as_floats([row[name] for row in rows]),
        as_floats([row[f"SE_{name}"] for row in rows]),
    )


def compare_sum_scores(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    """EAP of every sum score, and how many persons the model expects at it."""
    rows, subject = result.values.get("EAPsum"), result.subject
    if not isinstance(rows, list):
        if rows is not None:
            yield subject.not_comparable("EAP from sum scores", str(rows))
        return
    table = score_table(calibration, "eap")
    lowest = int(sum(item.first_category for item in calibration.items))
    at = {int(value) + lowest: i for i, value in enumerate(table.score - table.score[0])}
    own = [at[int(row["Sum.Scores"])] for row in rows]
    theta, se = columns_of(rows)
    yield subject.differences("EAP from sum scores", table.theta[own], theta, ABILITY)
    yield subject.differences(
        "SE of EAP from sum scores", table.se[own], se, STANDARD_ERROR, scale="relative"
    )
    if responses.is_complete:
        expected = [row["expected"] for row in rows]
        counts = table.probability[own] * responses.weights.sum()
        yield subject.differences(
            "expected sum scores", counts, expected, ABILITY, scale="relative above one"
        )

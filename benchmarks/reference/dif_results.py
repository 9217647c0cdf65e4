"""Observed-score DIF of difR."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.reference.collection import DataSet, Result
from benchmarks.reference.comparison import Comparison, Subject, Values
from benchmarks.reference.group_results import focal_responses
from benchmarks.reference.runs import NotComparable
from psychometrics import ResponseMatrix
from psychometrics.dif import MantelHaenszel, logistic_dif, mantel_haenszel, standardization

STATISTIC = 0.002
PRINTED = 0.001  # Breslow-Day is printed to four decimals
DELTA = 2.35


def compare_dif(data_set: DataSet, result: Result) -> Iterator[Comparison]:
    """Every method the file holds."""
    values, subject = result.values, result.subject
    items = _items(data_set, values)
    responses = focal_responses(data_set, items, values.get("note", ""), "reference", "focal")
    for name in ("MH", "MH_purified"):
        if name in values:
            yield from _mantel_haenszel(subject, name, values[name], responses)
    if "standardization" in values:
        own = [item.p_dif for item in standardization(responses)]
        there = values["standardization"]["PDIF"]
        yield subject.differences("standardised p-difference", own, there, STATISTIC)
    for kind in ("both", "uniform", "nonuniform"):
        if f"logistic_{kind}" in values:
            yield from _logistic(subject, kind, values[f"logistic_{kind}"], responses)
    if "breslow_day" in values:
        found = [item.breslow_day for item in _dichotomous(responses, purify=False)]
        rows = values["breslow_day"]["BD"]
        for name, column in (("statistic", "V1"), ("df", "V2"), ("p", "V3")):
            own = [None if test is None else getattr(test, name) for test in found]
            there = [row[column] for row in rows]
            yield subject.differences(f"Breslow-Day {name}", own, there, PRINTED)


def _items(data_set: DataSet, values: Any) -> tuple[str, ...]:
    """difR names no items: those of a result beside it with as many."""
    n = len(values["MH"]["chisq"])
    for other in data_set.results:
        rows = other.values.get("slope_intercept", {}).get("items", [])
        if len(rows) == n:
            return tuple(row["item"] for row in rows)
    raise NotComparable("no result beside it names the items")


def _dichotomous(responses: ResponseMatrix, *, purify: bool) -> list[MantelHaenszel]:
    found = mantel_haenszel(
        responses,
        purification="iterative" if purify else "none",
        drop="significant",
    )
    return [item for item in found.items if isinstance(item, MantelHaenszel)]


def _mantel_haenszel(
    subject: Subject, name: str, known: Any, responses: ResponseMatrix
) -> Iterator[Comparison]:
    own = _dichotomous(responses, purify=bool(known["purify"]))
    is_corrected = bool(known.get("correct", True))
    tests = [item.chi_square_corrected if is_corrected else item.chi_square for item in own]
    ours: dict[str, Values] = {
        "chisq": [None if test is None else test.statistic for test in tests],
        "alphaMH": [item.odds_ratio for item in own],
        "deltaMH": [item.delta for item in own],
        "varLambda": [None if i.se_delta is None else (i.se_delta / DELTA) ** 2 for i in own],
    }
    for key, values in ours.items():
        yield _statistic(subject, f"{name} {key}", values, known[key])
    significant = [k + 1 for k, item in enumerate(own) if item.p is not None and item.p < 0.05]
    yield _same_items(subject, f"{name} flagged items", significant, known["flagged"])


def _logistic(
    subject: Subject, kind: str, known: Any, responses: ResponseMatrix
) -> Iterator[Comparison]:
    found = [None if item is None else getattr(item, kind) for item in logistic_dif(responses)]
    own = [None if test is None else test.likelihood_ratio.statistic for test in found]
    yield _statistic(subject, f"logistic, {kind}", own, known["stat"])
    if "deltaR2" in known:
        change = [None if test is None else test.r2_change for test in found]
        yield _statistic(subject, f"logistic, {kind}, change of R2", change, known["deltaR2"])


def _statistic(subject: Subject, name: str, own: Values, there: Values) -> Comparison:
    return subject.differences(name, own, there, STATISTIC, scale="relative above one")


def _same_items(
    subject: Subject, name: str, own: Sequence[int], there: Sequence[int] | int
) -> Comparison:
    listed = [there] if isinstance(there, int) else list(there)
    differing = set(own) ^ set(listed)
    return subject.differences(name, [float(len(differing))], [0.0], 0.0)

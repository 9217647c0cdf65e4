"""Fit of items, persons, pairs and the whole model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.reference.collection import Result
from benchmarks.reference.comparison import (
    Comparison,
    Subject,
    Values,
    Verdict,
    largest_difference,
)
from benchmarks.reference.repeated_faults import (
    items_outfit_t_as_mirt,
    model_fit_as_mirt,
    persons_outfit_t_as_mirt,
)
from benchmarks.reference.standing import judged
from psychometrics import Calibration, ResponseMatrix, score
from psychometrics.arrays import FloatArray
from psychometrics.errors import PsychometricsError
from psychometrics.fit import item_fit, model_fit, person_fit, q3, s_x2
from psychometrics.fit.limited_information import Statistic

STATISTIC = 0.002  # of the value where that is above one
LEFT_OUT = "leave out the estimated population variance, which its df count"
NUMERATORS = "by the slope of gpcm items take the categories' numerators for their probabilities"
MISSING_BY_DESIGN = (
    "responses missing by design: ours {:.2f} (p {:.3f}), mirt {:.2f}; ours keeps its level in "
    "simulations (docs/methods/model-fit.md), how mirt combines pairs is not documented"
)


def compare_fit(
    result: Result, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    """Every kind of fit the reference gives."""
    values, subject = result.values, result.subject
    compared = {
        "S_X2": _compare_s_x2,
        "infit": _compare_infit,
        "personfit_first_persons": _compare_persons,
        "residuals_Q3": _compare_q3,
        "M2": _compare_m2,
        "C2": _compare_c2,
    }
    for name, compare in compared.items():
        rows = values.get(name)
        if isinstance(rows, dict):
            yield subject.not_comparable(name, str(rows.get("error", rows)))
        elif rows is not None:
            yield from compare(subject, rows, responses, calibration)


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [row.get(name) for row in rows]


def _compare_s_x2(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    own = s_x2(responses, calibration)
    yield subject.differences("S-X2 df", [i.df for i in own], _column(rows, "df.S_X2"), 0.0)
    yield _statistic(subject, "S-X2", [i.statistic for i in own], _column(rows, "S_X2"))


def _statistic(subject: Subject, name: str, own: Values, theirs: Values) -> Comparison:
    return subject.differences(name, own, theirs, STATISTIC, scale="relative above one")


def _compare_infit(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    abilities = score(responses, calibration)
    own = item_fit(responses, calibration, abilities=abilities)
    for name, theirs in (("infit", "infit"), ("outfit", "outfit"), ("infit_t", "z.infit")):
        values = [getattr(item, name) for item in own]
        yield _statistic(subject, f"item {name}", values, _column(rows, theirs))
    outfit = np.array([item.outfit for item in own], dtype=np.float64)
    as_mirt = items_outfit_t_as_mirt(responses, calibration, abilities.theta, outfit)
    yield _outfit_t(subject, "item", [i.outfit_t for i in own], rows, as_mirt)


def _compare_persons(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    first = responses.select(np.arange(len(rows)))
    own = person_fit(first, calibration, method="eap")
    names = (("lz", "Zh"), ("infit", "infit"), ("outfit", "outfit"), ("infit_t", "z.infit"))
    for name, theirs in names:
        yield _statistic(subject, f"person {name}", getattr(own, name), _column(rows, theirs))
    as_mirt = persons_outfit_t_as_mirt(first, calibration, own.theta, own.outfit)
    yield _outfit_t(subject, "person", own.outfit_t, rows, as_mirt)


def _outfit_t(subject: Subject, of: str, own: Values, rows: Any, as_mirt: FloatArray) -> Comparison:
    theirs = _column(rows, "z.outfit")
    found = _statistic(subject, f"{of} outfit_t", own, theirs)
    repeated = largest_difference(as_mirt, theirs, "relative above one")
    if found.verdict is Verdict.FAILS and repeated is not None and repeated <= STATISTIC:
        evidence = (
            "with responses missing its variance divides by numbers that belong to others "
            f"(benchmarks/reference/repeated_faults.py); repeated so, we agree to {repeated:.1g}"
        )
        return subject.fault(f"{of} outfit_t", found.deviation, evidence)
    return found


def _compare_q3(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    yield subject.differences("Q3", q3(responses, calibration).q3, rows, STATISTIC)


def _compare_m2(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    yield from _limited(subject, rows[0], responses, calibration, "m2")


def _compare_c2(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    yield from _limited(subject, rows[0], responses, calibration, "c2")


def _limited(
    subject: Subject,
    row: Mapping[str, Any],
    responses: ResponseMatrix,
    calibration: Calibration,
    statistic: Statistic,
) -> Iterator[Comparison]:
    name = statistic.upper()
    try:
        own = model_fit(responses, calibration, statistic)
    except PsychometricsError as error:
        yield subject.not_comparable(name, str(error))
        return
    yield subject.differences(f"{name} df", [own.df], [row["df"]], 0.0)
    if not responses.is_complete:
        yield subject.not_comparable(name, MISSING_BY_DESIGN.format(own.value, own.p, row["M2"]))
        return
    indices = [row.get(key) for key in ("RMSEA", "TLI", "CFI")]
    compared = [
        _statistic(subject, name, [own.value], [row["M2"]]),
        _statistic(subject, f"{name} SRMSR", [own.srmsr[0]], [row.get("SRMSR")]),
        _statistic(subject, f"{name} RMSEA, TLI, CFI", [own.rmsea, own.tli, own.cfi], indices),
    ]
    as_mirt = model_fit_as_mirt(responses, calibration, statistic)
    evidence = ""
    if as_mirt is not None and abs(as_mirt - row["M2"]) <= STATISTIC * max(1.0, row["M2"]):
        is_rasch = calibration.items[0].model == "pcm"
        evidence = (
            f"mirt's derivatives {LEFT_OUT if is_rasch else NUMERATORS}; repeated so, we find "
            f"{as_mirt:.4f}, mirt {row['M2']:.4f}"
        )
    yield from judged(compared, evidence)

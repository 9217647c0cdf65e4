"""Fit of items, persons, pairs and the whole model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.reference.collection import Result
from benchmarks.reference.comparison import Comparison, Subject
from psychometrics import Calibration, ResponseMatrix, score
from psychometrics.errors import PsychometricsError
from psychometrics.fit import item_fit, model_fit, person_fit, q3, s_x2

STATISTIC = 0.002
RELATIVE = 0.01


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
    values = [i.statistic for i in own]
    yield subject.differences("S-X2", values, _column(rows, "S_X2"), STATISTIC)


def _compare_infit(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    own = item_fit(responses, calibration, abilities=score(responses, calibration))
    names = (("infit", "infit"), ("outfit", "outfit"), ("infit_t", "z.infit"))
    for mine, theirs in (*names, ("outfit_t", "z.outfit")):
        values = [getattr(item, mine) for item in own]
        yield subject.differences(f"item {mine}", values, _column(rows, theirs), STATISTIC)


def _compare_persons(
    subject: Subject, rows: Any, responses: ResponseMatrix, calibration: Calibration
) -> Iterator[Comparison]:
    own = person_fit(responses.select(np.arange(len(rows))), calibration, method="eap")
    names = {"lz": "Zh", "infit": "infit", "outfit": "outfit", "infit_t": "z.infit"}
    for mine, theirs in (names | {"outfit_t": "z.outfit"}).items():
        yield subject.differences(
            f"person {mine}", getattr(own, mine), _column(rows, theirs), STATISTIC
        )


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
    statistic: Any,
) -> Iterator[Comparison]:
    name = statistic.upper()
    try:
        own = model_fit(responses, calibration, statistic)
    except PsychometricsError as error:
        yield subject.not_comparable(name, str(error))
        return
    yield subject.differences(f"{name} df", [own.df], [row["df"]], 0.0)
    yield subject.differences(name, [own.value], [row["M2"]], STATISTIC)
    yield subject.differences(f"{name} SRMSR", [own.srmsr[0]], [row.get("SRMSR")], STATISTIC)
    theirs = [row.get(key) for key in ("RMSEA", "TLI", "CFI")]
    yield subject.differences(
        f"{name} RMSEA, TLI, CFI", [own.rmsea, own.tli, own.cfi], theirs, STATISTIC
    )

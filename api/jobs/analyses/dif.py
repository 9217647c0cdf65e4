"""Does an item work alike in two groups of equal ability?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import psychometrics as pm
from itembank.errors import Invalid, msg, problem
from psychometrics.dif import DifCurve, DifItem, dif_report

from ..estimates import plain
from .said import caution_in_both
from .subject import Report, Subject

REST = ""  # everybody who is not in the focal group
FOCAL_CODE, REFERENCE_CODE = "focal", "reference"
FEWEST = 100  # persons a group; below it the tests see little


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Mantel–Haenszel, standardisation and logistic regression, matched on a purified score."""
    focal, reference = str(options["focal"]), str(options["reference"])
    report(0.1, msg("Chia nhóm"))
    responses = _two_groups(subject, focal, reference)
    report(0.3, msg("Mantel–Haenszel và hồi quy logistic"))
    found = dif_report(responses, focal=FOCAL_CODE)
    return {
        "n_focal": found.n_focal,
        "n_reference": found.n_reference,
        "level": found.level,
        "removed": list(found.purified.removed),
        "settled": found.purified.settled,
        "items": [_item(item) for item in found.items],
        "cautions": [caution_in_both(caution) for caution in found.cautions],
    }


def _two_groups(subject: Subject, focal: str, reference: str) -> pm.ResponseMatrix:
    """The persons of the two groups alone."""
    groups = np.array(["" if g is None else g for g in subject.groups], dtype=object)
    is_focal = groups == focal
    is_reference = (groups != "") & ~is_focal if reference == REST else groups == reference
    for name, members in (("focal", is_focal), ("reference", is_reference)):
        _refuse_small(name, int(members.sum()))
    rows = np.flatnonzero(is_focal | is_reference)
    return pm.ResponseMatrix.from_arrays(
        np.where(subject.responses.observed[rows], subject.responses.scores[rows], 0),
        observed=subject.responses.observed[rows],
        items=subject.responses.items,
        persons=subject.responses.persons[rows],
        groups=[FOCAL_CODE if is_focal[row] else REFERENCE_CODE for row in rows],
        reference_group=REFERENCE_CODE,
    )


def _refuse_small(name: str, n: int) -> None:
    if n >= FEWEST:
        return
    what = msg("Nhóm này chỉ có {n} thí sinh; cần ít nhất {fewest}.", n=n, fewest=FEWEST)
    raise Invalid("Chưa phân tích được.", code="group_too_small", problems=[problem(name, what)])


def _item(item: DifItem) -> dict[str, Any]:
    return {
        "item": item.item,
        "dif_class": item.dif_class,
        "direction": item.direction,
        "is_crossing": item.is_crossing,
        "in_matching": item.in_matching,
        "p": plain(item.p),
        "p_adjusted": plain(item.p_adjusted),
        "crossing_p": plain(item.crossing_p),
        **_effects(item),
        "std": plain(item.standardization.p_dif),
        "curves": [_curve(curve) for curve in item.curves],
    }


def _effects(item: DifItem) -> dict[str, Any]:
    """Delta where there is one; the SMD of items with more categories; size by logistic."""
    two, more, logistic = item.mantel_haenszel, item.polytomous, item.logistic
    found = two or more
    return {
        "delta": plain(found.delta) if found else None,
        "se_delta": plain(found.se_delta) if found else None,
        "smd": plain(more.smd) if more else None,
        "uniform_p": plain(logistic.uniform.likelihood_ratio.p) if logistic else None,
        "r2_change": plain(logistic.both.r2_change) if logistic else None,
        "logistic_class": logistic.both.jodoin_gierl if logistic else None,
    }


def _curve(curve: DifCurve) -> dict[str, Any]:
    return {
        "group": curve.group,
        "score": plain(curve.score),
        "n": plain(curve.n),
        "observed": plain(curve.observed),
        "expected": plain(curve.expected),
    }

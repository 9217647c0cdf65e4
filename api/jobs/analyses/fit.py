"""How well the model describes items, pairs of items and the whole table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psychometrics as pm
from itembank.errors import msg
from psychometrics.fit import Q3, SX2, ItemFit, ModelFit, item_fit, model_fit, q3, s_x2

from ..estimates import plain
from .said import both_languages
from .subject import Report, Subject

T = TypeVar("T")


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Item fit with its tests, M2 or C2, and Q3 of every pair."""
    responses, calibration = subject.responses, subject.calibration
    report(0.1, msg("Infit, outfit và RMSD"))
    fits = item_fit(responses, calibration)
    report(0.3, msg("S-X²"))
    tests, no_tests = _tried(lambda: s_x2(responses, calibration))
    report(0.6, msg("M2 và C2"))
    overall = {name: _overall(subject, name) for name in ("m2", "c2")}
    report(0.8, msg("Q3 từng cặp câu"))
    pairs, no_pairs = _tried(lambda: q3(responses, calibration))
    by_item = {test.item: test for test in tests or ()}
    return {
        "items": [_item(fit, by_item.get(fit.item)) for fit in fits],
        "no_s_x2": no_tests,
        "model": {name: found for name, (found, _) in overall.items()},
        "no_model": {name: why for name, (_, why) in overall.items() if why},
        "q3": _pairs(pairs) if pairs else None,
        "no_q3": no_pairs,
    }


def _tried(compute: Callable[[], T]) -> tuple[T | None, dict[str, str] | None]:
    """A statistic, or why there is none: one that is not defined must not hide the others."""
    try:
        return compute(), None
    except pm.PsychometricsError as error:
        return None, both_languages(error)


def _overall(subject: Subject, name: Any) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    found, why = _tried(lambda: model_fit(subject.responses, subject.calibration, name))
    return (_model(found) if found else None), why


def _model(found: ModelFit) -> dict[str, Any]:
    return {
        "value": plain(found.value),
        "df": found.df,
        "p": plain(found.p),
        "rmsea": plain(found.rmsea),
        "rmsea_low": plain(found.rmsea_low),
        "rmsea_high": plain(found.rmsea_high),
        "srmsr": plain(found.srmsr),
        "tli": plain(found.tli),
        "cfi": plain(found.cfi),
    }


def _item(fit: ItemFit, test: SX2 | None) -> dict[str, Any]:
    names = ("infit", "outfit", "infit_t", "outfit_t", "rmsd", "md")
    return {
        "item": fit.item,
        "n": fit.n,
        **{name: plain(getattr(fit, name)) for name in names},
        "groups": [
            {"group": g.group, "n": g.n, "rmsd": plain(g.rmsd), "md": plain(g.md)}
            for g in fit.groups
        ],
        "s_x2": plain(test.statistic) if test else None,
        "df": test.df if test else None,
        "p": plain(test.p) if test else None,
        "rmsea": plain(test.rmsea) if test else None,
    }


def _pairs(found: Q3) -> dict[str, Any]:
    return {
        "items": list(found.items),
        "adjusted": plain(found.adjusted),
        "mean": plain(found.mean),
        "flagged": [
            {
                "first": pair.first,
                "second": pair.second,
                "q3": plain(pair.q3),
                "adjusted": plain(pair.adjusted),
                "n": int(pair.n),
            }
            for pair in found.flagged
        ],
    }

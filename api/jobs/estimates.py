"""From arrays to facts: a finished calibration as plain values the bank can keep."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import psychometrics as pm
from itembank.calibrations.values import AbilityValue, ItemValues
from psychometrics.classical import ClassicalItem, ClassicalStatistics
from psychometrics.fit import ItemFit
from psychometrics.posterior_curves import PosteriorCurve, posterior_curves
from psychometrics.thresholds import thurstonian_thresholds

DIGITS = 6
CURVE_GRID = np.linspace(-3.0, 3.0, 25)
TEST_GRID = np.linspace(-4.0, 4.0, 81)
BIN_WIDTH = 0.25
QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column of the response matrix stands in the form and in the bank."""

    item_id: uuid.UUID
    version_hash: str | None
    position: int
    label: str


@dataclass(frozen=True, slots=True)
class _ItemFacts:
    place: Place
    estimate: pm.ItemEstimate
    classical: ClassicalItem
    fit: ItemFit
    curve: PosteriorCurve
    counts: list[int]


def item_values(
    places: Sequence[Place],
    responses: pm.ResponseMatrix,
    calibration: pm.Calibration,
    classical: ClassicalStatistics,
) -> list[ItemValues]:
    """Parameters, classical statistics, fit and curve of every item, in the form's order."""
    fits = pm.item_fit(responses, calibration)
    curves = posterior_curves(responses, calibration)
    return [
        _item(_ItemFacts(place, estimate, statistics, fit, curve, _counts(responses, column)))
        for column, (place, estimate, statistics, fit, curve) in enumerate(
            zip(places, calibration.items, classical.items, fits, curves, strict=True)
        )
    ]


def _item(fact: _ItemFacts) -> ItemValues:
    return ItemValues(
        item_id=fact.place.item_id,
        version_hash=fact.place.version_hash,
        position=fact.place.position,
        label=fact.place.label,
        model=fact.estimate.model,
        estimates=_parameters(fact.estimate, fact.estimate),
        standard_errors=_parameters(fact.estimate, fact.estimate.se),
        statistics=_statistics(fact),
        curve=_curve(fact),
    )


def _parameters(estimate: pm.ItemEstimate, source: Any) -> dict[str, Any]:
    names = [n for n in ("a", "b", "steps", "c", "d") if getattr(estimate, n) is not None]
    return {name: plain(getattr(source, name)) for name in names}


def _statistics(fact: _ItemFacts) -> dict[str, Any]:
    difficulties = fact.estimate.difficulties
    return {
        "n": fact.fit.n,
        "p": plain(fact.classical.p),
        "point_biserial": plain(fact.classical.item_rest),
        "infit": plain(fact.fit.infit),
        "outfit": plain(fact.fit.outfit),
        "rmsd": plain(fact.fit.rmsd),
        "counts": fact.counts,
        "first_category": fact.estimate.first_category,
        "difficulty": plain(sum(difficulties) / len(difficulties)),
        "thresholds": plain(thurstonian_thresholds(fact.estimate)),
    }


def _curve(fact: _ItemFacts) -> dict[str, Any]:
    seen = fact.curve
    expected = pm.expected_score([fact.estimate], CURVE_GRID)[:, 0]
    return {
        "groups": [
            {
                "theta": plain(seen.theta[i]),
                "n": plain(seen.n[i]),
                "observed": plain(seen.score[i]),
                "lower": plain(seen.score_low[i]),
                "upper": plain(seen.score_high[i]),
                "expected": plain(seen.score_expected[i]),
                "categories": plain(seen.proportions[i]),
            }
            for i in range(len(seen.n))
        ],
        "model": {
            "theta": plain(CURVE_GRID),
            "expected": plain(expected / (fact.estimate.n_categories - 1)),
        },
    }


def _counts(responses: pm.ResponseMatrix, column: int) -> list[int]:
    given = responses.scores[responses.observed[:, column], column]
    return [int(n) for n in np.bincount(given)]


def ability_values(
    responses: pm.ResponseMatrix, abilities: pm.AbilityEstimates
) -> list[AbilityValue]:
    """EAP and standard error of everybody who answered something."""
    raw = (responses.scores * responses.observed).sum(axis=1)
    return [
        AbilityValue(
            person=str(responses.persons[i]),
            theta=round(float(abilities.theta[i]), DIGITS),
            se=round(float(abilities.se[i]), DIGITS),
            raw_score=float(raw[i]),
        )
        for i in np.flatnonzero(responses.answered)
    ]


def summary_of(
    calibration: pm.Calibration, classical: ClassicalStatistics, abilities: Sequence[AbilityValue]
) -> dict[str, Any]:
    """What describes the run as a whole: information criteria, reliability, test information."""
    theta = np.array([ability.theta for ability in abilities])
    se = np.array([ability.se for ability in abilities])
    return {
        **_criteria(calibration),
        "reliability": _reliability(theta, se),
        "mean_se": plain(se.mean()) if len(se) else None,
        "alpha": plain(classical.alpha),
        "mean_score": plain(classical.mean),
        "sd_score": plain(classical.sd),
        "sem": plain(classical.sem),
        "n_complete": classical.n_complete,
        "information": _information(calibration),
        "histogram": _histogram(theta),
        "quantiles": _quantiles(theta),
        "cautions": [
            {"code": c.code, "item": c.item, "message": c.message, "params": _texts(c.params)}
            for c in calibration.cautions
        ],
    }


def _criteria(calibration: pm.Calibration) -> dict[str, Any]:
    k, deviance = calibration.n_parameters, -2.0 * calibration.log_likelihood
    return {
        "n_parameters": k,
        "aic": plain(deviance + 2 * k),
        "bic": plain(deviance + k * math.log(calibration.n_persons)),
    }


def _reliability(theta: NDArray[np.float64], se: NDArray[np.float64]) -> float | None:
    """EAP reliability: variance of the estimates over that plus the mean error variance."""
    if len(theta) < 2:
        return None
    between = float(theta.var())
    total = between + float((se**2).mean())
    return round(between / total, DIGITS) if total > 0 else None


def _information(calibration: pm.Calibration) -> dict[str, Any]:
    information = pm.test_information(calibration, TEST_GRID)
    sem = 1.0 / np.sqrt(np.maximum(information, 1e-6))
    return {
        "theta": plain(TEST_GRID),
        "information": plain(information),
        "sem": plain(sem),
    }


def _histogram(theta: NDArray[np.float64]) -> dict[str, Any]:
    """Persons by quarter logit, from the lowest occupied bin to the highest."""
    bins = np.floor(theta / BIN_WIDTH).astype(int)
    if not len(bins):
        return {"low": 0.0, "width": BIN_WIDTH, "counts": []}
    counts = np.bincount(bins - bins.min())
    return {
        "low": plain(bins.min() * BIN_WIDTH),
        "width": BIN_WIDTH,
        "counts": [int(n) for n in counts],
    }


def _quantiles(theta: NDArray[np.float64]) -> list[dict[str, Any]]:
    if not len(theta):
        return []
    return [{"percent": q, "theta": plain(np.percentile(theta, q))} for q in QUANTILES]


def population_of(calibration: pm.Calibration) -> dict[str, Any]:
    """Mean and SD of the reference group, and of every group where there are several."""
    listed = [
        {
            "group": group.group,
            "n": group.n_persons,
            "mean": plain(group.mean),
            "sd": plain(group.sd),
            "se_mean": plain(group.se_mean),
            "se_sd": plain(group.se_sd),
        }
        for group in calibration.groups
    ]
    return {**listed[0], "groups": listed if calibration.has_groups else []}


def plain(value: Any) -> Any:
    """Rounded numbers in lists; what is not finite becomes None, since JSON has no word for it."""
    if value is None:
        return None
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(v) for v in value]
    number = float(value)
    return round(number, DIGITS) if math.isfinite(number) else None


def _texts(params: Mapping[str, object]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in params.items()}

"""Response patterns that the model finds improbable. Never an accusation: a list to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import psychometrics as pm
from itembank.errors import msg
from psychometrics.fit import PersonFit, person_fit

from ..estimates import plain
from .subject import Report, Subject

USUAL_CUT = -2.58  # one in two hundred where the model holds and the test is long
MOST_LISTED = 500
MOST_SURPRISES = 4
LEAST_SURPRISE = 1.5  # standardised residual
BIN_WIDTH = 0.25
REACH = 5.0


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Everybody's lz* as a histogram, and those below the cut from the most to the least unusual."""
    cut = float(options.get("cut", USUAL_CUT))
    report(0.2, msg("Tính lz* của từng thí sinh"))
    found = person_fit(subject.responses, subject.calibration)
    defined = np.flatnonzero(found.is_defined)
    low = defined[found.lz_star[defined] < cut]
    listed = low[np.argsort(found.lz_star[low], kind="stable")][:MOST_LISTED]
    report(0.7, msg("Xem từng câu của bài làm bất thường"))
    return {
        "cut": cut,
        "n": len(defined),
        "n_low": len(low),
        "histogram": _histogram(found.lz_star[defined]),
        "persons": [_person(subject, found, int(row)) for row in listed],
    }


def _histogram(values: NDArray[np.float64]) -> dict[str, Any]:
    """Persons by quarter; what lies beyond ±5 counts in the outermost."""
    edges = np.arange(-REACH, REACH + BIN_WIDTH / 2, BIN_WIDTH)
    inside = np.clip(values, edges[0], edges[-1] - 1e-9)
    counts, _ = np.histogram(inside, edges)
    return {"low": -REACH, "width": BIN_WIDTH, "counts": [int(n) for n in counts]}


def _person(subject: Subject, found: PersonFit, row: int) -> dict[str, Any]:
    right, wrong = _surprises(subject, float(found.theta[row]), row)
    given = subject.responses.observed[row]
    return {
        "person": str(found.persons[row]),
        "theta": plain(found.theta[row]),
        "n_items": int(found.n_items[row]),
        "score": int(subject.responses.scores[row][given].sum()),
        "lz_star": plain(found.lz_star[row]),
        "infit": plain(found.infit[row]),
        "outfit": plain(found.outfit[row]),
        "above": right,
        "below": wrong,
    }


def _surprises(subject: Subject, theta: float, row: int) -> tuple[list[str], list[str]]:
    """Items done much better, and much worse, than the ability would have it."""
    responses, calibration = subject.responses, subject.calibration
    found: list[tuple[float, str]] = []
    for column in np.flatnonzero(responses.observed[row]):
        label = responses.items[column]
        estimate = calibration.item(label)
        shares = pm.category_probabilities(estimate, np.array([theta]))[0]
        steps = np.arange(len(shares))
        mean = float(shares @ steps)
        sd = float(np.sqrt(shares @ (steps - mean) ** 2))
        given = float(responses.scores[row, column]) - estimate.first_category
        found.append(((given - mean) / sd if sd > 0 else 0.0, label))
    found.sort(reverse=True)
    above = [label for z, label in found if z > LEAST_SURPRISE]
    below = [label for z, label in reversed(found) if z < -LEAST_SURPRISE]
    return above[:MOST_SURPRISES], below[:MOST_SURPRISES]

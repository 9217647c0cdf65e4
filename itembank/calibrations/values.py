"""What a calibration hands over to be kept: plain values, no arrays, no numerics."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ItemValues:
    """One item's estimates. Logits, D = 1.

    `estimates` and `standard_errors` have the same keys: a, and b or steps, and c under 3PL.
    `curve` holds what the pictures need: observed proportions by ability group and the model's
    expected score on a fixed grid.
    """

    item_id: uuid.UUID
    version_hash: str | None
    position: int
    label: str
    model: str
    estimates: Mapping[str, Any]
    standard_errors: Mapping[str, Any]
    statistics: Mapping[str, Any]
    curve: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AbilityValue:
    person: str
    theta: float
    se: float
    raw_score: float | None


@dataclass(frozen=True, slots=True)
class RunValues:
    """A finished run. `data_hash` names the responses it saw; `trace` is one number a cycle."""

    title: str
    model: str
    options: Mapping[str, Any]
    data_hash: str
    software: str
    converged: bool
    log_likelihood: float
    cycles: int
    gradient_norm: float | None
    n_persons: int
    population: Mapping[str, Any]
    trace: Sequence[float]
    summary: Mapping[str, Any]
    items: Sequence[ItemValues]
    abilities: Sequence[AbilityValue]

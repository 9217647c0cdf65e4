"""What every analysis starts from."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psychometrics as pm
from delivery.results.score_table import ScoreTable
from itembank.errors import Message


@dataclass(frozen=True, slots=True)
class Base:
    """The operational run a link goes to; `labels` is label here -> label there."""

    run_id: uuid.UUID
    calibration: pm.Calibration
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What persons chose at the choice items: `given[i][j]`, None where nothing was chosen."""

    items: tuple[str, ...]
    keys: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    given: tuple[tuple[str | None, ...], ...]
    administered: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A run with its very data: `responses` as calibrated, `scored` as abilities count them.

    Rows of the matrices, of `table` and `groups` are the same persons in the same order.
    """

    options: Mapping[str, Any]
    calibration: pm.Calibration
    responses: pm.ResponseMatrix
    scored: pm.ResponseMatrix
    table: ScoreTable
    groups: tuple[str | None, ...] = ()  # of every person, as the analysis divides them
    base: Base | None = None
    choices: Choices | None = None


Report = Callable[[float, Message], None]
Analyse = Callable[[Subject, Mapping[str, Any], Report], dict[str, Any]]

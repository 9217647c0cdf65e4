"""What a second program said of the same data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun, RunAnalysis
from itembank.calibrations.states import SECOND_OPINION

from ..jobs.calibration_plan import second_model


@dataclass(frozen=True, slots=True)
class OpinionPanel:
    """`can_ask`: whether the second program knows the run's models and options."""

    analysis: RunAnalysis | None
    can_ask: bool

    @property
    def result(self) -> Mapping[str, Any] | None:
        return self.analysis.result if self.analysis else None


def opinion_panel(db: Session, run: CalibrationRun) -> OpinionPanel:
    found = repository.newest_analysis(db, run.id, SECOND_OPINION)
    return OpinionPanel(found, second_model(run.options) is not None)

"""The same data through a second program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itembank.errors import msg
from psychometrics.second_opinion import cross_check

from ..calibration_plan import second_model
from .subject import Report, Subject

# The second program's likelihood may exceed ours by rounding, not by more.
ROUNDING = 0.01
STAGES = {
    "first_program": (0.1, msg("Ước lượng bằng chương trình này")),
    "second_program": (0.3, msg("Ước lượng bằng chương trình thứ hai")),
    "comparison": (0.9, msg("So hai kết quả")),
}


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The comparison item by item; `stands` is whether the first program's maximum holds."""
    model = second_model(subject.options)
    if model is None:
        raise ValueError("no second program for these options")
    opinion = cross_check(subject.responses, model, progress=lambda stage: report(*STAGES[stage]))
    stands = opinion.agrees or opinion.log_likelihood_difference <= ROUNDING
    return {**opinion.to_dict(), "stands": stands}

"""What the numbers say in words, kept in both languages beside a result."""

from __future__ import annotations

import psychometrics as pm
from psychometrics.results import Caution

from ...calibration_messages import explain, explain_caution


def both_languages(error: pm.PsychometricsError) -> dict[str, str]:
    return {"vi": explain(error), "en": error.message}


def caution_in_both(caution: Caution) -> dict[str, str]:
    return {"vi": explain_caution(caution), "en": caution.message}

"""What the numbers say in words, kept in both languages beside a result."""

from __future__ import annotations

from dataclasses import replace

import psychometrics as pm
from psychometrics.results import Caution

from ...calibration_messages import explain, explain_caution


def both_languages(error: pm.PsychometricsError) -> dict[str, str]:
    return {"vi": explain(error), "en": error.message}


def caution_in_both(caution: Caution) -> dict[str, str]:
    whole = replace(caution, params={k: _plainly(v) for k, v in caution.params.items()})
    return {"code": caution.code, "vi": explain_caution(whole), "en": caution.message}


def _plainly(value: object) -> object:
    """Persons are counted in whole numbers; a weighted count may come as 150.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value

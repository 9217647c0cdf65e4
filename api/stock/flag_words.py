"""The rules of statistical flags in words a council reads."""

from __future__ import annotations

from itembank.calibrations.flags import RULES_BY_CODE


def flag_name(code: str) -> str:
    rule = RULES_BY_CODE.get(code)
    return rule.label if rule else code

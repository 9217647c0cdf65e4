"""Which estimates call for a second look. The thresholds are data, not law.

A flag never removes an item: it asks a person to decide. The defaults are a project's choice;
a large department would set its own (`docs/methods/flags.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class FlagRule:
    """`value` outside [`low`, `high`] raises the flag. `of` says where the value is found."""

    code: str
    of: Literal["estimates", "standard_errors", "statistics"]
    key: str
    low: float | None
    high: float | None
    label: str
    severity: Literal["bad", "warn"]


DEFAULT_RULES: tuple[FlagRule, ...] = (
    FlagRule("slope_low", "estimates", "a", 0.5, None, "a thấp", "warn"),
    FlagRule("correlation_low", "statistics", "point_biserial", 0.2, None, "r thấp", "warn"),
    FlagRule("rmsd_high", "statistics", "rmsd", None, 0.03, "RMSD cao", "bad"),
    FlagRule("infit_outside", "statistics", "infit", 0.8, 1.2, "infit lệch", "warn"),
    FlagRule("difficulty_uncertain", "standard_errors", "b", None, 0.12, "SE lớn", "warn"),
)
RULES_BY_CODE: Mapping[str, FlagRule] = {rule.code: rule for rule in DEFAULT_RULES}


def flags_of(
    estimates: Mapping[str, Any],
    standard_errors: Mapping[str, Any],
    statistics: Mapping[str, Any],
    rules: Sequence[FlagRule] = DEFAULT_RULES,
) -> list[str]:
    """Codes of the rules this item breaks, in the order of the rules."""
    parts = {"estimates": estimates, "standard_errors": standard_errors, "statistics": statistics}
    return [rule.code for rule in rules if _breaks(parts[rule.of].get(rule.key), rule)]


def _breaks(value: Any, rule: FlagRule) -> bool:
    """A list (the thresholds of graded items) and a missing value break nothing."""
    if not isinstance(value, int | float):
        return False
    too_low = rule.low is not None and value < rule.low
    return too_low or (rule.high is not None and value > rule.high)

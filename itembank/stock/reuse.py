"""How long an item that stood in an examination is kept out of the next ones: dated data. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class ReuseRule:
    """Used items come back after so many months."""

    id: str
    months: int
    legal_ref: str
    valid_from: date
    verified: bool


@cache
def reuse_rules() -> tuple[ReuseRule, ...]:
    text = (resources.files(__package__) / "presets" / "reuse.yaml").read_text("utf-8")
    return tuple(ReuseRule(**entry) for entry in yaml.safe_load(text))


def reuse_rule(on: date) -> ReuseRule:
    """The newest rule in force on this day; the oldest one before any was."""
    in_force = [rule for rule in reuse_rules() if rule.valid_from <= on]
    return max(in_force or reuse_rules()[:1], key=lambda rule: rule.valid_from)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of another month; the last one where that month is shorter."""
    total = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(total, 12)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))

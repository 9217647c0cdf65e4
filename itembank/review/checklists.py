"""The appraisal checklist of each kind of item, read from the file beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

MET, NOT_MET = "dat", "chua_dat"


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    name: str


@cache
def checklist_for(kind: str, *, with_stimulus: bool = False) -> tuple[Criterion, ...]:
    """What every reviewer answers; shared material is appraised with the item that uses it."""
    text = (resources.files(__package__) / "checklists.yaml").read_text("utf-8")
    lists = yaml.safe_load(text)
    shared = lists["stimulus"] if with_stimulus else ()
    return tuple(Criterion(**entry) for entry in [*lists.get(kind, ()), *shared, *lists["common"]])

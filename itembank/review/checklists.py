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
def checklist_for(kind: str) -> tuple[Criterion, ...]:
    text = (resources.files(__package__) / "checklists.yaml").read_text("utf-8")
    lists = yaml.safe_load(text)
    return tuple(Criterion(**entry) for entry in [*lists.get(kind, ()), *lists["common"]])

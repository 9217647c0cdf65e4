"""What an examination paper is made of: parts, counts, points, and the matrix by level. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..items.content import Kind, Level


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Frozen):
    """How many items of one level a part takes; level None accepts every level."""

    level: Level | None = None
    count: int = Field(ge=1)


class Part(Frozen):
    """`weights` are points per score category; an essay has two: nothing and the most.

    `answered` is set where candidates choose some of the printed items.
    """

    code: str = Field(max_length=10)
    title: str
    kind: Kind
    count: int = Field(ge=1)
    weights: tuple[Decimal, ...] = Field(min_length=2)
    instruction: str = ""
    answered: int | None = None
    matrix: tuple[Cell, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.matrix and sum(cell.count for cell in self.matrix) != self.count:
            raise ValueError(f"part {self.code}: the matrix does not add up to {self.count}")
        if list(self.weights) != sorted(self.weights):
            raise ValueError(f"part {self.code}: points fall as the category rises")
        return self

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.matrix or (Cell(count=self.count),)

    @property
    def points(self) -> Decimal:
        return self.weights[-1] * (self.answered or self.count)

    @property
    def has_choice_of_items(self) -> bool:
        return self.answered is not None and self.answered != self.count

    def instruction_text(self) -> str:
        return self.instruction.format(count=self.count)


class ExamStructure(Frozen):
    """One subject's paper under one regulation, dated, with its legal reference."""

    id: str
    title: str
    subject: str
    minutes: int = Field(ge=1, le=600)
    total: Decimal
    parts: tuple[Part, ...] = Field(min_length=1)
    legal_ref: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    verified: bool = False
    matrix_verified: bool = False

    @model_validator(mode="after")
    def _sums_to_total(self) -> Self:
        if sum((part.points for part in self.parts), Decimal(0)) != self.total:
            raise ValueError(f"{self.id}: the parts do not sum to {self.total}")
        return self

    @property
    def n_items(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def can_be_assembled(self) -> bool:
        """A paper with items to choose from needs optional blocks, which forms do not have."""
        return not any(part.has_choice_of_items for part in self.parts)

    def part(self, code: str) -> Part:
        return next(part for part in self.parts if part.code == code)


@cache
def presets() -> dict[str, ExamStructure]:
    """Every shipped structure by id, from the dated files beside this module."""
    folder = resources.files(__package__) / "presets"
    files = sorted(folder.iterdir(), key=lambda f: f.name)
    return {
        made.id: made
        for file in files
        if file.name.endswith(".yaml")
        for made in _read(yaml.safe_load(file.read_text(encoding="utf-8")))
    }


def _read(regulation: dict[str, Any]) -> list[ExamStructure]:
    shared = {k: regulation[k] for k in ("legal_ref", "valid_from", "valid_to", "verified")}
    return [ExamStructure.model_validate({**shared, **preset}) for preset in regulation["presets"]]

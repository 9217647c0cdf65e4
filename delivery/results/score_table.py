"""Scored responses as a table: what calibration and classical statistics start from. Pure."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

Category = int | None  # None: not administered
GIVEN, OPEN, ABSENT = "g", "o", "-"


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """One row a person, one column a form item; an omission is category 0.

    `marks` tells an item that was left open from a wrong answer: one sign an item, GIVEN, OPEN or
    ABSENT (not administered). Empty where the source did not say.
    """

    form_item_ids: tuple[uuid.UUID, ...]
    persons: tuple[str, ...]
    groups: tuple[str | None, ...]
    rows: tuple[tuple[Category, ...], ...]
    marks: tuple[str, ...] = ()

    @property
    def marked(self) -> tuple[str, ...]:
        """The marks; where the source did not say, whatever has a category was given."""
        return self.marks or tuple(
            "".join(ABSENT if c is None else GIVEN for c in row) for row in self.rows
        )

    def only(self, rows: Sequence[int]) -> ScoreTable:
        """The same columns for these persons, in this order."""
        return ScoreTable(
            self.form_item_ids,
            tuple(self.persons[i] for i in rows),
            tuple(self.groups[i] for i in rows),
            tuple(self.rows[i] for i in rows),
            tuple(self.marks[i] for i in rows) if self.marks else (),
        )

    @property
    def n_persons(self) -> int:
        return len(self.persons)

    @property
    def data_hash(self) -> str:
        """SHA-256 over items, persons, groups, categories and marks: the name of these data."""
        seen = hashlib.sha256(json.dumps([str(i) for i in self.form_item_ids]).encode())
        for person, group, row in zip(self.persons, self.groups, self.rows, strict=True):
            seen.update(json.dumps([person, group, row], ensure_ascii=False).encode())
        for marks in self.marks:
            seen.update(marks.encode())
        return seen.hexdigest()


def stacked(tables: Sequence[tuple[str, ScoreTable]]) -> ScoreTable:
    """Several tables of one form under each other.

    Each comes with a short name; it is put before the person's label only where the label would
    otherwise appear twice, so that a single source keeps the numbers people know.
    """
    first = tables[0][1]
    seen: set[str] = set()
    persons: list[str] = []
    for name, table in tables:
        if table.form_item_ids != first.form_item_ids:
            raise ValueError("tables of different forms cannot be stacked")
        for person in table.persons:
            label = person if person not in seen else f"{name}/{person}"[:80]
            seen.add(label)
            persons.append(label)
    return ScoreTable(
        first.form_item_ids,
        tuple(persons),
        tuple(group for _, table in tables for group in table.groups),
        tuple(row for _, table in tables for row in table.rows),
        tuple(marks for _, table in tables for marks in table.marked)
        if any(table.marks for _, table in tables)
        else (),
    )

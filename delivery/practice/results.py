"""Results of a task: pupil by item, with what each item turned out to be. Scored when looked at."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from itembank.items import repository as items
from itembank.items.content import Choice, ItemContent
from itembank.people.classes.models import Pupil
from itembank.scoring.rules import Weight, answered, categories, score

from . import repository
from .models import PracticeAnswer, PracticeAttempt, PracticeTask, PracticeTaskItem
from .typed import unpacked


@dataclass(frozen=True, slots=True)
class Mark:
    """`share` of what the item is worth; None where a person must read it."""

    share: float | None
    is_answered: bool
    value: Any

    @property
    def is_right(self) -> bool:
        return self.share == 1.0


BLANK = Mark(0.0, False, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil; `marks` stand in the order of the task, None before they have started."""

    pupil: Pupil
    attempt: PracticeAttempt | None
    marks: Sequence[Mark] | None

    @property
    def total(self) -> float | None:
        if self.marks is None:
            return None
        known = [mark.share for mark in self.marks if mark.share is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class ItemColumn:
    place: PracticeTaskItem
    content: ItemContent
    answered: int
    mean: float | None
    options: Mapping[str, int]  # how many chose which, for single choice

    @property
    def key(self) -> str | None:
        part = self.content.interaction
        return part.key if isinstance(part, Choice) else None


@dataclass(frozen=True, slots=True)
class Results:
    rows: Sequence[Row]
    columns: Sequence[ItemColumn]


def mark_of(content: ItemContent, value: Any) -> Mark:
    """As the rules score it, every category an equal step."""
    n = categories(content)
    table = Weight(tuple(Decimal(k) / (n - 1) for k in range(n)))
    scored = score(content, value, table)
    share = float(scored.points) if scored.points is not None else None
    return Mark(share, answered(content, value), value)


def results(db: Session, task: PracticeTask, pupils: Sequence[Pupil]) -> Results:
    """Everybody of the class, also those who have not started; and who left after working."""
    places = repository.items_of_task(db, task.id)
    contents = items.read_versions(db, {place.version_hash for place in places})
    attempts = {a.pupil_id: a for a in repository.attempts_of_task(db, task.id)}
    known = {p.id for p in pupils}
    gone = [db.get_one(Pupil, pupil_id) for pupil_id in attempts if pupil_id not in known]
    answers = repository.newest_answers(db, [a.id for a in attempts.values()])
    rows = [
        _row(pupil, attempts.get(pupil.id), places, contents, answers) for pupil in [*pupils, *gone]
    ]
    columns = [_column(i, p, contents[p.version_hash], rows) for i, p in enumerate(places)]
    return Results(rows, columns)


def _row(
    pupil: Pupil, attempt: PracticeAttempt | None, places: Sequence[PracticeTaskItem],
    contents: Mapping[str, ItemContent],
    answers: Mapping[tuple[uuid.UUID, uuid.UUID], PracticeAnswer],
) -> Row:  # fmt: skip
    if attempt is None:
        return Row(pupil, None, None)
    given = [
        (answers.get((attempt.id, place.id)), contents[place.version_hash]) for place in places
    ]
    marks = [mark_of(content, unpacked(a.value) if a else None) for a, content in given]
    return Row(pupil, attempt, marks)


def _column(
    at: int, place: PracticeTaskItem, content: ItemContent, rows: Sequence[Row]
) -> ItemColumn:
    marks = [row.marks[at] for row in rows if row.marks is not None]
    known = [mark.share for mark in marks if mark.share is not None]
    chosen = Counter(m.value for m in marks if m.is_answered and isinstance(m.value, str))
    return ItemColumn(
        place,
        content,
        answered=sum(mark.is_answered for mark in marks),
        mean=sum(known) / len(known) if known else None,
        options=chosen if isinstance(content.interaction, Choice) else {},
    )

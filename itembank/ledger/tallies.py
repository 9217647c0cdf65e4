"""What people brought to the bank in a school year, line by line and summed up. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone

FIRST_MONTH = 8  # the school year turns on 1 August
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Tally:
    """Items, each counted once under every head that it met in the year."""

    submitted: int = 0
    accepted: int = 0
    returned: int = 0
    rejected: int = 0
    used: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)))

    @property
    def share_accepted(self) -> float | None:
        """Of the items decided on; None where none was."""
        decided = self.accepted + self.rejected
        return self.accepted / decided if decided else None


HEADS: dict[str, str] = {
    "submitted": "Đã gửi",
    "accepted": "Được duyệt",
    "returned": "Bị trả lại",
    "rejected": "Không nhận",
    "used": "Đã vào đề",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person's contribution in one subject, at the unit the person belongs to."""

    person_id: uuid.UUID
    person: str
    unit_id: uuid.UUID
    unit: str
    subject: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines that belong together under a name."""

    name: str
    people: int
    tally: Tally


def year_span(school_year: int) -> tuple[datetime, datetime]:
    """The first moment of the year and of the next one, in Vietnam."""
    begin, end = (
        datetime(y, FIRST_MONTH, 1, tzinfo=VIETNAM) for y in (school_year, school_year + 1)
    )
    return begin.astimezone(UTC), end.astimezone(UTC)


def by_school(lines: Iterable[Line]) -> list[Sum]:
    return _summed(lines, lambda line: (line.unit,))


def by_group(lines: Iterable[Line], subjects: Mapping[str, str]) -> list[Sum]:
    """A professional group is the teachers of one subject in one unit."""
    return _summed(lines, lambda line: (line.unit, subjects.get(line.subject, line.subject)))


def _summed(lines: Iterable[Line], key: Callable[[Line], tuple[str, ...]]) -> list[Sum]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return [
        Sum(" · ".join(name), len({x.person_id for x in group}), total(group))
        for name, group in sorted(groups.items())
    ]


def total(lines: Iterable[Line]) -> Tally:
    return sum((line.tally for line in lines), Tally())


def months_of(school_year: int) -> list[tuple[int, int]]:
    """The twelve months of the year, as (year, month)."""
    return [
        (school_year + (m > 12), (m - 1) % 12 + 1) for m in range(FIRST_MONTH, FIRST_MONTH + 12)
    ]


def cumulative(moments: Sequence[datetime], school_year: int) -> list[int]:
    """How many there were by the end of each month of the year."""
    months = [(at.astimezone(VIETNAM).year, at.astimezone(VIETNAM).month) for at in moments]
    return [sum(month <= last for month in months) for last in months_of(school_year)]

"""Process data for research: under pseudonyms of the study, and never of a handful of people."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.spreadsheets import safe
from itembank import audit
from itembank.errors import Invalid, msg
from itembank.permissions import Actor

from . import repository

FEWEST = 10  # people behind anything that is handed out: a sitting, a school
SHORTEST_KEY = 16  # bytes
COLUMNS = ("person", "group", "form", "item", "kind", "at_ms", "duration_ms")


@dataclass(frozen=True, slots=True)
class Study:
    """The key makes the pseudonyms: two studies cannot be put together by them."""

    name: str
    key: bytes

    def pseudonym(self, about: str, value: str) -> str:
        told = f"{self.name}\x00{about}\x00{value}".encode()
        return hmac.new(self.key, told, hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Line:
    """One event: milliseconds since the person's start, no moment of any day."""

    person: str
    group: str  # the school's pseudonym; empty where fewer than ten people stand behind it
    form: str
    item: int | None
    kind: str
    at_ms: int
    duration_ms: int | None


def lines(db: Session, sitting_id: uuid.UUID, study: Study) -> list[Line]:
    rows = list(_lines(db, sitting_id, study))
    people = {line.person: line.group for line in rows}
    if len(people) < FEWEST:
        raise Invalid(
            msg(
                "Cần ít nhất {n} người có dữ liệu thao tác; ít hơn thì dễ nhận ra từng người.",
                n=FEWEST,
            ),
            code="too_few_people",
        )
    sizes = Counter(people.values())
    return [line if sizes[line.group] >= FEWEST else _ungrouped(line) for line in rows]


def _lines(db: Session, sitting_id: uuid.UUID, study: Study) -> Iterator[Line]:
    for event, attempt, candidate, form, position in repository.told(db, sitting_id):
        since = event.received_at - attempt.started_at
        yield Line(
            person=study.pseudonym("person", candidate.number),
            group=study.pseudonym("school", candidate.school) if candidate.school else "",
            form=study.pseudonym("form", form),
            item=position,
            kind=event.kind,
            at_ms=int(since.total_seconds() * 1000),
            duration_ms=event.milliseconds,
        )


def _ungrouped(line: Line) -> Line:
    return Line(
        line.person, "", line.form, line.item, line.kind, line.at_ms, line.duration_ms
    )  # fmt: skip


def as_csv(rows: list[Line]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in rows:
        cells = (line.person, line.group, line.form, line.item, line.kind, line.at_ms,
                 line.duration_ms)  # fmt: skip
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    return out.getvalue().encode()


def export(
    db: Session, actor: Actor | None, sitting_id: uuid.UUID, study: Study, *, now: datetime
) -> bytes:
    """The file for the study; that it was made is written down, its key is not."""
    if len(study.key) < SHORTEST_KEY:
        raise Invalid(
            msg("Khoá của nghiên cứu cần ít nhất {n} byte ngẫu nhiên.", n=SHORTEST_KEY),
            code="key_too_short",
        )
    rows = lines(db, sitting_id, study)
    after = {"study": study.name, "lines": len(rows)}
    audit.record(db, actor, "process_data.exported", "sitting", sitting_id, now=now, after=after)
    return as_csv(rows)

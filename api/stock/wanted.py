"""The cells the bank is shortest of, for the teachers who could fill them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.curriculum import topic_name
from itembank.people.classes.repository import school_year_of
from itembank.permissions import Actor
from itembank.stock import repository
from itembank.stock.cells import Cell, Holding

from .board_views import Choice, chosen, code_of, read_board

MOST = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    topic: str
    kind: str
    level: str
    short: int
    address: str


def wanted_of(db: Session, actor: Actor, *, now: datetime) -> list[Wanted]:
    """The shortest cells of the teacher's subject; none where nothing is required."""
    choice = chosen(db, actor, now, subject="", grade=0, year=0, unit=None)
    year = school_year_of(now.date())
    if repository.requirement(db, choice.subject, choice.grade, year) is None:
        return []
    held = read_board(db, choice, now).cells.items()
    short = sorted(((c, h) for c, h in held if h.short), key=lambda pair: (-pair[1].short, pair[0]))
    return [_wanted(choice, cell, holding) for cell, holding in short[:MOST]]


def _wanted(choice: Choice, cell: Cell, holding: Holding) -> Wanted:
    address = choice.address("/kho", o=code_of(cell))
    return Wanted(topic_name(cell.topic), cell.kind, cell.level, holding.short, address)

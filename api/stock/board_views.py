"""The board of a subject and grade: heat grid, the open cell, next year's forecast."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from delivery.sittings.days_of_use import days_of_use
from itembank.curriculum import SUBJECTS, topic_name, topics
from itembank.forms.structures import presets
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.ledger.rules import can_see_retrospective
from itembank.ledger.tallies import year_span
from itembank.people import repository as people
from itembank.people.classes.repository import school_year_of
from itembank.permissions import Actor
from itembank.stock import cells, forecast, repository
from itembank.stock.cells import Board, Cell, Holding, Standing
from itembank.stock.models import StockPlan, StockRequirement
from itembank.stock.repository import CellItem, Scope
from itembank.stock.reuse import ReuseRule, months_later, reuse_rule
from itembank.stock.rules import can_list, can_plan

from ..navigation import links_for

MOST_LISTED = 200
PACE_DAYS, PACE_MONTHS = 90, 3
SLOW_DAYS = 14
OTHER_LEVEL = "Chưa ghi cấp độ"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the board is of: subject, grade, school year, and one unit or all."""

    subject: str
    grade: int
    school_year: int
    unit: uuid.UUID | None = None

    def address(self, path: str, **more: str) -> str:
        told = {"mon": self.subject, "lop": str(self.grade), "nam": str(self.school_year)}
        if self.unit:
            told["don-vi"] = str(self.unit)
        return f"{path}?{urlencode({**told, **more})}"


@dataclass(frozen=True, slots=True)
class GridCell:
    cell: Cell
    holding: Holding | None
    address: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    topic: str
    cells: list[GridCell]
    total: Holding


@dataclass(frozen=True, slots=True)
class OpenCell:
    """`items` is None where this person may not see which they are."""

    cell: Cell
    topic: str
    holding: Holding
    items: dict[Standing, list[tuple[CellItem, int | None, datetime | None]]] | None
    is_cut: bool
    search: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    choice: Choice
    subject: str
    subjects: dict[str, str]
    grades: list[int]
    years: list[int]
    units: list[tuple[uuid.UUID, str]]
    at: datetime
    rule: ReuseRule
    requirement: StockRequirement | None
    kinds: list[tuple[str, int]]
    levels: list[str]
    rows: list[GridRow]
    columns: list[Holding]
    total: Holding
    board: Board
    open: OpenCell | None
    plan: StockPlan | None
    forecast: forecast.Forecast | None
    may_plan: bool
    may_look_back: bool
    may_search: bool
    files: list[tuple[str, str]]


def chosen(db: Session, actor: Actor, now: datetime, *, subject: str, grade: int, year: int,
           unit: uuid.UUID | None) -> Choice:  # fmt: skip
    """What was asked for, else the person's own subject and the highest grade it has items of."""
    own = [*actor.subjects, *(g.subject for g in actor.grants if g.subject), "toan"]
    subject = subject if subject in SUBJECTS else next(s for s in own if s in SUBJECTS)
    if grade not in range(1, 13):
        grade = max(repository.grades_in(db, subject), default=12)
    if year not in range(2018, 2101):
        year = school_year_of(now.date())
    return Choice(subject, grade, year, unit)


def scope_of(db: Session, choice: Choice, now: datetime) -> Scope:
    since = months_later(now, -reuse_rule(now.date()).months)
    units = {choice.unit, *people.units_below(db, choice.unit)} if choice.unit else None
    kept = {unit for unit in units if unit} if units else None
    return Scope(choice.subject, choice.grade, since, days_of_use(), kept)


def read_board(db: Session, choice: Choice, now: datetime) -> Board:
    """One grouped count, laid against the requirement in force."""
    wanted = repository.requirement(db, choice.subject, choice.grade, choice.school_year)
    counted = repository.counts(db, scope_of(db, choice, now))
    return cells.board(counted, cells.read(wanted.cells) if wanted else {})


def board_page(
    db: Session, actor: Actor, choice: Choice, opened: str, *, now: datetime
) -> BoardPage:
    board = read_board(db, choice, now)
    kinds, levels = _kinds(board), _levels(board)
    place = cell_named(opened) or board.shortest
    names = topic_rows(choice, board)
    rows = [_row(choice, board, topic, kinds, levels, place) for topic in names]
    columns = [[Cell(topic, kind, level) for topic in names] for kind in kinds for level in levels]
    plan = repository.plan(db, choice.subject, choice.grade, choice.school_year + 1)
    return BoardPage(
        choice=choice,
        subject=SUBJECTS[choice.subject],
        subjects=SUBJECTS,
        grades=sorted({*repository.grades_in(db, choice.subject), choice.grade}),
        years=sorted({choice.school_year, *(school_year_of(now.date()) + k for k in (-1, 0, 1))}),
        units=sorted(people.unit_names(db).items(), key=lambda pair: pair[1]),
        at=now,
        rule=reuse_rule(now.date()),
        requirement=repository.requirement(db, choice.subject, choice.grade, choice.school_year),
        kinds=[(kind, len(levels)) for kind in kinds],
        levels=levels,
        rows=rows,
        columns=[board.total(column) for column in columns],
        total=board.total(),
        board=board,
        open=_open(db, actor, choice, board, place, now) if place else None,
        plan=plan,
        forecast=_forecast(db, choice, plan, board, now) if plan else None,
        may_plan=bool(can_plan(actor, choice.subject)),
        may_look_back=bool(can_see_retrospective(actor, choice.subject)),
        may_search=any(link.href == "/ngan-hang" for link in links_for(actor)),
        files=[(f"{kind}", choice.address("/kho/tep", kieu=kind)) for kind in ("pdf", "xlsx")],
    )


def topic_rows(choice: Choice, board: Board) -> list[str]:
    """The curriculum's topics in their order, then others that items name."""
    known = [t.code for t in topics(choice.subject) if t.grade == choice.grade]
    met = {cell.topic for cell in board.cells}
    return [*known, *sorted(met - set(known))]


def _kinds(board: Board) -> list[str]:
    met = {cell.kind for cell in board.cells} or {"choice", "tf_cluster", "short"}
    return [kind for kind in KIND_NAMES if kind in met]


def _levels(board: Board) -> list[str]:
    bare = any(cell.level not in LEVEL_NAMES for cell in board.cells)
    return [*LEVEL_NAMES, *([""] if bare else [])]


def _row(choice: Choice, board: Board, topic: str, kinds: Sequence[str], levels: Sequence[str],
         place: Cell | None) -> GridRow:  # fmt: skip
    places = [Cell(topic, kind, level) for kind in kinds for level in levels]
    made = [
        GridCell(
            cell, board.cells.get(cell), choice.address("/kho", o=code_of(cell)), cell == place
        )
        for cell in places
    ]
    return GridRow(topic_name(topic) if topic else "–", made, board.total(places))


def code_of(cell: Cell) -> str:
    return f"{cell.topic}|{cell.kind}|{cell.level}"


def cell_named(code: str) -> Cell | None:
    parts = code[:200].split("|")
    return Cell(*parts) if len(parts) == 3 else None


def _open(
    db: Session, actor: Actor, choice: Choice, board: Board, place: Cell, now: datetime
) -> OpenCell:
    listed = can_list(actor, choice.subject)
    found = _listed(db, choice, place, now) if listed else []
    by_standing = {
        standing: [_told(item, now) for item in found if item.standing is standing]
        for standing in Standing
    }
    facets = {"mon": choice.subject, "lop": choice.grade, "chu-de": place.topic,
              "dang": place.kind, "cap": place.level}  # fmt: skip
    return OpenCell(
        cell=place,
        topic=topic_name(place.topic) if place.topic else "–",
        holding=board.cells.get(place, Holding()),
        items=by_standing if listed else None,
        is_cut=len(found) == MOST_LISTED,
        search=f"/ngan-hang?{urlencode({k: v for k, v in facets.items() if v})}",
    )


def _listed(db: Session, choice: Choice, place: Cell, now: datetime) -> list[CellItem]:
    return repository.items_of_cell(db, scope_of(db, choice, now), place, most=MOST_LISTED)


def _told(item: CellItem, now: datetime) -> tuple[CellItem, int | None, datetime | None]:
    """Days under appraisal, and when a locked item comes back."""
    days = (now - item.in_review_since).days if item.in_review_since else None
    back = None
    if item.standing is Standing.LOCKED and item.used_at:
        back = months_later(item.used_at, reuse_rule(now.date()).months)
    return item, days, back


def _forecast(
    db: Session, choice: Choice, plan: StockPlan, board: Board, now: datetime
) -> forecast.Forecast:
    begins, _ = year_span(choice.school_year + 1)
    then = months_later(begins, -reuse_rule(now.date()).months)
    papers = [p for p in forecast.read(plan.papers) if p.structure in presets()]
    since = now - timedelta(days=PACE_DAYS)
    return forecast.forecast(
        forecast.wanted(papers, presets(), plan.reserve_percent),
        usable_by_shape(board.cells.items()),
        {(k, level): n for (k, level), n in
         repository.reopening(db, scope_of(db, choice, now), then).items()},
        pace=repository.approvals(db, choice.subject, choice.grade, since=since) / PACE_MONTHS,
        months=max(0, (begins.year - now.year) * 12 + begins.month - now.month),
    )  # fmt: skip


def usable_by_shape(held: Iterable[tuple[Cell, Holding]]) -> Counter[forecast.Shape]:
    found: Counter[forecast.Shape] = Counter()
    for cell, holding in held:
        found[cell.kind, cell.level] += holding.usable
    return found

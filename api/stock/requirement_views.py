"""What the bank is to hold, as a form: a table of numbers, filled by hand or from a file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS, topic_name
from itembank.errors import Problem, problem
from itembank.forms.structures import ExamStructure, presets
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.people import repository as people
from itembank.people.intake.table import Column, Line, read_table
from itembank.stock import cells, forecast, repository
from itembank.stock.cells import Cell, Required
from itembank.stock.models import StockPlan, StockRequirement
from itembank.stock.service import topic_codes

from .board_views import Choice, cell_named, code_of

USUAL_KINDS = ("choice", "tf_cluster", "short", "essay")
FIELD = "c:"
LONGEST_NUMBER = 6
COLUMNS = (
    Column("ma_chu_de", "Mã chủ đề", "mã trong chương trình", is_needed=True),
    Column("chu_de", "Chủ đề", "tên, chỉ để đọc"),
    Column("dang", "Dạng", "tên dạng câu hỏi", is_needed=True),
    Column("cap_do", "Cấp độ", "Biết, Hiểu, Vận dụng", is_needed=True),
    Column("so_cau", "Số câu", "số câu cần có", is_needed=True),
)
_KINDS = {name.lower(): kind for kind, name in KIND_NAMES.items()} | {k: k for k in KIND_NAMES}
_LEVELS = {name.lower(): level for level, name in LEVEL_NAMES.items()} | {k: k for k in LEVEL_NAMES}


@dataclass(frozen=True, slots=True)
class RequirementField:
    name: str
    cell: Cell
    value: str
    was: int  # as it stands in force

    @property
    def is_changed(self) -> bool:
        return self.value != (str(self.was) if self.was else "")


@dataclass(frozen=True, slots=True)
class RequirementPage:
    """`from_file`: the numbers come from a file and nothing of it is written yet."""

    choice: Choice
    subject: str
    kinds: list[str]
    levels: list[str]
    rows: list[tuple[str, list[RequirementField]]]
    in_force: StockRequirement | None
    set_by: str
    history: Sequence[StockRequirement]
    reason: str
    from_file: str
    n_changed: int


def requirement_page(
    db: Session,
    choice: Choice,
    values: Mapping[Cell, str] | None = None,
    *,
    reason: str = "",
    from_file: str = "",
) -> RequirementPage:
    in_force = repository.requirement(db, choice.subject, choice.grade, choice.school_year)
    there = cells.read(in_force.cells) if in_force else {}
    told = values if values is not None else {cell: str(n) for cell, n in there.items()}
    kinds = [k for k in KIND_NAMES if k in {*USUAL_KINDS, *(c.kind for c in told)}]
    rows = [
        (topic_name(topic), [_field(Cell(topic, kind, level), told, there)
                             for kind in kinds for level in LEVEL_NAMES])
        for topic in topic_codes(choice.subject, choice.grade)
    ]  # fmt: skip
    who = people.names(db, {in_force.set_by}) if in_force else {}
    return RequirementPage(
        choice, SUBJECTS[choice.subject], kinds, list(LEVEL_NAMES), rows, in_force,
        next(iter(who.values()), ""), repository.requirements(db, choice.subject, choice.grade),
        reason, from_file, sum(f.is_changed for _, fields in rows for f in fields),
    )  # fmt: skip


def _field(cell: Cell, told: Mapping[Cell, str], there: Required) -> RequirementField:
    return RequirementField(FIELD + code_of(cell), cell, told.get(cell, ""), there.get(cell, 0))


def sent_values(fields: Mapping[str, str]) -> dict[Cell, str]:
    """What was typed, cell by cell; empty ones left out."""
    found = ((cell_named(name.removeprefix(FIELD)), text.strip()) for name, text in fields.items()
             if name.startswith(FIELD))  # fmt: skip
    return {cell: text for cell, text in found if cell is not None and text}


def as_numbers(values: Mapping[Cell, str]) -> tuple[dict[Cell, int], list[Problem]]:
    """The requirement, and the cells whose number is none."""
    read: dict[Cell, int] = {}
    found: list[Problem] = []
    for cell, text in values.items():
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
            read[cell] = int(text)
        else:
            found.append(problem(cell.name, "Ghi số câu bằng chữ số."))
    return read, found


def from_file(raw: bytes, name: str) -> tuple[dict[Cell, str], list[Problem]]:
    """The numbers of a list; a line that cannot be placed is told and left out."""
    values: dict[Cell, str] = {}
    found: list[Problem] = []
    for line in read_table(raw, name, COLUMNS):
        cell, faults = _placed(line)
        found += [*line.faults, *faults]
        if cell and line["so_cau"].strip() not in ("", "0"):
            if cell in values:
                found.append(problem(line.at("ma_chu_de"), "Ô này đã có ở dòng trên."))
            values[cell] = line["so_cau"].strip()
    return values, found


def _placed(line: Line) -> tuple[Cell | None, list[Problem]]:
    kind, level = (
        _KINDS.get(line["dang"].strip().lower()),
        _LEVELS.get(line["cap_do"].strip().lower()),
    )
    found = []
    if kind is None:
        found.append(problem(line.at("dang"), "Không có dạng câu hỏi này."))
    if level is None:
        found.append(problem(line.at("cap_do"), "Cấp độ là Biết, Hiểu hoặc Vận dụng."))
    if kind is None or level is None:
        return None, found
    return Cell(line["ma_chu_de"].strip(), kind, level), found


def blank_list(choice: Choice, required: Required) -> bytes:
    """A workbook with a line a cell, the numbers in force filled in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, head = book.add_worksheet("Danh sách"), book.add_format({"bold": True})
        for at, column in enumerate(COLUMNS):
            sheet.write_string(0, at, column.name, head)
            sheet.set_column(at, at, 34 if column.name == "chu_de" else 18)
        places = [
            Cell(topic, kind, level)
            for topic in topic_codes(choice.subject, choice.grade)
            for kind in USUAL_KINDS
            for level in LEVEL_NAMES
        ]
        for row, cell in enumerate(places, start=1):
            texts = (
                cell.topic,
                topic_name(cell.topic),
                KIND_NAMES[cell.kind],
                LEVEL_NAMES[cell.level],
            )
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text)
            sheet.write_number(row, len(texts), required.get(cell, 0))
        sheet.freeze_panes(1, 0)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class PlanPage:
    choice: Choice
    subject: str
    structures: list[ExamStructure]
    forms: dict[str, str]
    reserve: str
    in_force: StockPlan | None


def plan_page(db: Session, choice: Choice, forms: Mapping[str, str] | None = None,
              reserve: str | None = None) -> PlanPage:  # fmt: skip
    in_force = repository.plan(db, choice.subject, choice.grade, choice.school_year)
    there = forecast.read(in_force.papers) if in_force else ()
    percent = in_force.reserve_percent if in_force else 20
    return PlanPage(
        choice,
        SUBJECTS[choice.subject],
        [s for s in presets().values() if s.subject == choice.subject],
        dict(forms) if forms is not None else {p.structure: str(p.forms) for p in there},
        reserve if reserve is not None else str(percent),
        in_force,
    )

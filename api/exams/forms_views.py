"""What the pages about forms show: one frozen dataclass a page."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from delivery.render import candidate_parts
from delivery.sittings.models import Sitting
from delivery.sittings.repository import sittings_of_form
from itembank.curriculum import SUBJECTS, topic_name
from itembank.forms import assembly, repository, rules, service, states
from itembank.forms.models import FormItem, TestForm
from itembank.forms.repository import FormEntry
from itembank.forms.structures import ExamStructure, Part, presets
from itembank.items.content import (
    LEVEL_NAMES,
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
)
from itembank.permissions import Actor


def subject_name(code: str) -> str:
    named = {preset.subject: preset.title for preset in presets().values()}
    return SUBJECTS.get(code) or named.get(code) or code


@dataclass(frozen=True, slots=True)
class FormLine:
    form: TestForm
    subject: str
    state: str
    n_items: int


@dataclass(frozen=True, slots=True)
class FormList:
    lines: Sequence[FormLine]


def form_list(db: Session, actor: Actor) -> FormList:
    counts = repository.item_counts(db)
    return FormList(
        [
            FormLine(
                form, subject_name(form.subject), states.STATE_NAMES[form.state], counts[form.id]
            )
            for form in repository.visible_forms(db, actor)
            if form.state != states.EXTERNAL
        ]
    )


@dataclass(frozen=True, slots=True)
class NewForm:
    """The presets of the subjects this person may assemble, with what was typed."""

    presets: Sequence[ExamStructure]
    preset: str
    code: str
    title: str


def new_form(actor: Actor, *, preset: str = "", code: str = "", title: str = "") -> NewForm:
    allowed = [
        p for p in presets().values() if p.can_be_assembled and rules.can_assemble(actor, p.subject)
    ]
    return NewForm(allowed, preset, code, title)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    needed: int
    available: int
    chosen: int

    @property
    def short(self) -> int:
        return max(0, self.needed - self.available)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    part: Part
    cells: Sequence[MatrixCell | None]  # one for each column, None where nothing is asked


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by part and level: asked, in the bank, chosen."""

    columns: Sequence[str]
    rows: Sequence[MatrixRow]

    @property
    def short(self) -> int:
        return sum(cell.short for row in self.rows for cell in row.cells if cell)


@dataclass(frozen=True, slots=True)
class ItemRow:
    place: FormItem
    code: str
    item_id: uuid.UUID
    stem: str
    level: str
    topic: str
    used_elsewhere: int


@dataclass(frozen=True, slots=True)
class PartItems:
    part: Part
    rows: Sequence[ItemRow]


@dataclass(frozen=True, slots=True)
class FormPage:
    form: TestForm
    subject: str
    state: str
    structure: ExamStructure
    matrix: Matrix
    parts: Sequence[PartItems]
    sittings: Sequence[Sitting]
    seed: int
    can_change: bool

    @property
    def n_chosen(self) -> int:
        return sum(len(part.rows) for part in self.parts)

    @property
    def is_full(self) -> bool:
        return self.n_chosen == self.structure.n_items


def form_page(db: Session, actor: Actor, form: TestForm, *, seed: int | None = None) -> FormPage:
    structure = repository.structure_of(form)
    entries = repository.entries(db, form.id)
    can_change = bool(rules.can_change(actor, form))
    return FormPage(
        form=form,
        subject=subject_name(form.subject),
        state=states.STATE_NAMES[form.state],
        structure=structure,
        matrix=_matrix(db, actor, form, structure, entries, with_stock=can_change),
        parts=_parts(db, form, structure, entries),
        sittings=sittings_of_form(db, form.id),
        seed=seed or form.seed or secrets.randbelow(9_999) + 1,
        can_change=can_change,
    )


def _matrix(
    db: Session,
    actor: Actor,
    form: TestForm,
    structure: ExamStructure,
    entries: Sequence[FormEntry],
    *,
    with_stock: bool,
) -> Matrix:
    pool = service.usable_pool(db, actor, form) if with_stock else []
    stock: dict[tuple[str, str | None], tuple[int, int]] = {
        (s.part.code, s.cell.level): (s.cell.count, s.available)
        for s in assembly.stock(structure, pool)
    }
    levels: list[str | None] = [*LEVEL_NAMES, None]
    columns = [level for level in levels if any(key[1] == level for key in stock)]
    chosen: Counter[tuple[str, str | None]] = Counter(
        (e.place.part, e.content.level) for e in entries
    )
    rows = [
        MatrixRow(part, [_cell(stock, chosen, part, level, with_stock) for level in columns])
        for part in structure.parts
    ]
    names = [LEVEL_NAMES[level] if level else assembly.ANY_LEVEL for level in columns]
    return Matrix(names, rows)


def _cell(
    stock: Mapping[tuple[str, str | None], tuple[int, int]],
    chosen: Mapping[tuple[str, str | None], int],
    part: Part,
    level: str | None,
    with_stock: bool,
) -> MatrixCell | None:
    found = stock.get((part.code, level))
    if found is None:
        return None
    needed, available = found
    there = chosen.get((part.code, level), 0) if level else 0
    return MatrixCell(needed, available if with_stock else needed, there)


def _parts(
    db: Session, form: TestForm, structure: ExamStructure, entries: Sequence[FormEntry]
) -> list[PartItems]:
    used = repository.times_used(db, other_than=form.id)
    return [
        PartItems(part, [_item_row(e, used) for e in entries if e.place.part == part.code])
        for part in structure.parts
    ]


def _item_row(entry: FormEntry, used: Counter[uuid.UUID]) -> ItemRow:
    content = entry.content
    return ItemRow(
        place=entry.place,
        code=entry.item.code,
        item_id=entry.item.id,
        stem=content.stem,
        level=LEVEL_NAMES[content.level] if content.level else "–",
        topic=topic_name(content.topic),
        used_elsewhere=used[entry.item.id],
    )


@dataclass(frozen=True, slots=True)
class Key:
    """What the officer sees below an item: the key in words, the worked solution."""

    lines: Sequence[str]
    solution: str


@dataclass(frozen=True, slots=True)
class PaperPage:
    """The paper as candidates get it; `keys` by place, empty when shown without."""

    form: TestForm
    structure: ExamStructure
    subject: str
    parts: Sequence[Mapping[str, Any]]
    stimuli: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, Key]


def paper_page(db: Session, form: TestForm, entries: Sequence[FormEntry] | None) -> PaperPage:
    paper = candidate_parts(db, form.id, lambda sha: f"/ngan-hang/hinh/{sha}")
    keys = {str(e.place.id): _key(e.content) for e in entries or ()}
    stimuli = {one["ref"]: one for one in paper["stimuli"]}
    structure = repository.structure_of(form)
    subject = subject_name(form.subject)
    return PaperPage(form, structure, subject, paper["parts"], stimuli, keys)


def _key(content: ItemContent) -> Key:
    return Key(key_lines(content), content.solution)


def key_lines(content: ItemContent) -> list[str]:
    part = content.interaction
    match part:
        case Choice():
            return [part.key or "–"]
        case TrueFalseCluster():
            return [f"{s.id}) {'Đ' if s.key else 'S'}" for s in part.statements]
        case ShortAnswer():
            return list(part.keys)
        case Essay():
            return [row.criterion for row in part.rubric]
        case _:
            return part.key_lines

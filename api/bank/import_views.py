"""What the pages of an import show: the uploads, and one upload with its items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.curriculum import Topic, topics
from itembank.errors import Invalid, Problem
from itembank.imports import repository, service
from itembank.imports.mending import MENDABLE, parts_of
from itembank.imports.models import ImportBatch, ImportItem
from itembank.imports.told import from_rows
from itembank.items.content import (
    OPTION_IDS,
    STATEMENT_IDS,
    Choice,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
)
from itembank.items.html import plain_text
from itembank.items.interactions import MultipleChoice
from itembank.items.rendering import mathml, render
from itembank.permissions import Actor

from .editor_views import GRADES, writable_subjects
from .preview import preview_html

A_PAGE = 50
_FORMULA = re.compile(r'<(span|div) data-tex="([^"]*)"\s*>\s*</\1>')


@dataclass(frozen=True, slots=True)
class UploadLine:
    batch: ImportBatch
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class UploadPage:
    subjects: dict[str, str]
    grades: tuple[int, ...]
    lines: list[UploadLine]


def upload_page(db: Session, actor: Actor) -> UploadPage:
    batches = repository.batches_of(db, actor)
    counts = repository.item_counts(db, [batch.id for batch in batches])
    lines = [UploadLine(batch, counts[batch.id]) for batch in batches]
    return UploadPage(writable_subjects(actor), GRADES, lines)


@dataclass(frozen=True, slots=True)
class Field:
    """One piece of content to be edited: as stored, and drawn with formulas kept whole."""

    name: str
    letter: str
    stored: str
    drawn: str  # stands in an attribute, so it is escaped like any text


@dataclass(frozen=True, slots=True)
class MendForm:
    kind: str
    kinds: tuple[str, ...]
    stem: Field
    parts: list[Field]
    letters: frozenset[str]
    truths: dict[str, bool | None]
    numbers: str


@dataclass(frozen=True, slots=True)
class Card:
    """An item as it will look, with its key in words and what is wrong with it."""

    row: ImportItem
    problems: list[Problem]
    has_doubts: bool
    drawn: Markup | None
    key: str
    new_version_of: bool
    form: MendForm | None = None

    @property
    def may_mend(self) -> bool:
        return self.drawn is not None and self.row.kind in MENDABLE

    @property
    def state(self) -> str:
        if self.row.state != service.WAITING:
            return self.row.state
        return "open" if self.problems else "ready"


@dataclass(frozen=True, slots=True)
class ImportPage:
    batch: ImportBatch
    cards: list[Card]
    counts: dict[str, int]
    refused: list[Problem]
    topics: list[Topic]
    only_open: bool
    page: int
    pages: int
    open_cards: list[ImportItem] = field(default_factory=list)

    @property
    def reading(self) -> bool:
        return self.batch.state == service.READING

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def import_page(
    db: Session, batch: ImportBatch, *, only_open: bool = False, number: int = 1
) -> ImportPage:
    rows = repository.items_of(db, batch)
    states = {row.id: state_of(row) for row in rows}
    open_rows = [row for row in rows if states[row.id] == "open"]
    chosen = open_rows if only_open else rows
    pages = max(1, -(-len(chosen) // A_PAGE))
    number = min(max(1, number), pages)
    shown = chosen[(number - 1) * A_PAGE : number * A_PAGE]
    counted = Counter(states.values())
    return ImportPage(
        batch=batch,
        cards=[card(row) for row in shown],
        counts={state: counted[state] for state in ("open", "ready", "saved", "dropped")},
        refused=from_rows(batch.refused),
        topics=list(topics(batch.subject)),
        only_open=only_open,
        page=number,
        pages=pages,
        open_cards=[row for row in shown if states[row.id] == "open"],
    )


def state_of(row: ImportItem) -> str:
    if row.state != service.WAITING:
        return row.state
    return "open" if service.open_problems(row) else "ready"


def card(row: ImportItem, form: MendForm | None = None) -> Card:
    content = service.content_of(row)
    return Card(
        row=row,
        problems=_to_show(row),
        has_doubts=bool(row.doubts),
        drawn=preview_html(content, stimulus=service.stimulus_of(row)) if content else None,
        key=key_words(content) if content else "",
        new_version_of=bool(row.identity),
        form=form,
    )


def _to_show(row: ImportItem) -> list[Problem]:
    """The reader's doubts first; what is missing once those are settled."""
    if row.state != service.WAITING:
        return []
    return from_rows(row.doubts) or service.open_problems(row)


def key_words(content: ItemContent) -> str:
    """The key on one line; «–» where there is none yet."""
    part = content.interaction
    match part:
        case Choice():
            return part.key or "–"
        case TrueFalseCluster():
            words = {True: "Đ", False: "S", None: "–"}
            return " ".join(f"{s.id}) {words[s.key]}" for s in part.statements)
        case ShortAnswer():
            return "; ".join(part.keys) or "–"
        case MultipleChoice():
            return ", ".join(part.keys) or "–"
    return "; ".join(plain_text(line) for line in getattr(part, "key_lines", []))


def mend_form(content: ItemContent | None) -> MendForm | None:
    """The item as fields; None for what the bank has no place for."""
    if content is None or content.kind not in MENDABLE:
        return None
    part = content.interaction
    return MendForm(
        kind=content.kind,
        kinds=MENDABLE,
        stem=_field("stem", "", content.stem),
        parts=_parts(content),
        letters=frozenset(_letters(content)),
        truths={s.id: s.key for s in part.statements} if isinstance(part, TrueFalseCluster) else {},
        numbers="; ".join(part.keys) if isinstance(part, ShortAnswer) else "",
    )


def _letters(content: ItemContent) -> Sequence[str]:
    part = content.interaction
    if isinstance(part, MultipleChoice):
        return part.keys
    return [part.key] if isinstance(part, Choice) and part.key else []


def _parts(content: ItemContent) -> list[Field]:
    """Fields of options or statements, at least four: one may have been lost."""
    if content.kind not in {"choice", "multiple", "tf_cluster"}:
        return []
    ids = STATEMENT_IDS if content.kind == "tf_cluster" else OPTION_IDS
    bodies = [part.body for part in parts_of(content.interaction)]
    bodies += [""] * (4 - len(bodies))
    return [
        _field(f"body-{letter}", letter, body) for letter, body in zip(ids, bodies, strict=False)
    ]


def _field(name: str, letter: str, stored: str) -> Field:
    return Field(name, letter, stored, editable(stored))


def editable(html: str) -> str:
    """Content drawn for editing: each formula is an island that keeps its TeX."""
    islands = _FORMULA.sub(_island, html)
    return render(islands, lambda sha: f"/ngan-hang/hinh/{sha}")


def _island(found: re.Match[str]) -> str:
    tag, tex = found[1], unescape(found[2])
    try:
        drawn = mathml(tex, display=tag == "div")
    except Invalid:
        drawn = f'<code class="tex-broken">{escape(tex)}</code>'
    return f'<{tag} data-tex="{escape(tex)}" class="tex" contenteditable="false">{drawn}</{tag}>'

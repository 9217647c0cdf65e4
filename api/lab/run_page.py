"""The page of one calibration: can it be trusted, what are the items like, how do they fit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.rules import can_see_runs
from itembank.errors import Message
from itembank.forms.models import FormItem, TestForm
from itembank.forms.repository import form_of
from itembank.items.models import Item
from itembank.permissions import Actor, require
from psychometrics.results import Caution

from ..calibration_messages import explain_caution
from ..jobs.calibration_plan import MODELS_BY_CODE
from .charts.information import information_curve
from .charts.sparkline import trace_sparkline
from .charts.svg import Words
from .charts.wright import Bin, WrightData, wright_map
from .curves import bins_of, information_data
from .item_rows import Entry, PartRows, entries_of, parts_of, rule_texts, wright_items
from .open_item import OpenItem, chosen_entry, open_item

LEFT_OUT: Mapping[str, str] = {
    "constant": "mọi thí sinh cùng một mức điểm",
    "no_responses": "không có bài làm đã chấm",
}


@dataclass(frozen=True, slots=True)
class RunHead:
    """What every page of a run shows on top."""

    run: CalibrationRun
    form: TestForm
    number: int
    model_name: str


@dataclass(frozen=True, slots=True)
class RunPage:
    head: RunHead
    kinds: Mapping[str, int]
    summary: Mapping[str, Any]
    trace: Markup
    cautions: Sequence[str]
    left_out: Sequence[tuple[str, str]]
    flagged: Sequence[str]
    rules: Sequence[Message]
    parts: Sequence[PartRows]
    wright: Markup
    bins: Sequence[Bin]
    information: Markup
    information_rows: Sequence[tuple[float, float, float]]
    item: OpenItem

    @property
    def has_names(self) -> bool:
        """External items have a label and nothing to say beside it."""
        return any(row.name for part in self.parts for row in part.rows)


def run_head(db: Session, actor: Actor, run_id: uuid.UUID) -> RunHead:
    run = repository.run_by_id(db, run_id)
    form = form_of(db, run.form_id)
    require(can_see_runs(actor, form.subject))
    chosen = MODELS_BY_CODE.get(run.model)
    name = chosen.name if chosen else run.model.upper()
    return RunHead(run, form, repository.number_of_run(db, run), name)


def run_entries(db: Session, run: CalibrationRun) -> list[Entry]:
    query = (
        select(FormItem, Item)
        .join(Item, Item.id == FormItem.item_id)
        .where(FormItem.form_id == run.form_id)
    )
    places = [(place, item) for place, item in db.execute(query)]
    return entries_of(repository.items_of_run(db, run.id), places)


def run_page(db: Session, actor: Actor, run_id: uuid.UUID, label: str, t: Words) -> RunPage:
    head = run_head(db, actor, run_id)
    entries = run_entries(db, head.run)
    summary = head.run.summary
    opened = chosen_entry(entries, label).row.label
    bins = bins_of(summary)
    return RunPage(
        head=head,
        kinds=_kinds(entries),
        summary=summary,
        trace=trace_sparkline(head.run.trace),
        cautions=[_caution(c) for c in summary["cautions"]],
        left_out=[(row["label"], LEFT_OUT[row["why"]]) for row in summary["left_out"]],
        flagged=[entry.row.label for entry in entries if entry.row.flags],
        rules=rule_texts(),
        parts=parts_of(entries, opened),
        wright=wright_map(WrightData(bins, wright_items(entries, opened)), t),
        bins=bins,
        information=information_curve(information_data(summary), t),
        information_rows=_every_half_logit(summary["information"]),
        item=open_item(entries, opened, t),
    )


def _kinds(entries: Sequence[Entry]) -> dict[str, int]:
    """How many items of each kind, in the order they come."""
    kinds: dict[str, int] = {}
    for entry in entries:
        kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
    return kinds


def _caution(stored: Mapping[str, Any]) -> str:
    return explain_caution(
        Caution(stored["code"], stored["message"], stored["item"], stored["params"])
    )


def _every_half_logit(stored: Mapping[str, Sequence[float]]) -> list[tuple[float, float, float]]:
    rows = zip(stored["theta"], stored["information"], stored["sem"], strict=True)
    return [row for row in rows if abs(row[0] * 2 - round(row[0] * 2)) < 1e-6]


PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class AbilitiesPage:
    head: RunHead
    rows: Sequence[Any]
    first: int
    number: int
    n_pages: int
    histogram: Sequence[Bin]


def abilities_page(db: Session, actor: Actor, run_id: uuid.UUID, number: int) -> AbilitiesPage:
    head = run_head(db, actor, run_id)
    bins = bins_of(head.run.summary)
    n_pages = max(1, -(-sum(b.n for b in bins) // PAGE_SIZE))
    chosen = min(max(number, 1), n_pages)
    first = (chosen - 1) * PAGE_SIZE
    return AbilitiesPage(
        head=head,
        rows=repository.abilities_of_run(db, run_id, limit=PAGE_SIZE, offset=first),
        first=first + 1,
        number=chosen,
        n_pages=n_pages,
        histogram=bins,
    )

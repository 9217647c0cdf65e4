"""The page of one calibration: can it be trusted, what are the items like, how do they fit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.rules import can_see_runs
from itembank.errors import Message
from itembank.forms.models import TestForm
from itembank.forms.repository import form_of, places
from itembank.permissions import Actor, require
from psychometrics.results import Caution

from ..calibration_messages import explain_caution
from ..charts.information import information_curve
from ..charts.sparkline import trace_sparkline
from ..charts.wright import Bin, WrightData, wright_map
from ..i18n import Bilingual, Words
from ..jobs.calibration_plan import GROUPINGS, MODELS_BY_CODE, TREATMENTS
from .curves import bins_of, information_data
from .item_rows import Entry, PartRows, entries_of, parts_of, rule_texts, wright_items
from .open_item import OpenItem, chosen_entry, open_item
from .opinion import OpinionPanel, opinion_panel
from .option_panel import OptionPanel, option_panel
from .publication import (
    STATE_WORDS,
    ItemVerdict,
    Publication,
    State,
    decisions_of,
    publication_of,
    state_of,
    verdict_of,
)

LEFT_OUT: Mapping[str, str] = {
    "constant": "mọi thí sinh cùng một mức điểm",
    "no_responses": "không có bài làm đã chấm",
}
EXCLUDED: Mapping[str, str] = {
    "blank": "không trả lời câu nào",
    "handed_in": "giám thị nộp thay",
    "listed": "theo danh sách",
}


@dataclass(frozen=True, slots=True)
class RunHead:
    """What every page of a run shows on top."""

    run: CalibrationRun
    form: TestForm
    number: int
    model_name: str
    state: State

    @property
    def state_words(self) -> tuple[str, str]:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a run that repeats another has to say: are the numbers the same to the last bit?"""

    of: uuid.UUID
    number: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class RunPage:
    head: RunHead
    publication: Publication
    verdict: ItemVerdict
    opinion: OpinionPanel
    repeat: Repeat | None
    anchored_to: RunHead | None
    excluded: Sequence[tuple[str, int]]
    earlier: Sequence[tuple[int, uuid.UUID]]
    typed: Mapping[str, str]
    problems: Sequence[Mapping[str, str]]
    kinds: Mapping[str, int]
    summary: Mapping[str, Any]
    trace: Markup
    cautions: Sequence[str]
    left_out: Sequence[tuple[str, str]]
    flagged: Sequence[tuple[str, str | None]]  # label, decision in words
    rules: Sequence[Message]
    parts: Sequence[PartRows]
    wright: Markup
    bins: Sequence[Bin]
    information: Markup
    information_rows: Sequence[tuple[float, float, float]]
    item: OpenItem
    options: OptionPanel | None

    @property
    def has_names(self) -> bool:
        """External items have a label and nothing to say beside it."""
        return any(row.name for part in self.parts for row in part.rows)

    @property
    def blanks(self) -> Mapping[str, str] | None:
        """What each kind of blank counted as, in words; None for runs that did not choose."""
        options = self.head.run.options
        if "omitted" not in options:
            return None
        return {kind: TREATMENTS[options[kind]] for kind in ("omitted", "not_reached", "invalid")}

    @property
    def grouping(self) -> str:
        return GROUPINGS[self.head.run.options.get("grouping", "none")]

    @property
    def has_mixture(self) -> bool:
        return bool(self.head.run.options.get("item_models"))


def run_head(db: Session, actor: Actor, run_id: uuid.UUID) -> RunHead:
    run = repository.run_by_id(db, run_id)
    form = form_of(db, run.form_id)
    require(can_see_runs(actor, form.subject))
    chosen = MODELS_BY_CODE.get(run.model)
    name = chosen.name if chosen else run.model.upper()
    return RunHead(run, form, repository.number_of_run(db, run), name, state_of(db, run))


def run_entries(db: Session, run: CalibrationRun) -> list[Entry]:
    return entries_of(repository.items_of_run(db, run.id), places(db, run.form_id))


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed into one of the page's forms, and what is wrong with it."""

    typed: Mapping[str, str]
    problems: Sequence[Mapping[str, str]]


NOTHING_REFUSED = Refused({}, ())


def run_page(
    db: Session,
    actor: Actor,
    run_id: uuid.UUID,
    label: str,
    t: Words,
    refused: Refused = NOTHING_REFUSED,
) -> RunPage:
    head = run_head(db, actor, run_id)
    run, form = head.run, head.form
    entries = run_entries(db, run)
    chosen = chosen_entry(entries, label).row
    decided = decisions_of(db, run.id)
    words = {item_id: line.words for item_id, line in decided.items()}
    bins = bins_of(run.summary)
    return RunPage(
        head=head,
        publication=publication_of(db, actor, run, form),
        verdict=verdict_of(db, actor, form, chosen.item_id, decided.get(chosen.item_id)),
        opinion=opinion_panel(db, run),
        repeat=_repeat(db, run),
        anchored_to=_anchored_to(db, actor, run),
        excluded=[(EXCLUDED[e["why"]], len(e["persons"])) for e in run.summary.get("excluded", ())],
        earlier=_other_runs(db, run),
        typed=refused.typed,
        problems=refused.problems,
        kinds=_kinds(entries),
        summary=run.summary,
        trace=trace_sparkline(run.trace),
        cautions=[_caution(c, t) for c in run.summary["cautions"]],
        left_out=[(row["label"], _why_left_out(row, t)) for row in run.summary["left_out"]],
        flagged=[(e.row.label, words.get(e.row.item_id)) for e in entries if e.row.flags],
        rules=rule_texts(),
        parts=parts_of(entries, chosen.label, words),
        wright=wright_map(WrightData(bins, wright_items(entries, chosen.label)), t),
        bins=bins,
        information=information_curve(information_data(run.summary), t),
        information_rows=_every_half_logit(run.summary["information"]),
        item=open_item(entries, chosen.label, t),
        options=option_panel(db, run.id, chosen_entry(entries, label), t),
    )


def _repeat(db: Session, run: CalibrationRun) -> Repeat | None:
    named = run.options.get("repeats")
    earlier = db.get(CalibrationRun, uuid.UUID(named)) if named else None
    if earlier is None:
        return None
    ours, theirs = (r.summary.get("parameters_hash") for r in (run, earlier))
    number = repository.number_of_run(db, earlier)
    return Repeat(earlier.id, number, ours is not None and ours == theirs)


def _anchored_to(db: Session, actor: Actor, run: CalibrationRun) -> RunHead | None:
    named = run.options.get("anchor_run")
    return run_head(db, actor, uuid.UUID(named)) if named else None


def _other_runs(db: Session, run: CalibrationRun) -> list[tuple[int, uuid.UUID]]:
    """Number and id of the form's other runs, newest first."""
    numbered = enumerate(repository.runs_of_form(db, run.form_id), start=1)
    return [(n, other.id) for n, other in numbered if other.id != run.id][::-1]


def _why_left_out(row: Mapping[str, str], t: Words) -> str:
    return row["reason"] if row["why"] == "dropped" else t(LEFT_OUT[row["why"]])


def _kinds(entries: Sequence[Entry]) -> dict[str, int]:
    """How many items of each kind, in the order they come."""
    kinds: dict[str, int] = {}
    for entry in entries:
        kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
    return kinds


def _caution(stored: Mapping[str, Any], t: Words) -> str:
    caution = Caution(stored["code"], stored["message"], stored["item"], stored["params"])
    return t(Bilingual(explain_caution(caution), english=_in_english(caution)))


def _in_english(caution: Caution) -> str:
    named = not caution.item or caution.item in caution.message
    return caution.message if named else f"{caution.item}: {caution.message}"


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

"""The items of a run as the table and the Wright map show them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from itembank.calibrations.flags import DEFAULT_RULES, RULES_BY_CODE, FlagRule
from itembank.calibrations.models import ItemParameters
from itembank.errors import Message, msg
from itembank.forms.models import FormItem
from itembank.items.models import Item

from ..charts.sparkline import icc_sparkline
from ..charts.wright import WrightItem
from ..formats import number

MODEL_NAMES: Mapping[str, str] = {
    "1pl": "1PL",
    "2pl": "2PL",
    "3pl": "3PL",
    "4pl": "4PL",
    "rsm": "RSM",
    "pcm": "PCM",
    "gpcm": "GPCM",
    "grm": "GRM",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored row with its place in the form."""

    row: ItemParameters
    part: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    label: str
    name: str
    part: str
    a: float
    se_a: float | None
    b: float
    se_b: float | None
    infit: float | None
    rmsd: float | None
    flags: tuple[FlagRule, ...]
    spark: Markup
    is_open: bool
    decision: str | None  # in words

    def breaks(self, code: str) -> bool:
        """Whether this rule is among the flags; its number is then set in bold."""
        return any(flag.code == code for flag in self.flags)


@dataclass(frozen=True, slots=True)
class PartRows:
    """One part of the form: its items and what they are."""

    part: str
    title: Message
    rows: tuple[ItemRow, ...]


def entries_of(
    rows: Sequence[ItemParameters], places: Sequence[tuple[FormItem, Item]]
) -> list[Entry]:
    by_item: dict[uuid.UUID, tuple[FormItem, Item]] = {item.id: (fi, item) for fi, item in places}
    return [_entry(row, *by_item[row.item_id]) for row in rows]


def _entry(row: ItemParameters, place: FormItem, item: Item) -> Entry:
    return Entry(
        row=row, part=place.part, kind=item.kind, name="" if item.kind == "external" else item.label
    )


def parts_of(
    entries: Sequence[Entry], open_label: str, decided: Mapping[uuid.UUID, str]
) -> list[PartRows]:
    """The table's sections, in the order of the form; `decided` is item -> decision in words."""
    names = list(dict.fromkeys(entry.part for entry in entries))
    return [
        _part(name, [e for e in entries if e.part == name], open_label, decided) for name in names
    ]


def _part(
    part: str, entries: Sequence[Entry], open_label: str, decided: Mapping[uuid.UUID, str]
) -> PartRows:
    models = sorted({MODEL_NAMES.get(e.row.model, e.row.model) for e in entries})
    title = msg("{n} câu, {models}", n=len(entries), models=", ".join(models))
    rows = tuple(item_row(e, open_label, decided.get(e.row.item_id)) for e in entries)
    return PartRows(part, title, rows)


def item_row(entry: Entry, open_label: str, decision: str | None) -> ItemRow:
    row = entry.row
    se_b = row.standard_errors.get("b")
    return ItemRow(
        label=row.label,
        name=entry.name,
        part=entry.part,
        a=row.estimates["a"],
        se_a=row.standard_errors.get("a"),
        b=row.statistics["difficulty"],
        se_b=se_b if isinstance(se_b, int | float) else None,
        infit=row.statistics.get("infit"),
        rmsd=row.statistics.get("rmsd"),
        flags=flags_of_row(row),
        spark=icc_sparkline(row.curve),
        is_open=row.label == open_label,
        decision=decision,
    )


def flags_of_row(row: ItemParameters) -> tuple[FlagRule, ...]:
    return tuple(RULES_BY_CODE[code] for code in row.flags if code in RULES_BY_CODE)


def wright_items(entries: Sequence[Entry], open_label: str) -> list[WrightItem]:
    return [
        WrightItem(
            label=entry.row.label,
            part=entry.part,
            thresholds=tuple(entry.row.statistics["thresholds"]),
            is_flagged=bool(entry.row.flags),
            is_open=entry.row.label == open_label,
        )
        for entry in entries
    ]


def rule_texts(rules: Sequence[FlagRule] = DEFAULT_RULES) -> list[Message]:
    """Each rule in words, for the line above the table."""
    return [_rule_text(rule) for rule in rules]


SYMBOLS: Mapping[str, str] = {
    "a": "a",
    "b": "SE(b)",
    "point_biserial": "r",
    "rmsd": "RMSD",
    "infit": "infit",
}


def _rule_text(rule: FlagRule) -> Message:
    symbol = SYMBOLS.get(rule.key, rule.key)
    if rule.low is not None and rule.high is not None:
        return msg(
            "{symbol} ngoài {low}–{high}",
            symbol=symbol,
            low=number(rule.low),
            high=number(rule.high),
        )
    if rule.low is not None:
        return msg("{symbol} < {limit}", symbol=symbol, limit=number(rule.low))
    return msg("{symbol} > {limit}", symbol=symbol, limit=number(rule.high, 3))

"""The item that is open on a run's page: pictures, parameters, and the way to the next flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from itembank.calibrations.flags import FlagRule
from itembank.calibrations.models import ItemParameters
from itembank.items.rendering import mathml

from ..charts.categories import category_curves
from ..charts.icc import IccData, icc
from ..i18n import Words
from .curves import category_data, icc_data
from .item_rows import Entry, flags_of_row

FORMULAS: Mapping[str, str] = {
    "1pl": r"P(\theta) = \frac{1}{1 + e^{-a(\theta - b)}}",
    "2pl": r"P(\theta) = \frac{1}{1 + e^{-a(\theta - b)}}",
    "3pl": r"P(\theta) = c + \frac{1 - c}{1 + e^{-a(\theta - b)}}",
    "4pl": r"P(\theta) = c + \frac{d - c}{1 + e^{-a(\theta - b)}}",
    "rsm": r"P_k(\theta) = \frac{\exp \sum_{v=1}^{k} (\theta - \delta - \tau_v)}{\sum_{c=0}^{m} \exp \sum_{v=1}^{c} (\theta - \delta - \tau_v)}",
    "pcm": r"P_k(\theta) = \frac{\exp \sum_{v=1}^{k} (\theta - \delta_v)}{\sum_{c=0}^{m} \exp \sum_{v=1}^{c} (\theta - \delta_v)}",
    "gpcm": r"P_k(\theta) = \frac{\exp \sum_{v=1}^{k} a(\theta - \delta_v)}{\sum_{c=0}^{m} \exp \sum_{v=1}^{c} a(\theta - \delta_v)}",
    "grm": r"P(X \ge k) = \frac{1}{1 + e^{-a(\theta - b_k)}}",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    symbol: Markup
    estimate: float
    se: float | None


@dataclass(frozen=True, slots=True)
class OpenItem:
    label: str
    name: str
    bank_href: str | None
    flags: tuple[FlagRule, ...]
    icc: Markup
    categories: Markup | None
    most: int
    formula: Markup
    parameters: tuple[Parameter, ...]
    statistics: Mapping[str, Any]
    counts: tuple[tuple[int, int], ...]
    groups: Sequence[Mapping[str, Any]]
    n_outside: int
    previous_flag: str | None
    next_flag: str | None


def open_item(entries: Sequence[Entry], label: str, t: Words) -> OpenItem:
    """The item with this label, or the first that has a flag, or the first."""
    entry = chosen_entry(entries, label)
    row = entry.row
    data = icc_data(row)
    before, after = _flags_around(entries, entry)
    most = len(row.statistics["thresholds"])
    return OpenItem(
        label=row.label,
        name=entry.name,
        bank_href=None if entry.kind == "external" else f"/ngan-hang/cau-hoi/{row.item_id}",
        flags=flags_of_row(row),
        icc=icc(data, t),
        categories=category_curves(category_data(row), t) if most > 1 else None,
        most=most,
        formula=Markup(mathml(FORMULAS[row.model], display=True)),
        parameters=tuple(_parameters(row)),
        statistics=row.statistics,
        counts=tuple(enumerate(row.statistics["counts"])),
        groups=row.curve["groups"],
        n_outside=_n_outside(data),
        previous_flag=before,
        next_flag=after,
    )


def chosen_entry(entries: Sequence[Entry], label: str) -> Entry:
    by_label = {entry.row.label: entry for entry in entries}
    flagged = next((entry for entry in entries if entry.row.flags), entries[0])
    return by_label.get(label, flagged)


def _n_outside(data: IccData) -> int:
    return sum(group.is_outside for group in data.groups)


def _flags_around(entries: Sequence[Entry], at: Entry) -> tuple[str | None, str | None]:
    """Labels of the nearest flagged items before and after this one."""
    here = entries.index(at)
    before = [entry.row.label for entry in entries[:here] if entry.row.flags]
    after = [entry.row.label for entry in entries[here + 1 :] if entry.row.flags]
    return (before[-1] if before else None), (after[0] if after else None)


def _parameters(row: ItemParameters) -> list[Parameter]:
    """One line a parameter: a, then b or the steps, then the asymptotes."""
    lines: list[Parameter] = []
    for key in ("a", "b", "steps", "c", "d"):
        if key not in row.estimates:
            continue
        values, errors = row.estimates[key], row.standard_errors.get(key)
        if not isinstance(values, list):
            lines.append(Parameter(key, _symbol(key), values, errors))
            continue
        listed = errors if isinstance(errors, list) else [None] * len(values)
        base, spoken = (r"\delta", "delta") if key == "steps" else (key, key)
        lines += [
            Parameter(f"{spoken} {k}", _symbol(f"{base}_{{{k}}}"), value, error)
            for k, (value, error) in enumerate(zip(values, listed, strict=True), start=1)
        ]
    return lines


def _symbol(tex: str) -> Markup:
    return Markup(mathml(tex))

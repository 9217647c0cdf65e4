"""The search of the bank: facets with counts, rows with the stem's start and two small pictures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository as calibrations
from itembank.calibrations.models import ItemParameters
from itembank.curriculum import SUBJECTS, topic_name
from itembank.items import repository
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.items.models import Item
from itembank.items.rules import can_view_content
from itembank.items.search import PAGE_SIZE, Found, Query, search
from itembank.items.service import draft_content
from itembank.items.states import STATE_NAMES
from itembank.permissions import Actor

from ..lab.charts.difficulty import difficulty_mark
from ..lab.charts.sparkline import icc_sparkline

ENOUGH = 200  # responses below which a picture of an estimate would mislead
SHOWN_VALUES = 6
DOWNLOADS = (("docx", "Word"), ("pdf", "PDF"), ("xlsx", "Excel"), ("list", "Danh sách (Excel)"),
             ("qti", "QTI 3"), ("moodle", "Moodle XML"), ("gift", "GIFT"), ("aiken", "Aiken"))  # fmt: skip
FACET_TITLES: dict[str, tuple[str, str]] = {
    "subject": ("mon", "Môn"),
    "topic": ("chu-de", "Chủ đề"),
    "kind": ("dang", "Dạng câu hỏi"),
    "level": ("cap", "Cấp độ tư duy"),
    "state": ("trang-thai", "Trạng thái"),
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """`first` is always seen, `more` on request."""

    parameter: str
    title: str
    first: list[FacetValue]
    more: list[FacetValue]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The newest estimates of an item, as a row shows them."""

    difficulty: float | None
    slope: float | None
    n: int
    is_enough: bool
    mark: Markup | None
    curve: Markup | None
    needs_a_look: bool


@dataclass(frozen=True, slots=True)
class BankRow:
    """`stem` is None where the reader may not see the content."""

    item: Item
    topic: str
    stem: str | None
    calibrated: Calibrated | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    text: str
    mine: bool
    facets: list[Facet]
    rows: list[BankRow]
    total: int
    first: int
    page: int
    pages: int
    previous: str | None
    next: str | None
    any_filter: bool
    downloads: list[tuple[str, str]]


def query_from(sent: Mapping[str, Sequence[str]]) -> Query:
    """The address as a query; what it does not know is left aside."""
    parameters = {name: [v for v in sent[name] if "\x00" not in v] for name in sent}
    page = (parameters.get("trang") or ["1"])[0]
    return Query(
        text=(parameters.get("q") or [""])[0][:200],
        mine=bool(parameters.get("cua-toi")),
        chosen={
            facet: tuple(parameters.get(name, ())[:50])
            for facet, (name, _) in FACET_TITLES.items()
            if parameters.get(name)
        },
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )


def search_page(db: Session, actor: Actor, query: Query) -> SearchPage:
    found = search(db, actor, query)
    return SearchPage(
        text=query.text,
        mine=query.mine,
        facets=[_facet(name, found, query) for name in FACET_TITLES],
        rows=_rows(db, actor, found.items),
        total=found.total,
        first=(found.page - 1) * PAGE_SIZE + 1,
        page=found.page,
        pages=found.pages,
        previous=_address(query, found.page - 1) if found.page > 1 else None,
        next=_address(query, found.page + 1) if found.page < found.pages else None,
        any_filter=bool(query.text or query.mine or query.chosen),
        downloads=_downloads(query),
    )


def _facet(name: str, found: Found, query: Query) -> Facet:
    parameter, title = FACET_TITLES[name]
    chosen = query.chosen.get(name, ())
    counts = dict(found.facets[name])
    values = [
        FacetValue(value, _value_name(name, value), counts.get(value, 0), value in chosen)
        for value in dict.fromkeys([*counts, *chosen])
    ]
    values = _ordered(name, values)
    first = [v for i, v in enumerate(values) if i < SHOWN_VALUES or v.chosen]
    return Facet(parameter, title, first, [v for v in values if v not in first])


def _ordered(name: str, values: list[FacetValue]) -> list[FacetValue]:
    """Kinds, levels and states in the order of the field; the rest by how many there are."""
    fixed = {"kind": KIND_NAMES, "level": LEVEL_NAMES, "state": STATE_NAMES}.get(name)
    if fixed is None:
        return values
    order = list(fixed)
    return sorted(values, key=lambda v: order.index(v.value) if v.value in order else len(order))


def _value_name(facet: str, value: str) -> str:
    names = {"subject": SUBJECTS, "kind": KIND_NAMES, "level": LEVEL_NAMES, "state": STATE_NAMES}
    return topic_name(value) if facet == "topic" else names[facet].get(value, value)


def _downloads(query: Query) -> list[tuple[str, str]]:
    """Kinds of file the items found can be taken away in, with their addresses."""
    tail = _address(query, 1).removeprefix("/ngan-hang?")
    return [(name, f"/ngan-hang/tai-ve?kieu={kind}&{tail}") for kind, name in DOWNLOADS]


def _address(query: Query, page: int) -> str:
    pairs = [("q", query.text)] if query.text else []
    pairs += [("cua-toi", "1")] if query.mine else []
    for facet, values in query.chosen.items():
        pairs += [(FACET_TITLES[facet][0], value) for value in values]
    return "/ngan-hang?" + urlencode([*pairs, ("trang", str(page))])


def _rows(db: Session, actor: Actor, items: Sequence[Item]) -> list[BankRow]:
    stems = _stems(db, [item for item in items if can_view_content(actor, item)])
    estimates = calibrations.operational_for_items(db, {item.id for item in items})
    return [
        BankRow(
            item=item,
            topic=topic_name(item.topic),
            stem=stems.get(item.id),
            calibrated=_calibrated(estimates[item.id]) if item.id in estimates else None,
        )
        for item in items
    ]


def _stems(db: Session, items: Sequence[Item]) -> dict[uuid.UUID, str]:
    """The start of what is in use; of what waits; of the author's own draft."""
    versions = {item.id: item.approved_version or item.current_version for item in items}
    contents = repository.read_versions(db, {name for name in versions.values() if name})
    drafts = repository.drafts(db, [item.id for item in items if not versions[item.id]])
    found = {id_: contents[name].stem for id_, name in versions.items() if name}
    return found | {id_: draft_content(draft).stem for id_, draft in drafts.items()}


def _calibrated(row: ItemParameters) -> Calibrated:
    difficulty = row.statistics.get("difficulty", row.estimates.get("b"))
    slope = row.estimates.get("a")
    n = int(row.statistics.get("n") or 0)
    enough = n >= ENOUGH
    return Calibrated(
        difficulty=difficulty,
        slope=slope,
        n=n,
        is_enough=enough,
        mark=difficulty_mark(difficulty, row.standard_errors.get("b"))
        if enough and difficulty is not None
        else None,
        curve=icc_sparkline(row.curve) if enough else None,
        needs_a_look=bool(row.flags),
    )

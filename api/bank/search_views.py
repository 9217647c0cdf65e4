"""The search of the bank: facets with counts, rows with the stem's start and two small pictures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository as calibrations
from itembank.calibrations.models import ItemParameters
from itembank.curriculum import SUBJECTS, outcome_text, topic_name
from itembank.finding.models import SavedSearch
from itembank.finding.saved import searches_of
from itembank.finding.tags import tags_of
from itembank.items import repository
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.items.models import Item
from itembank.items.rules import can_view_content
from itembank.items.search import ORDERS, RANGES, Found, Query, Range, search, tag_counts
from itembank.items.service import draft_content
from itembank.items.states import STATE_NAMES
from itembank.people import repository as people
from itembank.permissions import Actor

from ..charts.difficulty import difficulty_mark
from ..charts.sparkline import icc_sparkline
from ..charts.spread import spread

ENOUGH = 200  # responses below which a picture of an estimate would mislead
SHOWN_VALUES = 6
FARTHEST = 99.0  # logits; nothing is so easy or so hard
SPREADS = {"difficulty": (-3.0, 3.0), "discrimination": (0.0, 3.0)}
DOWNLOADS = (("docx", "Word"), ("pdf", "PDF"), ("xlsx", "Excel"), ("list", "Danh sách (Excel)"),
             ("qti", "QTI 3"), ("moodle", "Moodle XML"), ("gift", "GIFT"), ("aiken", "Aiken"))  # fmt: skip
FACET_TITLES: dict[str, tuple[str, str]] = {
    "subject": ("mon", "Môn"),
    "grade": ("lop", "Lớp"),
    "topic": ("chu-de", "Chủ đề"),
    "outcome": ("yeu-cau", "Yêu cầu cần đạt"),
    "kind": ("dang", "Dạng câu hỏi"),
    "level": ("cap", "Cấp độ tư duy"),
    "state": ("trang-thai", "Trạng thái"),
    "unit": ("don-vi", "Đơn vị của tác giả"),
    "exposure": ("da-dung", "Số đề đã dùng"),
    "flagged": ("co", "Cờ thống kê"),
}
RANGE_TITLES: dict[str, tuple[str, str]] = {
    "difficulty": ("do-kho", "Độ khó"),
    "discrimination": ("do-phan-biet", "Độ phân biệt"),
}
ORDER_NAMES = {"code": "Mã câu", "newest": "Mới nhất", "difficulty": "Dễ đến khó"}
EXPOSURE_NAMES = {"0": "Chưa dùng", "1": "Một đề", "2": "Hai đề", "3": "Ba đề trở lên"}
TAGS = ("nhan", "Nhãn")
FLAG_NAMES = {"1": "Cần xem lại"}
OPEN_FACETS = frozenset({"subject", "topic", "kind", "level", "state"})


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
    is_open: bool
    estimated: bool


@dataclass(frozen=True, slots=True)
class RangeBox:
    """Two numbers to fill in, above them how the items found are spread (`bars`)."""

    parameter: str
    title: str
    low: str
    high: str
    uncalibrated: bool
    bars: Markup | None


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
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class SearchPage:
    text: str
    mine: bool
    with_marks: bool
    facets: list[Facet]
    ranges: list[RangeBox]
    rows: list[BankRow]
    total: int
    estimated: bool
    first: int | None
    previous: str | None
    next: str | None
    any_filter: bool
    order: str
    orders: Mapping[str, str]
    address: str
    here: str
    saved: Sequence[SavedSearch]
    downloads: list[tuple[str, str]]


def query_from(sent: Mapping[str, Sequence[str]]) -> Query:
    """The address as a query; what it does not know is left aside."""
    parameters = {name: [v for v in sent[name] if "\x00" not in v] for name in sent}

    def one(name: str) -> str:
        return (parameters.get(name) or [""])[0][:200]

    return Query(
        text=one("q"),
        with_marks=bool(one("co-dau")),
        mine=bool(one("cua-toi")),
        tags=tuple(parameters.get(TAGS[0], ())[:50]),
        order=one("xep") if one("xep") in ORDERS else "code",
        chosen={
            facet: tuple(parameters.get(name, ())[:50])
            for facet, (name, _) in FACET_TITLES.items()
            if parameters.get(name)
        },
        ranges={
            name: wanted
            for name, (parameter, _) in RANGE_TITLES.items()
            if (wanted := _range(one(f"{parameter}-tu"), one(f"{parameter}-den"),
                                 one(f"{parameter}-ca")))
        },
        after=one("sau")[:60],
        before=one("truoc")[:60],
    )  # fmt: skip


def _range(low: str, high: str, uncalibrated: str) -> Range | None:
    bounds = _decimal(low), _decimal(high)
    return None if bounds == (None, None) else Range(*bounds, uncalibrated=bool(uncalibrated))


def _decimal(written: str) -> float | None:
    """`-2,5` and `-2.5` alike; nothing for what is not a plain number."""
    plain = written.strip().replace("−", "-").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) <= FARTHEST else None


def plain_address(sent: str) -> str:
    """The part of an address after the question mark as this page would write it."""
    query = query_from(parse_qs(sent[:8_000], max_num_fields=500))
    return _address(query).partition("?")[2]


def address_here(sent: str) -> str:
    """The same with the place on the list: where one comes back to."""
    return _here(query_from(parse_qs(sent[:8_000], max_num_fields=500)))


def _here(query: Query) -> str:
    place = {name: v for name, v in (("sau", query.after), ("truoc", query.before)) if v}
    return _address(query, **place).partition("?")[2]


def search_page(db: Session, actor: Actor, query: Query) -> SearchPage:
    found = search(db, actor, query)
    units = people.unit_names(db) if found.facets.get("unit") else {}
    return SearchPage(
        text=query.text,
        mine=query.mine,
        with_marks=query.with_marks,
        facets=[
            *(_facet(name, found, query, units) for name in FACET_TITLES),
            _tag_facet(tag_counts(db, actor, query), query),
        ],
        ranges=[_range_box(name, found, query) for name in RANGES],
        rows=_rows(db, actor, found.items),
        total=found.total,
        estimated=found.estimated,
        first=found.first,
        previous=_address(query, truoc=found.items[0].code) if _back(found) else None,
        next=_address(query, sau=found.items[-1].code) if found.has_after and found.items else None,
        any_filter=bool(query.text or query.mine or query.tags or query.chosen or query.ranges),
        order=query.order,
        orders=ORDER_NAMES,
        address=_address(query).partition("?")[2],
        here=_here(query),
        saved=searches_of(db, actor),
        downloads=_downloads(query),
    )


def _back(found: Found) -> bool:
    return found.has_before and bool(found.items)


def _range_box(name: str, found: Found, query: Query) -> RangeBox:
    parameter, title = RANGE_TITLES[name]
    wanted = query.ranges.get(name, Range())
    return RangeBox(
        parameter,
        title,
        _written(wanted.low),
        _written(wanted.high),
        wanted.uncalibrated,
        spread(found.spread.get(name, ()), *SPREADS[name]),
    )


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


def _facet(name: str, found: Found, query: Query, units: Mapping[uuid.UUID, str]) -> Facet:
    parameter, title = FACET_TITLES[name]
    chosen = query.chosen.get(name, ())
    counts = dict(found.facets[name])
    values = [
        FacetValue(value, _value_name(name, value, units), counts.get(value, 0), value in chosen)
        for value in dict.fromkeys([*counts, *chosen])
    ]
    values = _ordered(name, values)
    first = [v for i, v in enumerate(values) if i < SHOWN_VALUES or v.chosen]
    more = [v for v in values if v not in first]
    is_open = bool(chosen) or name in OPEN_FACETS
    return Facet(parameter, title, first, more, is_open, name in found.estimated_facets)


def _tag_facet(counts: Sequence[tuple[str, int]], query: Query) -> Facet:
    known = dict(counts)
    values = [
        FacetValue(tag, tag, known.get(tag, 0), tag in query.tags)
        for tag in dict.fromkeys([*known, *query.tags])
    ]
    first = [v for i, v in enumerate(values) if i < SHOWN_VALUES or v.chosen]
    return Facet(*TAGS, first, [v for v in values if v not in first], True, False)


def _ordered(name: str, values: list[FacetValue]) -> list[FacetValue]:
    """Kinds, levels and states in the order of the field; the rest by how many there are."""
    fixed = {"kind": KIND_NAMES, "level": LEVEL_NAMES, "state": STATE_NAMES}.get(name)
    if name in ("grade", "exposure"):
        return sorted(values, key=lambda v: (len(v.value), v.value))
    if fixed is None:
        return values
    order = list(fixed)
    return sorted(values, key=lambda v: order.index(v.value) if v.value in order else len(order))


def _value_name(facet: str, value: str, units: Mapping[uuid.UUID, str]) -> str:
    names = {
        "subject": SUBJECTS,
        "kind": KIND_NAMES,
        "level": LEVEL_NAMES,
        "state": STATE_NAMES,
        "exposure": EXPOSURE_NAMES,
        "flagged": FLAG_NAMES,
    }
    if facet == "topic":
        return topic_name(value)
    if facet == "outcome":
        return outcome_text(value) or value
    if facet == "unit":
        return {str(unit): name for unit, name in units.items()}.get(value, value)
    return names.get(facet, {}).get(value, value)


def _downloads(query: Query) -> list[tuple[str, str]]:
    """Kinds of file the items found can be taken away in, with their addresses."""
    tail = _address(query).removeprefix("/ngan-hang?")
    return [(name, f"/ngan-hang/tai-ve?kieu={kind}&{tail}") for kind, name in DOWNLOADS]


def _address(query: Query, **page: str) -> str:
    pairs = [("q", query.text)] if query.text else []
    pairs += [("co-dau", "1")] if query.with_marks else []
    pairs += [("cua-toi", "1")] if query.mine else []
    pairs += [("xep", query.order)] if query.order != "code" else []
    pairs += [(TAGS[0], tag) for tag in query.tags]
    for facet, values in query.chosen.items():
        pairs += [(FACET_TITLES[facet][0], value) for value in values]
    for name, wanted in query.ranges.items():
        parameter = RANGE_TITLES[name][0]
        pairs += [
            (f"{parameter}-tu", _written(wanted.low)),
            (f"{parameter}-den", _written(wanted.high)),
        ]
        pairs += [(f"{parameter}-ca", "1")] if wanted.uncalibrated else []
    return "/ngan-hang?" + urlencode([*pairs, *page.items()])


def _rows(db: Session, actor: Actor, items: Sequence[Item]) -> list[BankRow]:
    open_ = [item for item in items if can_view_content(actor, item)]
    stems = _stems(db, open_)
    tags = tags_of(db, [item.id for item in open_])
    estimates = calibrations.operational_for_items(db, {item.id for item in items})
    return [
        BankRow(
            item=item,
            topic=topic_name(item.topic),
            stem=stems.get(item.id),
            calibrated=_calibrated(estimates[item.id]) if item.id in estimates else None,
            tags=tags.get(item.id, ()),
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

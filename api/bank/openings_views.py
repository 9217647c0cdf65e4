"""Who opened which item: the register as a page and as a workbook."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from itembank.errors import Invalid, Problem, msg, problem
from itembank.exchange.tables_out import Column, Report, Table, report_xlsx
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.items import repository as items
from itembank.items.models import Item
from itembank.openings import repository, rules
from itembank.openings.repository import PAGE, Asked, Seen, Viewer
from itembank.openings.states import PURPOSE_NAMES
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor, require

from ..formats import moment, parse_local

FIELDS = ("cau", "de", "nguoi", "viec", "tu", "den")
MOST_IN_FILE = 50_000


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    """`typed` is the filter as it was asked; `viewers` sums up the same openings by person."""

    typed: Mapping[str, str]
    item: Item | None
    form: TestForm | None
    person: Person | None
    purposes: Mapping[str, str]
    total: int
    rows: list[Seen]
    viewers: list[Viewer]
    most: int
    first: int
    previous: str | None
    next: str | None
    file: str
    problems: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """What the filter names, found in the bank."""

    asked: Asked
    item: Item | None
    form: TestForm | None
    person: Person | None


def openings_page(
    db: Session,
    actor: Actor,
    sent: Mapping[str, str],
    *,
    problems: list[dict[str, str]] | None = None,
) -> OpeningsPage:
    """Where the filter cannot be understood, `problems` says so and nothing is listed."""
    require(rules.can_list(actor))
    typed = {name: sent.get(name, "").strip()[:200] for name in FIELDS}
    named = named_in(db, typed) if problems is None else Named(Asked(), None, None, None)
    number = _page_number(sent.get("trang", ""))
    total = repository.count(db, actor, named.asked) if problems is None else 0
    rows = repository.openings(db, actor, named.asked, offset=(number - 1) * PAGE) if total else []
    viewers = repository.viewers(db, actor, named.asked) if total else []
    return OpeningsPage(
        typed=typed,
        item=named.item,
        form=named.form,
        person=named.person,
        purposes=PURPOSE_NAMES,
        total=total,
        rows=rows,
        viewers=viewers,
        most=max((one.n_items for one in viewers), default=0),
        first=(number - 1) * PAGE + 1,
        previous=_address(typed, number - 1) if number > 1 else None,
        next=_address(typed, number + 1) if number * PAGE < total else None,
        file=f"/luot-mo/tep?{urlencode({k: v for k, v in typed.items() if v})}",
        problems=problems or [],
    )


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _address(typed: Mapping[str, str], number: int) -> str:
    return "/luot-mo?" + urlencode({**{k: v for k, v in typed.items() if v}, "trang": number})


def named_in(db: Session, typed: Mapping[str, str]) -> Named:
    """The filter's words as rows of the bank; Invalid where one of them is not there."""
    item = items.item_by_code(db, typed["cau"]) if typed["cau"] else None
    form = forms.form_by_code(db, typed["de"]) if typed["de"] else None
    person = people.person_by_username(db, typed["nguoi"]) if typed["nguoi"] else None
    since = parse_local(typed["tu"], "00:00") if typed["tu"] else None
    last = parse_local(typed["den"], "00:00") if typed["den"] else None
    _refuse_unknown(typed, {"cau": item, "de": form, "nguoi": person, "tu": since, "den": last})
    asked = Asked(
        item_id=_id(item),
        form_id=_id(form),
        person_id=_id(person),
        purpose=typed["viec"] if typed["viec"] in PURPOSE_NAMES else None,
        since=since,
        until=last + timedelta(days=1) if last else None,
    )
    return Named(asked, item, form, person)


def _id(found: Item | TestForm | Person | None) -> uuid.UUID | None:
    return found.id if found else None


def _refuse_unknown(typed: Mapping[str, str], found: Mapping[str, object | None]) -> None:
    what = {
        "cau": msg("Không có câu mã «{code}».", code=typed["cau"]),
        "de": msg("Không có đề mã «{code}».", code=typed["de"]),
        "nguoi": msg("Không có tài khoản «{code}».", code=typed["nguoi"]),
        "tu": msg("Ngày bắt đầu chưa đúng."),
        "den": msg("Ngày kết thúc chưa đúng."),
    }
    wrong: list[Problem] = [
        problem(name, what[name]) for name, row in found.items() if typed[name] and row is None
    ]
    if wrong:
        raise Invalid("Bộ lọc chưa dùng được.", code="filter_unknown", problems=wrong)


def openings_xlsx(
    db: Session, actor: Actor, typed: Mapping[str, str], *, issuer: str, now: datetime
) -> bytes:
    """Both tables of the page in full."""
    require(rules.can_list(actor))
    named = named_in(db, {name: typed.get(name, "").strip() for name in FIELDS})
    rows = repository.openings(db, actor, named.asked, limit=MOST_IN_FILE)
    report = Report(
        title="Ai đã xem câu hỏi",
        issuer=issuer,
        lines=(_told(named), f"Lập lúc {moment(now)}; {len(rows)} lượt."),
        tables=(_by_person(repository.viewers(db, actor, named.asked)), _one_by_one(rows)),
    )
    return report_xlsx(report)


def _told(named: Named) -> str:
    told = [
        f"câu {named.item.code}" if named.item else "",
        f"đề {named.form.code}" if named.form else "",
        named.person.full_name if named.person else "",
    ]
    return "Lọc: " + ("; ".join(one for one in told if one) or "không")


def _by_person(viewers: list[Viewer]) -> Table:
    columns = (
        Column("Người", 28), Column("Đơn vị", 28), Column("Số câu", 9, is_number=True), Column("Số lượt", 9, is_number=True),
        Column("Lần đầu", 18), Column("Lần cuối", 18),
    )  # fmt: skip
    rows = tuple(
        (
            one.person.full_name if one.person else "Dòng lệnh của máy chủ",
            one.unit,
            one.n_items,
            one.n_openings,
            moment(one.first),
            moment(one.last),
        )
        for one in viewers
    )
    return Table("Theo người", columns, rows)


def _one_by_one(seen: list[Seen]) -> Table:
    columns = (
        Column("Lúc", 18), Column("Người", 28), Column("Đơn vị", 28), Column("Câu", 16),
        Column("Phiên bản", 10, is_number=True), Column("SHA-256", 66), Column("Đề", 16), Column("Việc", 26),
    )  # fmt: skip
    rows = tuple(
        (
            moment(one.opening.at),
            one.person.full_name if one.person else "Dòng lệnh của máy chủ",
            one.unit,
            one.item.code,
            one.number,
            one.opening.version_hash or "bản nháp",
            one.form,
            PURPOSE_NAMES[one.opening.purpose],
        )
        for one in seen
    )
    return Table("Từng lượt", columns, rows)

"""What the secretary and the department see of a hand-over: quotas, gates, packages."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS, topic_name
from itembank.handover import repository, rules, service
from itembank.handover.gates import GATE_NAMES, Gate, Report
from itembank.handover.minutes import Meeting
from itembank.handover.models import Handover, HandoverReceipt, Quota
from itembank.handover.quotas import MARK, Standing, read, standings
from itembank.handover.repository import Sent
from itembank.items import repository as items
from itembank.items.content import LEVEL_NAMES
from itembank.items.models import Item, ItemVersion
from itembank.people import repository as people
from itembank.people.register import repository as register
from itembank.permissions import Actor, Decision, require
from itembank.review import repository as rounds
from itembank.review.eligibility import day_of

from ..formats import local, parse_local

ANY = ""
SHOWN_PROBLEMS = 8


@dataclass(frozen=True, slots=True)
class QuotaRow:
    quota: Quota
    subject: str
    n_cells: int
    n_full: int
    n_ready: int
    blocks: bool


@dataclass(frozen=True, slots=True)
class PackageRow:
    sent: Sent
    subject: str
    n_items: int


@dataclass(frozen=True, slots=True)
class HandoverPage:
    quotas: list[QuotaRow]
    packages: list[PackageRow]
    may_set: bool


@dataclass(frozen=True, slots=True)
class GateBox:
    number: int
    name: str
    is_open: bool
    is_marked: bool
    problems: tuple[Any, ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """A topic with its standing at each level; None where the quota asks for nothing."""

    topic: str
    cells: list[Standing | None]


@dataclass(frozen=True, slots=True)
class Grid:
    levels: list[str]
    rows: list[GridRow]


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: Item
    topic: str
    level: str
    version: str
    is_chosen: bool
    lacks: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One quota, how what is approved stands at the three gates, and the form to send it."""

    quota: Quota
    subject: str
    numbers: Sequence[Quota]
    names: dict[uuid.UUID, str]
    gates: list[GateBox]
    is_open: bool
    grid: Grid
    items: list[ItemRow]
    packages: list[PackageRow]
    may_set: bool
    may_send: Decision
    councils: list[tuple[str, str]]
    typed: dict[str, str]
    problems: list[dict[str, str]]
    message: Any


@dataclass(frozen=True, slots=True)
class PackageItem:
    item: Item
    version: ItemVersion
    topic: str
    level: str


@dataclass(frozen=True, slots=True)
class PackagePage:
    handover: Handover
    quota: Quota
    subject: str
    sender: str
    receipt: HandoverReceipt | None
    receiver: str
    may_receive: Decision
    may_take: Decision
    items: list[PackageItem]
    shortages: list[tuple[str, str, dict[str, int]]]


def handover_page(db: Session, actor: Actor) -> HandoverPage:
    quotas = [_quota_row(db, quota) for quota in repository.quotas_in_force(db, actor)]
    may_set = any(rules.can_set_quota(actor, subject) for subject in SUBJECTS)
    return HandoverPage(quotas, package_rows(db, repository.sent(db, actor)), may_set)


def _quota_row(db: Session, quota: Quota) -> QuotaRow:
    ready = repository.ready_items(db, quota)
    there = [
        *((item.topic, item.level) for item in ready),
        *_handed_over(db, quota),
    ]
    found = standings(read(quota.cells), there)
    return QuotaRow(
        quota=quota,
        subject=SUBJECTS[quota.subject],
        n_cells=len(found),
        n_full=sum(not one.short for one in found),
        n_ready=len(ready),
        blocks=quota.on_shortage != MARK,
    )


def _handed_over(db: Session, quota: Quota) -> list[tuple[str, str | None]]:
    contents = items.read_versions(db, set(repository.handed_over(db, quota)))
    return [(content.topic, content.level) for content in contents.values()]


def package_rows(db: Session, sent: Sequence[Sent]) -> list[PackageRow]:
    counts = repository.item_counts(db, [one.handover.id for one in sent])
    return [
        PackageRow(one, SUBJECTS[one.quota.subject], counts.get(one.handover.id, 0)) for one in sent
    ]


def board_page(
    db: Session,
    actor: Actor,
    quota: Quota,
    *,
    now: datetime,
    chosen: Collection[uuid.UUID] | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[dict[str, str]] = (),
    message: Any = "",
) -> BoardPage:
    """`chosen` None takes everything that is approved and not handed over yet."""
    require(rules.can_look(actor, quota.subject))
    ready = repository.ready_items(db, quota)
    taken = [item for item in ready if chosen is None or item.id in chosen]
    found = service.report(db, quota, taken)
    writers = {writer for item in taken for writer in rounds.writers_of(db, item)}
    numbers = repository.quota_numbers(db, quota.series)
    councils = councils_of(db, quota.subject, now)
    sent = [one for one in repository.sent(db, actor) if one.quota.series == quota.series]
    return BoardPage(
        quota=quota,
        subject=SUBJECTS[quota.subject],
        numbers=numbers,
        names=people.names(db, {one.created_by for one in numbers}),
        gates=_gates(found),
        is_open=found.is_open,
        grid=grid_of(found.standings),
        items=_item_rows(ready, found),
        packages=package_rows(db, sent),
        may_set=bool(rules.can_set_quota(actor, quota.subject)),
        may_send=rules.can_send(actor, quota.subject, writers),
        councils=councils,
        typed=dict(typed) if typed is not None else _first_words(councils, now),
        problems=list(problems),
        message=message,
    )


def _gates(found: Report) -> list[GateBox]:
    return [_gate(number, gate) for number, gate in enumerate(found.gates, start=1)]


def _gate(number: int, gate: Gate) -> GateBox:
    return GateBox(
        number=number,
        name=GATE_NAMES[gate.code],
        is_open=gate.is_open,
        is_marked=gate.is_open and bool(gate.problems),
        problems=gate.problems[:SHOWN_PROBLEMS],
        n_more=max(0, len(gate.problems) - SHOWN_PROBLEMS),
    )


def grid_of(found: Sequence[Standing]) -> Grid:
    """The standings as topics by levels, in the quota's order."""
    by_place = {(one.cell.topic, one.cell.level): one for one in found}
    topics = list(dict.fromkeys(one.cell.topic for one in found))
    order: list[str | None] = [*LEVEL_NAMES, None]
    levels = [level for level in order if any(one.cell.level == level for one in found)]
    rows = [
        GridRow(
            topic_name(topic) if topic else "Mọi chủ đề",
            [by_place.get((topic, level)) for level in levels],
        )
        for topic in topics
    ]
    return Grid([LEVEL_NAMES[level] if level else "Mọi cấp độ" for level in levels], rows)


def _item_rows(ready: Sequence[Item], found: Report) -> list[ItemRow]:
    lines = {line.item.id: line for line in found.lines}
    return [
        ItemRow(
            item=item,
            topic=topic_name(item.topic),
            level=LEVEL_NAMES.get(item.level or "", ""),
            version=item.approved_version or "",
            is_chosen=item.id in lines,
            lacks=(*lines[item.id].process, *lines[item.id].criteria) if item.id in lines else (),
        )
        for item in ready
    ]


def councils_of(db: Session, subject: str, now: datetime) -> list[tuple[str, str]]:
    """Councils with a term today, each with the number of its decision."""
    found = register.appointed_on(db, on=day_of(now), subject=subject)
    return list({one.council: (one.council, one.decision_number) for one in found}.values())


def _first_words(councils: Sequence[tuple[str, str]], now: datetime) -> dict[str, str]:
    """What the form proposes: the council in office, a meeting that ends now."""
    council, number = councils[0] if councils else ("", "")
    here = local(now)
    begun = max(here - timedelta(hours=3), here.replace(hour=0, minute=0))
    return {
        "council": council,
        "decision_number": number,
        "day": f"{here:%Y-%m-%d}",
        "began": f"{begun:%H:%M}",
        "ended": f"{here:%H:%M}",
    }


def meeting_from(typed: Mapping[str, str], now: datetime) -> Meeting:
    """The words of the form; a time that cannot be read is a problem the service tells."""
    day = typed.get("day", "")
    began = parse_local(day, typed.get("began", "")) or now
    ended = parse_local(day, typed.get("ended", "")) or began
    return Meeting(
        council=typed.get("council", "").strip()[:200],
        decision_number=typed.get("decision_number", "").strip()[:80],
        number=typed.get("number", "").strip()[:40],
        place=typed.get("place", "").strip()[:200],
        began_at=began,
        ended_at=ended,
        conclusion=typed.get("conclusion", "").strip()[:5_000],
    )


def package_page(db: Session, actor: Actor, handover: Handover) -> PackagePage:
    quota = repository.quota_by_id(db, handover.quota_id)
    require(rules.can_look(actor, quota.subject))
    receipt = repository.receipt_of(db, handover)
    writers = service.writers_in(db, handover)
    known = {handover.sent_by} | ({receipt.received_by} if receipt else set())
    names = people.names(db, known)
    return PackagePage(
        handover=handover,
        quota=quota,
        subject=SUBJECTS[quota.subject],
        sender=names[handover.sent_by],
        receipt=receipt,
        receiver=names[receipt.received_by] if receipt else "",
        may_receive=rules.can_receive(actor, quota.subject, handover, receipt, writers),
        may_take=rules.can_take_file(actor, quota.subject, writers),
        items=_package_items(db, handover),
        shortages=[_short(one) for one in handover.shortages],
    )


def _package_items(db: Session, handover: Handover) -> list[PackageItem]:
    inside = repository.items_of(db, handover)
    contents = items.read_versions(db, {version.hash for _, version in inside})
    return [
        PackageItem(
            item,
            version,
            topic_name(contents[version.hash].topic),
            LEVEL_NAMES.get(contents[version.hash].level or "", ""),
        )
        for item, version in inside
    ]


def _short(cell: Mapping[str, Any]) -> tuple[str, str, dict[str, int]]:
    topic = topic_name(cell["topic"]) if cell["topic"] else "Mọi chủ đề"
    level = LEVEL_NAMES[cell["level"]] if cell["level"] else "Mọi cấp độ"
    return topic, level, {name: cell[name] for name in ("needed", "available", "short")}

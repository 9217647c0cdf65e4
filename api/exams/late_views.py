"""What the pages about late work show: whose it is, what it would change, what two people ruled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from delivery.results.late_rulings import repository, rules, service
from delivery.results.late_rulings.models import LateRuling
from delivery.results.late_rulings.repository import LateWork, Ruled
from delivery.sittings.models import Sitting
from itembank.errors import Message
from itembank.forms.models import FormItem
from itembank.permissions import Actor

WHY_LATE: dict[str, str] = {
    "writer_replaced": "Gửi từ máy đã bị thay",
    "attempt_suspended": "Gửi sau khi bị đình chỉ",
    "attempt_submitted": "Gửi sau khi đã nộp bài",
    "deadline_passed": "Gửi sau khi hết giờ",
}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class LatePage:
    sitting: Sitting
    works: Sequence[LateWork]

    @property
    def why_late(self) -> Mapping[str, str]:
        return WHY_LATE


def late_page(db: Session, sitting: Sitting) -> LatePage:
    return LatePage(sitting, repository.work_of_sitting(db, sitting.id))


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """One item whose response would be another."""

    place: FormItem
    before: str
    after: str
    points_before: Decimal | None
    points_after: Decimal | None


@dataclass(frozen=True, slots=True)
class LateWorkPage:
    """One attempt: what came too late, what it would change, and the word of two people."""

    sitting: Sitting
    work: LateWork
    counted: Sequence[ChangedPlace]  # what changes if the late events count
    left_out: Sequence[ChangedPlace]  # what changes if they count no longer
    may_ask: bool
    why_not_ask: Message | None
    may_decide: bool
    why_not_decide: Message | None

    @property
    def reasons_late(self) -> Sequence[str]:
        return sorted({WHY_LATE.get(event.why, event.why) for event in self.work.events})

    @property
    def waiting(self) -> LateRuling | None:
        return self.work.waiting

    @property
    def decided(self) -> Sequence[Ruled]:
        return [(ruling, decision) for ruling, decision in self.work.rulings if decision]


def late_work_page(db: Session, actor: Actor, sitting: Sitting, work: LateWork) -> LateWorkPage:
    ask = rules.can_ask(actor, sitting, work)
    decide = rules.can_decide(actor, sitting, work.waiting, None) if work.waiting else None
    return LateWorkPage(
        sitting=sitting,
        work=work,
        counted=_changed(db, work, counts=True),
        left_out=_changed(db, work, counts=False),
        may_ask=bool(ask),
        why_not_ask=ask.reason,
        may_decide=bool(decide),
        why_not_decide=decide.reason if decide is not None else None,
    )


def _changed(db: Session, work: LateWork, *, counts: bool) -> list[ChangedPlace]:
    if not work.is_scored:
        return []
    return [
        ChangedPlace(
            db.get_one(FormItem, one.fact.form_item_id), in_words(one.before),
            in_words(one.response), one.fact.points, one.points,
        )
        for one in service.effect_of(db, work, counts=counts)
    ]  # fmt: skip


def in_words(response: Any) -> str:
    """A response on one line: `C`, `a) Đ; b) S`, the first words of an essay; `–` where there is none."""
    if response is None or response in ("", {}, []):
        return "–"
    if isinstance(response, Mapping):
        return "; ".join(f"{name}) {_one(value)}" for name, value in sorted(response.items()))
    if isinstance(response, list):
        return ", ".join(_one(value) for value in response)
    return _one(response)


def _one(value: Any) -> str:
    if isinstance(value, bool):
        return "Đ" if value else "S"
    return "–" if value is None else str(value)[:LONGEST]

"""The demo's class: items of the school given as practice, and how three pupils worked on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.practice import repository, service, working
from delivery.practice.models import PracticeTask, PracticeTaskItem
from delivery.practice.service import Terms
from itembank.items.content import Choice, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.repository import read_version
from itembank.people.classes import service as classes
from itembank.people.classes.repository import school_year_of
from itembank.permissions import Actor

from ..auth import passwords

CLASS_CODE, PIN = "LY12A2", "260926"
PUPILS = ("Đỗ Khánh Linh", "Hoàng Nam Sơn", "Lý Bảo Trâm", "Ngô Quốc Việt")
SUBJECT, N_ITEMS = "vat-li", 6
MISTAKES = (0, 2, 3)  # every so many items a pupil goes wrong; 0: never


def add_practice(db: Session, teacher: Actor, *, now: datetime) -> None:
    """Through the services, as the teacher and the pupils would do it."""
    group = classes.add_class(
        db, teacher, unit_id=teacher.unit_id, school_year=school_year_of(now.date()), code="12A2",
        name="12A2", grade=12, now=now,
    )  # fmt: skip
    pupils = [
        classes.enrol(db, teacher, group, code=f"HS2{n:02d}", full_name=name, now=now)
        for n, name in enumerate(PUPILS, start=1)
    ]
    service.ensure_code(db, group, new_code=lambda: CLASS_CODE, now=now)
    service.issue_pins(
        db, teacher, group, new_pin=lambda: PIN, hash_pin=passwords.hash_code, now=now
    )
    found = repository.items_to_give(
        db, teacher, subject=SUBJECT, grade=None, topic="", level="", kind="", most=N_ITEMS
    )
    if not found:
        return
    kept = service.keep_set(
        db, teacher, title="Ôn đầu tuần", item_ids=[i.id for i in found], now=now
    )
    terms = Terms("Ôn đầu tuần", "practice", "at_once", None, now, now + timedelta(days=7))
    task = service.give(db, teacher, kept, group, terms, new_code=lambda: CLASS_CODE, now=now)
    places = repository.items_of_task(db, task.id)
    for pupil, every in zip(pupils, MISTAKES, strict=False):
        _work(db, working.Seat(pupil, group), task, places, every, now)


def _work(
    db: Session, seat: working.Seat, task: PracticeTask, places: Sequence[PracticeTaskItem],
    every: int, now: datetime,
) -> None:  # fmt: skip
    working.start(db, seat, task, now=now)
    for place in places:
        wrong = bool(every) and place.position % every == 0
        value = _given(read_version(db, place.version_hash), wrong)
        working.answer(db, seat, task, place, value, check=True, now=now)
    working.hand_in(db, seat, task, now=now)


def _given(content: ItemContent, wrong: bool) -> object:
    """The key, or something beside it."""
    match content.interaction:
        case Choice(options=options, key=key):
            return next(o.id for o in options if (o.id != key) is wrong)
        case TrueFalseCluster(statements=statements):
            return {s.id: bool(s.key) != (wrong and n == 0) for n, s in enumerate(statements)}
        case ShortAnswer(keys=keys):
            return "0" if wrong else keys[0]
    return None

"""The demo's stock: what each cell is to hold, next year's papers, targets, an item that leaked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from itembank.forms.structures import presets
from itembank.items.models import Item
from itembank.people.classes.repository import school_year_of
from itembank.people.models import Unit
from itembank.permissions import Actor
from itembank.stock import service
from itembank.stock.cells import Cell
from itembank.stock.forecast import Papers

GRADE = 12
TARGET = 20
ASKED = {  # items of one topic by kind and level
    "choice": {"biet": 2, "hieu": 2, "van_dung": 1},
    "tf_cluster": {"hieu": 1, "van_dung": 1},
    "short": {"hieu": 1, "van_dung": 2},
}
SUBJECTS = ("toan", "vat-li", "hoa-hoc", "sinh-hoc", "dia-li")
FORMS, RESERVE = 3, 20
REASON = "Kế hoạch xây dựng ngân hàng câu hỏi năm học, Sở GDĐT"


def add_stock(db: Session, secretary: Actor, *, now: datetime) -> None:
    """Through the services, as the council's secretary would do it."""
    year = school_year_of(now.date())
    for subject in SUBJECTS:
        service.set_requirement(
            db, secretary, subject=subject, grade=GRADE, school_year=year,
            required=dict(_required(service.topic_codes(subject, GRADE))), reason=REASON, now=now,
        )  # fmt: skip
        papers = [Papers(name, FORMS) for name, one in presets().items() if one.subject == subject]
        service.set_plan(
            db, secretary, subject=subject, grade=GRADE, school_year=year + 1, papers=papers,
            reserve_percent=RESERVE, now=now,
        )  # fmt: skip
    for unit in db.scalars(select(Unit).where(Unit.kind == "truong")):
        service.set_target(db, secretary, unit, school_year=year, items=TARGET, now=now)
    _leak(db, secretary, now)


def _required(topics: Iterable[str]) -> Iterable[tuple[Cell, int]]:
    for place, topic in enumerate(topics):
        for kind, levels in ASKED.items():
            for level, n in levels.items():
                yield Cell(topic, kind, level), n + (place % 2 if level == "biet" else 0)


def _leak(db: Session, secretary: Actor, now: datetime) -> None:
    query = select(Item).where(Item.subject == "toan", Item.state == "approved", Item.exposure == 0)
    item = db.scalars(query.order_by(Item.code.desc()).limit(1)).first()
    if item is not None:
        reason = "Thấy trên một trang luyện thi, 08/11"
        service.mark_leaked(db, secretary, item, reason=reason, now=now)

"""The demo's staff register: a district that is no more, appointments, certificates, a class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from itembank.people import repository as people
from itembank.people.classes import service as classes
from itembank.people.classes.repository import school_year_of
from itembank.people.models import Person, Unit
from itembank.people.register import service as register
from itembank.people.register.states import ConflictKind, Degree, Post
from itembank.people.units import service as units
from itembank.permissions import Actor

ADMIN = "quantri"
REFORM = date(2025, 7, 1)  # no district tier from this day on
REASON = "Bỏ cấp huyện từ 01/7/2025"
TRAINING = (
    ("Tập huấn xây dựng câu hỏi theo CTGDPT 2018", "Bộ GDĐT", -1_000, 95),
    ("Biên soạn câu hỏi Đúng/Sai và trả lời ngắn", "Sở GDĐT Hải Phòng", -400, 40),
    ("Phân tích câu hỏi sau khi thi", "Sở GDĐT Hải Phòng", -150, 900),
)
POSTS = (
    ("thamdinh", Post.APPRAISER),
    ("phanbien", Post.COUNTER_REVIEWER),
    ("thuki", Post.SECRETARY),
)
PUPILS = ("Nguyễn Hà An", "Trần Gia Bảo", "Lê Minh Châu", "Phạm Quang Duy", "Vũ Thanh Hà")


def add_staff_records(
    db: Session, cast: Mapping[str, Person], province: Mapping[str, Unit], *, now: datetime
) -> None:
    """Through the services, as the province's administrator would do it."""
    admin = people.load_actor(db, cast[ADMIN])
    _districts(db, admin, province["SO-HP"], now)
    for username, post in POSTS:
        _appointed(db, admin, cast[username], post, province["SO-HP"], now)
    _trained(db, admin, cast["giaovien"], now)
    register.add_qualification(
        db, admin, cast["giaovien"], degree=Degree.MASTER, field="Toán giải tích",
        place="Đại học Sư phạm Hà Nội", year=2014, now=now,
    )  # fmt: skip
    register.declare_conflict(
        db, people.load_actor(db, cast["gv.toan2"]), cast["gv.toan2"], now=now,
        kind=ConflictKind.CHILD_SITS_EXAM, valid_from=now.date(), grade=9, exam_year=now.year + 1,
        note="Con dự thi vào lớp 10",
    )  # fmt: skip
    _class(db, people.load_actor(db, cast["giaovien"]), now)


def _districts(db: Session, admin: Actor, top: Unit, now: datetime) -> None:
    district = units.add_unit(
        db, admin, code="PGD-BH", name="Phòng GDĐT huyện Bình Hải", kind="phong_gddt", parent=top,
        valid_from=date(2000, 1, 1), now=now,
    )  # fmt: skip
    commune = units.add_unit(
        db, admin, code="XA-BH", name="Xã Bình Hải", kind="xa", parent=top, valid_from=REFORM,
        now=now,
    )  # fmt: skip
    school = units.add_unit(
        db, _again(db, admin), code="THCS-BH", name="THCS Bình Hải", kind="truong",
        parent=district, now=now,
    )  # fmt: skip
    admin = _again(db, admin)
    units.move_unit(
        db, admin, school, parent=commune, professional_parent=None, on=REFORM, reason=REASON,
        now=now,
    )  # fmt: skip
    units.close_unit(
        db, admin, district, last_day=REFORM - timedelta(days=1), successors=[commune],
        reason=REASON, now=now,
    )  # fmt: skip


def _again(db: Session, admin: Actor) -> Actor:
    """The administrator with the units that were added meanwhile."""
    return people.load_actor(db, db.get_one(Person, admin.person_id))


def _appointed(
    db: Session, admin: Actor, person: Person, post: Post, unit: Unit, now: datetime
) -> None:
    register.appoint(
        db, admin, person, council="Hội đồng thẩm định câu hỏi môn Toán", post=post, unit=unit,
        decision_number="125/QĐ-SGDĐT", decided_on=now.date() - timedelta(days=40),
        valid_from=now.date() - timedelta(days=30), valid_to=now.date() + timedelta(days=335),
        subject="toan", now=now,
    )  # fmt: skip


def _trained(db: Session, admin: Actor, person: Person, now: datetime) -> None:
    for title, issuer, begun, left in TRAINING:
        register.add_certificate(
            db, admin, person, title=title, issuer=issuer, now=now,
            issued_on=now.date() + timedelta(days=begun),
            valid_until=now.date() + timedelta(days=left),
        )  # fmt: skip


def _class(db: Session, teacher: Actor, now: datetime) -> None:
    group = classes.add_class(
        db, teacher, unit_id=teacher.unit_id, school_year=school_year_of(now.date()), code="12A1",
        name="12A1", grade=12, now=now,
    )  # fmt: skip
    for number, name in enumerate(PUPILS, start=1):
        classes.enrol(db, teacher, group, code=f"HS{number:03d}", full_name=name, now=now)

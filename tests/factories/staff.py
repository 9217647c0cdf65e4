"""A province with units of every kind, and the people who administer and work in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.people import repository, service
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role

UNITS = (
    ("SO", "Sở GDĐT", "so", None),
    ("PGD-AD", "Phòng GDĐT An Dương", "phong_gddt", "SO"),
    ("XA-HAI", "Xã Hải Hoà", "xa", "SO"),
    ("CUM-1", "Cụm chuyên môn 1", "cum", "SO"),
    ("THCS-A", "THCS An Dương", "truong", "PGD-AD"),
    ("THCS-B", "THCS Bắc Sơn", "truong", "PGD-AD"),
    ("THPT-C", "THPT Cát Hải", "truong", "SO"),
)
PEOPLE = (
    ("admin", "Bùi Thanh Mai", "SO", Role.UNIT_ADMIN),
    ("admin2", "Lê Hữu Phúc", "SO", Role.UNIT_ADMIN),
    ("school.admin", "Đỗ Thị Hiền", "THPT-C", Role.UNIT_ADMIN),
    ("teacher", "Nguyễn Thu Hà", "THPT-C", Role.TEACHER),
    ("reviewer", "Phạm Quốc Bảo", "THCS-A", Role.APPRAISER),
)


@dataclass
class Staffed:
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, db: Session, username: str) -> Actor:
        return repository.load_actor(db, self.people[username])


def make_staffed(db: Session, *, now: datetime, password_hash: str | None = None) -> Staffed:
    made = Staffed()
    for code, name, kind, parent in UNITS:
        made.units[code] = service.create_unit(
            db, code=code, name=name, kind=kind, admin_parent=made.units.get(parent or "")
        )
    for username, full_name, unit, role in PEOPLE:
        person = service.create_person(
            db, None, unit=made.units[unit], username=username, full_name=full_name,
            password_hash=password_hash, now=now, must_change_password=False,
        )  # fmt: skip
        service.grant_role(db, None, person, role, made.units[unit], now=now)
        made.people[username] = person
    return made

"""Units and people. Units have validity and two parents; people hold roles scoped by unit."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class Unit(Base):
    """A department, commune, cluster or school; `successor_id` tells what it became."""

    __tablename__ = "unit"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # so, xa, cum, truong, phong_gddt
    admin_parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    professional_parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))


class Person(Base):
    """A member of staff. Signing in needs `username` and a password hash."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    subjects: Mapped[str] = mapped_column(String(200), default="")  # codes, comma separated
    levels: Mapped[str] = mapped_column(
        String(60), default="", server_default=""
    )  # th, thcs, thpt, comma separated
    created_at: Mapped[datetime]


class RoleGrant(Base):
    __tablename__ = "role_grant"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    subject: Mapped[str | None] = mapped_column(String(30))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

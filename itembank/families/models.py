"""Item families, their frozen versions, and which item came from which version with which values."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ..db import Base, new_id


class ItemFamily(Base):
    __tablename__ = "item_family"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    subject: Mapped[str] = mapped_column(String(30))
    grade: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]


class FamilyVersion(Base):
    """Frozen: a fact. `stored` is the template as canonical JSON, `hash` its SHA-256 and the
    family's.
    """

    __tablename__ = "family_version"
    __table_args__ = (UniqueConstraint("family_id", "number"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item_family.id"))
    number: Mapped[int]
    schema: Mapped[int]
    stored: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class FamilyInstance(Base):
    """A fact: this item is that version of the family, with these values, drawn by this seed."""

    __tablename__ = "family_instance"

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("family_version.hash"), index=True)
    seed: Mapped[int] = mapped_column(BigInteger)
    drawn: Mapped[dict[str, Any]]  # variable -> value, as text
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

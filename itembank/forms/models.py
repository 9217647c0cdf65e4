"""Test forms: a fixed sequence of item versions with what each is worth."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class TestForm(Base):
    """`structure` is a copy of the preset it follows; frozen forms never change again.

    An external form holds external items only and cannot be delivered.
    """

    __tablename__ = "test_form"
    __test__ = False

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(30))
    structure: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))  # draft, frozen, external
    seed: Mapped[int | None]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    hash: Mapped[str | None] = mapped_column(String(64))


class FormItem(Base):
    """`id` is the only name a candidate's device learns of an item."""

    __tablename__ = "form_item"
    __table_args__ = (
        UniqueConstraint("form_id", "position"),
        UniqueConstraint("form_id", "item_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"), index=True)
    position: Mapped[int]
    part: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("item_version.hash"))
    weights: Mapped[list[Any]]  # points per category, as decimal strings
    label: Mapped[str] = mapped_column(Text, default="")
    placed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

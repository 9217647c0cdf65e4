"""Searches a person keeps under a name."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class SavedSearch(Base):
    """`address` is the part of the page's address after the question mark."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ItemTag(Base):
    """A word people put on items to find them again, shared by all who may read the item.

    `act_id` is the same on all that one act put, so that it can be undone.
    """

    __tablename__ = "item_tag"

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    act_id: Mapped[uuid.UUID | None] = mapped_column(index=True)

"""What was found to say nearly the same when an item was submitted, and why its author went on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class LikenessLook(Base):
    """One look through the bank; not `is_whole` where time ran out before every candidate."""

    __tablename__ = "likeness_look"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), index=True)
    is_whole: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)  # of the author, where something was found
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class LikenessPair(Base):
    """A version of another item that the look found."""

    __tablename__ = "likeness_pair"

    look_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("likeness_look.id"), primary_key=True)
    version_hash: Mapped[str] = mapped_column(
        String(64), ForeignKey("item_version.hash"), primary_key=True
    )
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"))
    percent: Mapped[int]

"""What is kept to find items that say the same, and what people decided of such pairs."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class ItemSketch(Base):
    """One of the few hashes that stand for what an item says; derived, rewritten with it.

    `place` is the item's.
    """

    __tablename__ = "item_sketch"

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )


class EnemyMark(Base):
    """Two items must not (or, `lifted`, may again) stand in one form. The highest number counts."""

    __tablename__ = "enemy_mark"
    __table_args__ = (UniqueConstraint("first_id", "second_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    first_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"))
    second_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # marked, lifted
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

"""Key changes after the examination: asked for by one person, decided by another."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class KeyChange(Base):
    """From now on this place of a form is scored otherwise: asked for, not yet in force. Appended.

    `ruling` is `other_key` (the key of `version_hash` counts), `wider_key` (beside the key of
    `version_hash`, what `wider_key` says counts too) or `full_marks` (everybody earns the maximum).
    `wider_key` is canonical JSON; scores given by it name it by its hash.
    """

    __tablename__ = "key_change"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    form_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("form_item.id"), index=True)
    ruling: Mapped[str] = mapped_column(String(12))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("item_version.hash"))
    wider_key: Mapped[str | None] = mapped_column(Text)
    wider_key_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]


class KeyChangeDecision(Base):
    """The second person's word on a key change, once. Appended."""

    __tablename__ = "key_change_decision"
    __table_args__ = (UniqueConstraint("change_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    change_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_change.id"))
    is_granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    n_affected: Mapped[int]

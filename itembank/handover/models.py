"""What is to be handed over, what was, and who signed for it. All of it is appended."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ..db import Base, new_id


class Quota(Base):
    """How many items of which topic and level are wanted. A change is a new number of the series.

    `on_shortage` is the department's choice: a shortage blocks the hand-over, or is marked in it.
    """

    __tablename__ = "quota"
    __table_args__ = (UniqueConstraint("series", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    series: Mapped[uuid.UUID] = mapped_column(default=new_id)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(30))
    grade: Mapped[int | None]
    cells: Mapped[list[Any]]  # of `quotas.Cell`
    on_shortage: Mapped[str] = mapped_column(String(10))  # block, mark
    source: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class AppraisalMinutes(Base):
    """The minutes of an appraisal as drawn up; `told` is everything the document says."""

    __tablename__ = "appraisal_minutes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    told: Mapped[dict[str, Any]]
    drawn_up_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Handover(Base):
    """A package as the council sent it. The same versions under the same quota are sent once."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("quota_id", "contents_hash"),
        UniqueConstraint("id", "sent_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    quota_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quota.id"))
    minutes_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("appraisal_minutes.id"))
    contents_hash: Mapped[str] = mapped_column(String(64))
    file_hash: Mapped[str] = mapped_column(String(64), unique=True)
    file: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    verify_key: Mapped[str] = mapped_column(String(64))
    shortages: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    sent_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]


class HandoverItem(Base):
    """One version in a package."""

    __tablename__ = "handover_item"

    handover_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), primary_key=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)


class HandoverReceipt(Base):
    """The department has the package. The database itself refuses the sender as receiver."""

    __tablename__ = "handover_receipt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["handover_id", "sent_by"],
            ["handover.id", "handover.sent_by"],
            name="fk_handover_receipt_handover_id_sent_by_handover",
        ),
        CheckConstraint("received_by <> sent_by", name="two_people"),
    )

    handover_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sent_by: Mapped[uuid.UUID]
    received_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    file_hash: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]

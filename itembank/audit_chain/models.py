"""The record of who did what, chained, and the signed heads of its tree."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id

BIG = BigInteger().with_variant(Integer, "sqlite")


class AuditLink(Base):
    """One audit event's place in the chain. Numbers have no gaps. Appended.

    No foreign key: an event that was taken away must still be missed.
    """

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    event_seq: Mapped[int] = mapped_column(BIG, unique=True)
    leaf: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The tree over the first `size` links, signed. Appended; its text is sent outside.

    `frontier` lets the next head go on without reading the leaves again.
    """

    __tablename__ = "audit_head"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    size: Mapped[int] = mapped_column(BIG, unique=True)
    root: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))
    newest_seq: Mapped[int] = mapped_column(BIG)
    frontier: Mapped[list[Any]]
    verify_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]

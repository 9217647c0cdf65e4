"""Background jobs as rows: written with the change that asks for them, surviving a restart."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class Job(Base):
    """`state`: waiting -> running -> done | failed | cancelled. A dead worker's job is taken up again."""

    __tablename__ = "job"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str | None] = mapped_column(String(120), unique=True)  # idempotency
    title: Mapped[str] = mapped_column(String(200))
    inputs: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20), index=True)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
    english: Mapped[dict[str, Any] | None]  # title, message and error in English
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    def said(self, name: str, lang: str) -> str:
        """The title, message or error in this language; Vietnamese where there is no other."""
        words: str | None = (self.english or {}).get(name) if lang == "en" else None
        return words or getattr(self, name) or ""

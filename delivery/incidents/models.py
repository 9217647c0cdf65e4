"""What happened in a room that the minutes must tell."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class Incident(Base):
    """One entry of the log. Appended; what was written wrongly is corrected by a further entry."""

    __tablename__ = "incident"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    candidate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("candidate.id"))
    room: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime]
    by_id: Mapped[uuid.UUID]
    by_name: Mapped[str] = mapped_column(String(200))
    noted_at: Mapped[datetime]

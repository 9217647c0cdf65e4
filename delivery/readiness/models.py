"""The code of a room before the day, and what was measured on its machines: appended facts.

Neither has a key to `sitting`: on a site's box the sitting lies sealed in its package until the
morning of the day, and its machines are checked before.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class RoomCode(Base):
    """Opens the readiness check of one room; the newest of a room counts.

    It stands as it is, since it is posted on the room's door: with it one can say how a machine
    does, and read nothing. `by_id` is empty where nobody can sign in yet: at a box whose package is
    shut.
    """

    __tablename__ = "room_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    room: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    needs_sound: Mapped[bool]
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class ReadinessCheck(Base):
    """One check of one seat. What was measured is kept; what it means is judged when it is read."""

    __tablename__ = "readiness_check"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_code.id"))
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    room: Mapped[str] = mapped_column(String(20))
    seat: Mapped[str] = mapped_column(String(20))
    user_agent: Mapped[str] = mapped_column(String(400))
    measured: Mapped[str] = mapped_column(Text)  # the JSON of a `Measured`
    needs_safe_exam_browser: Mapped[bool]  # what the sitting asked for then
    at: Mapped[datetime]

"""How a candidate worked: sensitive data of their own, apart from the responses."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id

HEARD_ITEM, HEARD_STIMULUS = "heard", "heard_shared"  # kinds that a limit of plays counts


class ProcessEvent(Base):
    """One thing the player noticed. Key (attempt, writer, seq), numbered apart from responses.

    Never edited; deleted when its time is over, which a `ProcessPurge` must say first. No keys to other tables: their row locks would
    make a candidate's save wait.
    """

    __tablename__ = "process_event"

    attempt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    writer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    form_item_id: Mapped[uuid.UUID | None]
    milliseconds: Mapped[int | None]  # how long, where the kind has a length
    client_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]


class ProcessPurge(Base):
    """From now on process data received before this moment may be deleted. Appended.

    The trigger on `process_event` lets a row go only if such a row covers it.
    """

    __tablename__ = "process_purge"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    older_than: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]

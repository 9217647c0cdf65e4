"""An upload on its way into the bank: the file's items as working rows until they are drafts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ..db import Base, new_id


class ImportBatch(Base):
    """One uploaded file of one person. `source` is kept only until it has been read."""

    __tablename__ = "import_batch"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(30))
    grade: Mapped[int]
    source: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    state: Mapped[str] = mapped_column(String(20))  # reading, ready
    refused: Mapped[list[Any]]  # what did not come in, and why
    job_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class ImportItem(Base):
    """One item found in the file, mended in place. `content` None: the bank has no place for it.

    `doubts` are what the reader was not sure of, until a person says that they are settled.
    `state`: waiting -> saved (as the draft of `item_id`) | dropped (and back).
    """

    __tablename__ = "import_item"
    __table_args__ = (UniqueConstraint("batch_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    position: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    stem: Mapped[str] = mapped_column(Text)  # as plain text, for what has no content
    content: Mapped[dict[str, Any] | None]
    stimulus: Mapped[dict[str, Any] | None]
    doubts: Mapped[list[Any]]
    identity: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    revision: Mapped[int] = mapped_column(default=1)
    item_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("item.id"))

"""Score facts of delivered attempts, and response sets that came in from elsewhere."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class ScoreFact(Base):
    """What one rule version gave one response. A re-score adds rows with a higher `round`.

    `wider_key_hash` names what counted beside the key of the version, where a ruling said so.
    """

    __tablename__ = "score_fact"

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    form_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("form_item.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    version_hash: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(20))
    wider_key_hash: Mapped[str | None] = mapped_column(String(64))
    answered: Mapped[bool]
    category: Mapped[int | None]
    points: Mapped[Decimal | None]
    response: Mapped[str] = mapped_column(String)  # canonical JSON of the effective response
    at: Mapped[datetime]


class ResponseSet(Base):
    """Responses administered elsewhere, for a form whose items are in the bank."""

    __tablename__ = "response_set"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    cells: Mapped[str] = mapped_column(String(10))  # scores | raw
    rule: Mapped[str | None] = mapped_column(String(20))  # what scored raw cells
    data_hash: Mapped[str] = mapped_column(String(64))
    n_persons: Mapped[int]
    imported_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]


class ImportedResponse(Base):
    """One person's row: form item id -> cell, blank cells left out (not administered)."""

    __tablename__ = "imported_response"

    set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("response_set.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    group: Mapped[str | None] = mapped_column(String(80))
    cells: Mapped[dict[str, Any]]

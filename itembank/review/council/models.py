"""What the council votes on: a disagreement of reviewers, or an item that did badly in use."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class CouncilCase(Base):
    """One matter put to the vote, with the quorum and the tie rule it was opened under. Appended."""

    __tablename__ = "council_case"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))  # disagreement, statistics
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    round_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review_round.id"), index=True)
    stage: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    quorum: Mapped[int]
    tie: Mapped[str] = mapped_column(String(20))
    opened_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]


class CouncilVote(Base):
    """One member's vote, with its reason. Secret until the case has an outcome. Appended."""

    __tablename__ = "council_vote"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("council_case.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    choice: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class CouncilOutcome(Base):
    """What the vote came to; closes the case. Appended."""

    __tablename__ = "council_outcome"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("council_case.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    counts: Mapped[dict[str, Any]]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]

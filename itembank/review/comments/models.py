"""Comments anchored to a part of an item, their threads, and what became of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class ReviewComment(Base):
    """A remark on one part (`anchor`) of a version, or a reply to one (`parent_id`). Appended.

    `before` and `suggestion` are the part's words as they stand and as the reviewer would have them.
    """

    __tablename__ = "review_comment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review_comment.id"))
    anchor: Mapped[str] = mapped_column(String(100))
    writer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    suggestion: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class ReviewCommentEvent(Base):
    """A thread was resolved or opened again; a suggestion was taken. Appended."""

    __tablename__ = "review_comment_event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_comment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # resolved, reopened, taken
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

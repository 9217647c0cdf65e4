"""Who opened which item, when and what for."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class ItemOpening(Base):
    """The content of an item was shown or given to somebody who is not its author. Appended.

    `person_id` is None where the server's own command line took it. `version_hash` is None for a
    draft, `form_id` for an item opened by itself.
    """

    __tablename__ = "item_opening"
    __table_args__ = (
        Index("ix_item_opening_item_id_at", "item_id", "at"),
        Index("ix_item_opening_person_id_at", "person_id", "at"),
        Index("ix_item_opening_form_id_at", "form_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"))
    version_hash: Mapped[str | None] = mapped_column(String(64))
    form_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("test_form.id"))
    purpose: Mapped[str] = mapped_column(String(20))

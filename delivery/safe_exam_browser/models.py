"""What a sitting asks of Safe Exam Browser, and what was seen on the devices: appended facts."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class SafeExamBrowserSetting(Base):
    """One setting of a sitting; the one with the highest number counts.

    `file` is the .seb file as the officer downloads it. The password that opens it is shown once
    and stored nowhere. A setting that switches the check off has no file and no key.
    """

    __tablename__ = "safe_exam_browser_setting"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    mode: Mapped[str] = mapped_column(String(10))  # off, report
    origin: Mapped[str] = mapped_column(String(200))
    config_key: Mapped[str] = mapped_column(String(64))
    file: Mapped[bytes] = mapped_column(LargeBinary)
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class SafeExamBrowserSighting(Base):
    """A device's finding when it changed. Without foreign keys: their locks would hold up saves."""

    __tablename__ = "safe_exam_browser_sighting"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    lease_id: Mapped[uuid.UUID]
    finding: Mapped[str] = mapped_column(String(12))  # matched, mismatched, absent
    way: Mapped[str] = mapped_column(String(10))  # header, page, none
    path: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

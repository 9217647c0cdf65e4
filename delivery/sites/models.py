"""Sites (điểm thi): what the centre knows of each, and what a site holds itself.

The centre writes `exam_site`, `site_package`, `code_release`, `site_report`, `result_merge` and
`site_event`; a site writes `held_package`, `sealed_result` and `unshipped`. Both are the same
program, so both databases have all of them.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class ExamSite(Base):
    """A school with a box of its own. `recipient` seals packages to that box as well (age1…)."""

    __tablename__ = "exam_site"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    recipient: Mapped[str] = mapped_column(String(100), default="")
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class SitePackage(Base):
    """A package that was built. The newest `number` of a sitting counts. Appended.

    `code_sealed` is the release code, readable with the centre's key file only, which is not in
    this database. `verify_key` proves that results come from whoever could open this package.
    """

    __tablename__ = "site_package"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_site.id"), index=True)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    file_hash: Mapped[str] = mapped_column(String(64), unique=True)
    manifest: Mapped[dict[str, Any]]
    verify_key: Mapped[str] = mapped_column(String(64))
    code_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opens_at: Mapped[datetime]
    built_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    built_at: Mapped[datetime]


class CodeRelease(Base):
    """One person's consent to release the code; two different persons release it. Appended."""

    __tablename__ = "code_release"

    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site_package.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")


class SiteReport(Base):
    """What a site said of itself. `received_at` is the centre's clock, `site_at` the site's."""

    __tablename__ = "site_report"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site_package.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    running: Mapped[int]
    submitted: Mapped[int]
    candidates: Mapped[int]
    build: Mapped[str] = mapped_column(String(64))
    database: Mapped[str] = mapped_column(String(20))
    site_at: Mapped[datetime]
    received_at: Mapped[datetime]


class ResultMerge(Base):
    """A result file that was taken in, and what of it was new. Appended."""

    __tablename__ = "result_merge"
    __table_args__ = (UniqueConstraint("package_id", "file_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site_package.id"))
    file_hash: Mapped[str] = mapped_column(String(64))
    facts_root: Mapped[str] = mapped_column(String(64))
    fresh: Mapped[int]
    known: Mapped[int]
    merged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class SiteEvent(Base):
    """An audit event of a site's box, as the result file brought it. Appended."""

    __tablename__ = "site_event"

    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site_package.id"), primary_key=True)
    box: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[str] = mapped_column(String(80))
    told: Mapped[dict[str, Any]]  # actor, before, after, reason


class HeldPackage(Base):
    """A package on a site's box, still sealed until `opened_at`.

    `signing_seed` comes out of the package when it is opened; it signs the results.
    `box` tells two boxes with the same package apart.
    """

    __tablename__ = "held_package"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    box: Mapped[uuid.UUID] = mapped_column(default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    manifest: Mapped[dict[str, Any]]
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    signing_seed: Mapped[str | None] = mapped_column(String(64))


class SealedResult(Base):
    """A result file this box has sealed; sealing again without new facts gives the same bytes."""

    __tablename__ = "sealed_result"
    __table_args__ = (UniqueConstraint("package_id", "facts_root"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("held_package.id"))
    facts_root: Mapped[str] = mapped_column(String(64))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sealed_at: Mapped[datetime]


class Unshipped(Base):
    """A changed row the second box has yet to acknowledge, in the order of the commits."""

    __tablename__ = "unshipped"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    table: Mapped[str] = mapped_column("table_name", String(60))
    row: Mapped[str] = mapped_column("row_key", Text)

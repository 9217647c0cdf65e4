"""Items, their mutable drafts, their frozen versions, and the pictures they use."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ..db import Base, new_id

# of a code: in byte order on both databases, as Python sorts it
BYTEWISE = String(60).with_variant(String(60, collation="C"), "postgresql")


def new_place() -> int:
    """A random number: any range of places holds a fair sample of the bank."""
    return secrets.randbits(62)


class Item(Base):
    """An identity. `state` is a projection of the events of its newest version (items/states.py).

    An external item has a label and categories but no content of ours: calibrated, never delivered.
    """

    __tablename__ = "item"
    __table_args__ = (
        Index(
            "ix_item_facets",
            "place",
            "subject",
            "grade",
            "topic",
            "outcome",
            "kind",
            "level",
            "state",
            "unit_id",
            "author_id",
            "difficulty",
            "discrimination",
            "exposure",
            "flagged",
            "current_version",
            "code",
        ),
        Index("ix_item_subject_code", "subject", "code"),
        Index(
            "ix_item_subject_facets",
            "subject",
            "topic",
            "place",
            "grade",
            "outcome",
            "kind",
            "level",
            "state",
            "unit_id",
            "author_id",
            "difficulty",
            "discrimination",
            "exposure",
            "flagged",
            "current_version",
            "code",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(BYTEWISE, unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # choice, tf_cluster, short, essay, external
    subject: Mapped[str] = mapped_column(String(30), index=True)
    grade: Mapped[int | None]
    topic: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[str | None] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text, default="")  # first words as plain text, for lists
    state: Mapped[str] = mapped_column(String(20), index=True)
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    current_version: Mapped[str | None] = mapped_column(String(64))
    approved_version: Mapped[str | None] = mapped_column(String(64))
    n_categories: Mapped[int] = mapped_column(Integer, default=2)
    created_at: Mapped[datetime]
    place: Mapped[int] = mapped_column(BigInteger, default=new_place, server_default="0")
    outcome: Mapped[str] = mapped_column(String(80), default="", server_default="")
    # of the operational calibration and of the frozen forms, repeated here to be searched by
    difficulty: Mapped[float | None] = mapped_column(index=True)
    discrimination: Mapped[float | None]
    exposure: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    flagged: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ItemDraft(Base):
    """The one mutable copy an author works on; `revision` refuses a stale writer."""

    __tablename__ = "item_draft"

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    content: Mapped[dict[str, Any]]
    revision: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class ItemVersion(Base):
    """Frozen. `hash` is the SHA-256 of `stored`; rows are never updated or deleted."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    schema: Mapped[int]
    stored: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    stimulus_version: Mapped[str | None] = mapped_column(ForeignKey("stimulus_version.hash"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")


class ItemVersionEvent(Base):
    """Where a version stands in its life is told by these, appended one by one."""

    __tablename__ = "item_version_event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class Stimulus(Base):
    __tablename__ = "stimulus"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    subject: Mapped[str] = mapped_column(String(30))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class StimulusVersion(Base):
    __tablename__ = "stimulus_version"
    __table_args__ = (UniqueConstraint("stimulus_id", "number"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    stimulus_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stimulus.id"), index=True)
    number: Mapped[int]
    schema: Mapped[int]
    stored: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Asset(Base):
    """A picture by the SHA-256 of its bytes."""

    __tablename__ = "asset"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    width: Mapped[int]
    height: Mapped[int]
    uploaded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

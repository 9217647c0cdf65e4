"""Practice for a class: sets a teacher keeps, tasks given to a class, what its pupils answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class PracticeClass(Base):
    """The code by which pupils of a class find it."""

    __tablename__ = "practice_class"

    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school_class.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    created_at: Mapped[datetime]


class PracticePin(Base):
    """A pupil's PIN, hashed; the newest counts. Appended."""

    __tablename__ = "practice_pin"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    issued_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class PracticeDevice(Base):
    """A pupil who is signed in; the cookie's token is kept hashed."""

    __tablename__ = "practice_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school_class.id"))
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PracticeSet(Base):
    """Items a teacher keeps together under a title."""

    __tablename__ = "practice_set"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(30))
    created_at: Mapped[datetime]


class PracticeSetItem(Base):
    __tablename__ = "practice_set_item"

    set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_set.id"), primary_key=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    position: Mapped[int]


class PracticeTask(Base):
    """Versions given to one class in a window of time. `minutes` None: as long as it is open.

    `feedback`: `at_once` after each answer, or `after` handing in.
    """

    __tablename__ = "practice_task"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school_class.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))  # practice, test
    feedback: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    given_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PracticeTaskItem(Base):
    """`id` is the only name a pupil's device learns of an item."""

    __tablename__ = "practice_task_item"
    __table_args__ = (UniqueConstraint("task_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_task.id"))
    position: Mapped[int]
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))


class PracticeAttempt(Base):
    __tablename__ = "practice_attempt"
    __table_args__ = (UniqueConstraint("task_id", "pupil_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_task.id"))
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class PracticeAnswer(Base):
    """One answer as it was given; the highest number counts. Appended.

    `checked`: the pupil asked whether it is right, and it is final from then on.
    """

    __tablename__ = "practice_answer"

    attempt_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("practice_attempt.id"), primary_key=True
    )
    task_item_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("practice_task_item.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON
    checked: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]

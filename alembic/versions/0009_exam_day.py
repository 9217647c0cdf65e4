"""The day of an examination: actions, forms by seat, incidents, seals, key changes, process data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FACTS = (
    "sitting_action", "accommodation", "attempt_action", "late_event", "room_plan",
    "form_assignment", "incident", "seal", "attempt_seal", "key_change", "key_change_decision",
)  # fmt: skip
TABLES = (*FACTS, "sitting_form", "process_event")
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _where_attempts_stand()
    _actions()
    _allocation()
    _incidents_and_seals()
    _key_changes()
    _process_data()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _where_attempts_stand() -> None:
    """Columns without a default that rewrites: SQLite and PostgreSQL add them at once."""
    op.add_column("sitting", sa.Column("late_minutes", sa.Integer()))
    op.add_column("sitting", _count("openers", server_default="1"))
    op.add_column("attempt", sa.Column("held_since", WHEN))
    op.add_column("attempt", sa.Column("held_by", sa.String(40)))
    op.add_column("attempt", sa.Column("suspended_at", WHEN))
    op.add_column("attempt", _count("n_messages", server_default="0"))


def _actions() -> None:
    _table(
        "sitting_action",
        [_id(), _id("sitting_id"), _text("kind", 30), _text("room", 20), _number("seconds"),
         _words("reason"), _id("by_id"), _text("by_name", 200), _when("at")],
        keys={"sitting_id": "sitting.id"}, indexes=["sitting_id"],
    )  # fmt: skip
    _table(
        "accommodation",
        [_id(), _id("candidate_id"), _count("number"), _count("extra_percent"),
         _count("break_minutes"), _count("font_percent"), _claim("reader"), _words("reason"),
         _id("by_id"), _text("by_name", 200), _when("at")],
        keys={"candidate_id": "candidate.id"}, indexes=["candidate_id"],
        unique=[["candidate_id", "number"]],
    )  # fmt: skip
    _table(
        "attempt_action",
        [_id(), _id("sitting_id"), _id("candidate_id"), _maybe_id("attempt_id"),
         _text("kind", 30), _number("seconds"), _text("before", 80), _text("after", 80),
         _words("reason"), _maybe_id("answers"), _maybe_id("sitting_action_id"),
         _maybe_id("by_id"), _text("by_name", 200), _when("at")],
        keys={"candidate_id": "candidate.id", "attempt_id": "attempt.id"},
        indexes=["candidate_id", "attempt_id"],
    )  # fmt: skip
    _table(
        "late_event",
        [_id("attempt_id"), _id("writer_id"), _count("seq"), _id("sitting_id"), _count("epoch"),
         _text("kind", 10), _id("form_item_id"),
         sa.Column("value", sa.LargeBinary(), nullable=False), _text("client_at", 40),
         _when("received_at"), _text("why", 30)],
        primary=["attempt_id", "writer_id", "seq"], indexes=["sitting_id"],
    )  # fmt: skip


def _allocation() -> None:
    _table(
        "sitting_form",
        [_id(), _id("sitting_id"), _id("form_id"), _text("code", 10), _claim("is_reserve")],
        keys={"sitting_id": "sitting.id", "form_id": "test_form.id"}, indexes=["sitting_id"],
        unique=[["sitting_id", "form_id"], ["sitting_id", "code"]],
    )  # fmt: skip
    _table(
        "room_plan",
        [_id(), _id("sitting_id"), _text("room", 20), _count("number"), _count("rows"),
         _count("columns"), _claim("is_snake"), _when("at")],
        keys={"sitting_id": "sitting.id"}, indexes=["sitting_id"],
        unique=[["sitting_id", "room", "number"]],
    )  # fmt: skip
    _table(
        "form_assignment",
        [_id(), _id("sitting_id"), _id("candidate_id"), _id("form_id"), _count("number"),
         _text("way", 12), _words("reason"), _id("by_id"), _when("at")],
        keys={"sitting_id": "sitting.id", "candidate_id": "candidate.id",
              "form_id": "test_form.id"},
        indexes=["sitting_id"], unique=[["candidate_id", "number"]],
    )  # fmt: skip


def _incidents_and_seals() -> None:
    _table(
        "incident",
        [_id(), _id("sitting_id"), _maybe_id("candidate_id"), _text("room", 20),
         _text("kind", 20), _words("text"), _when("happened_at"), _id("by_id"),
         _text("by_name", 200), _when("noted_at")],
        keys={"sitting_id": "sitting.id", "candidate_id": "candidate.id"}, indexes=["sitting_id"],
    )  # fmt: skip
    _table(
        "seal",
        [_id(), _id("sitting_id"), _count("number"), _text("root", 64), _count("n_attempts"),
         _count("n_events"), _maybe_id("by_id"), _text("by_name", 200), _when("sealed_at")],
        keys={"sitting_id": "sitting.id"}, indexes=["sitting_id"],
        unique=[["sitting_id", "number"]],
    )  # fmt: skip
    _table(
        "attempt_seal",
        [_id("seal_id"), _count("place"), _id("attempt_id"), _text("head", 64),
         _count("n_events")],
        keys={"seal_id": "seal.id", "attempt_id": "attempt.id"}, primary=["seal_id", "place"],
    )  # fmt: skip


def _key_changes() -> None:
    _table(
        "key_change",
        [_id(), _id("form_item_id"), _text("ruling", 12),
         sa.Column("version_hash", sa.String(64)), _words("reason"), _id("asked_by"),
         _when("asked_at")],
        keys={"form_item_id": "form_item.id", "version_hash": "item_version.hash",
              "asked_by": "person.id"},
        indexes=["form_item_id"],
    )  # fmt: skip
    _table(
        "key_change_decision",
        [_id(), _id("change_id"), _claim("is_granted"), _words("reason"), _id("by"), _when("at"),
         _count("n_affected")],
        keys={"change_id": "key_change.id", "by": "person.id"}, unique=[["change_id"]],
    )  # fmt: skip


def _process_data() -> None:
    """Edited by nobody, deleted when its time is over."""
    _table(
        "process_event",
        [_id("attempt_id"), _id("writer_id"), _count("seq"), _id("sitting_id"),
         _text("kind", 20), _maybe_id("form_item_id"), _number("milliseconds"),
         _text("client_at", 40), _when("received_at")],
        primary=["attempt_id", "writer_id", "seq"], indexes=["sitting_id"],
    )  # fmt: skip


def _table(
    name: str,
    columns: Sequence[sa.Column[Any]],
    *,
    keys: dict[str, str] | None = None,
    primary: Sequence[str] = ("id",),
    unique: Sequence[Sequence[str]] = (),
    indexes: Sequence[str] = (),
) -> None:
    foreign = [
        sa.ForeignKeyConstraint([own], [far], name=op.f(f"fk_{name}_{own}_{far.split('.')[0]}"))
        for own, far in (keys or {}).items()
    ]
    alone = [
        sa.UniqueConstraint(*names, name=op.f(f"uq_{name}_{'_'.join(names)}")) for names in unique
    ]
    first = sa.PrimaryKeyConstraint(*primary, name=op.f(f"pk_{name}"))
    op.create_table(name, *columns, first, *foreign, *alone)
    for column in indexes:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _id(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _maybe_id(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid())


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str, server_default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=server_default)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer())


def _claim(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _when(name: str) -> sa.Column[Any]:
    return sa.Column(name, WHEN, nullable=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)  # its triggers go with it
    for table, columns in (
        ("attempt", ("n_messages", "suspended_at", "held_by", "held_since")),
        ("sitting", ("openers", "late_minutes")),
    ):
        for column in columns:
            op.drop_column(table, column)

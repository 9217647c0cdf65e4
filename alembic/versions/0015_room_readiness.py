"""Before the day: the code of a room, and what was measured on its machines; facts."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FACTS = ("room_code", "readiness_check")
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _codes()
    _checks()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _codes() -> None:
    name = "room_code"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("needs_sound", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f(f"fk_{name}_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{name}_code")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{name}_sitting_id"), name, ["sitting_id"])


def _checks() -> None:
    name = "readiness_check"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("user_agent", sa.String(length=400), nullable=False),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.Column("needs_safe_exam_browser", sa.Boolean(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["room_code.id"], name=op.f(f"fk_{name}_code_id_room_code")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f(f"fk_{name}_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{name}_sitting_id"), name, ["sitting_id"])


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)  # its triggers go with it

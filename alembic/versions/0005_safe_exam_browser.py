"""Safe Exam Browser: what a sitting asks for, and what was seen on the candidates' devices; facts."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FACTS = ("safe_exam_browser_setting", "safe_exam_browser_sighting")
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _settings()
    _sightings()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _settings() -> None:
    name = "safe_exam_browser_setting"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("config_key", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f(f"fk_{name}_sitting_id_sitting")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f(f"fk_{name}_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f(f"uq_{name}_sitting_id_number")),
    )  # fmt: skip


def _sightings() -> None:
    """No foreign keys: their row locks would make a candidate's save wait for this."""
    name = "safe_exam_browser_sighting"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(length=12), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_sitting_id"), name, ["sitting_id"])


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)  # its triggers go with it

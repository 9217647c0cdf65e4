"""The record of who did what: its hash chain, and the signed heads of its tree."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FACTS = ("audit_link", "audit_head")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_link",
        sa.Column("number", BIG, nullable=False, autoincrement=False),
        sa.Column("event_seq", BIG, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("event_seq", name=op.f("uq_audit_link_event_seq")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("newest_seq", BIG, nullable=False),
        sa.Column("frontier", JSON, nullable=False),
        sa.Column("verify_key", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sa.UniqueConstraint("size", name=op.f("uq_audit_head_size")),
    )
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)

"""Item families and the items made from them."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHEN = itembank.db.UtcDateTime(timezone=True)
FACTS = ("family_version", "family_instance")


def upgrade() -> None:
    _families()
    _versions()
    _instances()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _families() -> None:
    op.create_table(
        "item_family",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(60), nullable=False, unique=True),
        sa.Column("subject", sa.String(30), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
    )
    op.create_index("ix_item_family_author_id", "item_family", ["author_id"])


def _versions() -> None:
    op.create_table(
        "family_version",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("family_id", sa.Uuid(), sa.ForeignKey("item_family.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.UniqueConstraint("family_id", "number"),
    )


def _instances() -> None:
    op.create_table(
        "family_instance",
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), primary_key=True),
        sa.Column(
            "version_hash", sa.String(64), sa.ForeignKey("family_version.hash"), nullable=False
        ),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("drawn", itembank.db.Json, nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
    )
    op.create_index("ix_family_instance_version_hash", "family_instance", ["version_hash"])


def downgrade() -> None:
    for table in ("family_instance", "family_version", "item_family"):
        op.drop_table(table)

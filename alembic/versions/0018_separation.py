"""Family ties, who placed an item into a form, and what was found like an item when it was submitted."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only
from itembank.review import separation

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FACTS = ("family_tie", "likeness_look", "likeness_pair")
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _ties()
    _looks()
    _placed_by(dialect)
    for table in FACTS:
        for statement in append_only(table, dialect):
            op.execute(statement)
    for statement in separation.statements(dialect, separation.put_up_by(revision)):
        op.execute(statement)


def downgrade() -> None:
    for statement in separation.removals(
        op.get_bind().dialect.name, separation.put_up_by(revision)
    ):
        op.execute(statement)
    op.drop_column("form_item", "placed_by")
    for table in reversed(FACTS):
        op.drop_table(table)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _ties() -> None:
    op.create_table(
        "family_tie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relative_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        _to("family_tie", "person_id", "person"),
        _to("family_tie", "relative_id", "person"),
        _to("family_tie", "recorded_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_tie")),
    )
    for column in ("person_id", "relative_id"):
        op.create_index(op.f(f"ix_family_tie_{column}"), "family_tie", [column])


def _looks() -> None:
    op.create_table(
        "likeness_look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(64), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        _to("likeness_look", "version_hash", "item_version", "hash"),
        _to("likeness_look", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness_look")),
    )
    op.create_index(op.f("ix_likeness_look_version_hash"), "likeness_look", ["version_hash"])
    op.create_table(
        "likeness_pair",
        sa.Column("look_id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(64), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        _to("likeness_pair", "look_id", "likeness_look"),
        _to("likeness_pair", "version_hash", "item_version", "hash"),
        _to("likeness_pair", "item_id", "item"),
        sa.PrimaryKeyConstraint("look_id", "version_hash", name=op.f("pk_likeness_pair")),
    )


def _placed_by(dialect: str) -> None:
    """Beside the table's triggers, which a copy of the table on SQLite would lose."""
    kind = "UUID" if dialect == "postgresql" else "CHAR(32)"
    op.execute(
        f"ALTER TABLE form_item ADD COLUMN placed_by {kind} "
        "CONSTRAINT fk_form_item_placed_by_person REFERENCES person (id)"
    )

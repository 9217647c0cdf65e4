"""A seat of appraisal may be offered to a group; who of it took the work is a fact."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op
from itembank.facts import append_only

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OFFER, TAKEN = "review_offer", "review_offer_taken"
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        OFFER,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("offered_at", WHEN, nullable=False),
        _to(OFFER, "round_id", "review_round"),
        _to(OFFER, "unit_id", "unit"),
        _to(OFFER, "offered_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_offer")),
    )
    for column in ("round_id", "unit_id"):
        op.create_index(op.f(f"ix_{OFFER}_{column}"), OFFER, [column])
    op.create_table(
        TAKEN,
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        _to(TAKEN, "offer_id", OFFER),
        _to(TAKEN, "assignment_id", "review_assignment"),
        _to(TAKEN, "taken_by", "person"),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_review_offer_taken")),
    )
    for table in (OFFER, TAKEN):
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def downgrade() -> None:
    op.drop_table(TAKEN)
    op.drop_table(OFFER)

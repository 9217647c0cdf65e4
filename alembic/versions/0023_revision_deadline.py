"""A stage of a route says how many days an author has to revise what it sent back."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    days = sa.Column("author_days", sa.Integer(), nullable=False, server_default="7")
    op.add_column("review_route_stage", days)


def downgrade() -> None:
    op.drop_column("review_route_stage", "author_days")

"""Tags remember the act that put them, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item_tag", sa.Column("act_id", sa.Uuid(), nullable=True))
    op.create_index("ix_item_tag_act_id", "item_tag", ["act_id"])


def downgrade() -> None:
    op.drop_index("ix_item_tag_act_id", "item_tag")
    op.drop_column("item_tag", "act_id")

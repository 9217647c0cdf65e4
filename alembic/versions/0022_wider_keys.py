"""A key change may say what counts beside the key; scores name it by its hash.

Going back forgets it: scores given by a wider key stay, and can then no longer be computed again.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("key_change", sa.Column("wider_key", sa.Text(), nullable=True))
    op.add_column("key_change", sa.Column("wider_key_hash", sa.String(64), nullable=True))
    op.create_index("ix_key_change_wider_key_hash", "key_change", ["wider_key_hash"])
    op.add_column("score_fact", sa.Column("wider_key_hash", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("score_fact", "wider_key_hash")
    op.drop_index("ix_key_change_wider_key_hash", "key_change")
    op.drop_column("key_change", "wider_key_hash")
    op.drop_column("key_change", "wider_key")

"""The bank at 200,000 items: codes in byte order everywhere, narrow rows of the index of words.

`item.search_text` goes: the index of words took its place in an earlier revision.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NARROW = 256  # bytes of a row before its word lists go aside; a search reads the rows alone


def upgrade() -> None:
    op.drop_column("item", "search_text")
    op.create_index("ix_item_difficulty", "item", ["difficulty"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE item ALTER COLUMN code TYPE VARCHAR(60) COLLATE "C"')
        op.execute(f"ALTER TABLE item_words SET (toast_tuple_target = {NARROW})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE item_words RESET (toast_tuple_target)")
        op.execute('ALTER TABLE item ALTER COLUMN code TYPE VARCHAR(60) COLLATE "default"')
    op.drop_index("ix_item_difficulty", "item")
    op.add_column("item", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))

"""Response events without foreign keys: what they would check is held by the transaction that writes.

The attempt and the lease of every event are read and locked in the transaction that appends it; to
have the database look both up again for each event cost a quarter of a save.
"""

from __future__ import annotations

from alembic import op
from itembank.facts import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "response_event"
KEYS = (
    (f"fk_{TABLE}_attempt_id_attempt", "attempt", "attempt_id"),
    (f"fk_{TABLE}_writer_id_writer_lease", "writer_lease", "writer_id"),
)


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        for name, _, _ in KEYS:
            table.drop_constraint(name, type_="foreignkey")
    _append_only_again()


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        for name, target, column in KEYS:
            table.create_foreign_key(name, target, [column], ["id"])
    _append_only_again()


def _append_only_again() -> None:
    """SQLite changes a table by writing it anew, and leaves its triggers behind."""
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for statement in append_only(TABLE, dialect):
            op.execute(statement)

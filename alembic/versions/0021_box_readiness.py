"""Room codes and checks without a key to the sitting: a box has it only once its package is open.

Whoever stands at such a box is no account of it, so a room code may be issued by a name alone. Going
back needs every code to have its sitting and its person again.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op
from itembank.facts import append_only

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CODES, CHECKS = "room_code", "readiness_check"
TO_CODE = f"fk_{CHECKS}_code_id_{CODES}"


def upgrade() -> None:
    _without_key_to_code()
    for table in (CODES, CHECKS):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_sitting_id_sitting", type_="foreignkey")
    _may_be_by_nobody(True)
    _with_key_to_code()


def downgrade() -> None:
    _without_key_to_code()
    for table in (CODES, CHECKS):
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(
                f"fk_{table}_sitting_id_sitting", "sitting", ["sitting_id"], ["id"]
            )
    _may_be_by_nobody(False)
    _with_key_to_code()


def _may_be_by_nobody(is_so: bool) -> None:
    with op.batch_alter_table(CODES) as batch:
        batch.alter_column("by_id", existing_type=sa.Uuid(), nullable=is_so)


def _without_key_to_code() -> None:
    """SQLite writes a table anew to change it, which it refuses while checks point to its rows."""
    with op.batch_alter_table(CHECKS) as batch:
        batch.drop_constraint(TO_CODE, type_="foreignkey")


def _with_key_to_code() -> None:
    with op.batch_alter_table(CHECKS) as batch:
        batch.create_foreign_key(TO_CODE, CODES, ["code_id"], ["id"])
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":  # it left the triggers of both behind
        for table in (CODES, CHECKS):
            for statement in append_only(table, dialect):
                op.execute(statement)

"""Facts are appended, never edited: the database itself refuses UPDATE and DELETE on them."""

from __future__ import annotations

from alembic import op
from itembank.facts import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FACTS = (
    "audit_event",
    "item_version",
    "item_version_event",
    "stimulus_version",
    "asset",
    "review_verdict",
    "review_decision",
    "code_issue",
    "response_event",
    "score_fact",
    "imported_response",
    "calibration_run",
    "item_parameters",
    "ability_estimate",
)
FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in FACTS:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION refuse_change()")
        return
    for table in FACTS:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")

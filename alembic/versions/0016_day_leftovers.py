"""Leftovers of the day: process data that goes only when announced, late work that two let count."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WHEN = itembank.db.UtcDateTime(timezone=True)
FACTS = ("process_purge", "late_ruling", "late_ruling_decision")


def upgrade() -> None:
    _process_purge()
    _late_ruling()
    _late_ruling_decision()
    dialect = op.get_bind().dialect.name
    for table in FACTS:
        for statement in append_only(table, dialect):
            op.execute(statement)
    for statement in _guard_process_events(dialect):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER process_event_guarded ON process_event")
        op.execute("DROP FUNCTION refuse_process_change()")
    else:
        op.execute("DROP TRIGGER process_event_no_update")
        op.execute("DROP TRIGGER process_event_no_early_delete")
    for table in reversed(FACTS):
        op.drop_table(table)


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _process_purge() -> None:
    op.create_table(
        "process_purge",
        _column("id", sa.Uuid()),
        _column("older_than", WHEN),
        _column("by_id", sa.Uuid(), nullable=True),
        _column("at", WHEN),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_purge")),
    )


def _late_ruling() -> None:
    op.create_table(
        "late_ruling",
        _column("id", sa.Uuid()),
        _column("attempt_id", sa.Uuid()),
        _column("sitting_id", sa.Uuid()),
        _column("counts", sa.Boolean()),
        _column("n_events", sa.Integer()),
        _column("events_hash", sa.String(64)),
        _column("reason", sa.Text()),
        _column("asked_by", sa.Uuid()),
        _column("asked_by_name", sa.String(200)),
        _column("asked_at", WHEN),
        _to("late_ruling", "attempt_id", "attempt"),
        _to("late_ruling", "sitting_id", "sitting"),
        _to("late_ruling", "asked_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_ruling")),
    )
    op.create_index(op.f("ix_late_ruling_attempt_id"), "late_ruling", ["attempt_id"])
    op.create_index(op.f("ix_late_ruling_sitting_id"), "late_ruling", ["sitting_id"])


def _late_ruling_decision() -> None:
    table = "late_ruling_decision"
    op.create_table(
        table,
        _column("id", sa.Uuid()),
        _column("ruling_id", sa.Uuid()),
        _column("is_granted", sa.Boolean()),
        _column("reason", sa.Text()),
        _column("by", sa.Uuid()),
        _column("by_name", sa.String(200)),
        _column("at", WHEN),
        _to(table, "ruling_id", "late_ruling"),
        _to(table, "by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ruling_id", name=op.f(f"uq_{table}_ruling_id")),
    )


def _guard_process_events(dialect: str) -> list[str]:
    """Process data is never edited; a row goes only when a purge that covers it was announced."""
    covered = "EXISTS (SELECT 1 FROM process_purge WHERE older_than > OLD.received_at)"
    if dialect == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'process_event is append-only'); END"
        return [
            f"CREATE TRIGGER process_event_no_update BEFORE UPDATE ON process_event {refuse}",
            "CREATE TRIGGER process_event_no_early_delete BEFORE DELETE ON process_event "
            f"WHEN NOT {covered} {refuse}",
        ]
    return [
        "CREATE FUNCTION refuse_process_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND {covered} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'process_event is append-only'; END $$",
        "CREATE TRIGGER process_event_guarded BEFORE UPDATE OR DELETE ON process_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_process_change()",
    ]

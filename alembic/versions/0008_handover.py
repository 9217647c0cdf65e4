"""Minutes, openings of items, and packages handed over."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FACTS = (
    "item_opening",
    "quota",
    "appraisal_minutes",
    "handover",
    "handover_item",
    "handover_receipt",
)
WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _openings()
    _quotas()
    _minutes()
    _handovers()
    _handover_items()
    _receipts()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def _to(table: str, column: str, other: str, target: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{target}"], name=name)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _openings() -> None:
    name = "item_opening"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("at", WHEN),
        _column("person_id", sa.Uuid(), nullable=True),
        _column("item_id", sa.Uuid()),
        _column("version_hash", sa.String(64), nullable=True),
        _column("form_id", sa.Uuid(), nullable=True),
        _column("purpose", sa.String(20)),
        _primary(name, "id"),
        _to(name, "person_id", "person"),
        _to(name, "item_id", "item"),
        _to(name, "form_id", "test_form"),
    )
    for column in ("item_id", "person_id", "form_id"):
        op.create_index(op.f(f"ix_{name}_{column}_at"), name, [column, "at"])


def _quotas() -> None:
    name = "quota"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("series", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("title", sa.String(200)),
        _column("subject", sa.String(30)),
        _column("grade", sa.Integer(), nullable=True),
        _column("cells", JSON),
        _column("on_shortage", sa.String(10)),
        _column("source", sa.String(200)),
        _column("reason", sa.Text()),
        _column("created_by", sa.Uuid()),
        _column("created_at", WHEN),
        _primary(name, "id"),
        _unique(name, "series", "number"),
        _to(name, "created_by", "person"),
    )


def _minutes() -> None:
    name = "appraisal_minutes"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("subject", sa.String(30)),
        _column("title", sa.String(200)),
        _column("told", JSON),
        _column("drawn_up_by", sa.Uuid()),
        _column("at", WHEN),
        _primary(name, "id"),
        _to(name, "drawn_up_by", "person"),
    )


def _handovers() -> None:
    name = "handover"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("quota_id", sa.Uuid()),
        _column("minutes_id", sa.Uuid()),
        _column("contents_hash", sa.String(64)),
        _column("file_hash", sa.String(64)),
        _column("file", sa.LargeBinary()),
        _column("verify_key", sa.String(64)),
        _column("shortages", JSON),
        _column("note", sa.Text()),
        _column("sent_by", sa.Uuid()),
        _column("sent_at", WHEN),
        _primary(name, "id"),
        _unique(name, "quota_id", "contents_hash"),
        _unique(name, "id", "sent_by"),
        _unique(name, "file_hash"),
        _to(name, "quota_id", "quota"),
        _to(name, "minutes_id", "appraisal_minutes"),
        _to(name, "sent_by", "person"),
    )


def _handover_items() -> None:
    name = "handover_item"
    op.create_table(
        name,
        _column("handover_id", sa.Uuid()),
        _column("version_hash", sa.String(64)),
        _column("item_id", sa.Uuid()),
        _primary(name, "handover_id", "version_hash"),
        _to(name, "handover_id", "handover"),
        _to(name, "version_hash", "item_version", "hash"),
        _to(name, "item_id", "item"),
    )
    op.create_index(op.f(f"ix_{name}_item_id"), name, ["item_id"])


def _receipts() -> None:
    name = "handover_receipt"
    op.create_table(
        name,
        _column("handover_id", sa.Uuid()),
        _column("sent_by", sa.Uuid()),
        _column("received_by", sa.Uuid()),
        _column("file_hash", sa.String(64)),
        _column("note", sa.Text()),
        _column("at", WHEN),
        _primary(name, "handover_id"),
        _to(name, "received_by", "person"),
        sa.ForeignKeyConstraint(
            ["handover_id", "sent_by"],
            ["handover.id", "handover.sent_by"],
            name=op.f(f"fk_{name}_handover_id_sent_by_handover"),
        ),
        sa.CheckConstraint("received_by <> sent_by", name=op.f(f"ck_{name}_two_people")),
    )

"""The stock of the bank, contributions, and practice for a class."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FACTS = (
    "stock_requirement", "stock_plan", "contribution_target", "item_release", "practice_pin",
    "practice_task_item", "practice_answer",
)  # fmt: skip
TABLES = (
    "stock_requirement", "stock_plan", "contribution_target", "item_release", "practice_class",
    "practice_pin", "practice_device", "practice_set", "practice_set_item", "practice_task",
    "practice_task_item", "practice_attempt", "practice_answer",
)  # fmt: skip
WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _stock()
    _classes()
    _sets()
    _tasks()
    _attempts()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _set(name: str, key: str, *told: sa.schema.SchemaItem) -> None:
    """A table of numbered sets: whoever changes one appends the next number."""
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        *told,
        _column("school_year", sa.Integer()),
        _column("number", sa.Integer()),
        _column("set_by", sa.Uuid()),
        _column("set_at", WHEN),
        _primary(name, "id"),
        _unique(name, *key.split(), "school_year", "number"),
        _to(name, "set_by", "person"),
    )


def _stock() -> None:
    _set(
        "stock_requirement",
        "subject grade",
        _column("subject", sa.String(30)),
        _column("grade", sa.Integer()),
        _column("cells", JSON),
        _column("reason", sa.Text()),
    )
    _set(
        "stock_plan",
        "subject grade",
        _column("subject", sa.String(30)),
        _column("grade", sa.Integer()),
        _column("papers", JSON),
        _column("reserve_percent", sa.Integer()),
    )
    _set(
        "contribution_target",
        "unit_id",
        _column("unit_id", sa.Uuid()),
        _column("items", sa.Integer()),
        _to("contribution_target", "unit_id", "unit"),
    )
    op.create_table(
        "item_release",
        _column("id", sa.Uuid()),
        _column("item_id", sa.Uuid()),
        _column("how", sa.String(20)),
        _column("reason", sa.Text()),
        _column("by_id", sa.Uuid()),
        _column("at", WHEN),
        _primary("item_release", "id"),
        _to("item_release", "item_id", "item"),
        _to("item_release", "by_id", "person"),
    )
    _index("item_release", "item_id")


def _classes() -> None:
    op.create_table(
        "practice_class",
        _column("class_id", sa.Uuid()),
        _column("code", sa.String(12)),
        _column("created_at", WHEN),
        _primary("practice_class", "class_id"),
        _unique("practice_class", "code"),
        _to("practice_class", "class_id", "school_class"),
    )
    op.create_table(
        "practice_pin",
        _column("id", sa.Uuid()),
        _column("pupil_id", sa.Uuid()),
        _column("pin_hash", sa.String(200)),
        _column("issued_by", sa.Uuid()),
        _column("at", WHEN),
        _primary("practice_pin", "id"),
        _to("practice_pin", "pupil_id", "pupil"),
        _to("practice_pin", "issued_by", "person"),
    )
    _index("practice_pin", "pupil_id")
    op.create_table(
        "practice_device",
        _column("token_hash", sa.String(64)),
        _column("class_id", sa.Uuid()),
        _column("pupil_id", sa.Uuid()),
        _column("at", WHEN),
        _column("ended_at", WHEN, nullable=True),
        _primary("practice_device", "token_hash"),
        _to("practice_device", "class_id", "school_class"),
        _to("practice_device", "pupil_id", "pupil"),
    )


def _sets() -> None:
    op.create_table(
        "practice_set",
        _column("id", sa.Uuid()),
        _column("owner_id", sa.Uuid()),
        _column("title", sa.String(200)),
        _column("subject", sa.String(30)),
        _column("created_at", WHEN),
        _primary("practice_set", "id"),
        _to("practice_set", "owner_id", "person"),
    )
    _index("practice_set", "owner_id")
    op.create_table(
        "practice_set_item",
        _column("set_id", sa.Uuid()),
        _column("item_id", sa.Uuid()),
        _column("position", sa.Integer()),
        _primary("practice_set_item", "set_id", "item_id"),
        _to("practice_set_item", "set_id", "practice_set"),
        _to("practice_set_item", "item_id", "item"),
    )


def _tasks() -> None:
    op.create_table(
        "practice_task",
        _column("id", sa.Uuid()),
        _column("class_id", sa.Uuid()),
        _column("title", sa.String(200)),
        _column("subject", sa.String(30)),
        _column("kind", sa.String(10)),
        _column("feedback", sa.String(10)),
        _column("minutes", sa.Integer(), nullable=True),
        _column("opens_at", WHEN),
        _column("closes_at", WHEN),
        _column("given_by", sa.Uuid()),
        _column("given_at", WHEN),
        _column("ended_at", WHEN, nullable=True),
        _primary("practice_task", "id"),
        _to("practice_task", "class_id", "school_class"),
        _to("practice_task", "given_by", "person"),
    )
    _index("practice_task", "class_id")
    _index("practice_task", "given_by")
    op.create_table(
        "practice_task_item",
        _column("id", sa.Uuid()),
        _column("task_id", sa.Uuid()),
        _column("position", sa.Integer()),
        _column("item_id", sa.Uuid()),
        _column("version_hash", sa.String(64)),
        _primary("practice_task_item", "id"),
        _unique("practice_task_item", "task_id", "position"),
        _to("practice_task_item", "task_id", "practice_task"),
        _to("practice_task_item", "item_id", "item"),
        _to("practice_task_item", "version_hash", "item_version", "hash"),
    )
    _index("practice_task_item", "item_id")


def _attempts() -> None:
    op.create_table(
        "practice_attempt",
        _column("id", sa.Uuid()),
        _column("task_id", sa.Uuid()),
        _column("pupil_id", sa.Uuid()),
        _column("started_at", WHEN),
        _column("deadline", WHEN),
        _column("submitted_at", WHEN, nullable=True),
        _primary("practice_attempt", "id"),
        _unique("practice_attempt", "task_id", "pupil_id"),
        _to("practice_attempt", "task_id", "practice_task"),
        _to("practice_attempt", "pupil_id", "pupil"),
    )
    op.create_table(
        "practice_answer",
        _column("attempt_id", sa.Uuid()),
        _column("task_item_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("value", sa.LargeBinary()),
        _column("checked", sa.Boolean()),
        _column("at", WHEN),
        _primary("practice_answer", "attempt_id", "task_item_id", "number"),
        _to("practice_answer", "attempt_id", "practice_attempt"),
        _to("practice_answer", "task_item_id", "practice_task_item"),
    )

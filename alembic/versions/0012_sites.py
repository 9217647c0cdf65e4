"""Sites without a line: packages sent, reports and results received, and what a box holds itself."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FACTS = (
    "site_package",
    "code_release",
    "site_report",
    "result_merge",
    "site_event",
    "sealed_result",
)
TABLES = ("exam_site", *FACTS[:5], "held_package", "sealed_result", "unshipped")
WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _sites()
    _packages()
    _releases()
    _reports()
    _merges()
    _site_events()
    _held()
    _sealed()
    _unshipped()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _sites() -> None:
    op.create_table(
        "exam_site",
        _column("id", sa.Uuid()),
        _column("code", sa.String(40)),
        _column("name", sa.String(200)),
        _column("unit_id", sa.Uuid()),
        _column("recipient", sa.String(100)),
        _column("created_by", sa.Uuid(), nullable=True),
        _column("created_at", WHEN),
        _primary("exam_site", "id"),
        _unique("exam_site", "code"),
        _to("exam_site", "unit_id", "unit"),
        _to("exam_site", "created_by", "person"),
    )


def _packages() -> None:
    name = "site_package"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("site_id", sa.Uuid()),
        _column("sitting_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("file_hash", sa.String(64)),
        _column("manifest", JSON),
        _column("verify_key", sa.String(64)),
        _column("code_sealed", sa.LargeBinary()),
        _column("opens_at", WHEN),
        _column("built_by", sa.Uuid(), nullable=True),
        _column("built_at", WHEN),
        _primary(name, "id"),
        _unique(name, "sitting_id", "number"),
        _unique(name, "file_hash"),
        _to(name, "site_id", "exam_site"),
        _to(name, "sitting_id", "sitting"),
        _to(name, "built_by", "person"),
    )
    _index(name, "site_id")


def _releases() -> None:
    name = "code_release"
    op.create_table(
        name,
        _column("package_id", sa.Uuid()),
        _column("person_id", sa.Uuid()),
        _column("at", WHEN),
        _column("reason", sa.Text()),
        _primary(name, "package_id", "person_id"),
        _to(name, "package_id", "site_package"),
        _to(name, "person_id", "person"),
    )


def _reports() -> None:
    name = "site_report"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("package_id", sa.Uuid()),
        _column("state", sa.String(20)),
        _column("running", sa.Integer()),
        _column("submitted", sa.Integer()),
        _column("candidates", sa.Integer()),
        _column("build", sa.String(64)),
        _column("database", sa.String(20)),
        _column("site_at", WHEN),
        _column("received_at", WHEN),
        _primary(name, "id"),
        _to(name, "package_id", "site_package"),
    )
    _index(name, "package_id")


def _merges() -> None:
    name = "result_merge"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("package_id", sa.Uuid()),
        _column("file_hash", sa.String(64)),
        _column("facts_root", sa.String(64)),
        _column("fresh", sa.Integer()),
        _column("known", sa.Integer()),
        _column("merged_by", sa.Uuid(), nullable=True),
        _column("at", WHEN),
        _primary(name, "id"),
        _unique(name, "package_id", "file_hash"),
        _to(name, "package_id", "site_package"),
        _to(name, "merged_by", "person"),
    )


def _site_events() -> None:
    name = "site_event"
    op.create_table(
        name,
        _column("package_id", sa.Uuid()),
        _column("box", sa.Uuid()),
        _column("seq", sa.Integer()),
        _column("at", WHEN),
        _column("actor_name", sa.String(200)),
        _column("action", sa.String(80)),
        _column("object_type", sa.String(60)),
        _column("object_id", sa.String(80)),
        _column("told", JSON),
        _primary(name, "package_id", "box", "seq"),
        _to(name, "package_id", "site_package"),
    )


def _held() -> None:
    name = "held_package"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("box", sa.Uuid()),
        _column("sitting_id", sa.Uuid()),
        _column("manifest", JSON),
        _column("file", sa.LargeBinary()),
        _column("received_at", WHEN),
        _column("opened_at", WHEN, nullable=True),
        _column("signing_seed", sa.String(64), nullable=True),
        _primary(name, "id"),
    )
    _index(name, "sitting_id")


def _sealed() -> None:
    name = "sealed_result"
    op.create_table(
        name,
        _column("id", sa.Uuid()),
        _column("package_id", sa.Uuid()),
        _column("facts_root", sa.String(64)),
        _column("file", sa.LargeBinary()),
        _column("sealed_by", sa.Uuid(), nullable=True),
        _column("sealed_at", WHEN),
        _primary(name, "id"),
        _unique(name, "package_id", "facts_root"),
        _to(name, "package_id", "held_package"),
        _to(name, "sealed_by", "person"),
    )


def _unshipped() -> None:
    name = "unshipped"
    op.create_table(
        name,
        _column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        _column("table_name", sa.String(60)),
        _column("row_key", sa.Text()),
        _primary(name, "seq"),
    )

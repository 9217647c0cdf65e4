"""Which run is operational, what was decided of its items, what was computed about it; all facts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FACTS = ("run_declaration", "item_decision", "run_analysis")
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _declarations()
    _decisions()
    _analyses()
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("english", JSON, nullable=True))
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _declarations() -> None:
    op.create_table(
        "run_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("scale", sa.String(length=80), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_run_declaration_form_id_test_form")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["calibration_run.id"],
            name=op.f("fk_run_declaration_run_id_calibration_run"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes"],
            ["run_declaration.id"],
            name=op.f("fk_run_declaration_supersedes_run_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["person.id"], name=op.f("fk_run_declaration_declared_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_declaration")),
        sa.UniqueConstraint("form_id", "number", name=op.f("uq_run_declaration_form_id_number")),
    )
    op.create_index(op.f("ix_run_declaration_run_id"), "run_declaration", ["run_id"])


def _decisions() -> None:
    op.create_table(
        "item_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "item_id"],
            ["item_parameters.run_id", "item_parameters.item_id"],
            name=op.f("fk_item_decision_run_id_item_parameters"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_item_decision_decided_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_decision")),
    )
    op.create_index(op.f("ix_item_decision_run_id"), "item_decision", ["run_id"])


def _analyses() -> None:
    op.create_table(
        "run_analysis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("software", sa.String(length=60), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calibration_run.id"], name=op.f("fk_run_analysis_run_id_calibration_run")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_run_analysis_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_analysis")),
    )
    op.create_index(op.f("ix_run_analysis_run_id"), "run_analysis", ["run_id"])


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)  # its triggers go with it
    with op.batch_alter_table("job") as job:
        job.drop_column("english")

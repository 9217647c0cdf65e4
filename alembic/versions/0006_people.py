"""People and units: validity, qualifications, appointments, conflicts; classes; lists on their way in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import itembank.db
from alembic import op
from itembank.facts import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FACTS = (
    "appointment",
    "conflict_of_interest",
    "qualification",
    "certificate",
    "person_record_end",
    "unit_standing",
    "unit_succession",
)
WORKING = ("school_class", "pupil", "enrolment", "class_teacher", "intake", "intake_row")
WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("levels", sa.String(length=60), server_default="", nullable=False)
    )
    _register()
    _units()
    _classes()
    _intake()
    for table in FACTS:
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def _register() -> None:
    """Records of staff: facts, and one end for any of them."""
    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("decision_number", sa.String(length=80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_appointment_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appointment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_person_id"), "appointment", ["person_id"])
    op.create_index(op.f("ix_appointment_unit_id"), "appointment", ["unit_id"])
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("exam_year", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conflict_of_interest_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_conflict_of_interest_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_of_interest")),
    )
    op.create_index(
        op.f("ix_conflict_of_interest_person_id"), "conflict_of_interest", ["person_id"]
    )
    op.create_table(
        "qualification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("degree", sa.String(length=30), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_qualification_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_qualification_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    op.create_index(op.f("ix_qualification_person_id"), "qualification", ["person_id"])
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_certificate_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"])
    op.create_index(op.f("ix_certificate_valid_until"), "certificate", ["valid_until"])
    op.create_table(
        "person_record_end",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.String(length=30), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_person_record_end_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_person_record_end")),
    )


def _units() -> None:
    """How units changed; facts."""
    op.create_table(
        "unit_standing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("admin_parent_id", sa.Uuid(), nullable=True),
        sa.Column("professional_parent_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["admin_parent_id"], ["unit.id"], name=op.f("fk_unit_standing_admin_parent_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["professional_parent_id"],
            ["unit.id"],
            name=op.f("fk_unit_standing_professional_parent_id_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_unit_standing_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_unit_standing_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_standing")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_unit_standing_unit_id_number")),
    )
    op.create_table(
        "unit_succession",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_unit_succession_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_succession_successor_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_unit_succession_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("unit_id", "successor_id", name=op.f("pk_unit_succession")),
    )
    op.create_index(op.f("ix_unit_succession_successor_id"), "unit_succession", ["successor_id"])


def _classes() -> None:
    """Classes, pupils, enrolments, teachers."""
    op.create_table(
        "school_class",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=30), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_school_class_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sa.UniqueConstraint(
            "unit_id", "school_year", "code", name=op.f("uq_school_class_unit_id_school_year_code")
        ),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_pupil_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
        sa.UniqueConstraint("unit_id", "code", name=op.f("uq_pupil_unit_id_code")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_enrolment_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_enrolment_pupil_id_pupil")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("class_id", "pupil_id", name=op.f("uq_enrolment_class_id_pupil_id")),
    )
    op.create_index(op.f("ix_enrolment_pupil_id"), "enrolment", ["pupil_id"])
    op.create_table(
        "class_teacher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_class_teacher_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_class_teacher_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_teacher")),
        sa.UniqueConstraint(
            "class_id", "person_id", name=op.f("uq_class_teacher_class_id_person_id")
        ),
    )
    op.create_index(op.f("ix_class_teacher_person_id"), "class_teacher", ["person_id"])


def _intake() -> None:
    """Lists on their way in: working rows."""
    op.create_table(
        "intake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("applied_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_intake_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_person_id"), "intake", ["person_id"])
    op.create_table(
        "intake_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_intake_row_intake_id_intake")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_row")),
        sa.UniqueConstraint("intake_id", "number", name=op.f("uq_intake_row_intake_id_number")),
    )
    op.create_index("ix_intake_row_intake_id_action", "intake_row", ["intake_id", "action"])


def downgrade() -> None:
    for table in (*reversed(WORKING), *reversed(FACTS)):
        op.drop_table(table)  # its triggers go with it
    op.drop_column("person", "levels")

"""First tables: people, items, appraisal, forms, sittings, attempts, results, calibrations."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("before", itembank.db.Json, nullable=True),
        sa.Column("after", itembank.db.Json, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_object_id"), ["object_id"], unique=False)

    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failure_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_failure_subject"), ["subject"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("admin_parent_id", sa.Uuid(), nullable=True),
        sa.Column("professional_parent_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["admin_parent_id"], ["unit.id"], name=op.f("fk_unit_admin_parent_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["professional_parent_id"],
            ["unit.id"],
            name=op.f("fk_unit_professional_parent_id_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("subjects", sa.String(length=200), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_asset_uploaded_by_person")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_asset")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("current_version", sa.String(length=64), nullable=True),
        sa.Column("approved_version", sa.String(length=64), nullable=True),
        sa.Column("n_categories", sa.Integer(), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_item_author_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_item_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name=op.f("uq_item_code")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_subject"), ["subject"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("inputs", itembank.db.Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("outcome", itembank.db.Json, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_job_asked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("params", itembank.db.Json, nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=True),
        sa.Column("granted_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staff_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stimulus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_stimulus_author_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stimulus")),
        sa.UniqueConstraint("code", name=op.f("uq_stimulus_code")),
    )
    op.create_table(
        "test_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("structure", itembank.db.Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_test_form_created_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_form")),
        sa.UniqueConstraint("code", name=op.f("uq_test_form_code")),
    )
    op.create_table(
        "calibration_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=20), nullable=False),
        sa.Column("options", itembank.db.Json, nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("software", sa.String(length=60), nullable=False),
        sa.Column("converged", sa.Boolean(), nullable=False),
        sa.Column("log_likelihood", sa.Double(), nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=False),
        sa.Column("gradient_norm", sa.Double(), nullable=True),
        sa.Column("n_persons", sa.Integer(), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("population", itembank.db.Json, nullable=False),
        sa.Column("trace", itembank.db.Json, nullable=False),
        sa.Column("summary", itembank.db.Json, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_calibration_run_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_calibration_run_form_id_test_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_run")),
    )
    with op.batch_alter_table("calibration_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_run_form_id"), ["form_id"], unique=False)

    op.create_table(
        "item_draft",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("content", itembank.db.Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_draft_item_id_item")),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["person.id"], name=op.f("fk_item_draft_updated_by_person")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_draft")),
    )
    op.create_table(
        "response_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cells", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=True),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("n_persons", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.Column("imported_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_response_set_form_id_test_form")
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["person.id"], name=op.f("fk_response_set_imported_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_set")),
    )
    with op.batch_alter_table("response_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_set_form_id"), ["form_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_sitting_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_sitting_form_id_test_form")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sitting_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_table(
        "stimulus_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("stimulus_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_stimulus_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["stimulus_id"], ["stimulus.id"], name=op.f("fk_stimulus_version_stimulus_id_stimulus")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_stimulus_version")),
        sa.UniqueConstraint(
            "stimulus_id", "number", name=op.f("uq_stimulus_version_stimulus_id_number")
        ),
    )
    with op.batch_alter_table("stimulus_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stimulus_version_stimulus_id"), ["stimulus_id"], unique=False
        )

    op.create_table(
        "ability_estimate",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("theta", sa.Double(), nullable=False),
        sa.Column("se", sa.Double(), nullable=False),
        sa.Column("raw_score", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["calibration_run.id"],
            name=op.f("fk_ability_estimate_run_id_calibration_run"),
        ),
        sa.PrimaryKeyConstraint("run_id", "person", name=op.f("pk_ability_estimate")),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("school", sa.String(length=200), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_issued_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_candidate_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_candidate_sitting_id_number")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "imported_response",
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=80), nullable=True),
        sa.Column("cells", itembank.db.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["response_set.id"], name=op.f("fk_imported_response_set_id_response_set")
        ),
        sa.PrimaryKeyConstraint("set_id", "row", name=op.f("pk_imported_response")),
    )
    op.create_table(
        "item_parameters",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=20), nullable=False),
        sa.Column("estimates", itembank.db.Json, nullable=False),
        sa.Column("standard_errors", itembank.db.Json, nullable=False),
        sa.Column("statistics", itembank.db.Json, nullable=False),
        sa.Column("curve", itembank.db.Json, nullable=False),
        sa.Column("flags", itembank.db.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_parameters_item_id_item")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["calibration_run.id"],
            name=op.f("fk_item_parameters_run_id_calibration_run"),
        ),
        sa.PrimaryKeyConstraint("run_id", "item_id", name=op.f("pk_item_parameters")),
    )
    with op.batch_alter_table("item_parameters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_parameters_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=True),
        sa.Column("stimulus_version", sa.String(length=64), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_item_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item")
        ),
        sa.ForeignKeyConstraint(
            ["stimulus_version"],
            ["stimulus_version.hash"],
            name=op.f("fk_item_version_stimulus_version_stimulus_version"),
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_version_item_id_number")),
    )
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_version_item_id"), ["item_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deadline", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=20), nullable=True),
        sa.Column("receipt", sa.String(length=40), nullable=True),
        sa.Column("last_seen_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_attempt_candidate_id_candidate")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_attempt_form_id_test_form")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_attempt_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_attempt_candidate_id")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "code_issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_code_issue_candidate_id_candidate")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.id"], name=op.f("fk_code_issue_issued_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_issue")),
    )
    with op.batch_alter_table("code_issue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_code_issue_candidate_id"), ["candidate_id"], unique=False
        )

    op.create_table(
        "form_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("weights", itembank.db.Json, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["test_form.id"], name=op.f("fk_form_item_form_id_test_form")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_form_item_item_id_item")),
        sa.ForeignKeyConstraint(
            ["version_hash"],
            ["item_version.hash"],
            name=op.f("fk_form_item_version_hash_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_item")),
        sa.UniqueConstraint("form_id", "item_id", name=op.f("uq_form_item_form_id_item_id")),
        sa.UniqueConstraint("form_id", "position", name=op.f("uq_form_item_form_id_position")),
    )
    with op.batch_alter_table("form_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_item_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_version_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_item_version_event_actor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"],
            ["item_version.hash"],
            name=op.f("fk_item_version_event_version_hash_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version_event")),
    )
    with op.batch_alter_table("item_version_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_version_event_version_hash"), ["version_hash"], unique=False
        )

    op.create_table(
        "review_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_review_round_item_id_item")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"],
            ["item_version.hash"],
            name=op.f("fk_review_round_version_hash_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
    )
    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_round_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_round_version_hash"), ["version_hash"], unique=False
        )

    op.create_table(
        "writer_lease",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_writer_lease_candidate_id_candidate")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["person.id"], name=op.f("fk_writer_lease_released_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writer_lease")),
        sa.UniqueConstraint(
            "candidate_id", "epoch", name=op.f("uq_writer_lease_candidate_id_epoch")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_writer_lease_token_hash")),
    )
    with op.batch_alter_table("writer_lease", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_writer_lease_candidate_id"), ["candidate_id"], unique=False
        )

    op.create_table(
        "response_event",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("writer_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("form_item_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("client_at", sa.String(length=40), nullable=False),
        sa.Column("received_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_response_event_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["writer_id"],
            ["writer_lease.id"],
            name=op.f("fk_response_event_writer_id_writer_lease"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "writer_id", "seq", name=op.f("pk_response_event")),
    )
    op.create_table(
        "review_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", itembank.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["person.id"], name=op.f("fk_review_assignment_assigned_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_review_assignment_reviewer_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["review_round.id"],
            name=op.f("fk_review_assignment_round_id_review_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignment")),
        sa.UniqueConstraint(
            "round_id", "reviewer_id", name=op.f("uq_review_assignment_round_id_reviewer_id")
        ),
        sa.UniqueConstraint("round_id", "role", name=op.f("uq_review_assignment_round_id_role")),
    )
    with op.batch_alter_table("review_assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_assignment_reviewer_id"), ["reviewer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_review_assignment_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "review_decision",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_review_decision_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_round.id"], name=op.f("fk_review_decision_round_id_review_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_review_decision")),
    )
    op.create_table(
        "score_fact",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("form_item_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("category", sa.Integer(), nullable=True),
        sa.Column("points", itembank.db.Points(length=16), nullable=True),
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_score_fact_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["form_item_id"], ["form_item.id"], name=op.f("fk_score_fact_form_item_id_form_item")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "form_item_id", "round", name=op.f("pk_score_fact")),
    )
    op.create_table(
        "review_verdict",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("checklist", itembank.db.Json, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", itembank.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["review_assignment.id"],
            name=op.f("fk_review_verdict_assignment_id_review_assignment"),
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_review_verdict")),
    )


def downgrade() -> None:
    op.drop_table("review_verdict")
    op.drop_table("score_fact")
    op.drop_table("review_decision")
    with op.batch_alter_table("review_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_assignment_round_id"))
        batch_op.drop_index(batch_op.f("ix_review_assignment_reviewer_id"))

    op.drop_table("review_assignment")
    op.drop_table("response_event")
    with op.batch_alter_table("writer_lease", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_writer_lease_candidate_id"))

    op.drop_table("writer_lease")
    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_round_version_hash"))
        batch_op.drop_index(batch_op.f("ix_review_round_item_id"))

    op.drop_table("review_round")
    with op.batch_alter_table("item_version_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_version_event_version_hash"))

    op.drop_table("item_version_event")
    with op.batch_alter_table("form_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_item_item_id"))
        batch_op.drop_index(batch_op.f("ix_form_item_form_id"))

    op.drop_table("form_item")
    with op.batch_alter_table("code_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_issue_candidate_id"))

    op.drop_table("code_issue")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_sitting_id"))

    op.drop_table("attempt")
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_version_item_id"))

    op.drop_table("item_version")
    with op.batch_alter_table("item_parameters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_parameters_item_id"))

    op.drop_table("item_parameters")
    op.drop_table("imported_response")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_candidate_number"))

    op.drop_table("candidate")
    op.drop_table("ability_estimate")
    with op.batch_alter_table("stimulus_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stimulus_version_stimulus_id"))

    op.drop_table("stimulus_version")
    op.drop_table("sitting")
    with op.batch_alter_table("response_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_set_form_id"))

    op.drop_table("response_set")
    op.drop_table("item_draft")
    with op.batch_alter_table("calibration_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_run_form_id"))

    op.drop_table("calibration_run")
    op.drop_table("test_form")
    op.drop_table("stimulus")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_person_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_person_id"))

    op.drop_table("notice")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state"))

    op.drop_table("job")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_subject"))
        batch_op.drop_index(batch_op.f("ix_item_state"))
        batch_op.drop_index(batch_op.f("ix_item_author_id"))

    op.drop_table("item")
    op.drop_table("asset")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_unit_id"))

    op.drop_table("person")
    op.drop_table("unit")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_subject"))
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_at"))

    op.drop_table("sign_in_failure")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_object_id"))
        batch_op.drop_index(batch_op.f("ix_audit_event_action"))

    op.drop_table("audit_event")

"""Appraisal by routes that are data; separation of duty held by the database."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import itembank.db
from alembic import op
from itembank.facts import append_only
from itembank.review import separation

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHEN = itembank.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
DEFAULT_ROUTE = uuid.UUID("01990000-0000-7000-8000-000000000001")
FACTS = (
    "review_route",
    "review_route_stage",
    "review_stage_event",
    "review_assignment_end",
    "council_case",
    "council_vote",
    "council_outcome",
    "review_comment",
    "review_comment_event",
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _routes()
    _rounds()
    _assignments(dialect)
    _council()
    _comments()
    for table in (*FACTS, "review_assignment"):
        for statement in append_only(table, dialect):
            op.execute(statement)
    for statement in separation.statements(dialect, separation.put_up_by(revision)):
        op.execute(statement)


def _fk(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name)


def _column(
    name: str, kind: sa.types.TypeEngine[object], *, nullable: bool = False
) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def _routes() -> None:
    routes = op.create_table(
        "review_route",
        _column("id", sa.Uuid()),
        _column("name", sa.String(200)),
        _column("unit_id", sa.Uuid(), nullable=True),
        _column("subject", sa.String(30), nullable=True),
        _column("valid_from", sa.Date()),
        _column("reason", sa.Text()),
        _column("created_by", sa.Uuid(), nullable=True),
        _column("created_at", WHEN),
        _fk("review_route", "unit_id", "unit"),
        _fk("review_route", "created_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_route")),
    )
    stages = op.create_table(
        "review_route_stage",
        _column("route_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("name", sa.String(100)),
        _column("level", sa.String(20)),
        _column("roles", JSON),
        _column("seats", sa.Integer()),
        _column("counts", sa.Boolean()),
        _column("is_blind", sa.Boolean()),
        _column("same_school_ok", sa.Boolean()),
        _column("days", sa.Integer()),
        _column("quorum", sa.Integer()),
        _column("tie", sa.String(20)),
        _column("skip_if_nobody", sa.Boolean()),
        _column("needs_appointment", sa.Boolean()),
        _column("checklists", JSON),
        _fk("review_route_stage", "route_id", "review_route"),
        sa.PrimaryKeyConstraint("route_id", "number", name=op.f("pk_review_route_stage")),
    )
    op.bulk_insert(routes, [_default_route()])
    op.bulk_insert(stages, _default_stages())


def _default_route() -> dict[str, object]:
    return {
        "id": DEFAULT_ROUTE,
        "name": "Quy trình mặc định",
        "unit_id": None,
        "subject": None,
        "valid_from": date(2000, 1, 1),
        "reason": "Có sẵn khi cài đặt",
        "created_by": None,
        "created_at": datetime(2000, 1, 1, tzinfo=UTC),
    }


def _default_stages() -> list[dict[str, object]]:
    """A school looks first where it has somebody for it; two people of the department decide."""
    common: dict[str, object] = {
        "route_id": DEFAULT_ROUTE,
        "quorum": 3,
        "tie": "return",
        "needs_appointment": False,
        "checklists": {},
    }
    school = {
        "number": 1,
        "name": "Sàng lọc ở trường",
        "level": "truong",
        "roles": ["group_lead"],
        "seats": 1,
        "counts": False,
        "is_blind": False,
        "same_school_ok": True,
        "days": 5,
        "skip_if_nobody": True,
    }
    department = {
        "number": 2,
        "name": "Thẩm định cấp Sở",
        "level": "so",
        "roles": ["appraiser", "counter_reviewer"],
        "seats": 2,
        "counts": True,
        "is_blind": True,
        "same_school_ok": False,
        "days": 7,
        "skip_if_nobody": False,
    }
    return [{**common, **school}, {**common, **department}]


def _rounds() -> None:
    """Rounds so far ran at the department: that is stage 2 of the default route."""
    add = op.add_column
    add("review_round", sa.Column("stage", sa.Integer(), server_default="1", nullable=False))
    add(
        "review_round",
        sa.Column("same_school_ok", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE review_round ADD COLUMN route_id CHAR(32) CONSTRAINT "
            "fk_review_round_route_id_review_route REFERENCES review_route (id)"
        )
    else:
        add("review_round", sa.Column("route_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f("fk_review_round_route_id_review_route"),
            "review_round",
            "review_route",
            ["route_id"],
            ["id"],
        )
    rounds = sa.table(
        "review_round", sa.column("route_id", sa.Uuid()), sa.column("stage", sa.Integer())
    )
    op.execute(rounds.update().values(route_id=DEFAULT_ROUTE, stage=2))
    op.create_table(
        "review_stage_event",
        _column("id", sa.Uuid()),
        _column("round_id", sa.Uuid()),
        _column("stage", sa.Integer()),
        _column("kind", sa.String(20)),
        _column("at", WHEN),
        _fk("review_stage_event", "round_id", "review_round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_stage_event")),
    )
    op.create_index(op.f("ix_review_stage_event_round_id"), "review_stage_event", ["round_id"])


def _assignments(dialect: str) -> None:
    """One seat a role becomes any number of seats a stage; what stands keeps its place."""
    if dialect == "sqlite":
        _rebuild_assignments()
    else:
        _widen_assignments()
    op.create_table(
        "review_assignment_end",
        _column("assignment_id", sa.Uuid()),
        _column("how", sa.String(20)),
        _column("reason", sa.Text()),
        _column("ended_by", sa.Uuid(), nullable=True),
        _column("at", WHEN),
        _fk("review_assignment_end", "assignment_id", "review_assignment"),
        _fk("review_assignment_end", "ended_by", "person"),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_review_assignment_end")),
    )


WIDER = ("stage", "seat", "turn", "uq_review_assignment_round_id_stage_seat_turn")
SEAT_OF_ROLE = "CASE role WHEN 'appraiser' THEN 1 ELSE 2 END"


def _widen_assignments() -> None:
    name = "review_assignment"
    for column in ("role", "reviewer_id"):
        op.drop_constraint(op.f(f"uq_{name}_round_id_{column}"), name, type_="unique")
    for column in ("stage", "seat", "turn"):
        op.add_column(name, sa.Column(column, sa.Integer(), nullable=True))
    op.execute(f"UPDATE {name} SET stage = 2, turn = 1, seat = {SEAT_OF_ROLE}")
    for column in ("stage", "seat", "turn"):
        op.alter_column(name, column, nullable=False)
    op.create_unique_constraint(
        op.f(f"uq_{name}_round_id_stage_seat_turn"), name, ["round_id", "stage", "seat", "turn"]
    )


def _rebuild_assignments() -> None:
    """SQLite cannot drop a constraint: both tables are built beside the old ones and take over."""
    op.create_table("review_assignment_new", *_assignment_columns())
    op.execute(
        "INSERT INTO review_assignment_new (id, round_id, stage, seat, turn, role, reviewer_id,"
        f" assigned_by, assigned_at, due_at) SELECT id, round_id, 2, {SEAT_OF_ROLE}, 1, role,"
        " reviewer_id, assigned_by, assigned_at, due_at FROM review_assignment"
    )
    _rebuild_verdicts()
    op.drop_table("review_assignment")
    op.rename_table("review_assignment_new", "review_assignment")
    for column in ("round_id", "reviewer_id"):
        op.create_index(op.f(f"ix_review_assignment_{column}"), "review_assignment", [column])


def _assignment_columns() -> list[sa.schema.SchemaItem]:
    name = "review_assignment"
    return [
        _column("id", sa.Uuid()),
        _column("round_id", sa.Uuid()),
        _column("stage", sa.Integer()),
        _column("seat", sa.Integer()),
        _column("turn", sa.Integer()),
        _column("role", sa.String(30)),
        _column("reviewer_id", sa.Uuid()),
        _column("assigned_by", sa.Uuid(), nullable=True),
        _column("assigned_at", WHEN),
        _column("due_at", WHEN, nullable=True),
        _fk(name, "round_id", "review_round"),
        _fk(name, "reviewer_id", "person"),
        _fk(name, "assigned_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "round_id", "stage", "seat", "turn", name=op.f(f"uq_{name}_round_id_stage_seat_turn")
        ),
    ]


def _rebuild_verdicts() -> None:
    """The verdicts point at the assignments, so they move with them; their triggers are set again."""
    op.create_table("review_verdict_new", *_verdict_columns("review_assignment_new"))
    op.execute("INSERT INTO review_verdict_new SELECT * FROM review_verdict")
    op.drop_table("review_verdict")
    op.rename_table("review_verdict_new", "review_verdict")
    for statement in append_only("review_verdict", "sqlite"):
        op.execute(statement)


def _verdict_columns(assignments: str) -> list[sa.schema.SchemaItem]:
    return [
        _column("assignment_id", sa.Uuid()),
        _column("verdict", sa.String(20)),
        _column("checklist", JSON),
        _column("comment", sa.Text()),
        _column("at", WHEN),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            [f"{assignments}.id"],
            name=op.f("fk_review_verdict_assignment_id_review_assignment"),
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_review_verdict")),
    ]


def _council() -> None:
    op.create_table(
        "council_case",
        _column("id", sa.Uuid()),
        _column("kind", sa.String(20)),
        _column("item_id", sa.Uuid()),
        _column("version_hash", sa.String(64)),
        _column("round_id", sa.Uuid(), nullable=True),
        _column("stage", sa.Integer(), nullable=True),
        _column("detail", JSON),
        _column("quorum", sa.Integer()),
        _column("tie", sa.String(20)),
        _column("opened_by", sa.Uuid(), nullable=True),
        _column("opened_at", WHEN),
        _fk("council_case", "item_id", "item"),
        _fk("council_case", "version_hash", "item_version", "hash"),
        _fk("council_case", "round_id", "review_round"),
        _fk("council_case", "opened_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_case")),
    )
    for column in ("item_id", "round_id"):
        op.create_index(op.f(f"ix_council_case_{column}"), "council_case", [column])
    op.create_table(
        "council_vote",
        _column("case_id", sa.Uuid()),
        _column("member_id", sa.Uuid()),
        _column("choice", sa.String(20)),
        _column("reason", sa.Text()),
        _column("at", WHEN),
        _fk("council_vote", "case_id", "council_case"),
        _fk("council_vote", "member_id", "person"),
        sa.PrimaryKeyConstraint("case_id", "member_id", name=op.f("pk_council_vote")),
    )
    op.create_table(
        "council_outcome",
        _column("case_id", sa.Uuid()),
        _column("outcome", sa.String(20)),
        _column("counts", JSON),
        _column("decided_by", sa.Uuid()),
        _column("reason", sa.Text()),
        _column("at", WHEN),
        _fk("council_outcome", "case_id", "council_case"),
        _fk("council_outcome", "decided_by", "person"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_council_outcome")),
    )


def _comments() -> None:
    op.create_table(
        "review_comment",
        _column("id", sa.Uuid()),
        _column("item_id", sa.Uuid()),
        _column("round_id", sa.Uuid()),
        _column("parent_id", sa.Uuid(), nullable=True),
        _column("anchor", sa.String(100)),
        _column("writer_id", sa.Uuid()),
        _column("text", sa.Text()),
        _column("before", sa.Text(), nullable=True),
        _column("suggestion", sa.Text(), nullable=True),
        _column("at", WHEN),
        _fk("review_comment", "item_id", "item"),
        _fk("review_comment", "round_id", "review_round"),
        _fk("review_comment", "parent_id", "review_comment"),
        _fk("review_comment", "writer_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    for column in ("item_id", "round_id"):
        op.create_index(op.f(f"ix_review_comment_{column}"), "review_comment", [column])
    op.create_table(
        "review_comment_event",
        _column("id", sa.Uuid()),
        _column("comment_id", sa.Uuid()),
        _column("kind", sa.String(20)),
        _column("by_id", sa.Uuid()),
        _column("at", WHEN),
        _fk("review_comment_event", "comment_id", "review_comment"),
        _fk("review_comment_event", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment_event")),
    )
    op.create_index(
        op.f("ix_review_comment_event_comment_id"), "review_comment_event", ["comment_id"]
    )


def downgrade() -> None:
    """Only while no round has run: what stages, seats and votes say has no place in 0006."""
    dialect = op.get_bind().dialect.name
    if op.get_bind().execute(sa.text("SELECT COUNT(*) FROM review_round")).scalar():
        raise RuntimeError("appraisal rounds are on record; revision 0006 could not hold them")
    for statement in separation.removals(dialect, separation.put_up_by(revision)):
        op.execute(statement)
    for name in (*reversed(FACTS[2:]), "review_verdict", "review_assignment"):
        op.drop_table(name)
    _first_assignments(dialect)
    with op.batch_alter_table("review_round") as batch:
        for column in ("route_id", "stage", "same_school_ok"):
            batch.drop_column(column)
    op.drop_table("review_route_stage")
    op.drop_table("review_route")


def _first_assignments(dialect: str) -> None:
    """The two tables as 0001 made them."""
    name = "review_assignment"
    columns = [c for c in _assignment_columns() if getattr(c, "name", "") not in WIDER]
    op.create_table(
        name,
        *columns,
        sa.UniqueConstraint("round_id", "role", name=op.f(f"uq_{name}_round_id_role")),
        sa.UniqueConstraint(
            "round_id", "reviewer_id", name=op.f(f"uq_{name}_round_id_reviewer_id")
        ),
    )
    for column in ("round_id", "reviewer_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])
    op.create_table("review_verdict", *_verdict_columns("review_assignment"))
    for statement in append_only("review_verdict", dialect):
        op.execute(statement)

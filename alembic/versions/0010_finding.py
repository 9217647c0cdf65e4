"""Finding items: folded text, facets, likeness, saved searches."""

from __future__ import annotations

import sqlalchemy as sa

import itembank.db
from alembic import op
from itembank.facts import append_only
from itembank.finding import index
from itembank.items.models import new_place

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("place", "outcome", "difficulty", "discrimination", "exposure", "flagged")
FACETS = [
    "place", "subject", "grade", "topic", "outcome", "kind", "level", "state", "unit_id",
    "author_id", "difficulty", "discrimination", "exposure", "flagged", "current_version",
    "code",
]  # fmt: skip
OF_A_SUBJECT = ["subject", "topic", *(name for name in FACETS if name not in ("subject", "topic"))]
WHEN = itembank.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _facets()
    index.create(op.get_bind())
    _sketches()
    _enemies()
    _searches()
    _tags()


def _facets() -> None:
    """`khaothi reindex` fills what is derived; the places are drawn here."""
    added = [
        sa.Column("place", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("outcome", sa.String(80), nullable=False, server_default=""),
        sa.Column("difficulty", sa.Double()),
        sa.Column("discrimination", sa.Double()),
        sa.Column("exposure", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("flagged", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]
    for column in added:
        op.add_column("item", column)
    item = sa.table("item", sa.column("id", sa.Uuid()), sa.column("place", sa.BigInteger()))
    for id_ in op.get_bind().execute(sa.select(item.c.id)).scalars().all():
        op.execute(item.update().where(item.c.id == id_).values(place=new_place()))
    op.create_index("ix_item_facets", "item", FACETS)
    op.create_index("ix_item_subject_facets", "item", OF_A_SUBJECT)
    op.create_index("ix_item_subject_code", "item", ["subject", "code"])


def _sketches() -> None:
    op.create_table(
        "item_sketch",
        sa.Column("hash", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_item_sketch_place", "item_sketch", ["place"])


def _enemies() -> None:
    op.create_table(
        "enemy_mark",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("first_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("second_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.UniqueConstraint("first_id", "second_id", "number"),
    )
    op.create_index("ix_enemy_mark_second_id", "enemy_mark", ["second_id"])
    for statement in append_only("enemy_mark", op.get_bind().dialect.name):
        op.execute(statement)


def _searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.UniqueConstraint("person_id", "name"),
    )


def _tags() -> None:
    op.create_table(
        "item_tag",
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), primary_key=True),
        sa.Column("tag", sa.String(60), primary_key=True),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", WHEN, nullable=False),
    )
    op.create_index("ix_item_tag_tag", "item_tag", ["tag"])


def downgrade() -> None:
    for table in ("item_tag", "saved_search", "enemy_mark", "item_sketch", index.TABLE):
        op.execute(f"DROP TABLE {table}")
    for name in ("ix_item_subject_code", "ix_item_subject_facets", "ix_item_facets"):
        op.drop_index(name, "item")
    for column in COLUMNS:
        op.drop_column("item", column)

"""The schema: migrations reach it, leave it and come back; facts cannot be edited in it."""

from __future__ import annotations

from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from api import migrations
from api.db import Database
from api.tables import Base
from itembank import audit
from itembank.finding import index


def test_newest_revision_is_reached(database: Database) -> None:
    assert migrations.current(database) == migrations.newest()


def test_last_revision_can_be_taken_back_and_applied_again(database: Database) -> None:
    migrations.downgrade(database, "-1")
    migrations.upgrade(database)
    assert migrations.current(database) == migrations.newest()


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or not _is_word_index(name)}
        context = MigrationContext.configure(connection, opts=ours)
        difference = compare_metadata(context, Base.metadata)
    assert difference == []


def _is_word_index(name: str | None) -> bool:
    """Words are kept by each database in its own way, outside the models."""
    return (name or "").startswith(index.TABLE)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"]
)
def test_database_refuses_to_edit_a_fact(database: Database, now: datetime, statement: str) -> None:
    with database.write() as db:
        audit.record(db, None, "test.happened", "test", "1", now=now)
    with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
        db.execute(text(statement))
    with database.read() as db:
        assert db.execute(text("SELECT action FROM audit_event")).scalars().all() == [
            "test.happened"
        ]

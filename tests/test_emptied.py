"""The database that tests share is as good as a new one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from tests.emptied import EmptiedPostgresql, named

ROUTES = "SELECT count(*) FROM review_route"


@pytest.fixture
def kept(postgresql_server: str, postgresql_template: str) -> Iterator[EmptiedPostgresql]:
    made = EmptiedPostgresql(postgresql_server, postgresql_template)
    yield made
    made.drop()


def _run(url: str, *statements: str) -> list[int]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = [_number(connection, statement) for statement in statements]
    engine.dispose()
    return found


def _number(connection: Connection, statement: str) -> int:
    result = connection.execute(text(statement))
    return int(result.scalar_one()) if result.returns_rows else result.rowcount


def _rows_everywhere(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        counted = {
            name: _number(connection, f'SELECT count(*) FROM public."{name}"') for name in tables
        }
    engine.dispose()
    return counted


def test_it_is_as_the_migrations_left_it(kept: EmptiedPostgresql, postgresql_server: str) -> None:
    as_new = _rows_everywhere(named(postgresql_server, kept.template))
    url = kept.ready()
    first = kept.name
    _run(
        url,
        "INSERT INTO sign_in_failure VALUES (gen_random_uuid(), 'toan', now())",
        "ALTER TABLE review_route_stage DISABLE TRIGGER ALL",
        "DELETE FROM review_route_stage",
        "ALTER TABLE review_route_stage ENABLE TRIGGER ALL",
    )
    assert _rows_everywhere(kept.ready()) == as_new
    assert kept.name == first


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE audit_event ADD COLUMN note text",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "CREATE INDEX one_more ON audit_event (at)",
        "DROP TABLE review_route_stage CASCADE",
    ],
)
def test_a_changed_schema_is_not_used_again(kept: EmptiedPostgresql, change: str) -> None:
    url = kept.ready()
    first = kept.name
    _run(url, change)
    kept.ready()
    assert kept.name != first


def test_who_forgot_to_hang_up_holds_nothing_up(kept: EmptiedPostgresql) -> None:
    engine = create_engine(kept.ready())
    with engine.connect() as connection:
        connection.execute(text("LOCK TABLE review_route IN ACCESS EXCLUSIVE MODE"))
        assert _run(kept.ready(), ROUTES)[0] > 0
        connection.invalidate()
    engine.dispose()

"""A PostgreSQL database that is emptied between tests instead of being made again.

To make one from a template costs a good half second, to empty it some milliseconds. What a
migration itself put in is put back; a test that changed the schema, or wrote much, leaves a database
that is thrown away.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, create_engine, make_url, text

Result = TypeVar("Result")

LARGEST = 24 * 2**20
FRESH_SIZE = "SELECT pg_database_size(current_database())"

# The shape of the schema: what is there, how many of each, which triggers are switched off.
SHAPE = """
    SELECT concat_ws(' ',
        (SELECT concat(count(*), ':', max(oid::int8)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
        (SELECT concat(count(*), ':', md5(string_agg(oid || tgenabled::text, '' ORDER BY oid)))
            FROM pg_trigger),
        (SELECT concat(count(*), ':', max(oid::int8)) FROM pg_constraint),
        (SELECT concat(count(*), ':', md5(string_agg(oid || prosrc, '' ORDER BY oid)))
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT concat(count(*), ':', count(*) FILTER (WHERE attnotnull)) FROM pg_attribute),
        (SELECT count(*) FROM pg_db_role_setting))
"""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SEQUENCES_BACK = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


def named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def administer(server: str, statement: str) -> None:
    _in_autocommit(server, lambda connection: connection.execute(text(statement)))


class EmptiedPostgresql:
    """One database of a server: `ready()` gives its address, empty as after the migrations."""

    def __init__(self, server: str, template: str) -> None:
        self.server = server
        self.template = template
        self.name: str | None = None
        self.shape = ""
        self.emptying = ""
        self.largest = 0

    def ready(self) -> str:
        if self.name is not None and not self._emptied(self.name):
            self.drop()
        if self.name is None:
            self.name = f"khaothi_{uuid.uuid4().hex[:12]}"
            administer(self.server, f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
            _in_autocommit(named(self.server, self.name), self._remember)
        return named(self.server, self.name)

    def drop(self) -> None:
        if self.name is not None:
            administer(self.server, f'DROP DATABASE "{self.name}" WITH (FORCE)')
            self.name = None

    def _remember(self, connection: Connection) -> None:
        """Note the schema, and keep a copy of the rows that the migrations wrote."""
        tables = connection.scalars(text(TABLES)).all()
        filled = [name for name in tables if _has_rows(connection, name)]
        connection.exec_driver_sql("CREATE SCHEMA seed")
        for name in filled:
            connection.exec_driver_sql(f'CREATE TABLE seed."{name}" AS TABLE public."{name}"')
        self.shape = connection.scalar(text(SHAPE))
        self.largest = connection.scalar(text(FRESH_SIZE)) + LARGEST
        deleted = [f'DELETE FROM public."{name}"' for name in tables]
        written = [f'INSERT INTO public."{name}" SELECT * FROM seed."{name}"' for name in filled]
        self.emptying = ";".join([*deleted, *written])

    def _emptied(self, name: str) -> bool:
        return _in_autocommit(named(self.server, name), self._empty)

    def _empty(self, connection: Connection) -> bool:
        connection.execute(text(OTHERS))
        if connection.scalar(text(SHAPE)) != self.shape:
            return False
        if connection.scalar(text(FRESH_SIZE)) > self.largest:
            return False
        # Neither the triggers that keep facts nor foreign keys hold for this connection.
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(self.emptying)
        connection.execute(text(SEQUENCES_BACK))
        return True


def _has_rows(connection: Connection, table: str) -> bool:
    return connection.scalar(text(f'SELECT EXISTS (SELECT FROM public."{table}")')) is True


def _in_autocommit(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        done = work(connection)
    engine.dispose()
    return done

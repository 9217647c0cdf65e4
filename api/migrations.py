"""Bringing a database to the newest schema, from a checkout or from an installed wheel."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic import command

from .db import Database

_HERE = Path(__file__).parent


def _folder() -> Path:
    """In a wheel the migrations lie beside this file; in a checkout, at its root."""
    inside = _HERE / "alembic"
    return inside if inside.exists() else _HERE.parent / "alembic"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    with database.engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def downgrade(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, revision)


def newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()

"""Staff who are signed in to the real application."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from api.auth import passwords
from api.db import Database
from itembank.people.models import Person, Unit
from itembank.permissions import Role
from tests.factories.forms import make_person, make_unit
from tests.web import make_client, sign_in

PASSWORD = "mot cau de nho"
HASH = passwords.hash_password(PASSWORD)
HTML = {"accept": "text/html"}


def add_staff(
    database: Database, username: str, *roles: Role, now: datetime, unit: Unit | None = None
) -> tuple[Person, Unit]:
    with database.write() as db:
        where = unit or make_unit(db)
        return make_person(db, where, username, *roles, now=now, password_hash=HASH), where


class Desk:
    """A signed-in person's browser: forms are posted with their token."""

    def __init__(self, database: Database, clock: Any, username: str, **settings: Any) -> None:
        self.client: TestClient = make_client(database, clock, **settings)
        self.token = sign_in(self.client, username, PASSWORD)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=HTML, follow_redirects=False)

    def post(self, path: str, files: Any = None, **fields: Any) -> Any:
        return self.client.post(
            path,
            data={"csrf_token": self.token, **fields},
            files=files,
            headers=HTML,
            follow_redirects=False,
        )

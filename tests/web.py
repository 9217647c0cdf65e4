"""A client of the real application, and the way people sign in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from api.app import create_app
from api.db import Database
from api.settings import Settings


def make_client(database: Database, clock: Callable[[], datetime], **settings: Any) -> TestClient:
    chosen = {"worker_in_process": False, **settings}
    app = create_app(Settings(**chosen), database)
    app.router.routes = list(_routes())
    app.state.clock = clock
    return TestClient(app, raise_server_exceptions=False)


@cache
def _routes() -> list[BaseRoute]:
    """The same routes for every application: the framework reads their signatures on first use."""
    return create_app(Settings(worker_in_process=False)).router.routes


def sign_in(client: TestClient, username: str, password: str) -> str:
    """Sign in as staff; the CSRF token of the session."""
    response = client.post("/dang-nhap", data={"username": username, "password": password})
    assert response.status_code in {200, 404}, response.text
    page = client.get("/doi-mat-khau")
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    return found[1]

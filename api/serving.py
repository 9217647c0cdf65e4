"""How the program is served, by `khaothi serve` and by whatever tests it."""

from __future__ import annotations

import uvicorn

from .app import Application
from .room.save_protocol import SaveProtocol

LAST_SECONDS = 10  # for requests under way when the program is stopped


def server_of(app: Application, *, port: int, host: str = "127.0.0.1") -> uvicorn.Server:
    """Saves go by a protocol of their own, and nobody is told what software answers."""
    config = uvicorn.Config(
        app, host=host, port=port, http=SaveProtocol, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=LAST_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)

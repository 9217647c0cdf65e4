"""How the program is served, by `khaothi serve`, on a box and by whatever tests it."""

from __future__ import annotations

import sys
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from .app import Application
from .request_bounds import BoundedRequests
from .room.save_protocol import SaveProtocol

LAST_SECONDS = 10  # for requests under way when the program is stopped
MOST_FILES = 65_536


def server_of(app: Application, *, port: int, host: str = "127.0.0.1") -> uvicorn.Server:
    """Saves go by a protocol of their own."""
    return _server(app, SaveProtocol, host, port)


def box_server_of(app: ASGIApp, *, port: int, host: str = "127.0.0.1") -> uvicorn.Server:
    """Of a box, where a second box may have to write a save before it is acknowledged."""
    return _server(app, BoundedRequests, host, port)


def _server(app: ASGIApp, protocol: type[BoundedRequests], host: str, port: int) -> uvicorn.Server:
    """Nobody is told what software answers."""
    _open_as_many_files_as_allowed()
    config = uvicorn.Config(
        app, host=host, port=port, http=protocol, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=LAST_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)


def _open_as_many_files_as_allowed() -> None:
    """A connection is a file, and 1,024, the usual bound, are used up by 170 browsers that open six."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # some systems name a bound they do not keep
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

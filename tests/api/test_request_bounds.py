"""A request without an end, or that never comes, is ended; one that is under way is left alone."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import pytest
import uvicorn

from api.app import create_app
from api.request_bounds import LARGEST_HEAD, BoundedRequests
from api.serving import server_of
from api.settings import Settings

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: phong\r\n"
SAVE = b"POST /thi/api/events HTTP/1.1\r\nHost: phong\r\n"
SLOW_ANSWER = 0.6
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # none is asked


class SlowHealth:
    """Answers after several times the patience with requests that do not come."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/slow":
            await asyncio.sleep(SLOW_ANSWER)
            scope = {**scope, "path": "/healthz"}
        await self.app(scope, receive, send)


def at_a_box(app, *, port):
    bounded = {"http": BoundedRequests, "log_level": "error"}
    return uvicorn.Server(uvicorn.Config(SlowHealth(app), port=port, **bounded))


@pytest.fixture(params=[server_of, at_a_box], ids=["serve", "box"])
def address(request, database):
    app = create_app(Settings(worker_in_process=False), database)
    server = request.param(app, port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join()


@pytest.fixture
def line(address):
    with socket.create_connection(address, 20) as line:
        yield line


def until_closed(line):
    told = b""
    try:
        while read := line.recv(65536):
            told += read
    except ConnectionError:  # closed while more was on its way
        pass
    return told


def flood(line, piece):
    """Whether the server ended it before 50 MB had gone."""
    try:
        for _ in range(800):
            line.sendall(piece * (65536 // len(piece)))
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("piece", [b"X-More: of it\r\n", b"a"], ids=["lines", "one line"])
@pytest.mark.parametrize("head", [HEALTH, SAVE], ids=["page", "save"])
def test_a_head_without_an_end_is_ended(line, head, piece):
    line.sendall(head + b"X-First: ")
    assert flood(line, piece)


def test_trailers_without_an_end_are_ended(line):
    line.sendall(SAVE + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    assert flood(line, b"X-More: of it\r\n")


def test_a_head_that_is_too_large_is_told_so(line):
    line.sendall(HEALTH + b"X-Large: " + b"a" * LARGEST_HEAD)
    assert until_closed(line).startswith(b"HTTP/1.1 431 ")


def test_a_large_body_is_no_large_head(line):
    body = b"x" * (4 * LARGEST_HEAD)
    line.sendall(b"POST /healthz HTTP/1.1\r\nHost: phong\r\nContent-Length: %d\r\n\r\n" % len(body))
    line.sendall(body)
    assert line.recv(100).startswith(b"HTTP/1.1 405 ")


@pytest.fixture
def little_patience(monkeypatch):
    monkeypatch.setattr(BoundedRequests, "patience", 0.1)


@pytest.mark.parametrize(
    "begun",
    [b"", HEALTH, SAVE + b"Content-Length: 100\r\n\r\n{"],
    ids=["nothing", "half a head", "half a body"],
)
def test_what_never_comes_is_not_waited_for(little_patience, line, begun):
    line.sendall(begun)
    assert until_closed(line) == b""


@pytest.mark.parametrize("address", [at_a_box], indirect=True)
def test_whoever_waits_for_the_server_is_left_alone(little_patience, line):
    line.sendall(b"GET /slow HTTP/1.1\r\nHost: phong\r\n\r\n")
    assert line.recv(100).startswith(b"HTTP/1.1 200 ")

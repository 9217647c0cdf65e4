"""Saves on the wire: in pieces, in a row, too large, not ours at all.

Each on the protocol of `khaothi serve` and on uvicorn's own within bounds, as a box is served.
"""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from api.app import create_app
from api.auth import passwords
from api.room.device import LARGEST_BODY
from api.serving import box_server_of, server_of
from api.settings import Settings
from delivery.attempts.models import ResponseEvent, WriterLease
from tests.factories.attempts import make_room, start_attempt

TOKEN = "may-07-token"


@pytest.fixture
def room(database, now):
    with database.write() as db:
        made = make_room(db, now=now)
        start_attempt(db, made, passwords.token_hash(TOKEN), now=now)
        return made


@pytest.fixture(params=[server_of, box_server_of], ids=["serve", "box"])
def served(request, database, now, room):
    app = create_app(Settings(worker_in_process=False), database)
    app.state.clock = lambda: now
    server = request.param(app, port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join()


@pytest.fixture
def line(served):
    (listening,) = served.servers[0].sockets
    with socket.create_connection(listening.getsockname(), 10) as line:
        yield line


@pytest.fixture
def save(database, room):
    with database.read() as db:
        (lease,) = db.query(WriterLease)
    writer = f"w-{lease.id}"

    def written(*seqs, value="A", head="", writer=writer, path="/thi/api/events"):
        events = [
            {"seq": seq, "kind": "answer", "item": str(room.choice), "value": value,
             "client_at": "2026-11-23T06:00:00.000Z"}
            for seq in seqs
        ]  # fmt: skip
        body = json.dumps({"writer": writer, "events": events})
        return (
            f"POST {path} HTTP/1.1\r\nHost: phong\r\nCookie: a=b; khaothi_thi={TOKEN}\r\n"
            f"X-Requested-With: khaothi\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return written


def answers(line, n):
    """The next answers on the line: status, headers, document."""
    stream = line.makefile("rb")
    return [_answer(stream) for _ in range(n)]


def _answer(stream):
    status = int(stream.readline().split()[1])
    headers = {}
    while (read := stream.readline()) != b"\r\n":
        name, _, value = read.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, json.loads(stream.read(int(headers["content-length"])) or "null")


def kept(database):
    with database.read() as db:
        return {event.seq for event in db.query(ResponseEvent)}


def test_a_save_in_one_piece_and_one_byte_at_a_time(line, save, database):
    line.sendall(save(1))
    for byte in save(2):
        line.sendall(bytes([byte]))
    assert [(status, body["acked"]) for status, _, body in answers(line, 2)] == [
        (200, [1]), (200, [2]),
    ]  # fmt: skip
    assert kept(database) == {1, 2}


def test_requests_in_a_row_are_answered_in_their_order(line, save, database):
    time_of_day = b"GET /thi/api/time HTTP/1.1\r\nHost: phong\r\n\r\n"
    line.sendall(save(1) + time_of_day + save(2) + save(3, 4) + time_of_day)
    said = [sorted(body) for _, _, body in answers(line, 5)]
    assert [("acked" in keys) for keys in said] == [True, False, True, True, False]
    assert kept(database) == {1, 2, 3, 4}


def test_a_save_in_chunks_is_a_save(line, save, database):
    head, _, body = save(1).partition(b"\r\n\r\n")
    lines = [one for one in head.split(b"\r\n") if not one.startswith(b"Content-Length")]
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (10, body[:10], len(body) - 10, body[10:])
    line.sendall(b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]) + b"\r\n\r\n" + chunks)
    assert answers(line, 1)[0][0] == 200
    assert kept(database) == {1}


def test_what_is_too_large_is_refused_and_the_line_goes_on(line, save, database):
    line.sendall(save(1, value="A" * (LARGEST_BODY + 1)))
    line.sendall(save(2))
    (large, _, why), (small, _, _) = answers(line, 2)
    assert (large, why["error"]["code"], small) == (413, "too_large", 200)
    assert kept(database) == {2}


def test_a_refusal_says_what_the_ordinary_way_says(line, save, served):
    """The same save on the same server, once as uvicorn's protocol and once as the framework answers."""
    line.sendall(save(1, writer="w-nobody") + save(1, writer="w-nobody", path="/thi/api/event%73"))
    (status, headers, body), (asgi_status, asgi_headers, asgi_body) = answers(line, 2)
    assert (status, body["error"]["code"]) == (409, "writer_replaced")
    assert (asgi_status, asgi_body["error"]["code"]) == (status, body["error"]["code"])
    assert headers.keys() == asgi_headers.keys()


def test_a_save_that_another_site_sends_is_refused(line, save, database):
    line.sendall(save(1, head="Origin: http://xa.example\r\n"))
    line.sendall(save(2, head="Origin: http://phong\r\nSec-Fetch-Site: same-origin\r\n"))
    (foreign, _, why), (ours, _, _) = answers(line, 2)
    assert (foreign, why["error"]["code"], ours) == (403, "csrf_failed", 200)
    assert kept(database) == {2}


def test_an_origin_that_is_no_address_is_another_site(line, save, database):
    line.sendall(save(1, head="Origin: http://[x\r\n"))
    ((foreign, _, why),) = answers(line, 1)
    assert (foreign, why["error"]["code"]) == (403, "csrf_failed")
    assert kept(database) == set()


def test_a_line_that_is_to_close_is_closed_after_the_answer(line, save):
    line.sendall(save(1, head="Connection: close\r\n"))
    ((status, headers, _),) = answers(line, 1)
    assert (status, headers["connection"]) == (200, "close")
    assert line.recv(1) == b""


def test_a_device_that_hangs_up_early_has_saved_all_the_same(served, save, database):
    (listening,) = served.servers[0].sockets
    with socket.create_connection(listening.getsockname(), 10) as line:
        line.sendall(save(1))
    end = time.monotonic() + 20
    while kept(database) != {1} and time.monotonic() < end:
        time.sleep(0.01)
    assert kept(database) == {1}

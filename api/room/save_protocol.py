"""Saves over uvicorn's own protocol, without a task and a conversation of messages for each.

The bytes are read by uvicorn's parser, with its pipelining, its time-outs and its shutdown; only who
answers differs: a save goes to the answer path at once and is written back in one piece. Whatever is
not plainly a save goes the ordinary way.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from delivery.attempts.saves import Outcome

from ..app import Application
from ..request_bounds import BoundedRequests
from .answer_path import SAVE_PATH, AnswerPath, SentSave
from .candidate_request import headers_of, lines_of
from .device import LARGEST_BODY, too_large


class _Nobody:
    """Stands where uvicorn keeps who waits for more of a body."""

    def set(self) -> None: ...


class SaveCycle:
    """One save on a connection, as the protocol sees a request; and the place its outcome goes to."""

    message_event = _Nobody()

    def __init__(self, protocol: SaveProtocol, keep_alive: bool) -> None:
        self.protocol, self.keep_alive = protocol, keep_alive
        self.body = bytearray()
        self.more_body, self.is_next = True, False
        self.response_complete = self.disconnected = False
        self.request = Request({**protocol.scope, "app": protocol.path.app})
        self.sent: SentSave | None = None

    def go(self) -> None:
        """Hand the save over, once all of it is here and those before it are answered."""
        path = self.protocol.path
        try:
            if len(self.body) > LARGEST_BODY:
                raise too_large()
            self.sent = path.read_save(self.request, headers_of(self.request), bytes(self.body))
            self.protocol.saves.give(self.sent.save, self)
        except Exception as error:
            self.set_exception(error)

    def done(self) -> bool:
        return self.response_complete or self.disconnected

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self.protocol.loop

    def set_result(self, outcome: Outcome) -> None:
        assert self.sent is not None
        path = self.protocol.path
        try:
            answer = path.saved(self.request, self.sent, outcome)
        except Exception as error:
            self.set_exception(error)
        else:
            self._write(200, path.reply.lines_for(answer), answer.body)

    def set_exception(self, error: Exception) -> None:
        response = self.protocol.path.told(self.request, error)
        self._write(response.status_code, lines_of(response.raw_headers), bytes(response.body))

    def _write(self, status: int, lines: bytes, body: bytes) -> None:
        protocol = self.protocol
        always = lines_of(protocol.server_state.default_headers)
        closing = b"" if self.keep_alive else b"connection: close\r\n"
        protocol.transport.write(STATUS_LINE[status] + always + lines + closing + b"\r\n" + body)
        self.response_complete = True
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


class SaveProtocol(BoundedRequests):
    """uvicorn's protocol for an :class:`~api.app.Application` served as it is."""

    path: AnswerPath

    def __init__(self, config: Any, *args: Any, **named: Any) -> None:
        super().__init__(config, *args, **named)
        assert isinstance(config.app, Application)
        self.path = config.app.answer_path
        self.saves = self.path.on_loop()

    def on_headers_complete(self) -> None:
        if not self._is_save():
            return super().on_headers_complete()
        self.moved += 1
        path = SAVE_PATH.decode()
        self.scope |= {"method": "POST", "path": path, "raw_path": SAVE_PATH, "query_string": b""}
        before: Any = self.cycle
        cycle: Any = SaveCycle(self, self.parser.should_keep_alive())
        self.cycle = cycle
        if before is None or before.response_complete:
            cycle.is_next = True
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _is_save(self) -> bool:
        return (
            self.url == SAVE_PATH
            and self.parser.get_method() == b"POST"
            and self.parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
            and not self.root_path
            and self.limit_concurrency is None
        )

    def on_body(self, body: bytes) -> None:
        cycle: Any = self.cycle
        if not isinstance(cycle, SaveCycle):
            super().on_body(body)
            return
        self.body_goes_on()
        if len(cycle.body) <= LARGEST_BODY:  # what is too large is not kept
            cycle.body += body

    def on_message_complete(self) -> None:
        super().on_message_complete()
        cycle: Any = self.cycle
        if isinstance(cycle, SaveCycle) and cycle.is_next:
            cycle.go()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if not isinstance(cycle, SaveCycle):
            return super()._start_asgi_task(cycle, app)
        cycle.is_next = True
        if not cycle.more_body:
            cycle.go()

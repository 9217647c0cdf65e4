"""What a request may weigh before anybody has looked at it, and how long it may take to come.

uvicorn keeps a request's head however long it grows, and a connection however long it says nothing: one
seat could fill the memory of the server, or take all its connections, in the middle of an examination.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
PATIENCE = 30.0  # seconds in which a head has to come whole, or a body to go on
TOO_LARGE = b"content-length: 0\r\nconnection: close\r\n\r\n"


class BoundedRequests(HttpToolsProtocol):
    """uvicorn's protocol; ends a connection whose request has no end, or never comes."""

    patience = PATIENCE

    def __init__(self, config: Any, *args: Any, **named: Any) -> None:
        super().__init__(config, *args, **named)
        self.outside_body = 0  # bytes since the last of a body, or of a request
        self.moved = self.moved_before = 0  # heads and pieces of bodies that have come
        self.next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.next_look = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.next_look is not None:
            self.next_look.cancel()
            self.next_look = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.outside_body += len(data)
        super().data_received(data)
        if self.outside_body > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(STATUS_LINE[431] + TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self.moved += 1
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.body_goes_on()
        super().on_body(body)

    def body_goes_on(self) -> None:
        self.outside_body = 0
        self.moved += 1

    def on_message_complete(self) -> None:
        self.outside_body = 0
        super().on_message_complete()

    def _look(self) -> None:
        """Whoever waits for us is left alone: an answer may take as long as it takes."""
        if self._waits_for_them() and self.moved == self.moved_before:
            self.transport.close()
            return
        self.moved_before = self.moved
        self.next_look = self.loop.call_later(self.patience, self._look)

    def _waits_for_them(self) -> bool:
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete:
            return True
        return cycle.more_body and not self.flow.read_paused

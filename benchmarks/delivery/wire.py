"""A candidate's browser reduced to a socket: kept-alive requests with a cookie, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Wire:
    """One connection to the server, made anew where the server has let it go."""

    host: str
    port: int
    token: str = ""
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None)

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> Answer:
        """The server's answer. A kept connection may just have been closed: then once more."""
        was_kept = self._streams is not None
        try:
            return await self._ask(method, path, body, kind)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            if not was_kept:
                raise
            return await self._ask(method, path, body, kind)

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        writer.write(self._request(method, path, body, kind))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        received = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(first.split()[1]), headers, received)

    def _request(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        cookie = f"Cookie: khaothi_thi={self.token}\r\n" if self.token else ""
        length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
        about = length or ("Content-Length: 0\r\n" if method == "POST" else "")
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{cookie}"
            f"X-Requested-With: khaothi\r\n{about}\r\n"
        )
        return head.encode() + body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

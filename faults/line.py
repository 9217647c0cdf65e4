"""A bad line: a small TCP proxy between devices and server that cuts, delays, doubles and resets."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator

from .servers import free_port

TIMES = 10  # how often a doubled request arrives
FATES = ("pass", "delay", "cut before", "cut after", "reset", "double")
RESET = struct.pack("ii", 1, 0)  # linger for no time: the other side sees RST


class BadLine:
    """Each request meets a fate of its own; `is_cut`: nothing passes and nobody may connect."""

    def __init__(self, target: int, *, seed: int = 1) -> None:
        self.target, self.port = target, free_port()
        self.dice = random.Random(seed)
        self.is_cut = False
        self.met: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[object] = set()  # the loop itself holds its tasks only weakly

    @contextlib.contextmanager
    def laid(self) -> Iterator[BadLine]:
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        listening = asyncio.start_server(self._connection, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._taken_up(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    async def _taken_up(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def cut(self) -> None:
        """Every connection there is dies, and no other is taken."""
        self.is_cut = True
        self._loop.call_soon_threadsafe(self._reset_all)

    def _reset_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    def mend(self) -> None:
        self.is_cut = False

    async def _connection(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._open.add(back)
        self._tasks.add(task := asyncio.current_task())
        try:
            while not self.is_cut and await self._request(await _message(near), back):
                pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the end of this task is the end of the connection, whoever ends it
        finally:
            self._open.discard(back)
            self._tasks.discard(task)
            _reset(back)

    async def _request(self, request: bytes, back: asyncio.StreamWriter) -> bool:
        """Whether the connection is still there afterwards."""
        fate = self.dice.choices(FATES, weights=(60, 10, 8, 8, 7, 7))[0]
        self.met[fate] += 1
        if self.is_cut or fate in {"cut before", "reset"}:
            return False
        if fate == "delay":
            await asyncio.sleep(self.dice.uniform(0.05, 0.5))
        answer = await self._answer(request, TIMES if fate == "double" else 1)
        if fate == "cut after" or self.is_cut:
            return False
        back.write(answer)
        await back.drain()
        return True

    async def _answer(self, request: bytes, times: int) -> bytes:
        """The server's answer; of a doubled request all copies arrive at once, on lines of their own."""
        answers = await asyncio.gather(*(self._ask(request) for _ in range(times)))
        return answers[0]

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            writer.write(request)
            return await _message(reader)
        finally:
            writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    start = head.lower().index(b"content-length:") + 15
    return head + await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))


def _reset(writer: asyncio.StreamWriter) -> None:
    held = writer.get_extra_info("socket")
    if held is not None and not writer.is_closing():
        with contextlib.suppress(OSError):  # closed from the other side already
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.close()

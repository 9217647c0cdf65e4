"""Virtual devices: each keeps its change and sends it again until it is told that it is saved."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .acknowledged import Journal, Sent

AGAIN_AFTER = 0.05
PATIENCE = 30.0


@dataclass
class Device:
    """One machine in the room. `token` is its cookie, `writer` the lease it writes under."""

    token: str
    writer: uuid.UUID
    seq: int = 0
    waiting: Sent | None = None

    def next_change(self, item: uuid.UUID, dice: random.Random) -> Sent:
        """The change that is not yet acknowledged, else a new one."""
        if self.waiting is None:
            self.seq += 1
            at = f"2026-11-23T06:{self.seq // 60 % 60:02d}:{self.seq % 60:02d}.000Z"
            self.waiting = Sent(self.writer, self.seq, "answer", item, dice.choice("ABCD"), at)
        return self.waiting


class Room:
    """All devices at work on one address, in a thread of their own, whatever happens to the server."""

    def __init__(
        self, devices: Sequence[Device], item: uuid.UUID, port: int, *, seed: int = 1,
        think: float = 0.02,
    ) -> None:  # fmt: skip
        self.devices, self.item, self.port, self.think = devices, item, port, think
        self.journal = Journal()
        self.dice = random.Random(seed)
        self._stop = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> Iterator[Journal]:
        thread = threading.Thread(target=lambda: asyncio.run(self._work()), daemon=True)
        self._stop.clear()
        thread.start()
        try:
            yield self.journal
        finally:
            self._stop.set()
            thread.join()

    async def _work(self) -> None:
        await asyncio.gather(*(self._device(device) for device in self.devices))

    async def _device(self, device: Device) -> None:
        line: Line | None = None
        while not self._stop.is_set():
            change = device.next_change(self.item, self.dice)
            self.journal.send(change)
            try:
                line = line or await Line.open(self.port)
                status = await asyncio.wait_for(line.save(device.token, change), PATIENCE)
            except (OSError, EOFError, ValueError, TimeoutError):
                _hang_up(line)
                line = None
                await asyncio.sleep(AGAIN_AFTER)
                continue
            self._told(device, change, status)
            await asyncio.sleep(self.think if status == 200 else AGAIN_AFTER)
        _hang_up(line)

    def _told(self, device: Device, change: Sent, status: int) -> None:
        if status == 200:
            self.journal.acknowledge(change)
            device.waiting = None
        elif status == 503:
            self.journal.put_off += 1
        else:
            self.journal.refused.append(status)


class Line:
    """One connection, spoken to in plain HTTP/1.1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def save(self, token: str, *changes: Sent) -> int:
        """The status of one save."""
        self.writer.write(save_request(token, *changes))
        await self.writer.drain()
        head = await self.reader.readuntil(b"\r\n\r\n")
        start = head.lower().index(b"content-length:") + 15
        await self.reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
        return int(head[9:12])


def save_request(token: str, *changes: Sent) -> bytes:
    events = ",".join(change.as_json() for change in changes)
    body = f'{{"writer":"w-{changes[0].writer}","events":[{events}]}}'
    head = (
        "POST /thi/api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: khaothi_thi={token}\r\nX-Requested-With: khaothi\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _hang_up(line: Line | None) -> None:
    if line is not None:
        line.writer.close()

"""Simulated devices over plain sockets: they cost the machine as little as they can.

Runs as a process of its own: `python -m benchmarks.delivery.load` reads a plan from standard input
(JSON) and prints what it saw (JSON).
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from itertools import cycle
from typing import Any

import uvloop


async def main() -> None:
    plan = json.load(sys.stdin)
    seats = plan["seats"]
    per = len(seats) // plan["connections"]
    groups = [seats[i * per : (i + 1) * per] for i in range(plan["connections"])]
    started = time.perf_counter()
    end = started + plan["seconds"]
    devices = await asyncio.gather(*(_connected(plan, group, end) for group in groups))
    await asyncio.gather(*(device.over for device in devices))
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    latencies = [latency for device in devices for latency in device.latencies]
    report = {
        "saves": len(latencies),
        "errors": sum(device.errors for device in devices),
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "latencies": sorted(latencies),
    }
    print(json.dumps(report))


async def _connected(plan: dict[str, Any], seats: list[Any], end: float) -> Device:
    loop = asyncio.get_running_loop()
    _, device = await loop.create_connection(
        lambda: Device(plan, seats, end, loop.create_future()), plan["host"], plan["port"]
    )
    return device


class Device(asyncio.Protocol):
    """One connection that writes for its seats in turn, one save after the other."""

    def __init__(
        self, plan: dict[str, Any], seats: list[Any], end: float, over: asyncio.Future[None]
    ) -> None:
        self.plan, self.end, self.over = plan, end, over
        self.seats, self.n_seats = cycle(seats), len(seats)
        self.latencies: list[float] = []
        self.errors, self.asked_at, self.received = 0, 0.0, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = time.perf_counter()
        self.latencies.append(now - self.asked_at)
        self.errors += head[9:12] != b"200"
        self.received = b""
        if now < self.end:
            self._ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if time.perf_counter() < self.end:
            self.over.set_exception(error or ConnectionError("the server hung up"))
        else:
            self.over.set_result(None)

    def _ask(self) -> None:
        token, lease = next(self.seats)
        seq = 1 + len(self.latencies) // self.n_seats
        self.asked_at = time.perf_counter()
        self.transport.write(_request(self.plan, token, lease, seq))


def _request(plan: dict[str, Any], token: str, lease: str, seq: int) -> bytes:
    body = (
        f'{{"writer":"{lease}","events":[{{"seq":{seq},"kind":"answer","item":"{plan["item"]}",'
        f'"value":"{"ABCD"[seq % 4]}","client_at":"2026-11-23T06:00:00.000Z"}}]}}'
    )
    head = (
        f"POST /thi/api/events HTTP/1.1\r\nHost: {plan['host']}:{plan['port']}\r\n"
        f"Cookie: khaothi_thi={token}\r\nX-Requested-With: khaothi\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + 15
    return int(head[start:].split(b"\r\n", 1)[0])


if __name__ == "__main__":
    uvloop.run(main())

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
from typing import Any


async def main() -> None:
    plan = json.load(sys.stdin)
    seats = plan["seats"]
    per = len(seats) // plan["connections"]
    groups = [seats[i * per : (i + 1) * per] for i in range(plan["connections"])]
    end = time.perf_counter() + plan["seconds"]
    started = time.perf_counter()
    done = await asyncio.gather(*(_device(plan, group, end) for group in groups))
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    latencies = [latency for latencies, _ in done for latency in latencies]
    report = {
        "saves": len(latencies),
        "errors": sum(errors for _, errors in done),
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "latencies": sorted(latencies),
    }
    print(json.dumps(report))


async def _device(plan: dict[str, Any], seats: list[Any], end: float) -> tuple[list[float], int]:
    """One connection that writes for its seats in turn, one save after the other."""
    reader, writer = await asyncio.open_connection(plan["host"], plan["port"])
    latencies, errors, seq = [], 0, 0
    while time.perf_counter() < end:
        seq += 1
        for token, lease in seats:
            start = time.perf_counter()
            writer.write(_request(plan, token, lease, seq))
            status = await _status(reader)
            latencies.append(time.perf_counter() - start)
            errors += status != 200
            if plan["think"]:
                await asyncio.sleep(plan["think"])
            if time.perf_counter() >= end:
                break
    writer.close()
    return latencies, errors


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


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    start = head.lower().index(b"content-length:") + 15
    length = int(head[start : head.index(b"\r\n", start)])
    await reader.readexactly(length)
    return int(head[9:12])


if __name__ == "__main__":
    asyncio.run(main())

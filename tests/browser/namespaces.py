"""A school's network out of network namespaces: one server, many seats, cables that can be pulled.

Every host is a process that holds a namespace, joined by a virtual cable to the switch in the
server's. There is no route anywhere else, and no host but the test's own programs can be reached:
what works here works in a room without Internet. Root makes plain namespaces; an ordinary user
makes them inside a user namespace, where the system allows it. Where it does not, `school_network`
gives the machine's own address and says so with a warning: never localhost, but no cables either.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

SERVER = "server"
SUBNET = "10.77.0"
PATIENCE = 10.0


class NoNamespaces(OSError):
    """The system lets this user make no network namespace."""


@dataclass
class SchoolNetwork:
    """Hosts by name; the server has the first address."""

    holders: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    has_cables = True

    @property
    def address(self) -> str:
        """Of the server, as a candidate types it."""
        return f"{SUBNET}.1"

    def command(self, host: str, argv: Sequence[str]) -> list[str]:
        """What to run so that `argv` finds itself on this host."""
        enter = ["nsenter", "-t", str(self.holders[host].pid), "-n"]
        if os.geteuid() != 0:
            enter += ["-U", "--preserve-credentials"]
        return [*enter, *argv]

    def pull_cable(self, host: str) -> None:
        self._ip(SERVER, "link", "set", f"seat-{host}", "down")

    def plug_in(self, host: str) -> None:
        self._ip(SERVER, "link", "set", f"seat-{host}", "up")

    def add_server(self) -> None:
        """The namespace with the switch."""
        made = ["unshare", *(["-Urn"] if os.geteuid() else ["-n"]), "sleep", "infinity"]
        self.holders[SERVER] = _holding(made)
        self._ip(SERVER, "link", "set", "lo", "up")
        self._ip(SERVER, "link", "add", "switch", "type", "bridge")
        self._ip(SERVER, "addr", "add", f"{SUBNET}.1/24", "dev", "switch")
        self._ip(SERVER, "link", "set", "switch", "up")

    def add_host(self, host: str) -> None:
        number, far = len(self.holders) + 1, f"seat-{host}"
        made = ["unshare", "-n", "sleep", "infinity"]
        self.holders[host] = _holding(made if os.geteuid() == 0 else self._as_owner(made))
        pid = str(self.holders[host].pid)
        self._ip(SERVER, "link", "add", far, "type", "veth", "peer", "name", "lan", "netns", pid)
        self._ip(SERVER, "link", "set", far, "master", "switch", "up")
        self._ip(host, "addr", "add", f"{SUBNET}.{number}/24", "dev", "lan")
        for link in ("lo", "lan"):
            self._ip(host, "link", "set", link, "up")

    def close(self) -> None:
        """Namespaces go with the processes that hold them, cables with the namespaces."""
        for holder in self.holders.values():
            holder.kill()
            holder.wait()

    def _as_owner(self, argv: Sequence[str]) -> list[str]:
        """Inside the server's user namespace, in no network of its own yet."""
        owner = str(self.holders[SERVER].pid)
        return ["nsenter", "-t", owner, "-U", "--preserve-credentials", *argv]

    def _ip(self, host: str, *words: str) -> None:
        told = subprocess.run(self.command(host, ["ip", *words]), capture_output=True, text=True)
        if told.returncode:
            raise NoNamespaces(f"ip {' '.join(words)}: {told.stderr.strip()}")


def _holding(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    """A process that has entered a namespace of its own: by then it has become `sleep`."""
    holder = subprocess.Popen(argv, stderr=subprocess.PIPE)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and holder.poll() is None:
        with open(f"/proc/{holder.pid}/comm") as name:
            if name.read().strip() == "sleep":
                return holder
        time.sleep(0.01)
    holder.kill()
    _, told = holder.communicate()
    raise NoNamespaces(told.decode().strip() or f"{argv[0]} did not start")


@dataclass
class OwnAddress:
    """Everything on this machine, reached by its address on the local network."""

    address: str
    has_cables = False

    def command(self, host: str, argv: Sequence[str]) -> list[str]:
        return list(argv)

    def pull_cable(self, host: str) -> None:
        raise NoNamespaces("no cable to pull: switch the browser off line instead")

    plug_in = pull_cable


Network = SchoolNetwork | OwnAddress


@contextmanager
def school_network(*hosts: str) -> Iterator[Network]:
    """A server and these hosts; the machine's own address where no namespace can be made."""
    made = SchoolNetwork()
    try:
        try:
            _need("ip", "unshare", "nsenter")
            made.add_server()
            for host in hosts:
                made.add_host(host)
        except NoNamespaces as error:
            warnings.warn(f"no network namespaces here ({error}): own address", stacklevel=3)
            yield OwnAddress(own_address())
        else:
            yield made
    finally:
        made.close()


def _need(*programs: str) -> None:
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        raise NoNamespaces(f"missing: {', '.join(missing)}")


def own_address() -> str:
    """The address this machine would use towards others. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError as error:
            raise NoNamespaces("this machine has no address but localhost") from error
        address: str = probe.getsockname()[0]
        return address

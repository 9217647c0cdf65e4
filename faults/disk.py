"""The disk that forgets: builds `disk.c`, and takes back what was never flushed."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
HEAD = struct.Struct("<5Q")
WRITE, TRUNCATE = 1, 2
SECTOR = 512


class NoCompiler(RuntimeError):
    """The shim cannot be built here; whoever asked says so and leaves its scenarios out."""


@dataclass(frozen=True)
class Write:
    """One change of a file since its last flush, with the bytes it covered and brought."""

    kind: int
    offset: int
    old_size: int
    old: bytes
    new: bytes


@dataclass
class ForgetfulDisk:
    """A folder under the shim, with the logs of what was written and not yet flushed."""

    folder: Path
    logs: Path = field(init=False)
    library: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.logs = self.folder / "unflushed"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.library = self.logs / "disk.so"
        build(self.library)

    def environment(self) -> dict[str, str]:
        """What puts a process of ours on this disk."""
        return {
            "LD_PRELOAD": str(self.library),
            "KHAOTHI_DISK": str(self.folder),
            "KHAOTHI_DISK_LOG": str(self.logs),
        }

    def turn(self, mode: str) -> None:
        """`full`, `eio`, `lies` or `dies` (see `disk.c`); empty: as a disk should be."""
        (self.logs / "mode").write_text(mode)

    def shift_clock(self, seconds: int) -> None:
        """The machine's wall clock is this far off from now on; its steady clock is not."""
        (self.logs / "clock").write_text(str(seconds))

    def cut(self, dice: random.Random | None = None) -> int:
        """The power is gone: how many unflushed writes there were.

        All of them are taken back; with `dice` some arrive after all, whole or torn, as the queue
        of a real disk might have it.
        """
        return sum(_cut(self.folder / log.stem, log, dice) for log in self.logs.glob("*.log"))


def build(library: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("no C compiler (cc, gcc or clang) is installed")
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
    subprocess.run([*command, "-ldl", "-lpthread"], check=True)


def lies_under(pid: int, library: Path) -> bool:
    """Whether this process runs with the shim and with a SQLite library of its own below it."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return str(library) in maps and "sqlite3" in maps


def _cut(file: Path, log: Path, dice: random.Random | None) -> int:
    writes = _read(log)
    log.write_bytes(b"")
    if not file.exists():
        return 0
    with file.open("r+b") as opened:
        for write in reversed(writes):
            _take_back(opened.fileno(), write)
        if dice is not None:
            for write in writes:
                _arrive_after_all(opened.fileno(), write, dice)
    return len(writes)


def _read(log: Path) -> list[Write]:
    """A kill in the middle of a note leaves half a record: its write was not made."""
    raw, at, found = log.read_bytes(), 0, []
    while at + HEAD.size <= len(raw):
        kind, offset, old_size, n_old, n_new = HEAD.unpack_from(raw, at)
        at += HEAD.size
        if at + n_old + n_new > len(raw):
            break
        old, new = raw[at : at + n_old], raw[at + n_old : at + n_old + n_new]
        found.append(Write(kind, offset, old_size, old, new))
        at += n_old + n_new
    return found


def _take_back(fd: int, write: Write) -> None:
    os.pwrite(fd, write.old, write.offset)
    os.ftruncate(fd, write.old_size)


def _arrive_after_all(fd: int, write: Write, dice: random.Random) -> None:
    fate = dice.random()
    if write.kind == TRUNCATE or fate < 0.4:
        return
    kept = len(write.new) if fate < 0.8 else dice.randrange(len(write.new) // SECTOR + 1) * SECTOR
    os.pwrite(fd, write.new[:kept], write.offset)

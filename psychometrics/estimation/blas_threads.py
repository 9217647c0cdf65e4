"""One BLAS thread for each worker thread.

The E-step hands chunks of persons to a few worker threads. If every matrix product of a worker were
itself spread over all cores, the workers would queue for the same pool of BLAS threads and lose more
than they gain (measured: docs/performance.md). So BLAS is told to use one thread while the workers
run, and given its threads back afterwards. Without a known BLAS one worker does everything and BLAS
divides the products as it likes; the results are the same.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

PREFIXES: tuple[str, ...] = (
    "scipy_openblas_{}_num_threads64_",
    "openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads",
)


@dataclass(frozen=True)
class _ThreadControl:
    get: Callable[[], int]
    set: Callable[[int], None]


class _Users:
    """How many callers want single threads at this moment, and what to give back after the last."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.count = 0
        self.threads = 1


_users = _Users()


def worker_threads() -> int:
    """As many workers as BLAS has threads of its own, so that the usual limits are respected.

    ``OPENBLAS_NUM_THREADS``, ``OMP_NUM_THREADS`` and the cores the process may use all count.
    """
    control = _control()
    if control is None:
        return 1
    with _users.lock:
        return _users.threads if _users.count else control.get()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """While any caller is inside, every matrix product uses one thread."""
    control = _control()
    if control is None:
        yield
        return
    _enter(control)
    try:
        yield
    finally:
        _leave(control)


def _enter(control: _ThreadControl) -> None:
    with _users.lock:
        if not _users.count:
            _users.threads = control.get()
            control.set(1)
        _users.count += 1


def _leave(control: _ThreadControl) -> None:
    with _users.lock:
        _users.count -= 1
        if not _users.count:
            control.set(_users.threads)


@cache
def _control() -> _ThreadControl | None:
    for path in _libraries():
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for prefix in PREFIXES:
            setter = getattr(library, prefix.format("set"), None)
            getter = getattr(library, prefix.format("get"), None)
            if setter is not None and getter is not None:
                getter.restype, setter.argtypes = ctypes.c_int, [ctypes.c_int]
                return _ThreadControl(getter, setter)
    return None


def _libraries() -> list[Path]:
    """The OpenBLAS that came with numpy, already loaded by it."""
    home = Path(np.__file__).parent
    folder = home / ".dylibs" if sys.platform == "darwin" else home.parent / "numpy.libs"
    return sorted(folder.glob("*openblas*"))

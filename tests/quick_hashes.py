"""Hashing that costs nothing: the tests sign in thousands of times.

What a hash of the program costs is told by `tests/api/test_passwords.py`, in a process without this.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from api.auth import passwords


def install() -> None:
    """For this process, and before any module makes a hash of its own."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._STAFF = passwords._CODES = quick

"""Exam mode: a box may hold an examination only as the program that was released, on a database
that keeps what it has acknowledged. Pure: what was found in, what is wrong out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from itembank.errors import Problem, msg, problem

# Setting -> values under which a commit means «on disk».
REQUIRED: dict[str, dict[str, frozenset[str]]] = {
    "sqlite": {
        "synchronous": frozenset({"2", "3"}),
        "journal_mode": frozenset({"wal", "delete"}),
        "foreign_keys": frozenset({"1"}),
    },
    "postgresql": {
        "synchronous_commit": frozenset({"on", "remote_write", "remote_apply"}),
        "fsync": frozenset({"on"}),
        "full_page_writes": frozenset({"on"}),
    },
}


@dataclass(frozen=True, slots=True)
class Box:
    """What the box is: the program's build and how its database is set."""

    build: str
    database: str
    settings: Mapping[str, str]


def exam_mode_problems(box: Box, released_build: str) -> list[Problem]:
    """Why this box may not hold the examination; empty when it may."""
    found = []
    if box.build != released_build:
        what = "Máy đang chạy bản {mine}; gói đề cần bản {released}. Cài đúng bản rồi mở lại."
        short = {"mine": box.build[:12], "released": released_build[:12]}
        found.append(problem("bản phần mềm", msg(what, **short)))
    for name, allowed in REQUIRED[box.database].items():
        actual = box.settings.get(name, "")
        if actual not in allowed:
            what = "Đang là «{actual}»; cần {allowed}, nếu không mất điện có thể mất bài."
            shown = " / ".join(sorted(allowed))
            found.append(problem(name, msg(what, actual=actual, allowed=shown)))
    return found

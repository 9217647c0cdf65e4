"""The life of a sitting. Pure."""

from __future__ import annotations

PLANNED = "planned"
OPEN = "open"
CLOSED = "closed"

# Kinds of action on a whole sitting, for its minutes.
OPENING_ASKED = "opening_asked"  # a first person asks to open
OPENED = "opened"
CLOSING = "closing"  # with the reason, where work was taken in before its time

STATE_NAMES = {PLANNED: "Chưa mở", OPEN: "Đang thi", CLOSED: "Đã đóng"}

ALLOWED: frozenset[tuple[str, str]] = frozenset({(PLANNED, OPEN), (OPEN, CLOSED)})


def may_become(state: str, target: str) -> bool:
    return (state, target) in ALLOWED

"""The reason that whatever is out of the ordinary must carry: it goes into the minutes. Pure."""

from __future__ import annotations

from itembank.errors import Invalid, msg, problem

SHORTEST_REASON = 10
LONGEST_REASON = 2000


def is_reason(text: str) -> bool:
    return len(" ".join(text.split())) >= SHORTEST_REASON


def checked_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not is_reason(reason):
        what = msg("Ghi lí do, ít nhất {n} kí tự; lí do được ghi vào biên bản.", n=SHORTEST_REASON)
        raise Invalid("Chưa có lí do.", code="reason_missing", problems=[problem("reason", what)])
    return reason[:LONGEST_REASON]

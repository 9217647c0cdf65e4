"""What verdicts there are, what a complete stage comes to, and which decision is open. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

VERDICT_NAMES: dict[str, str] = {
    "accept": "Chấp nhận",
    "revise": "Cần sửa",
    "reject": "Không nhận",
}
DECISION_NAMES: dict[str, str] = {
    "approve": "Duyệt vào ngân hàng",
    "return": "Trả lại để sửa",
    "reject": "Không nhận",
}
OUTCOMES: dict[str, str] = {"approve": "approved", "return": "returned", "reject": "rejected"}
ENDING_NAMES: dict[str, str] = {
    "declined": "Từ chối nhận việc",
    "recused": "Xin không tham gia vì có liên quan",
    "replaced": "Thư kí thay người",
}
REVIEW_ROLES = ("appraiser", "counter_reviewer")  # the seats of the department's stage

Result = Literal["waiting", "accepted", "refused", "divided"]


def result_of(verdicts: Collection[str], seats: int) -> Result:
    """What the verdicts of one stage come to once every seat has spoken."""
    if len(verdicts) < seats:
        return "waiting"
    accepted = sum(verdict == "accept" for verdict in verdicts)
    if accepted == len(verdicts):
        return "accepted"
    return "divided" if accepted else "refused"


def ready_for(decision: str, verdicts: Collection[str], seats: int) -> bool:
    """Approval needs every seat to accept; refusal all to be in; a return at least one."""
    if decision == "approve":
        return result_of(verdicts, seats) == "accepted"
    if decision == "reject":
        return len(verdicts) >= seats
    return len(verdicts) >= 1

"""What verdicts there are, and which decision they allow. Pure."""

from __future__ import annotations

from collections.abc import Collection

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
REVIEW_ROLES = ("appraiser", "counter_reviewer")


def ready_for(decision: str, verdicts: Collection[str]) -> bool:
    """Approval needs both verdicts to accept; refusal both to be in; a return at least one."""
    if decision == "approve":
        return list(verdicts) == ["accept"] * len(REVIEW_ROLES)
    if decision == "reject":
        return len(verdicts) == len(REVIEW_ROLES)
    return len(verdicts) >= 1

"""How the route of an appraisal is told on the pages: roles, steps, outcomes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from itembank.review.repository import Task
from itembank.review.states import REVIEW_ROLES

ROLE_WORDS: dict[str, str] = {
    "group_lead": "Sàng lọc ở trường",
    "appraiser": "Thẩm định",
    "counter_reviewer": "Phản biện",
}
OUTCOME_WORDS: dict[str, str] = {
    "approved": "Đã duyệt",
    "returned": "Trả lại để sửa",
    "rejected": "Không nhận",
    "withdrawn": "Tác giả đã rút",
    "superseded": "Có phiên bản mới thay",
}
EVENT_WORDS: dict[str, str] = {
    "submitted": "Gửi thẩm định",
    "verdict.accept": "Một người thẩm định chấp nhận",
    "verdict.revise": "Một người thẩm định yêu cầu sửa",
    "verdict.reject": "Một người thẩm định không nhận",
    "kept": "Hội đồng xem lại số liệu: vẫn dùng",
    "recalled": "Gọi về để sửa sau khi đã dùng",
    "retired": "Thôi dùng",
    **OUTCOME_WORDS,
}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    state: Literal["done", "now", "todo"]


def steps_of(tasks: Sequence[Task]) -> list[Step]:
    """Seats of one stage go side by side; the council follows when all of the last one have spoken."""
    seats = [Step(ROLE_WORDS[t.assignment.role], "done" if t.verdict else "now") for t in tasks]
    here = {role for t in tasks if (role := t.assignment.role)}
    waiting = [Step(ROLE_WORDS[role], "now") for role in REVIEW_ROLES if role not in here]
    if any(t.assignment.role not in REVIEW_ROLES and not t.verdict for t in tasks):
        waiting = [Step(step.name, "todo") for step in waiting]
    all_spoke = not waiting and all(t.verdict for t in tasks)
    return [
        Step("Đã gửi", "done"),
        *seats,
        *waiting,
        Step("Hội đồng", "now" if all_spoke else "todo"),
    ]

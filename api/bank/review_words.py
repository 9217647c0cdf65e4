"""How the route of an appraisal is told on the pages: roles, steps, outcomes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from itembank.review.repository import Task
from itembank.review.states import REVIEW_ROLES

ROLE_WORDS: dict[str, str] = {"appraiser": "Thẩm định", "counter_reviewer": "Phản biện"}
OUTCOME_WORDS: dict[str, str] = {
    "approved": "Đã duyệt",
    "returned": "Trả lại để sửa",
    "rejected": "Không nhận",
    "withdrawn": "Tác giả đã rút",
}
EVENT_WORDS: dict[str, str] = {
    "submitted": "Gửi thẩm định",
    "verdict.accept": "Một người thẩm định chấp nhận",
    "verdict.revise": "Một người thẩm định yêu cầu sửa",
    "verdict.reject": "Một người thẩm định không nhận",
    **OUTCOME_WORDS,
}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    state: Literal["done", "now", "todo"]


def steps_of(tasks: Sequence[Task]) -> list[Step]:
    """Appraisal and counter-review go side by side; the council follows when both have spoken."""
    given = {task.assignment.role for task in tasks if task.verdict}
    reviews = [Step(ROLE_WORDS[role], "done" if role in given else "now") for role in REVIEW_ROLES]
    both = len(given) == len(REVIEW_ROLES)
    return [Step("Đã gửi", "done"), *reviews, Step("Hội đồng", "now" if both else "todo")]

"""Where an item may go from where it stands. Pure; what the table does not list is refused."""

from __future__ import annotations

from ..errors import Conflict, msg

STATE_NAMES: dict[str, str] = {
    "draft": "Bản nháp",
    "in_review": "Đang thẩm định",
    "returned": "Bị trả lại",
    "withdrawn": "Đã rút",
    "approved": "Đã duyệt",
    "rejected": "Không nhận",
    "retired": "Thôi dùng",
    "external": "Ngoài ngân hàng",
}

# verb -> states it starts from, state it leads to
TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    "submit": (frozenset({"draft", "returned", "withdrawn"}), "in_review"),
    "withdraw": (frozenset({"in_review"}), "withdrawn"),
    "approve": (frozenset({"in_review"}), "approved"),
    "return": (frozenset({"in_review"}), "returned"),
    "reject": (frozenset({"in_review"}), "rejected"),
    "revise": (frozenset({"approved", "rejected"}), "draft"),
    "recall": (frozenset({"approved"}), "returned"),
    "retire": (frozenset({"approved"}), "retired"),
}
EDITABLE = frozenset({"draft", "returned", "withdrawn"})


def after(state: str, verb: str) -> str:
    """The state a verb leads to; Conflict when the item is not where the verb starts."""
    starts, end = TRANSITIONS[verb]
    if state not in starts:
        raise Conflict(
            msg(
                "Câu hỏi đang ở trạng thái «{state}» nên không làm được việc này. Tải lại trang.",
                state=msg(STATE_NAMES.get(state, state)),
            ),
            code="wrong_state",
        )
    return end

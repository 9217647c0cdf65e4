"""What the council may choose, and what its votes come to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

CHOICES: dict[str, tuple[str, ...]] = {
    "disagreement": ("approve", "return", "reject"),
    "statistics": ("keep", "recall", "retire"),
}
CHOICE_NAMES: dict[str, str] = {
    "approve": "Duyệt vào ngân hàng",
    "return": "Trả lại để sửa",
    "reject": "Không nhận",
    "keep": "Vẫn dùng",
    "recall": "Gọi về để sửa",
    "retire": "Thôi dùng",
}
CASE_NAMES: dict[str, str] = {
    "disagreement": "Người thẩm định không thống nhất",
    "statistics": "Số liệu sau khi dùng chưa tốt",
}


def outcome_of(kind: str, counts: Mapping[str, int], tie: str) -> str:
    """More than half of the votes carry. Without such a majority nothing is approved: of the other
    choices the more frequent stands, and the tie rule where they are equal.
    """
    votes = Counter(counts)
    for choice in CHOICES[kind]:
        if votes[choice] * 2 > votes.total():
            return choice
    if kind == "statistics":
        return "recall"
    if votes["return"] == votes["reject"]:
        return tie
    return "return" if votes["return"] > votes["reject"] else "reject"

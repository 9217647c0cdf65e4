"""What content is opened for. Pure."""

from __future__ import annotations

LOOKED, LISTED, REVIEWED, DECIDED = "looked", "listed", "reviewed", "decided"
EXPORTED, ASSEMBLED = "exported", "assembled"
PAPER, KEYS, PRINTED, HANDED_OVER = "paper", "keys", "printed", "handed_over"

PURPOSE_NAMES: dict[str, str] = {
    LOOKED: "Xem trang câu hỏi",
    LISTED: "Đọc lời dẫn trong danh sách",
    REVIEWED: "Mở phiếu thẩm định",
    DECIDED: "Hội đồng xem để quyết định",
    EXPORTED: "Tải ra tệp",
    ASSEMBLED: "Xem khi lập đề",
    PAPER: "Xem đề như thí sinh",
    KEYS: "Xem đề kèm đáp án",
    PRINTED: "In đề",
    HANDED_OVER: "Tải gói bàn giao",
}

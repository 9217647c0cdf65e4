"""What stops processing. The message is for the person who looks after the item."""

from __future__ import annotations

from ...errors import Invalid, msg


class ProcessingError(Invalid):
    """The processing of an item or test cannot be carried out as it is written."""

    default_code = "qti_processing"


def unknown_element(name: str) -> ProcessingError:
    return ProcessingError(
        msg(
            "Phần xử lí QTI dùng «{name}», không có trong chuẩn; sửa câu hỏi rồi nhập lại.",
            name=name,
        ),
        code="qti_unknown_element",
    )


def custom_operator() -> ProcessingError:
    return ProcessingError(
        "Câu hỏi chấm bằng toán tử riêng (customOperator); toán tử riêng không bao giờ được chạy.",
        code="qti_custom_operator",
    )


def test_level_only(name: str) -> ProcessingError:
    return ProcessingError(
        msg("«{name}» chỉ dùng được khi xử lí cả đề thi, không dùng trong một câu hỏi.", name=name),
        code="qti_test_level",
    )


def lacks_operand(name: str) -> ProcessingError:
    return ProcessingError(
        msg(
            "Toán tử «{name}» thiếu toán hạng hoặc thuộc tính; sửa câu hỏi rồi nhập lại.", name=name
        ),
        code="qti_operand",
    )


def unknown_variable(name: str) -> ProcessingError:
    return ProcessingError(
        msg("Phần xử lí QTI nhắc tới biến «{name}» chưa khai báo.", name=name),
        code="qti_unknown_variable",
    )


def too_long() -> ProcessingError:
    return ProcessingError(
        "Phần xử lí của câu hỏi chạy quá lâu nên đã dừng; sửa câu hỏi rồi nhập lại.",
        code="qti_too_long",
    )


def bad_pattern(pattern: str) -> ProcessingError:
    return ProcessingError(
        msg("Mẫu so khớp «{pattern}» viết sai hoặc quá dài.", pattern=pattern[:200]),
        code="qti_pattern",
    )


def unknown_template(name: str) -> ProcessingError:
    return ProcessingError(
        msg("Mẫu xử lí «{name}» không phải mẫu chuẩn và không có trong gói.", name=name),
        code="qti_template",
    )


def not_a_score() -> ProcessingError:
    return ProcessingError("Phần chấm cho điểm không phải một số hữu hạn.", code="qti_score")

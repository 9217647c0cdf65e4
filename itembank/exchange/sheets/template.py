"""The workbook that teachers download and fill: heads, lists, instructions, an example per kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from ...curriculum import SUBJECTS, topics
from .columns import COLUMNS, EXAMPLES, GUIDE, MOST_ROWS, SHEET, TOPICS, letters_of
from .drawing import Looks, write_heads, write_row, write_text
from .rows_out import Cells

EXAMPLE_ROWS: tuple[Cells, ...] = (
    {"kind": "Nhiều lựa chọn", "subject": "toan", "grade": "12", "level": "Biết",
     "stem": "Đạo hàm của hàm số $y=x^2$ là", "option_A": "$y'=2x$", "option_B": "$y'=x$",
     "option_C": "$y'=2$", "option_D": "$y'=x^3$", "key": "A",
     "solution": "Dùng công thức $(x^n)'=nx^{n-1}$.", "rationale_B": "Quên hệ số 2."},
    {"kind": "Đúng/Sai", "subject": "toan", "grade": "12", "level": "Hiểu",
     "stem": "Cho hàm số $y=x^3-3x$.", "option_A": "Hàm số đồng biến trên $(1;+\\infty)$.",
     "option_B": "Hàm số có một điểm cực trị.", "option_C": "Đồ thị đi qua gốc toạ độ.",
     "option_D": "Giá trị cực đại bằng $-2$.", "key": "ĐSĐS"},
    {"kind": "Trả lời ngắn", "subject": "toan", "grade": "12", "level": "Vận dụng",
     "stem": "Giải phương trình $2x+5=0$.", "key": "-2,5", "hint": "Ghi số thập phân."},
    {"kind": "Tự luận", "subject": "ngu-van", "grade": "12",
     "stem": "Viết đoạn văn về lòng biết ơn.", "words": "150-200",
     "rubric": "1 | Nội dung | 1 | đủ ý\n1 | Nội dung | 0,5 | thiếu ý\n2 | Diễn đạt | 1 | rõ ràng"},
    {"kind": "Chọn nhiều đáp án", "subject": "hoa-hoc", "grade": "11",
     "stem": "Những chất nào sau đây là axit?", "option_A": "HCl", "option_B": "NaOH",
     "option_C": "H<sub>2</sub>SO<sub>4</sub>", "option_D": "NaCl", "key": "A, C"},
    {"kind": "Ghép cặp", "subject": "dia-li", "grade": "10", "stem": "Ghép nước với thủ đô.",
     "option_A": "Pháp => Paris", "option_B": "Nhật Bản => Tokyo", "option_C": "=> Rome"},
    {"kind": "Sắp thứ tự", "subject": "lich-su", "grade": "12",
     "stem": "Xếp các sự kiện theo thời gian.", "option_A": "Hiệp định Paris",
     "option_B": "Cách mạng tháng Tám", "option_C": "Chiến thắng Điện Biên Phủ", "key": "B, C, A"},
    {"kind": "Điền vào chỗ trống", "subject": "dia-li", "grade": "10",
     "stem": "Thủ đô của Việt Nam là [[1]], bên sông [[2]].", "option_A": "Huế | *Hà Nội | Vinh",
     "option_B": "Hồng | sông Hồng"},
)  # fmt: skip
_ADVICE = (
    "1. Ghi câu hỏi vào trang «Câu hỏi», mỗi câu một dòng. Trang «Ví dụ» có mẫu của từng dạng.",
    "2. Công thức đặt giữa hai dấu $ theo TeX: $\\frac{1}{2}$. Dòng chỉ có $$…$$ là công thức riêng "
    "một dòng. Dấu đô la viết là \\$.",
    "3. Trong lời dẫn, lời giải, ngữ liệu và bài mẫu, mỗi dòng là một đoạn (Alt+Enter để xuống dòng).",
    "4. Có thể dùng <b>, <i>, <u>, <sub>, <sup> và bảng HTML. Hình thì chèn sau khi nhập.",
    "5. Đáp án: một chữ (B); nhiều chữ (A, C); ĐSSĐ; số (-2,5), nhiều đáp số cách nhau bằng dấu ;",
    "6. Ghép cặp: «vế trái => vế phải»; dòng chỉ có «=> vế phải» là mục gây nhiễu.",
    "7. Chỗ trống: [[1]], [[2]]… trong lời dẫn; cột A là đáp án của [[1]]. «Huế | *Hà Nội» là chọn, "
    "dấu * trước đáp án đúng; «Hồng | sông Hồng» là các cách gõ được nhận.",
    "8. Đừng dùng công thức của bảng tính trong ô. Tên cột không được đổi; cột thừa được bỏ qua.",
)


def template() -> bytes:
    """The workbook as bytes; the same each time."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    looks = Looks(book)
    write_heads(book.add_worksheet(SHEET), looks)
    examples = book.add_worksheet(EXAMPLES)
    write_heads(examples, looks)
    for number, cells in enumerate(EXAMPLE_ROWS, start=1):
        write_row(examples, looks, number, cells)
    _guide(book.add_worksheet(GUIDE), looks)
    _topics(book.add_worksheet(TOPICS), looks)
    book.close()
    return out.getvalue()


def _guide(sheet: Any, looks: Looks) -> None:
    sheet.set_column(0, 0, 26, looks.text)
    sheet.set_column(1, 1, 90, looks.text)
    sheet.write_string(0, 0, "Cách ghi bảng câu hỏi", looks.title)
    for row, line in enumerate(_ADVICE, start=2):
        sheet.merge_range(row, 0, row, 1, "", looks.text)
        write_text(sheet, row, 0, line, looks)
    first = len(_ADVICE) + 3
    for row, column in enumerate(COLUMNS, start=first):
        name = f"{letters_of(row - first)}. {column.head}"
        write_text(sheet, row, 0, name, looks)
        write_text(sheet, row, 1, column.about, looks)
    write_text(sheet, first + len(COLUMNS) + 1, 0, f"Nhiều nhất {MOST_ROWS} câu một tệp.", looks)


def _topics(sheet: Any, looks: Looks) -> None:
    for column, (head, width) in enumerate((("Môn", 14), ("Mã chủ đề", 34), ("Chủ đề", 60))):
        sheet.write_string(0, column, head, looks.head)
        sheet.set_column(column, column, width, looks.text)
    for row, cells in enumerate(_topic_rows(), start=1):
        for column, text in enumerate(cells):
            write_text(sheet, row, column, text, looks)


def _topic_rows() -> Iterator[tuple[str, str, str]]:
    for subject in SUBJECTS:
        for topic in topics(subject):
            yield subject, topic.code, topic.name

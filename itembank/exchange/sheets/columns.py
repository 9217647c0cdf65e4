"""The columns of the item sheet: their Vietnamese heads, in order, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass

from ...items.content import KIND_NAMES, LEVEL_NAMES, Kind

SHEET = "Câu hỏi"
EXAMPLES, GUIDE, TOPICS = "Ví dụ", "Hướng dẫn", "Chủ đề"
LETTERS = tuple("ABCDEFGH")
HELD: tuple[Kind, ...] = (
    "choice", "tf_cluster", "short", "essay", "multiple", "match", "order", "cloze",
)  # fmt: skip
KINDS = {KIND_NAMES[kind].casefold(): kind for kind in HELD}
LEVELS = {name.casefold(): code for code, name in LEVEL_NAMES.items()}
YES = frozenset({"x", "có", "1", "true", "đúng"})
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_CELL = 32_767  # characters Excel keeps in a cell


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    head: str
    width: int
    about: str


COLUMNS: tuple[Column, ...] = (
    Column("code", "Mã câu", 12, "Mã của câu; để trống nếu là câu mới"),
    Column("kind", "Dạng", 20, "Chọn trong danh sách"),
    Column("subject", "Môn", 12, "Mã hoặc tên môn; để trống thì lấy môn chọn khi nhập"),
    Column("grade", "Lớp", 6, "1 đến 12"),
    Column("topic", "Chủ đề", 22, "Mã hoặc tên chủ đề, xem trang «Chủ đề»"),
    Column("outcome", "Yêu cầu cần đạt", 14, "Mã yêu cầu cần đạt"),
    Column("level", "Cấp độ", 12, "Biết, Hiểu hoặc Vận dụng"),
    Column("real_life", "Thực tế", 8, "x nếu câu có bối cảnh thực tế"),
    Column("minutes", "Phút", 7, "Thời gian dự kiến"),
    Column("stimulus", "Ngữ liệu chung", 30, "Các câu dùng chung ghi đúng một đoạn như nhau"),
    Column("stem", "Lời dẫn", 60, "Mỗi dòng một đoạn; công thức viết $x^2$, dòng riêng $$x^2$$"),
    *(Column(f"option_{x}", x, 24, f"Phương án, ý, vế hay chỗ trống thứ {n}")
      for n, x in enumerate(LETTERS, start=1)),
    Column("key", "Đáp án", 14, "B · A, C · ĐSSĐ · 2,5; 2,50"),
    Column("solution", "Lời giải", 40, "Mỗi dòng một đoạn"),
    *(Column(f"rationale_{x}", f"Lí giải {x}", 20, f"Vì sao {x} đúng hay sai") for x in LETTERS),
    Column("fixed", "Giữ thứ tự", 10, "x nếu không được xáo phương án"),
    Column("boxes", "Số ô", 7, "Trả lời ngắn: số ô trên phiếu"),
    Column("hint", "Gợi ý", 20, "Trả lời ngắn: cách làm tròn, đơn vị"),
    Column("words", "Số từ", 10, "Tự luận: 50-300"),
    Column("model_answer", "Bài mẫu", 40, "Tự luận"),
    Column("rubric", "Hướng dẫn chấm", 40, "Tự luận, mỗi dòng: mã | tiêu chí | điểm | mức"),
    Column("cased", "Phân biệt hoa thường", 10, "Chỗ trống: x nếu phân biệt chữ hoa, chữ thường"),
)  # fmt: skip
BY_HEAD = {column.head.casefold(): column.name for column in COLUMNS}
PLACES = {column.name: number for number, column in enumerate(COLUMNS)}


def letters_of(number: int) -> str:
    """The name of a column as Excel shows it: 0 is A, 26 is AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name

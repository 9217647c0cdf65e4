"""Eighteen items of one teacher, as a Word file typed the way schools type: four kinds, keys marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docx.enum.table import WD_TABLE_ALIGNMENT

from itembank.exchange.docx_writer import Writer, new_document, saved

FORMULA = re.compile(r"\$([^$]+)\$")


@dataclass(frozen=True)
class Choice:
    level: str
    stem: str
    options: tuple[str, str, str, str]
    key: str


@dataclass(frozen=True)
class Cluster:
    level: str
    stem: str
    statements: tuple[str, str, str, str]
    true: str


@dataclass(frozen=True)
class Short:
    level: str
    stem: str
    key: str


@dataclass(frozen=True)
class Essay:
    level: str
    stem: str
    steps: tuple[tuple[str, str], ...]  # what is marked, and its points


CHOICES = (
    Choice("NB", "Hàm số $y=x^{3}-3x$ đạt cực đại tại điểm",
           ("$x=1$", "$x=-1$", "$x=0$", "$x=3$"), "B"),
    Choice("NB", "Tiệm cận ngang của đồ thị hàm số $y=\\frac{3x+1}{x-2}$ là đường thẳng",
           ("$y=3$", "$y=2$", "$x=3$", "$x=2$"), "A"),
    Choice("NB", "Hàm số $y=-x^{2}+4x$ đồng biến trên khoảng nào dưới đây?",
           ("$(2;+\\infty)$", "$(0;4)$", "$(-\\infty;2)$", "$(-\\infty;4)$"), "C"),
    Choice("TH", "Giá trị lớn nhất của hàm số $y=x^{3}-3x$ trên đoạn $[0;2]$ bằng",
           ("0", "-2", "18", "2"), "D"),
    Choice("TH", "Đồ thị hàm số $y=x^{4}-2x^{2}$ có bao nhiêu điểm cực trị?",
           ("1", "2", "3", "4"), "C"),
    Choice("TH", "Đồ thị hàm số $y=\\frac{2}{x^{2}-1}$ có tất cả bao nhiêu đường tiệm cận đứng và ngang?",
           ("3", "1", "2", "4"), "A"),
    Choice("VD", "Chi phí làm $x$ chiếc ghế là $C(x)=x^{2}-40x+600$ nghìn đồng. Chi phí thấp nhất khi làm",
           ("40 chiếc", "20 chiếc", "30 chiếc", "10 chiếc"), "B"),
)  # fmt: skip
CLUSTERS = (
    Cluster("TH", "Cho hàm số $y=x^{3}-3x^{2}+2$. Xét các phát biểu sau:",
            ("Đạo hàm của hàm số là $y'=3x^{2}-6x$.", "Hàm số đồng biến trên khoảng $(0;2)$.",
             "Hàm số đạt cực tiểu tại $x=2$.", "Giá trị cực tiểu của hàm số bằng 2."), "ac"),
    Cluster("TH", "Cho hàm số $y=\\frac{2x-1}{x+1}$. Xét các phát biểu sau:",
            ("Hàm số xác định với mọi $x$ khác $-1$.", "Tiệm cận ngang là đường thẳng $y=-1$.",
             "Hàm số đồng biến trên từng khoảng xác định.", "Đồ thị đi qua gốc toạ độ."), "ac"),
    Cluster("VD", "Một chất điểm chuyển động theo quy luật $s(t)=t^{3}-6t^{2}+9t$ (mét, giây). Xét các phát biểu sau:",
            ("Vận tốc tại thời điểm $t$ là $v(t)=3t^{2}-12t+9$.", "Chất điểm đứng yên tại hai thời điểm.",
             "Gia tốc tại thời điểm 2 giây bằng 6 mét trên giây bình phương.",
             "Từ giây thứ nhất đến giây thứ ba, chất điểm đi lùi."), "abd"),
    Cluster("VD", "Từ tấm bìa vuông cạnh 12 cm, cắt bốn góc bốn hình vuông cạnh $x$ cm rồi gấp thành hộp không nắp. Xét các phát biểu sau:",
            ("Thể tích hộp là $V=x(12-2x)^{2}$.", "Điều kiện của $x$ là $0&lt;x&lt;6$.",
             "Thể tích lớn nhất khi $x=3$.", "Thể tích lớn nhất bằng 128 xăng-ti-mét khối."), "abd"),
)  # fmt: skip
SHORTS = (
    Short("NB", "Giá trị cực tiểu của hàm số $y=x^{2}-4x+7$ bằng bao nhiêu?", "3"),
    Short("TH", "Giá trị nhỏ nhất của hàm số $y=x+\\frac{4}{x}$ trên khoảng $(0;+\\infty)$ bằng bao nhiêu?", "4"),
    Short("TH", "Giá trị lớn nhất của hàm số $y=x^{3}-3x^{2}+m$ trên đoạn $[0;1]$ bằng 5. Tìm $m$.", "5"),
    Short("VD", "Lợi nhuận khi bán $x$ sản phẩm là $P(x)=-x^{2}+50x-100$ triệu đồng. Bán bao nhiêu sản phẩm thì lợi nhuận lớn nhất?", "25"),
    Short("VD", "Một mảnh vườn hình chữ nhật có chu vi 28 mét. Diện tích lớn nhất của mảnh vườn bằng bao nhiêu mét vuông?", "49"),
)  # fmt: skip
ESSAYS = (
    Essay("TH", "Khảo sát sự biến thiên của hàm số $y=x^{3}-3x+1$.",
          (("Tính đạo hàm và tìm nghiệm", "0,5"), ("Lập bảng biến thiên và kết luận", "0,5"))),
    Essay("VD", "Một bể không nắp có đáy vuông và thể tích 32 mét khối. Tìm cạnh đáy để diện tích tôn cần dùng nhỏ nhất.",
          (("Lập hàm diện tích theo cạnh đáy", "0,5"), ("Tìm giá trị nhỏ nhất và trả lời", "0,5"))),
)  # fmt: skip
N_ITEMS = len(CHOICES) + len(CLUSTERS) + len(SHORTS) + len(ESSAYS)


def word_file() -> bytes:
    """The teacher's file: parts, levels in brackets, underlined keys, marking guides."""
    writer = Writer(new_document(), lambda name: None)
    _heading(writer, "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn")
    for number, choice in enumerate(CHOICES, start=1):
        _line(writer, f"Câu {number}. [{choice.level}] {choice.stem}")
        for letter, body in zip("ABCD", choice.options, strict=True):
            _line(writer, f". {body}", label=letter, marked=letter == choice.key)
    _heading(writer, "PHẦN II. Câu trắc nghiệm đúng sai")
    for number, cluster in enumerate(CLUSTERS, start=1):
        _line(writer, f"Câu {number}. [{cluster.level}] {cluster.stem}")
        for letter, body in zip("abcd", cluster.statements, strict=True):
            _line(writer, f") {body}", label=letter, marked=letter in cluster.true)
    _heading(writer, "PHẦN III. Câu trắc nghiệm trả lời ngắn")
    for number, short in enumerate(SHORTS, start=1):
        _line(writer, f"Câu {number}. [{short.level}] {short.stem}")
        _line(writer, f"Đáp án: {short.key}")
    _heading(writer, "PHẦN IV. Tự luận")
    for number, essay in enumerate(ESSAYS, start=1):
        _line(writer, f"Câu {number}. [{essay.level}] (1,0 điểm) {essay.stem}")
        _guide(writer, number, essay)
    return saved(writer.document)


def _heading(writer: Writer, words: str) -> None:
    writer.paragraph().add_run(words).bold = True


def _line(writer: Writer, words: str, *, label: str = "", marked: bool = False) -> None:
    """A paragraph whose `$…$` are equations of Word; the label of a key is underlined."""
    into = writer.paragraph()
    into.add_run(label).underline = marked or None
    html = FORMULA.sub(lambda found: f'<span data-tex="{found[1]}"></span>', words)
    writer.content(html, into=into)


def _guide(writer: Writer, number: int, essay: Essay) -> None:
    """«Câu – Nội dung – Điểm» under its question, as marking guides have it."""
    rows = [("Câu", "Nội dung", "Điểm"), *((str(number), *step) for step in essay.steps)]
    table = writer.document.add_table(rows=len(rows), cols=3)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for line, row in enumerate(rows):
        for column, words in enumerate(row):
            table.cell(line, column).text = words

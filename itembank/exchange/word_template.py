"""The Word template for teachers: styles, a sheet of instructions, and items to type over."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt, RGBColor

from .docx_writer import FONT, Writer, new_document, saved, styled

_BLUE = RGBColor(0x1A, 0x4F, 0x8B)
_BOLD = frozenset({"bold"})
_KEY = frozenset({"bold", "underline"})

_RULES: tuple[tuple[str, str], ...] = (
    ("Phần", "Mỗi dạng một phần: PHẦN I (nhiều lựa chọn), PHẦN II (đúng sai), PHẦN III (trả lời ngắn), PHẦN IV (tự luận). Số câu đánh lại từ 1 ở mỗi phần."),
    ("Câu", "Mở đầu bằng «Câu» và số, rồi dấu chấm. Lời dẫn có thể dài nhiều đoạn, có hình, bảng, công thức."),
    ("Phương án", "A. B. C. D. viết hoa; mỗi phương án một dòng, hoặc cách nhau bằng phím Tab."),
    ("Đáp án", "Gạch chân chữ cái của phương án đúng (chỉ chữ cái, không gạch chân cả dòng)."),
    ("Đúng sai", "Gạch chân chữ cái của ý đúng. Nếu cả bốn ý đều sai, thêm một dòng: Đáp án: SSSS."),
    ("Trả lời ngắn", "Thêm một dòng «Đáp án:» và con số; dùng dấu phẩy thập phân, tối đa bốn kí tự."),
    ("Lời giải", "Viết sau câu, bắt đầu bằng một dòng «Lời giải.». Có thể bỏ."),
    ("Cấp độ", "Ghi ngay sau số câu: [NB] biết, [TH] hiểu, [VD] vận dụng. Có thể bỏ và chọn sau."),
    ("Ngữ liệu chung", "Viết trước các câu dùng nó: «Dựa vào thông tin sau, trả lời các câu từ 2 đến 3:»."),
    ("Công thức", "Dùng Insert → Equation của Word (Alt + =), hoặc MathType."),
    ("Hình", "Chèn hình PNG hoặc JPEG; ghi lời mô tả ở Alt Text để người khiếm thị cũng làm được bài."),
    ("Giữ thứ tự", "Câu không được đảo phương án: in nghiêng nhãn của phương án cần giữ chỗ."),
)  # fmt: skip


def template_docx() -> bytes:
    """The file. Its sample items are read without a doubt by the importer."""
    document = new_document()
    _styles(document)
    _samples(document)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _instructions(document)
    return saved(document)


def _styles(document: Any) -> None:
    """Names that a teacher finds in Word's gallery; looks are only looks, labels decide."""
    for name, left, before, bold in (
        ("KT Phần", 0.0, 10, True),
        ("KT Câu hỏi", 0.0, 6, False),
        ("KT Phương án", 0.6, 0, False),
        ("KT Lời giải", 0.6, 3, False),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        style.font.name, style.font.size, style.font.bold = FONT, Pt(12), bold or None
        style.paragraph_format.left_indent = Cm(left)
        style.paragraph_format.space_before = Pt(before)


def _samples(document: Any) -> None:
    writer = Writer(document, lambda name: None)
    _part(writer, "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn.")
    _question(writer, 1, "[TH]", '<p>Đạo hàm của hàm số <span data-tex="y=x^{3}-3x"></span> là</p>')
    _choices(writer, 1, ("3x^{2}-3", "3x^{2}+3", "x^{2}-3", "3x^{2}-3x"))
    _solution(writer, "<p>Áp dụng quy tắc đạo hàm của tổng và của luỹ thừa.</p>")
    lead = writer.paragraph("KT Câu hỏi")
    styled(
        lead.add_run("Dựa vào thông tin sau, trả lời các câu từ 2 đến 3:"), frozenset({"italic"})
    )
    writer.content("<p>Một bể chứa 200 lít nước, mỗi phút chảy ra 4 lít.</p>", style="KT Câu hỏi")
    _question(writer, 2, "[NB]", "<p>Sau 10 phút trong bể còn lại bao nhiêu lít nước?</p>")
    _plain_choices(writer, "B", ("240", "160", "196", "40"))
    _question(writer, 3, "[VD]", "<p>Sau bao nhiêu phút thì bể cạn?</p>")
    _plain_choices(writer, "C", ("20", "40", "50", "60"))
    _part(writer, "PHẦN II. Câu trắc nghiệm đúng sai.")
    _question(
        writer,
        1,
        "[TH]",
        '<p>Cho hàm số <span data-tex="f(x)=\\frac{1}{x}"></span>. Xét các phát biểu sau:</p>',
    )
    _statements(
        writer,
        (
            ("Hàm số không xác định tại điểm 0.", True),
            ("Hàm số đồng biến trên các khoảng xác định.", False),
            ("Đồ thị nhận trục tung làm tiệm cận đứng.", True),
            ("Đồ thị cắt trục hoành tại một điểm.", False),
        ),
    )
    _part(writer, "PHẦN III. Câu trắc nghiệm trả lời ngắn.")
    _question(
        writer,
        1,
        "[VD]",
        '<p>Nghiệm lớn nhất của phương trình <span data-tex="2x^{2}-3x-2=0"></span> bằng bao nhiêu?</p>',
    )
    line = writer.paragraph("KT Phương án")
    styled(line.add_run("Đáp án: "), _BOLD)
    line.add_run("2")
    _part(writer, "PHẦN IV. Tự luận.")
    _question(writer, 1, "[VD]", "<p>Chứng minh rằng tổng hai số lẻ liên tiếp chia hết cho 4.</p>")
    _solution(writer, "<p>Hai số lẻ liên tiếp có tổng bằng bốn lần một số nguyên.</p>")


def _part(writer: Writer, title: str) -> None:
    writer.paragraph("KT Phần").add_run(title)


def _question(writer: Writer, number: int, level: str, stem: str) -> None:
    first = writer.paragraph("KT Câu hỏi")
    styled(first.add_run(f"Câu {number}."), _BOLD)
    first.add_run(f" {level} ")
    writer.content(stem, into=first, style="KT Câu hỏi")


def _choices(writer: Writer, right: int, formulas: tuple[str, ...]) -> None:
    for index, tex in enumerate(formulas):
        line = _labelled(writer, "ABCD"[index], ".", index == right - 1)
        writer.content(f'<span data-tex="{tex}"></span>', into=line)


def _plain_choices(writer: Writer, right: str, bodies: tuple[str, ...]) -> None:
    for letter, body in zip("ABCD", bodies, strict=True):
        _labelled(writer, letter, ".", letter == right).add_run(body)


def _statements(writer: Writer, statements: tuple[tuple[str, bool], ...]) -> None:
    for letter, (body, is_true) in zip("abcd", statements, strict=True):
        _labelled(writer, letter, ")", is_true).add_run(body)


def _labelled(writer: Writer, letter: str, mark: str, is_key: bool) -> Any:
    line = writer.paragraph("KT Phương án")
    styled(line.add_run(letter), _KEY if is_key else _BOLD)
    styled(line.add_run(f"{mark} "), _BOLD)
    return line


def _solution(writer: Writer, body: str) -> None:
    styled(writer.paragraph("KT Lời giải").add_run("Lời giải."), _BOLD)
    writer.content(body, style="KT Lời giải")


def _instructions(document: Any) -> None:
    """In a text header of its own kind: nothing in it begins like a question."""
    title = document.add_paragraph()
    title.paragraph_format.space_after = Pt(8)
    run = styled(title.add_run("----- HẾT -----"), frozenset())
    run.font.color.rgb = _BLUE
    head = document.add_paragraph()
    run = styled(head.add_run("Cách dùng tệp mẫu này"), _BOLD)
    run.font.size, run.font.color.rgb = Pt(16), _BLUE
    note = document.add_paragraph()
    note.add_run(
        "Gõ đè lên các câu mẫu ở trang trước, thêm bao nhiêu câu cũng được, rồi tải tệp lên ở trang "
        "Nhập từ Word. Trang hướng dẫn này để nguyên hay xoá đi đều được."
    )
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    table.autofit = False
    table.columns[0].width, table.columns[1].width = Cm(3.2), Cm(14.3)
    for name, rule in _RULES:
        row = table.add_row().cells
        styled(row[0].paragraphs[0].add_run(name), _BOLD)
        row[1].paragraphs[0].add_run(rule)
        row[0].width, row[1].width = Cm(3.2), Cm(14.3)

"""The minutes as a Word document, laid out as Decree 30/2020/NĐ-CP has it for a biên bản."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from ..exchange.docx_writer import new_document, saved
from ..review.eligibility import VIETNAM
from ..review.states import DECISION_NAMES
from .minutes import Line, Minutes, tally

CENTRE, LEFT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
BODY, SMALL, TINY = Pt(13), Pt(11), Pt(7)
HASH_HALF = 32
ANNEX = (
    ("TT", 1.1), ("Mã câu", 3.1), ("Phiên bản (SHA-256)", 5.4), ("Chủ đề, cấp độ", 4.2),
    ("Kết luận thẩm định", 4.6), ("Phiếu hội đồng", 2.7), ("Quyết định, lí do", 4.4),
)  # fmt: skip


def minutes_docx(minutes: Minutes) -> bytes:
    document = _page()
    _head(document, minutes)
    _title(document, minutes)
    _when_and_who(document, minutes)
    _findings(document, minutes)
    _shortfalls(document, minutes)
    _closing(document, minutes)
    _signatures(document, minutes)
    _annex(document, minutes)
    return saved(document)


def _page() -> Any:
    """Margins of the decree: 20 mm above, below and right, 30 mm left."""
    document = new_document()
    section = document.sections[0]
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    section.header_distance = Cm(1)
    section.different_first_page_header_footer = True
    _page_number(section)
    document.styles["Normal"].font.size = BODY
    return document


def _page_number(section: Any) -> None:
    """Centred at the top, from the second page on."""
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _head(document: Any, minutes: Minutes) -> None:
    """Who issues it on the left, the country's name and motto on the right."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    _widths(table, (6.4, 10.2))
    _say(left.paragraphs[0], minutes.department.upper(), size=Pt(12))
    council = minutes.meeting.council or f"Hội đồng thẩm định môn {minutes.subject}"
    _say(left.add_paragraph(), council.upper(), bold=True, size=Pt(12))
    _rule(left, 2.2)
    _say(left.add_paragraph(), f"Số: {minutes.meeting.number or '……'}/BB-HĐTĐ", size=BODY)
    _say(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=Pt(12))
    _say(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", bold=True, size=BODY)
    _rule(right, 2.1)


def _rule(cell: Any, indent: float) -> None:
    """The line of the decree below the words: so many centimetres free on either side."""
    paragraph = cell.add_paragraph()
    looks = paragraph.paragraph_format
    looks.left_indent = looks.right_indent = Cm(indent)
    looks.line_spacing, looks.space_after = Pt(3), Pt(5)
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:ind", "w:jc")


def _title(document: Any, minutes: Minutes) -> None:
    title = _say(document.add_paragraph(), "BIÊN BẢN", bold=True, size=Pt(14))
    title.paragraph_format.space_before = Pt(14)
    grade = f", lớp {minutes.grade}" if minutes.grade else ""
    what = f"Thẩm định câu hỏi môn {minutes.subject}{grade}"
    _say(document.add_paragraph(), what, bold=True).paragraph_format.space_after = Pt(10)


def _when_and_who(document: Any, minutes: Minutes) -> None:
    meeting = minutes.meeting
    _text(document, f"Thời gian bắt đầu: {_moment(meeting.began_at)}.")
    _text(document, f"Địa điểm: {meeting.place or '…………………………'}.")
    if meeting.decision_number:
        council = meeting.council or f"Hội đồng thẩm định môn {minutes.subject}"
        _text(document, f"{council} họp theo Quyết định số {meeting.decision_number}.")
    _text(document, f"Chủ trì (chủ tọa): {minutes.chair or '…………………………'}.")
    _text(document, f"Thư ký (người ghi biên bản): {minutes.secretary}.")
    _text(document, "Thành phần tham dự:")
    rows = [
        (str(n), one.name, one.post, one.unit, one.decision_number)
        for n, one in enumerate(minutes.members, start=1)
    ]
    heads = ("TT", "Họ và tên", "Vai trò", "Đơn vị", "Quyết định cử")
    _table(document, heads, rows, (1.0, 4.4, 3.9, 4.2, 2.9))


def _findings(document: Any, minutes: Minutes) -> None:
    _heading(document, "I. Nội dung")
    n_items = len({line.code for line in minutes.lines})
    _text(
        document,
        f"Hội đồng đã xem xét {len(minutes.lines)} phiên bản của {n_items} câu hỏi. Danh sách từng câu, mã "
        "phiên bản, kết luận và quyết định ghi ở phụ lục, là một phần của biên bản này.",
    )
    rows = [
        (topic, level, *(str(counts[code] or "–") for code in DECISION_NAMES))
        for topic, level, counts in tally(minutes)
    ]
    rows.append(("Cộng", "", *(str(minutes.count(code)) for code in DECISION_NAMES)))
    heads = ("Chủ đề", "Cấp độ", "Duyệt", "Trả lại", "Không nhận")
    _table(document, heads, rows, (7.4, 2.6, 2.0, 2.0, 2.4), numbers_from=2)


def _shortfalls(document: Any, minutes: Minutes) -> None:
    if not minutes.shortfalls:
        return
    _heading(document, "II. Số câu còn thiếu so với chỉ tiêu")
    rows = [
        (one.topic, one.level, str(one.needed), str(one.available), f"thiếu {one.short}")
        for one in minutes.shortfalls
    ]
    heads = ("Chủ đề", "Cấp độ", "Cần", "Có", "Thiếu")
    _table(document, heads, rows, (7.4, 2.6, 2.0, 2.0, 2.4), numbers_from=2)


def _closing(document: Any, minutes: Minutes) -> None:
    _heading(document, "III. Kết luận" if minutes.shortfalls else "II. Kết luận")
    counts = (
        f"Hội đồng thống nhất: duyệt {minutes.count('approve')} phiên bản, trả lại để sửa "
        f"{minutes.count('return')}, không nhận {minutes.count('reject')}."
    )
    _text(document, counts)
    if minutes.meeting.conclusion:
        _text(document, minutes.meeting.conclusion)
    _text(document, f"Cuộc họp kết thúc vào {_moment(minutes.meeting.ended_at)}.")


def _signatures(document: Any, minutes: Minutes) -> None:
    """Secretary left, chair right; every other member signs below."""
    pairs = (("THƯ KÝ", minutes.secretary), ("CHỦ TỌA", minutes.chair))
    table = document.add_table(rows=1, cols=2)
    for cell, (post, name) in zip(table.rows[0].cells, pairs, strict=True):
        _signature(cell, post, name)
    others = [m for m in minutes.members if m.name not in (minutes.secretary, minutes.chair)]
    if others:
        _heading(document, "Các thành viên ký tên")
    table = document.add_table(rows=(len(others) + 1) // 2, cols=2) if others else None
    for n, member in enumerate(others):
        assert table is not None
        _signature(table.cell(n // 2, n % 2), member.post, member.name, bold=False)


def _signature(cell: Any, post: str, name: str, *, bold: bool = True) -> None:
    first = _say(cell.paragraphs[0], post, bold=bold)
    first.paragraph_format.keep_with_next = True
    hint = _say(cell.add_paragraph(), "(Ký, ghi rõ họ và tên)", size=SMALL)
    hint.runs[0].italic = True
    hint.paragraph_format.space_after = Pt(40)
    hint.paragraph_format.keep_with_next = True
    _say(cell.add_paragraph(), name, bold=True)


def _annex(document: Any, minutes: Minutes) -> None:
    """Every version on a landscape page of its own."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    section.different_first_page_header_footer = False
    _say(document.add_paragraph(), "PHỤ LỤC", bold=True)
    what = "Danh sách phiên bản câu hỏi đã thẩm định (kèm theo biên bản)"
    _say(document.add_paragraph(), what, bold=True).paragraph_format.space_after = Pt(6)
    heads = tuple(name for name, _ in ANNEX)
    rows = [_annex_row(n, line) for n, line in enumerate(minutes.lines, start=1)]
    table = _table(document, heads, rows, tuple(width for _, width in ANNEX))
    for row in table.rows[1:]:
        for run in row.cells[2].paragraphs[0].runs:
            run.font.name, run.font.size = "Courier New", TINY


def _annex_row(n: int, line: Line) -> tuple[str, ...]:
    name = f"{line.version[:HASH_HALF]}\n{line.version[HASH_HALF:]}"
    about = f"{line.topic}, {line.level.lower()}" if line.level else line.topic
    said = f"{line.outcome}. {line.reason}" if line.reason else line.outcome
    return (
        str(n), f"{line.code}\nphiên bản {line.number}", name, about, "\n".join(line.verdicts),
        line.votes or "–", said,
    )  # fmt: skip


def _table(
    document: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    numbers_from: int | None = None,
) -> Any:
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _say(cell.paragraphs[0], head, bold=True, size=SMALL)
    for told, row in zip(rows, table.rows[1:], strict=True):
        for n, (cell, text) in enumerate(zip(row.cells, told, strict=True)):
            is_number = numbers_from is not None and n >= numbers_from
            aligned = CENTRE if is_number or heads[n] == "TT" else LEFT
            _say(cell.paragraphs[0], text, size=SMALL, aligned=aligned)
        _keep_whole(row)
    _repeat(table.rows[0])
    _widths(table, widths)
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    return table


def _repeat(row: Any) -> None:
    """The heads again at the top of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _widths(table: Any, widths: Sequence[float]) -> None:
    """On the columns for programs that read the grid, on the cells for Word."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _heading(document: Any, words: str) -> None:
    paragraph = _say(document.add_paragraph(), words, bold=True, aligned=LEFT)
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True


def _text(document: Any, words: str) -> None:
    paragraph = _say(document.add_paragraph(), words, aligned=BOTH)
    paragraph.paragraph_format.first_line_indent = Cm(1)


def _say(
    paragraph: Any, words: str, *, bold: bool = False, size: Any = BODY, aligned: Any = CENTRE
) -> Any:
    paragraph.alignment = aligned
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold or None, size
    return paragraph


def _moment(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, ngày {local:%d} tháng {local:%m} năm {local:%Y}"

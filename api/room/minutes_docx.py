"""The minutes of a room as a Word document, with lines for two signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH

from delivery.sittings.models import Candidate
from itembank.exchange.docx_writer import new_document, saved

from ..formats import local
from .day_views import Line, MinutesPage, PauseLine

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def minutes_docx(page: MinutesPage) -> bytes:
    document = new_document()
    _head(document, page)
    _count(document, page)
    _people(document, "Vắng", page.absent)
    _people(document, "Đình chỉ thi", page.suspended)
    _people(document, "Chưa nộp bài", page.unfinished)
    _table(document, "Việc đã làm", page.lines)
    _table(document, "Sự việc", page.incidents)
    _pauses(document, page.pauses)
    _seal(document, page)
    _signatures(document)
    return saved(document)


def _head(document: Any, page: MinutesPage) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("BIÊN BẢN COI THI")
    run.bold = True
    where = f"Phòng {page.room}" if page.room else "Cả ca thi"
    starts = f"{local(page.sitting.starts_at):%H:%M %d/%m/%Y}"
    document.add_paragraph(f"{page.sitting.title} – {page.site} – {where} – {starts}")


def _count(document: Any, page: MinutesPage) -> None:
    n = page.headcount
    document.add_paragraph(
        f"Thí sinh trong danh sách: {n.registered}; có mặt: {n.present}; vắng: {n.absent}; "
        f"đình chỉ: {n.suspended}; đã nộp: {n.submitted}."
    )
    sign = "=" if n.tallies else "≠"
    line = f"Đối chiếu: đã nộp {n.submitted} {sign} có mặt {n.present} − đình chỉ {n.suspended}"
    document.add_paragraph().add_run(line).bold = True


def _people(document: Any, title: str, people: Sequence[Candidate]) -> None:
    if people:
        names = "; ".join(f"{one.number} {one.full_name}" for one in people)
        document.add_paragraph(f"{title}: {names}.")


def _table(document: Any, title: str, lines: Sequence[Line]) -> None:
    heads = ("Lúc", "Thí sinh", "Việc", "Nội dung, lí do", "Người ghi")
    _grid(document, title, heads, [_cells(line) for line in lines])


def _cells(line: Line) -> Sequence[str]:
    length = f" ({line.length})" if line.length else ""
    return (line.at, line.who, line.what + length, line.reason, line.by)


def _pauses(document: Any, lines: Sequence[PauseLine]) -> None:
    rows = [
        (str(one.who), str(one.number), str(one.length) + (" (đang dừng)" if one.lasts else ""))
        for one in lines
    ]
    _grid(document, "Tạm dừng và nghỉ", ("Ai", "Số lần", "Tổng thời gian"), rows)


def _grid(document: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    document.add_paragraph().add_run(title).bold = True
    if not rows:
        document.add_paragraph("Không có.")
        return
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _seal(document: Any, page: MinutesPage) -> None:
    if not page.root or page.sealed_at is None:
        document.add_paragraph("Ca thi chưa niêm phong.")
        return
    document.add_paragraph(f"Mã niêm phong (SHA-256), lúc {local(page.sealed_at):%H:%M:%S}:")
    document.add_paragraph().add_run(page.root).font.name = "Courier New"


def _signatures(document: Any) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    for cell, who in zip(table.rows[0].cells, ("Giám thị 1", "Giám thị 2"), strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(who).bold = True
        cell.add_paragraph("(kí, ghi rõ họ tên)").alignment = WD_ALIGN_PARAGRAPH.CENTER

"""Content of the bank written into a Word document: paragraphs, formulas, pictures, tables.

What is written here is what `word/` reads: labels as typed text, a key as an underlined label,
formulas as Office Math.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from .content_blocks import Grid, Para, Piece, blocks_of
from .omml import omml
from .pictures_out import as_raster

FONT = "Times New Roman"
WIDEST = Cm(15.5)
DOTS_PER_CM = 45.0  # a little smaller than on screen, as print is read closer
Assets = Callable[[str], Any]


def new_document() -> Any:
    """A4, the margins and the letter that schools use."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_after = Pt(3)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.1
    return document


@dataclass(slots=True)
class Writer:
    """Writes blocks into a document, its paragraphs in `style`."""

    document: Any
    assets: Assets

    def paragraph(self, style: str | None = None) -> Any:
        return self.document.add_paragraph(style=style)

    def content(self, html: str, into: Any = None, style: str | None = None) -> Any:
        """Content, its first paragraph going on in `into`. The last paragraph written."""
        last = into
        for index, block in enumerate(blocks_of(html)):
            if isinstance(block, Grid):
                self.table(block)
                continue
            goes_on = index == 0 and into is not None and not block.is_display
            last = into if goes_on else self.paragraph(style)
            self.runs(last, block)
        return last

    def runs(self, paragraph: Any, para: Para) -> None:
        if para.is_display:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if para.bullet:
            paragraph.add_run(para.bullet)
        for piece in para.pieces:
            if piece.tex:
                paragraph._p.append(
                    _as_display(omml(piece.tex)) if para.is_display else omml(piece.tex)
                )
            elif piece.picture:
                self.picture(paragraph, piece)
            else:
                styled(paragraph.add_run(piece.text), piece.looks)

    def picture(self, paragraph: Any, piece: Piece) -> None:
        asset = self.assets(piece.picture)
        if asset is None:
            styled(paragraph.add_run(f"[{piece.alt}]"), frozenset({"italic"}))
            return
        raster = as_raster(asset.media_type, asset.body)
        width = min(WIDEST, Cm((piece.width or raster.width) / DOTS_PER_CM))
        shape = paragraph.add_run().add_picture(io.BytesIO(raster.body), width=width)
        shape._inline.docPr.set("descr", piece.alt)

    def table(self, grid: Grid) -> None:
        columns = max((sum(span for _, span, _ in row) for row in grid.rows), default=0)
        if not columns:
            return
        table = self.document.add_table(rows=len(grid.rows), cols=columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for (top, left), (paras, wide, tall) in _placed(grid, columns):
            cell = table.cell(top, left)
            last_row = min(top + tall, len(grid.rows)) - 1
            cell = cell.merge(table.cell(last_row, min(left + wide, columns) - 1))
            for index, para in enumerate(paras):
                at = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
                self.runs(at, para)


def _placed(
    grid: Grid, columns: int
) -> Iterator[tuple[tuple[int, int], tuple[list[Para], int, int]]]:
    """Each cell with the row and column where it starts, spans counted."""
    taken: set[tuple[int, int]] = set()
    for top, row in enumerate(grid.rows):
        left = 0
        for cell in row:
            while (top, left) in taken:
                left += 1
            if left >= columns:
                break
            taken |= {(top + d, left + r) for d in range(cell[2]) for r in range(cell[1])}
            yield (top, left), cell


def styled(run: Any, looks: Sequence[str] | frozenset[str]) -> Any:
    run.bold = True if "bold" in looks else None
    run.italic = True if "italic" in looks else None
    run.underline = True if "underline" in looks else None
    run.font.subscript = True if "sub" in looks else None
    run.font.superscript = True if "sup" in looks else None
    return run


def _as_display(math: Any) -> Any:
    paragraph = OxmlElement("m:oMathPara")
    paragraph.append(math)
    return paragraph


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

"""A paper as a Word document; with keys it is what `word/` reads back without a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from ...curriculum import topic_name
from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.html import has_text
from ...items.interactions import Cloze, Match, MultipleChoice, Option, Order
from ..docx_writer import Assets, Writer, new_document, saved, styled
from .model import Heading, Paper, PrintedItem, PrintedPart, key_text
from .widths import columns_for
from .written_out import printed_stem

_TEXT_WIDTH = 17.5  # cm between the margins
_LEVELS = {"biet": "NB", "hieu": "TH", "van_dung": "VD"}
_BOLD = frozenset({"bold"})
_KEY = frozenset({"bold", "underline"})


def paper_docx(paper: Paper, *, assets: Assets, with_keys: bool = False) -> bytes:
    """The .docx. `with_keys` underlines keys and adds answers, solutions and tags."""
    writer = Writer(new_document(), assets)
    if paper.heading:
        _heading(writer, paper.heading)
    for part in paper.parts:
        _part(writer, part, with_keys)
    end = writer.paragraph()
    end.alignment = WD_ALIGN_PARAGRAPH.CENTER
    end.paragraph_format.space_before = Pt(8)
    styled(end.add_run("---------- HẾT ----------"), _BOLD)
    _footer(writer, paper.heading.code if paper.heading else "")
    return saved(writer.document)


def _heading(writer: Writer, heading: Heading) -> None:
    table = writer.document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    _lines(left, [(heading.department.upper(), False), (heading.school.upper(), True)])
    told = [(heading.exam.upper(), True), (f"Môn: {heading.subject}", True)]
    told.append((f"Thời gian làm bài: {heading.minutes} phút", False))
    _lines(right, told)
    line = writer.paragraph()
    line.paragraph_format.space_before = Pt(6)
    line.paragraph_format.tab_stops.add_tab_stop(Cm(_TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(
        "Họ và tên: ........................................  Số báo danh: ...................."
    )
    if heading.code:
        styled(line.add_run(f"\tMã đề: {heading.code}"), _BOLD)


def _lines(cell: Any, told: Sequence[tuple[str, bool]]) -> None:
    for index, (text, is_bold) in enumerate(told):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(text).bold = is_bold or None


def _part(writer: Writer, part: PrintedPart, with_keys: bool) -> None:
    head = writer.paragraph()
    head.paragraph_format.space_before = Pt(8)
    head.paragraph_format.keep_with_next = True
    styled(head.add_run(f"PHẦN {part.code}. {part.title}."), _BOLD)
    if part.instruction:
        head.add_run(f" {part.instruction}")
    shown = None
    for item in part.items:
        if item.stimulus is not None and item.stimulus != shown:
            _stimulus(writer, item, part)
        shown = item.stimulus
        _item(writer, item, with_keys)


def _stimulus(writer: Writer, item: PrintedItem, part: PrintedPart) -> None:
    """The material, and which items it is for."""
    assert item.stimulus is not None
    numbers = [other.number for other in part.items if other.stimulus == item.stimulus]
    lead = f"Dựa vào thông tin sau, trả lời câu {numbers[0]}"
    if len(numbers) > 1:
        lead = f"Dựa vào thông tin sau, trả lời các câu từ {numbers[0]} đến {numbers[-1]}"
    styled(writer.paragraph().add_run(lead + ":"), frozenset({"italic", "bold"}))
    writer.content(item.stimulus.body)


def _item(writer: Writer, item: PrintedItem, with_keys: bool) -> None:
    first = writer.paragraph()
    first.paragraph_format.space_before = Pt(4)
    label = f"Câu {item.number}."
    if item.identity:
        _named_run(first, label, item.identity)
    else:
        styled(first.add_run(label), _BOLD)
    first.add_run(" ")
    if with_keys:
        _tags(first, item.content)
    writer.content(printed_stem(item.content), into=first)
    _answers(writer, item.content, with_keys)
    if with_keys and has_text(item.content.solution):
        styled(writer.paragraph().add_run("Lời giải."), _BOLD)
        writer.content(item.content.solution)


def _named_run(paragraph: Any, text: str, identity: str) -> None:
    """The label inside a content control whose tag names the item: kept when Word saves."""
    control, properties = OxmlElement("w:sdt"), OxmlElement("w:sdtPr")
    tag = OxmlElement("w:tag")
    tag.set(qn("w:val"), identity)
    properties.append(tag)
    inside = OxmlElement("w:sdtContent")
    run = styled(paragraph.add_run(text), _BOLD)
    paragraph._p.append(control)
    control.extend([properties, inside])
    inside.append(run._r)


def _tags(paragraph: Any, content: ItemContent) -> None:
    if content.level:
        name = topic_name(content.topic) if content.topic else ""
        topic = f" [{name}]" if name and name != content.topic else ""
        paragraph.add_run(f"[{_LEVELS[content.level]}]{topic} ")


def _answers(writer: Writer, content: ItemContent, with_keys: bool) -> None:
    match content.interaction:
        case Choice(options=options, key=key):
            _options(writer, options, {key} if with_keys and key else set())
        case MultipleChoice(options=options, keys=keys):
            _options(writer, options, set(keys) if with_keys else set())
        case TrueFalseCluster():
            _cluster(writer, content.interaction, with_keys)
        case ShortAnswer(keys=keys):
            if with_keys:
                styled(writer.paragraph().add_run("Đáp án: "), _BOLD).font.bold = True
                writer.document.paragraphs[-1].add_run(" hoặc ".join(keys))
        case Match() | Order() | Cloze():
            if with_keys:
                writer.paragraph().add_run(f"Đáp án: {key_text(content)}")
        case Essay():
            if with_keys and has_text(content.interaction.model_answer):
                styled(writer.paragraph().add_run("Lời giải."), _BOLD)
                writer.content(content.interaction.model_answer)


def _options(writer: Writer, options: Sequence[Option], keys: set[str]) -> None:
    """Four on a line, two, or each on its own, as their lengths allow."""
    columns = columns_for([option.body for option in options])
    line: Any = None
    for index, option in enumerate(options):
        if index % columns == 0:
            line = _option_line(writer, columns)
        else:
            line.add_run("\t")
        _label(line, option.id, ".", option.id in keys)
        writer.content(option.body, into=line)


def _option_line(writer: Writer, columns: int) -> Any:
    line = writer.paragraph()
    line.paragraph_format.left_indent = Cm(0.5)
    width = (_TEXT_WIDTH - 0.5) / columns
    for column in range(1, columns):
        line.paragraph_format.tab_stops.add_tab_stop(Cm(0.5 + column * width))
    return line


def _label(line: Any, letter: str, mark: str, is_key: bool) -> None:
    styled(line.add_run(letter), _KEY if is_key else _BOLD)
    styled(line.add_run(mark), _BOLD)
    line.add_run(" ")


def _cluster(writer: Writer, cluster: TrueFalseCluster, with_keys: bool) -> None:
    for statement in cluster.statements:
        line = _option_line(writer, 1)
        _label(line, statement.id, ")", with_keys and statement.key is True)
        writer.content(statement.body, into=line)
    keys = [statement.key for statement in cluster.statements]
    if with_keys and len(set(keys)) == 1 and None not in keys:
        # Nothing sets one label apart, so the key is said in words as well.
        writer.paragraph().add_run(f"Đáp án: {''.join('Đ' if key else 'S' for key in keys)}")


def _footer(writer: Writer, code: str) -> None:
    paragraph = writer.document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run("Trang ")
    _field(paragraph, "PAGE")
    paragraph.add_run("/")
    _field(paragraph, "NUMPAGES")
    if code:
        paragraph.add_run(f" – Mã đề {code}")


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)

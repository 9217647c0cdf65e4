"""Items of the bank as Aiken: one line of text each for the stem and every option."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

from ...errors import KhaothiError, msg
from ...items.content import OPTION_IDS, Choice
from ..delimited_math import with_delimiters
from ..exported import ExportedFile, ExportedItem, NotHeld, left_out, lost
from ..found import RefusedPart
from .importer import html_of
from .syntax import questions_of


def export_aiken(items: Sequence[ExportedItem]) -> ExportedFile:
    """An Aiken file, UTF-8. Only choice items in plain text fit; the others are named."""
    blocks: list[str] = []
    untold: list[RefusedPart] = []
    for item in items:
        try:
            blocks.append(_block(item))
        except KhaothiError as error:
            untold.append(left_out(item, error.message))
            continue
        untold += _losses(item)
    return ExportedFile("\n".join(blocks).encode(), len(blocks), tuple(untold))


def _block(item: ExportedItem) -> str:
    part = item.content.interaction
    if not isinstance(part, Choice):
        raise NotHeld(msg("Aiken chỉ có câu nhiều lựa chọn một đáp án."))
    if item.stimulus is not None:
        raise NotHeld(msg("Câu dùng ngữ liệu chung; Aiken không có chỗ cho ngữ liệu."))
    letters = {option.id: letter for letter, option in zip(OPTION_IDS, part.options, strict=False)}
    if part.key not in letters or len(part.options) < 2:
        raise NotHeld(msg("Câu chưa có đáp án hoặc thiếu phương án."))
    stem = _line(_paragraph(item.content.stem))
    bodies = [_line(option.body) for option in part.options]
    lines = [f"{letter}. {body}" for letter, body in zip(letters.values(), bodies, strict=True)]
    text = "\n".join([stem, *lines, f"ANSWER: {letters[part.key]}", ""])
    if [(q.stem, q.options, q.faults) for q in questions_of(text)] != [([stem], bodies, [])]:
        raise NotHeld(msg("Lời dẫn hay phương án có dạng mà Aiken hiểu là dòng khác."))
    return text


def _paragraph(stem: str) -> str:
    inner = stem.removeprefix("<p>").removesuffix("</p>")
    return inner if stem == f"<p>{inner}</p>" else "<"


def _line(html: str) -> str:
    """One line of plain text that reads back as the same content."""
    text = unescape(with_delimiters(html))
    if "\n" in text or not text.strip() or html_of(text) != html:
        raise NotHeld(msg("Câu có hình, bảng, định dạng hoặc nhiều đoạn; Aiken chỉ nhận chữ thường "
                          "trên một dòng."))  # fmt: skip
    return text


def _losses(item: ExportedItem) -> list[RefusedPart]:
    content, part = item.content, item.content.interaction
    assert isinstance(part, Choice)
    told = []
    if content.solution or any(option.rationale for option in part.options):
        told.append(msg("lời giải và lí giải của các phương án"))
    if not part.shuffle:
        told.append(msg("yêu cầu giữ thứ tự phương án"))
    if content.topic or content.level or content.outcome or content.minutes or content.real_life:
        told.append(msg("chủ đề, yêu cầu cần đạt, cấp độ và thông tin khác về câu"))
    if content.qti is not None:
        told.append(msg("nguồn QTI nguyên văn"))
    return [lost(item, what) for what in told]

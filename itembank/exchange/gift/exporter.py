"""Items of the bank as GIFT. What GIFT has no place for is named beside the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from ...curriculum import SUBJECTS, topic_name
from ...errors import Invalid, KhaothiError, Message, msg
from ...items.content import Choice, Essay, ItemContent, ShortAnswer, StimulusContent
from ...items.html import assets_in, formulas_in, has_text, plain_text
from ...items.interactions import Cloze, Match, MultipleChoice, Option
from ...items.numbers import parse_vn_number
from ..delimited_math import with_delimiters
from ..exported import ExportedFile, ExportedItem, NotHeld, left_out, lost
from ..found import RefusedPart
from ..item_tags import tags_of
from ..marking import TRUE_FALSE
from ..qti.telling import html_pieces

_SIGNS = re.compile(r"[~=#{}:\\]")
_GAP = re.compile(r'<span data-gap="G1"></span>')
_END = '<p><span data-gap="G1"></span></p>'


@dataclass(slots=True)
class _Written:
    """The text between the braces, what else the stem is, and what did not fit."""

    inside: str
    stem: tuple[str, str]  # before and after the braces
    tags: list[str] = field(default_factory=list)
    lost: list[Message] = field(default_factory=list)


def export_gift(items: Sequence[ExportedItem]) -> ExportedFile:
    """A GIFT file, UTF-8. Items that GIFT cannot say are left out and named in `untold`."""
    blocks: list[str] = []
    untold: list[RefusedPart] = []
    written = 0
    place = ("", "")
    numbers = _stimulus_numbers(items)
    current: StimulusContent | None = None
    for item in sorted(items, key=lambda item: _order(item, numbers)):
        made = _try(item, numbers, untold)
        if made is None:
            continue
        topic = (item.content.subject, item.content.topic)
        if topic != place:
            blocks.append(f"$CATEGORY: {_path(*topic)}")
            place, current = topic, None
        if item.stimulus is not None and item.stimulus != current:
            blocks.append(_stimulus(item.stimulus, numbers[item.stimulus]))
            current = item.stimulus
        blocks.append(made)
        written += 1
    return ExportedFile(("\n\n".join(blocks) + "\n").encode(), written, tuple(untold))


def to_gift(content: ItemContent, identifier: str = "item") -> str:
    """One item as GIFT. Raises Invalid where GIFT has no place for it."""
    made = export_gift([ExportedItem(identifier, content)])
    if not made.written:
        raise Invalid(made.untold[0].why, code="not_held")
    return made.body.decode()


def _stimulus_numbers(items: Sequence[ExportedItem]) -> dict[StimulusContent, int]:
    shared = dict.fromkeys(item.stimulus for item in items if item.stimulus is not None)
    return {stimulus: n for n, stimulus in enumerate(shared, start=1)}


def _order(item: ExportedItem, numbers: dict[StimulusContent, int]) -> tuple[str, str, int]:
    """By topic; items without shared material first, for a description has no end."""
    number = 0 if item.stimulus is None else numbers[item.stimulus]
    return item.content.subject, item.content.topic, number


def _path(subject: str, topic: str) -> str:
    names = [SUBJECTS.get(subject, subject), topic_name(topic)]
    path = "/".join(name.replace("/", "//") for name in names if name)
    return f"$course$/top/{' '.join(path.split())}"


def _stimulus(stimulus: StimulusContent, number: int) -> str:
    head = _comment("", [f"ngu-lieu:{number}", f"mon:{stimulus.subject}"])
    return f"{head}::{escaped(stimulus.title)}::[html]{_html(stimulus.body)}"


def _try(
    item: ExportedItem, numbers: dict[StimulusContent, int], untold: list[RefusedPart]
) -> str | None:
    try:
        text, told = _question(item, numbers)
    except KhaothiError as error:
        untold.append(left_out(item, error.message))
        return None
    untold += [lost(item, what) for what in told]
    return text


def _question(item: ExportedItem, numbers: dict[StimulusContent, int]) -> tuple[str, list[Message]]:
    content = item.content
    _refuse_pictures(item)
    writer = _WRITERS.get(type(content.interaction))
    if writer is None:
        raise NotHeld(msg("GIFT không có dạng câu này."))
    made = writer(content)
    before, after = made.stem
    if content.qti is not None:
        made.lost.append(msg("nguồn QTI nguyên văn; GIFT chỉ nhận nội dung và đáp án"))
    tags = [*tags_of(content), *made.tags]
    if item.stimulus is not None:
        tags.append(f"ngu-lieu:{numbers[item.stimulus]}")
    general = f"\n\t####[html]{_html(content.solution)}" if content.solution else ""
    head = _comment(item.identifier, tags)
    text = f"{head}::{escaped(item.identifier)}::[html]{before}{{{made.inside}{general}}}{after}"
    return text, made.lost


def _refuse_pictures(item: ExportedItem) -> None:
    pieces = [*html_pieces(item.content), item.content.solution]
    pieces += [item.stimulus.body] if item.stimulus else []
    if any(assets_in(piece) for piece in pieces):
        raise NotHeld(msg("Câu có hình; GIFT không chở được hình, hãy dùng Moodle XML."))


def _comment(identifier: str, tags: Sequence[str]) -> str:
    told = [f"[id:{_bracketed(identifier)}]"] if identifier else []
    told += [f"[tag:{_bracketed(tag)}]" for tag in tags]
    return f"// {' '.join(told)}\n" if told else ""


def _bracketed(text: str) -> str:
    return " ".join(text.split()).replace("]", "\\]")


def escaped(text: str) -> str:
    """Text whose signs mean themselves. A line break of HTML is a space."""
    return _SIGNS.sub(lambda m: f"\\{m[0]}", " ".join(re.split(r"[\r\n]+", text)))


def _html(html: str) -> str:
    return escaped(with_delimiters(html))


def _stem(content: ItemContent) -> tuple[str, str]:
    return _html(content.stem), ""


def _answer(mark: str, option: Option) -> str:
    told = f"#[plain]{escaped(option.rationale)}" if option.rationale else ""
    return f"\n\t{mark}[html]{_html(option.body)}{told}"


def _shuffled(value: bool) -> list[str]:
    return [] if value else ["xao:0"]


def _choice(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, Choice)
    if part.key is None:
        raise NotHeld(msg("Câu chưa có đáp án nên không viết thành GIFT được."))
    if tuple(option.body for option in part.options) == TRUE_FALSE and not part.shuffle:
        return _Written(_truth(part), _stem(content))
    if len(part.options) < 2:
        raise NotHeld(msg("Cần ít nhất hai phương án."))
    inside = "".join(_answer("=" if o.id == part.key else "~", o) for o in part.options)
    return _Written(inside, _stem(content), _shuffled(part.shuffle))


def _truth(part: Choice) -> str:
    is_true = part.key == "A"
    right, wrong = part.options if is_true else reversed(part.options)
    notes = [wrong.rationale, right.rationale] if wrong.rationale or right.rationale else []
    word = "TRUE" if is_true else "FALSE"
    return word + "".join(f"#[plain]{escaped(note)}" for note in notes)


def _multiple(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, MultipleChoice)
    if not part.keys:
        raise NotHeld(msg("Câu chưa có đáp án nên không viết thành GIFT được."))
    share = f"{100 / len(part.keys):.5f}".rstrip("0").rstrip(".")
    inside = "".join(
        _answer(f"~%{share if option.id in part.keys else '-100'}%", option)
        for option in part.options
    )
    made = _Written(inside, _stem(content), _shuffled(part.shuffle))
    made.lost.append(msg("cách chấm: Moodle cho điểm từng phần, ngân hàng chấm đủ hết"))
    if part.least or part.most:
        made.lost.append(msg("số phương án được chọn nhiều nhất, ít nhất"))
    return made


def _short(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, ShortAnswer)
    numbers = [parse_vn_number(key) for key in part.keys]
    if not numbers or None in numbers:
        raise NotHeld(msg("Câu chưa có đáp án nên không viết thành GIFT được."))
    made = _Written("#" + " ".join(f"={number:f}:0" for number in numbers), _stem(content))
    if part.hint:
        made.lost.append(msg("gợi ý của câu"))
    return made


def _essay(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, Essay)
    made = _Written("", _stem(content))
    if part.rubric or part.model_answer:
        made.lost.append(msg("bài mẫu và hướng dẫn chấm"))
    if part.min_words or part.max_words:
        made.lost.append(msg("số từ ít nhất, nhiều nhất"))
    return made


def _match(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, Match)
    right = {column.id: _plain_column(column.body) for column in part.columns}
    partner = {link.left: link.right for link in part.keys}
    if len(part.keys) != len(part.rows) or set(partner) != {row.id for row in part.rows}:
        raise NotHeld(msg("GIFT cần mỗi mục cột trái có đúng một mục ghép."))
    if set(partner.values()) != set(right) or len(set(right.values())) != len(right):
        raise NotHeld(msg("GIFT không có mục gây nhiễu hay mục trùng ở cột phải."))
    pairs = [(_html(row.body), right[partner[row.id]]) for row in part.rows]
    if any("->" in left or not left for left, _ in pairs):
        raise NotHeld(msg("GIFT hiểu «->» là dấu ghép; đổi cách viết."))
    inside = "".join(f"\n\t=[html]{left} -> {escaped(value)}" for left, value in pairs)
    made = _Written(inside, _stem(content), _shuffled(part.shuffle))
    if not part.partial:
        made.lost.append(msg("cách chấm: Moodle tính điểm từng cặp, ngân hàng chấm đủ hết"))
    return made


def _plain_column(body: str) -> str:
    text = plain_text(body)
    if formulas_in(body) or escape(text, quote=False) != body or not has_text(body):
        raise NotHeld(msg("Cột phải «{text}» có công thức hoặc định dạng; GIFT chỉ nhận chữ thường "
                          "ở đó.", text=text[:60]))  # fmt: skip
    return text


def _cloze(content: ItemContent) -> _Written:
    part = content.interaction
    assert isinstance(part, Cloze)
    if len(part.gaps) != 1 or part.gaps[0].options or not part.gaps[0].keys:
        raise NotHeld(msg("GIFT chỉ giữ được một chỗ trống để gõ; hãy dùng Moodle XML."))
    gap = part.gaps[0]
    if any("->" in key for key in gap.keys):
        raise NotHeld(msg("GIFT hiểu «->» là dấu ghép; đổi cách viết."))
    numeric = all(parse_vn_number(key) is not None for key in gap.keys)
    if numeric and not gap.case_sensitive:
        raise NotHeld(msg("Chỗ trống chỉ nhận số thì GIFT đọc lại thành câu trả lời ngắn."))
    pieces = _GAP.split(content.stem.removesuffix(_END))
    if len(pieces) > 2 or _GAP.search(content.stem) is None:
        raise NotHeld(msg("Các chỗ trống trong lời dẫn không khớp với đáp án; sửa câu hỏi trước."))
    before, after = pieces[0], pieces[1] if len(pieces) == 2 else ""
    stem = (_html(before), _html(after))
    inside = "".join(f"\n\t=[plain]{escaped(key.replace('*', chr(92) + '*'))}" for key in gap.keys)
    return _Written(inside, stem, ["hoa-thuong:1"] if gap.case_sensitive else [])


_WRITERS: dict[type, Callable[[ItemContent], _Written]] = {
    Choice: _choice,
    MultipleChoice: _multiple,
    ShortAnswer: _short,
    Essay: _essay,
    Match: _match,
    Cloze: _cloze,
}

"""Interactions of the bank as the parts of a Moodle question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from ...errors import Message, msg
from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.html import assets_in, formulas_in, has_text, plain_text
from ...items.interactions import Cloze, Gap, Match, MultipleChoice, Option, Order
from ...items.numbers import parse_vn_number
from ..delimited_math import with_delimiters
from ..exported import NotHeld
from ..marking import TRUE_FALSE
from .cloze import places_of, protected, written_gap
from .rubric import guide_html
from .texts import TextWriter, lawful

_GAP = re.compile(r'<span data-gap="([^"]*)"></span>')
MOST_DECIMALS = 5  # of a fraction, as Moodle compares them


@dataclass(slots=True)
class Written:
    """The Moodle type of a question and what of the item did not fit into it."""

    kind: str
    lost: list[Message] = field(default_factory=list)


def _value(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, name).text = lawful(value)


def _flag(parent: etree._Element, name: str, value: bool) -> None:
    _value(parent, name, "true" if value else "false")


def _note(parent: etree._Element, name: str, note: str) -> None:
    made = etree.SubElement(parent, name, format="plain_text")
    etree.SubElement(made, "text").text = lawful(note)


def _stem(made: etree._Element, content: ItemContent, texts: TextWriter) -> None:
    if places_of(content.stem):
        raise NotHeld(msg("Lời dẫn có dãy kí tự mà Moodle hiểu là chỗ điền; sửa lời dẫn."))
    texts.write(made, "questiontext", content.stem)


def _option(made: etree._Element, option: Option, fraction: str, texts: TextWriter) -> None:
    answer = texts.write(made, "answer", option.body, fraction=fraction)
    _note(answer, "feedback", option.rationale)


def write_choice(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, Choice)
    if _is_true_false(part):
        return _true_false(made, content, part, texts)
    _stem(made, content, texts)
    _flag(made, "single", True)
    _flag(made, "shuffleanswers", part.shuffle)
    _value(made, "answernumbering", "ABCD")
    for option in part.options:
        _option(made, option, "100" if option.id == part.key else "0", texts)
    return Written("multichoice")


def _is_true_false(part: Choice) -> bool:
    bodies = tuple(option.body for option in part.options)
    return bodies == TRUE_FALSE and part.key is not None and not part.shuffle


def _true_false(
    made: etree._Element, content: ItemContent, part: Choice, texts: TextWriter
) -> Written:
    _stem(made, content, texts)
    for option, word in zip(part.options, ("true", "false"), strict=True):
        fraction = "100" if option.id == part.key else "0"
        answer = etree.SubElement(made, "answer", fraction=fraction, format="plain_text")
        etree.SubElement(answer, "text").text = word
        _note(answer, "feedback", option.rationale)
    return Written("truefalse")


def write_multiple(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, MultipleChoice)
    _stem(made, content, texts)
    _flag(made, "single", False)
    _flag(made, "shuffleanswers", part.shuffle)
    _value(made, "answernumbering", "ABCD")
    right = f"{100 / max(1, len(part.keys)):.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    for option in part.options:
        _option(made, option, right if option.id in part.keys else "-100", texts)
    return Written("multichoice")


def write_short(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, ShortAnswer)
    _stem(made, content, texts)
    for key in part.keys:
        number = parse_vn_number(key)
        if number is None:
            raise NotHeld(msg("Đáp số «{key}» không phải là số.", key=key))
        answer = etree.SubElement(made, "answer", fraction="100", format="plain_text")
        etree.SubElement(answer, "text").text = f"{number:f}"
        _value(answer, "tolerance", "0")
    _value(made, "unitgradingtype", "0")
    _value(made, "showunits", "3")
    if part.hint:
        _note(made, "hint", part.hint)
    return Written("numerical")


def write_essay(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, Essay)
    _stem(made, content, texts)
    _value(made, "responseformat", "editor")
    _value(made, "responserequired", "1")
    _value(made, "minwordlimit", str(part.min_words or ""))
    _value(made, "maxwordlimit", str(part.max_words or ""))
    guide = etree.SubElement(made, "graderinfo", format="html")
    texts.fill(guide, guide_html(part, with_delimiters(part.model_answer)))
    return Written("essay")


def write_match(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, Match)
    right = {column.id: _plain_column(column.body) for column in part.columns}
    _refuse_unpaired(part)
    if len(set(right.values())) != len(right):
        raise NotHeld(msg("Hai mục cột phải giống nhau nên Moodle không phân biệt được."))
    _stem(made, content, texts)
    _flag(made, "shuffleanswers", part.shuffle)
    partner = {link.left: link.right for link in part.keys}
    for row in part.rows:
        pair = texts.write(made, "subquestion", row.body)
        _value(etree.SubElement(pair, "answer"), "text", right[partner[row.id]])
    used = set(partner.values())
    for column in part.columns:
        if column.id not in used:
            pair = texts.write(made, "subquestion", "")
            _value(etree.SubElement(pair, "answer"), "text", right[column.id])
    return Written("matching")


def _refuse_unpaired(part: Match) -> None:
    left = [link.left for link in part.keys]
    if sorted(left) != sorted(row.id for row in part.rows) or any(
        not has_text(row.body) for row in part.rows
    ):
        raise NotHeld(msg("Moodle cần mỗi mục cột trái có nội dung và đúng một mục ghép."))


def _plain_column(body: str) -> str:
    """The right side of a pair is a line of a menu: plain text only."""
    text = plain_text(body)
    if formulas_in(body) or assets_in(body) or escape(text, quote=False) != body:
        raise NotHeld(msg("Cột phải «{text}» có công thức, hình hoặc định dạng; Moodle chỉ nhận "
                          "chữ thường ở đó.", text=text[:60]))  # fmt: skip
    return text


def write_order(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, Order)
    options = {option.id: option for option in part.options}
    if sorted(options) != sorted(part.keys):
        raise NotHeld(msg("Câu sắp thứ tự chưa có thứ tự đúng."))
    _stem(made, content, texts)
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                        ("gradingtype", "ALL_OR_NOTHING")):  # fmt: skip
        _value(made, name, value)
    for place, key in enumerate(part.keys, start=1):
        texts.write(made, "answer", options[key].body, fraction=f"{place}")
    return Written("ordering")


def write_cluster(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    """Statements as one embedded choice each: Moodle's core has no true/false cluster."""
    part = content.interaction
    assert isinstance(part, TrueFalseCluster)
    if not part.statements or 'class="kt-statement"' in content.stem:
        raise NotHeld(msg("Câu đúng/sai chưa có ý nào."))
    pieces = [with_delimiters(content.stem)]
    for statement in part.statements:
        body = with_delimiters(statement.body)
        if places_of(body):
            raise NotHeld(msg("Ý {id}) có dãy kí tự mà Moodle hiểu là chỗ điền.", id=statement.id))
        feedback = protected(escape(statement.rationale, quote=False))
        right, wrong = _marks(statement.key)
        told = f"#{feedback}" if feedback else ""
        choice = f"{{1:MULTICHOICE_H:{right}Đúng{told}~{wrong}Sai}}"
        pieces.append(f'<div class="kt-statement">{body}{choice}</div>')
    texts.fill(etree.SubElement(made, "questiontext", format="html"), "".join(pieces))
    return Written("cloze")


def _marks(key: bool | None) -> tuple[str, str]:
    return ("=" if key is True else "", "=" if key is False else "")


def write_cloze(made: etree._Element, content: ItemContent, texts: TextWriter) -> Written:
    part = content.interaction
    assert isinstance(part, Cloze)
    stem = with_delimiters(content.stem)
    if _is_one_typed_gap(part, content.stem):
        return _short_text(made, content, part.gaps[0], texts)
    if _GAP.findall(stem) != [gap.id for gap in part.gaps]:
        raise NotHeld(msg("Các chỗ trống trong lời dẫn không khớp với đáp án; sửa câu hỏi trước."))
    _refuse_bare(part.gaps)
    gaps = {gap.id: gap for gap in part.gaps}
    filled = _GAP.sub(lambda m: written_gap(gaps[m[1]], with_delimiters), stem)
    if len(places_of(filled)) != len(gaps):
        raise NotHeld(msg("Lời dẫn có dãy kí tự mà Moodle hiểu là chỗ điền; sửa lời dẫn."))
    texts.fill(etree.SubElement(made, "questiontext", format="html"), filled)
    return Written("cloze")


def _refuse_bare(gaps: Sequence[Gap]) -> None:
    for gap in gaps:
        if not gap.keys or any(not key.strip() for key in gap.keys):
            raise NotHeld(msg("Chỗ trống {id} chưa có đáp án.", id=gap.id))
        if not gap.options and any("*" in key for key in gap.keys):
            raise NotHeld(msg("Đáp án có dấu *, mà Moodle hiểu là chữ bất kì."))


_END = '<p><span data-gap="G1"></span></p>'


def _is_one_typed_gap(part: Cloze, stem: str) -> bool:
    """One gap after the text, to be typed: Moodle's own short answer."""
    only = part.gaps[0] if len(part.gaps) == 1 else None
    return (
        only is not None
        and not only.options
        and only.id == "G1"
        and stem.endswith(_END)
        and bool(only.keys)
        and any(parse_vn_number(key) is None for key in only.keys)
    )


def _short_text(made: etree._Element, content: ItemContent, gap: Gap, texts: TextWriter) -> Written:
    bare = content.model_copy(update={"stem": content.stem.removesuffix(_END)})
    _stem(made, bare, texts)
    _value(made, "usecase", "1" if gap.case_sensitive else "0")
    for key in gap.keys:
        if key.strip() != key or not key:
            raise NotHeld(msg("Đáp án «{key}» có dấu cách ở đầu hoặc cuối.", key=key))
        answer = etree.SubElement(made, "answer", fraction="100", format="plain_text")
        etree.SubElement(answer, "text").text = lawful(key.replace("*", r"\*"))
    return Written("shortanswer")


Writer = Callable[[etree._Element, ItemContent, TextWriter], Written]
WRITERS: dict[type, Writer] = {
    Choice: write_choice,
    MultipleChoice: write_multiple,
    ShortAnswer: write_short,
    Essay: write_essay,
    Match: write_match,
    Order: write_order,
    TrueFalseCluster: write_cluster,
    Cloze: write_cloze,
}

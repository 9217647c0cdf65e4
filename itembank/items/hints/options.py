"""Advice about options: what lets one guess the key, and what makes two of them right. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import msg
from ..content import Choice, ItemContent
from ..html import plain_text
from ..interactions import MultipleChoice
from .advice import Hint
from .quantities import Quantity, interval, quantity

LONG_ENOUGH = 20  # characters; below this nobody guesses by length
MUCH_LONGER = 1.5
OUTSIZED = 2.0
_CATCH_ALL = re.compile(
    r"(tất cả|cả ba|cả hai|cả bốn|không có|không) (các )?"
    r"(phương án|đáp án|câu|ý|khẳng định|phát biểu)( nào)? (trên|đều|đúng|ở trên)|"
    r"(all|none) of the above|cả [A-D],? (và )?[A-D]",
    re.I,
)
_ABSOLUTE = re.compile(r"\b(luôn luôn|luôn|không bao giờ|duy nhất|hoàn toàn|mọi|tất cả)\b", re.I)


@dataclass(frozen=True, slots=True)
class Written:
    """An option as a reader meets it."""

    id: str
    text: str
    is_key: bool

    @property
    def where(self) -> str:
        return f"options.{self.id}"


def option_hints(content: ItemContent) -> Iterator[Hint]:
    part = content.interaction
    if not isinstance(part, Choice | MultipleChoice):
        return
    keys = {part.key} if isinstance(part, Choice) else set(part.keys)
    options = [Written(o.id, plain_text(o.body), o.id in keys) for o in part.options]
    if len(options) < 2 or not all(option.text for option in options):
        return
    yield from _length(options)
    yield from _catch_all(options)
    yield from _same_meaning(options)
    yield from _one_within_another(options)
    yield from _numbers(options)
    yield from _absolute(options)
    if isinstance(part, MultipleChoice):
        yield from _all_right(options)


def _length(options: Sequence[Written]) -> Iterator[Hint]:
    for option in options:
        others = max(len(other.text) for other in options if other is not option)
        limit = MUCH_LONGER if option.is_key else OUTSIZED
        if len(option.text) < LONG_ENOUGH or len(option.text) < limit * others:
            continue
        if option.is_key:
            what = msg("Đáp án {id} dài hơn hẳn các phương án khác.", id=option.id)
            why = msg("Thí sinh không biết vẫn đoán được: phương án dài và kĩ thường là đáp án.")
        else:
            what = msg("Phương án {id} dài gấp đôi các phương án khác.", id=option.id)
            why = msg("Một phương án khác hẳn về độ dài kéo mắt về phía nó, không do kiến thức.")
        yield Hint("length", option.where, what, why, option.text)


def _catch_all(options: Sequence[Written]) -> Iterator[Hint]:
    for option in options:
        if _CATCH_ALL.search(option.text):
            yield Hint(
                "catch_all",
                option.where,
                msg("Phương án {id} kiểu «tất cả các phương án trên».", id=option.id),
                msg("Biết hai phương án đúng là đoán được, và không trộn thứ tự phương án được."),
                option.text,
            )


def _same_meaning(options: Sequence[Written]) -> Iterator[Hint]:
    seen: dict[object, str] = {}
    for option in options:
        value: object = quantity(option.text) or " ".join(option.text.casefold().split()).rstrip(
            "."
        )
        if value in seen:
            yield Hint(
                "same",
                option.where,
                msg("Phương án {id} cùng nghĩa với {other}.", id=option.id, other=seen[value]),
                msg("Hai phương án như nhau thì cùng đúng hoặc cùng sai: chỉ được một đáp án."),
                option.text,
            )
        seen.setdefault(value, option.id)


def _one_within_another(options: Sequence[Written]) -> Iterator[Hint]:
    """The key said again with more words: both can be defended."""
    for key in (option for option in options if option.is_key):
        for other in options:
            is_longer = key.text != other.text and key.text.casefold() in other.text.casefold()
            if is_longer and not other.is_key and len(key.text.split()) >= 2:
                yield Hint(
                    "within",
                    other.where,
                    msg("Phương án {id} chứa trọn đáp án {key}.", id=other.id, key=key.id),
                    msg("Có thể bảo vệ được cả hai; sửa để chỉ một phương án đúng."),
                    other.text,
                )


def _numbers(options: Sequence[Written]) -> Iterator[Hint]:
    found = [quantity(option.text) for option in options]
    numbers = [one for one in found if one is not None]
    if len(numbers) == len(options):
        yield from _units(options, numbers)
        yield from _order(numbers)
        return
    yield from _intervals(options)


def _units(options: Sequence[Written], numbers: Sequence[Quantity]) -> Iterator[Hint]:
    units = {number.unit for number in numbers}
    if len(units) == 1 and numbers[0].unit and len(numbers[0].unit) > 1:
        yield Hint(
            "shared_unit",
            "options",
            msg("Mọi phương án đều lặp «{unit}».", unit=numbers[0].unit),
            msg("Có thể nêu đơn vị một lần trong lời dẫn cho dễ đọc."),
            numbers[0].unit,
        )
    if "" in units and len(units) > 1:
        bare = next(o for o, n in zip(options, numbers, strict=True) if not n.unit)
        yield Hint(
            "missing_unit",
            bare.where,
            msg("Phương án {id} thiếu đơn vị, các phương án khác có.", id=bare.id),
            msg("Số không có đơn vị đọc thành số khác; khác biệt đó cũng gợi đáp án."),
            bare.text,
        )


def _order(numbers: Sequence[Quantity]) -> Iterator[Hint]:
    values = [number.value for number in numbers]
    same_unit = len({number.unit for number in numbers}) == 1
    if same_unit and values not in (sorted(values), sorted(values, reverse=True)):
        yield Hint(
            "order",
            "options",
            msg("Các số trong phương án không xếp theo thứ tự."),
            msg("Xếp tăng hoặc giảm dần thì thí sinh tìm kết quả của mình nhanh, không bị rối."),
            "; ".join(str(value) for value in values),
        )


def _intervals(options: Sequence[Written]) -> Iterator[Hint]:
    spans = [(option, interval(option.text)) for option in options]
    told = [(option, span) for option, span in spans if span is not None]
    for at, (option, span) in enumerate(told):
        for other, before in told[:at]:
            if span.meets(before) and (option.is_key or other.is_key):
                yield Hint(
                    "overlap",
                    option.where,
                    msg("Khoảng ở phương án {id} chồng lên {other}.", id=option.id, other=other.id),
                    msg("Giá trị nằm ở cả hai khoảng làm hai phương án cùng đúng một phần."),
                    option.text,
                )


def _absolute(options: Sequence[Written]) -> Iterator[Hint]:
    absolute = [option for option in options if _ABSOLUTE.search(option.text)]
    if 0 < len(absolute) < len(options) and not any(option.is_key for option in absolute):
        word = _ABSOLUTE.search(absolute[0].text)
        yield Hint(
            "absolute",
            absolute[0].where,
            msg("Chỉ phương án sai dùng từ tuyệt đối («{word}»).", word=word[0] if word else ""),
            msg("Thí sinh tinh ý loại ngay phương án nói tuyệt đối mà không cần kiến thức."),
            absolute[0].text,
        )


def _all_right(options: Sequence[Written]) -> Iterator[Hint]:
    if all(option.is_key for option in options):
        yield Hint(
            "all_right",
            "options",
            msg("Mọi phương án đều là đáp án đúng."),
            msg("Chọn hết là được điểm; cần ít nhất một phương án nhiễu."),
        )

"""What one cell of a response file says. Pure: (item, text) -> category, or why not.

Raw cells are written as people write them on paper: a letter for a single choice, «ĐSSĐ» for a
cluster, «3,5» for a short answer. `*` is an omission: the item was there and was left open; a blank
cell means that the item was not administered at all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from itembank.errors import Message, msg
from itembank.items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.numbers import parse_vn_number
from itembank.scoring.rules import ZERO, Weight, categories, score

OMITTED = "*"
TRUE_SIGNS = frozenset("ĐDT1")
FALSE_SIGNS = frozenset("SF0")
OPEN_SIGNS = frozenset("-.*")


class UnfitCell(ValueError):
    """The cell says nothing that this item can take; `what` says what it may say."""

    def __init__(self, what: Message) -> None:
        self.what = what
        super().__init__(str(what))


@dataclass(frozen=True, slots=True)
class RawCell:
    """A raw response as it came, and the category the key gives it."""

    given: str
    category: int


def read_score(text: str, n_categories: int) -> int:
    """A category written as a whole number."""
    if text.isascii() and text.isdigit() and int(text) < n_categories:
        return int(text)
    raise UnfitCell(
        msg(
            "«{text}» không phải mức điểm của câu này; ghi một số từ 0 đến {most}, để trống nếu câu không có trong đề của thí sinh.",
            text=text[:20],
            most=n_categories - 1,
        )
    )


def read_raw(text: str, content: ItemContent) -> RawCell:
    """A raw response, scored by the item's key."""
    value = None if text == OMITTED else response_of(text, content)
    no_points = Weight((ZERO,) * categories(content))
    category = score(content, value, no_points).category
    if category is None:
        raise UnfitCell(msg("Câu tự luận phải do người chấm; hãy nhập điểm thay cho bài làm."))
    return RawCell(text, category)


def response_of(text: str, content: ItemContent) -> Any:
    """The response as the player would have sent it."""
    part = content.interaction
    if isinstance(part, Choice):
        return _letter(text, part)
    if isinstance(part, TrueFalseCluster):
        return _judgements(text, part)
    if isinstance(part, ShortAnswer):
        return _number(text)
    if not isinstance(part, Essay):
        raise UnfitCell(msg("Dạng câu này chưa nhập được bài làm dạng chữ; hãy nhập điểm."))
    raise UnfitCell(msg("Câu tự luận phải do người chấm; hãy nhập điểm thay cho bài làm."))


def _letter(text: str, part: Choice) -> str:
    letters = [option.id for option in part.options]
    chosen = text.upper()
    if chosen in letters:
        return chosen
    raise UnfitCell(
        msg(
            "«{text}» không phải phương án của câu này; ghi một trong {letters}, hoặc * nếu bỏ trống.",
            text=text[:20],
            letters=", ".join(letters),
        )
    )


def _judgements(text: str, part: TrueFalseCluster) -> dict[str, bool]:
    signs = unicodedata.normalize("NFC", text).upper().replace(" ", "")
    known = TRUE_SIGNS | FALSE_SIGNS | OPEN_SIGNS
    if len(signs) != len(part.statements) or not set(signs) <= known:
        raise UnfitCell(
            msg(
                "«{text}» không đọc được; ghi {n} chữ Đ hoặc S theo thứ tự các ý, ví dụ ĐSSĐ, dấu - cho ý bỏ trống.",
                text=text[:20],
                n=len(part.statements),
            )
        )
    pairs = zip(part.statements, signs, strict=True)
    return {s.id: sign in TRUE_SIGNS for s, sign in pairs if sign not in OPEN_SIGNS}


def _number(text: str) -> str:
    if parse_vn_number(text) is None:
        raise UnfitCell(
            msg(
                "«{text}» không phải một số; ghi như 3,5 hoặc -2, hoặc * nếu bỏ trống.",
                text=text[:20],
            )
        )
    return text

"""Advice about the words of the stem. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import msg
from ..content import ItemContent
from ..html import assets_in, plain_text
from .advice import Hint

_NEGATIVE = re.compile(
    r"\b(không (?:phải|đúng|thuộc|phù hợp|chính xác|thể|là|có)|ngoại trừ|trừ(?= (?:phương án|đáp"
    r" án|ý))|(?:nào|đây|sau) (?:là )?sai|not true|except|incorrect)\b",
    re.I,
)
_EMPHASIS = re.compile(r"<(strong|u|em)\b[^>]*>(.*?)</\1>", re.S | re.I)
_TAGS = re.compile(r"<[^>]+>")
_QUESTION = re.compile(r"[^.?!]*\?|[^.?!]*$")
_MATERIAL = re.compile(
    r"((?:đoạn (?:trích|văn|thơ|thông tin|hội thoại)|văn bản|bài đọc|ngữ liệu|thông tin|tư liệu|"
    r"đoạn tư liệu) (?:trên|dưới đây|sau(?: đây)?)|read the (?:following )?passage|"
    r"the passage|(?:bảng|biểu đồ|sơ đồ|đồ thị|hình(?: vẽ)?|lược đồ|bản đồ)"
    r" (?:bên|trên|sau|dưới đây|dưới)|listen to)",
    re.I,
)
_HEARD = re.compile(r"\b(listen|nghe (?:đoạn|bài|và))", re.I)


def wording_hints(content: ItemContent) -> Iterator[Hint]:
    yield from _negative(content)
    yield from _material(content)


def _negative(content: ItemContent) -> Iterator[Hint]:
    """`KHÔNG`, or the word in bold, underlined or italic, is seen; `không` in passing is not."""
    if content.kind not in {"choice", "multiple"}:
        return
    emphasised = " ".join(_TAGS.sub("", inner) for _, inner in _EMPHASIS.findall(content.stem))
    for found in _NEGATIVE.finditer(_asked(plain_text(content.stem))):
        word = found[0]
        head = word.split()[0] if word.casefold().startswith("không") else word.split()[-1]
        if head.isupper() or head.casefold() in emphasised.casefold():
            continue
        yield Hint(
            "negative",
            "stem",
            msg("Câu hỏi phủ định: chữ «{word}» chưa được làm nổi.", word=word),
            msg("Đọc lướt là sót chữ phủ định. In đậm hoặc viết hoa, hay hỏi xuôi thì tốt hơn."),
            word,
        )
        return


def _asked(text: str) -> str:
    """The sentence that asks: the last one."""
    sentences = [found.strip() for found in _QUESTION.findall(text) if found.strip()]
    return sentences[-1] if sentences else ""


def _material(content: ItemContent) -> Iterator[Hint]:
    """The stem points at something that is not there."""
    found = _MATERIAL.search(plain_text(content.stem))
    if found is None or _has_material(content, found.start()):
        return
    yield Hint(
        "material",
        "stem",
        msg("Lời dẫn nhắc tới «{words}» nhưng câu hỏi chưa có phần đó.", words=found[0]),
        msg("Thiếu ngữ liệu, hình hoặc bảng thì không trả lời được; thêm vào, hoặc bỏ chữ nhắc."),
        found[0],
    )


def _has_material(content: ItemContent, named_at: int) -> bool:
    stem = content.stem
    if content.stimulus or content.recording or assets_in(stem) or "<table" in stem:
        return True
    if content.kind == "hotspot" or "<blockquote" in stem:
        return True
    if _HEARD.search(plain_text(stem)):
        return False
    rest = len(plain_text(stem)) - named_at
    return rest > 250  # a passage written into the stem itself
